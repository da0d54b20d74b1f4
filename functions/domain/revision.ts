import type { Author } from './author.ts'

/** A commit (or an object version, or an image digest) as people know it. */
export interface Revision {
  id: string
  /** First line of the commit message, or the source's text in its place; may be empty. */
  title: string
  author: string | null
  authorEmail: string | null
  /** Named in the message's trailers. */
  coAuthors: Author[]
  /** A page of it for people. */
  url: string | null
  repository: Repository | null
}

export interface Repository {
  kind: RepositoryKind
  /** `owner/name`; for CodeCommit the repository's name. */
  name: string
  /** Address of the repository's page, without a slash at its end. */
  url: string
}

export type RepositoryKind = 'github' | 'gitlab' | 'bitbucket' | 'codecommit'

interface RepositoryPages {
  commit(repository: Repository, id: string): string
  compare(repository: Repository, from: string, to: string): string
}

/** Where each kind of repository shows a commit, and a comparison of two. */
const PAGES: Record<RepositoryKind, RepositoryPages> = {
  github: {
    commit: ({ url }, id) => `${url}/commit/${id}`,
    compare: ({ url }, from, to) => `${url}/compare/${from}...${to}`,
  },
  gitlab: {
    commit: ({ url }, id) => `${url}/-/commit/${id}`,
    compare: ({ url }, from, to) => `${url}/-/compare/${from}...${to}`,
  },
  bitbucket: {
    commit: ({ url }, id) => `${url}/commits/${id}`,
    compare: ({ url }, from, to) => `${url}/branches/compare/${to}%0D${from}`,
  },
  codecommit: {
    commit: ({ url }, id) => `${url}/commit/${id}`,
    compare: ({ url }, from, to) => `${url}/compare/${from}/.../${to}`,
  },
}

/** Most ids are hexadecimal, but a custom source action may return anything. */
const inPath = (id: string): string => encodeURIComponent(id.toWellFormed())

export const commitUrl = (repository: Repository, id: string): string =>
  PAGES[repository.kind].commit(repository, inPath(id))

/** Null if the two are not in one repository with known pages. */
export const compareUrl = (from: Revision, to: Revision): string | null =>
  to.repository && from.repository?.url === to.repository.url && from.id !== to.id
    ? PAGES[to.repository.kind].compare(to.repository, inPath(from.id), inPath(to.id))
    : null

const HEX_COMMIT = /^[0-9a-f]{40,64}$/

/** Seven characters for a commit; for anything else enough to recognize it. */
export const shortId = ({ id }: Revision): string =>
  HEX_COMMIT.test(id) ? id.slice(0, 7) : id.replace(/^sha256:/, '').slice(0, 12)

/** What a deployment would bring, compared with what last passed the same stage. */
export interface Change {
  /** One for each source action, in the pipeline's order; empty if no source has one. */
  revisions: Revision[]
  /** Null if no execution has passed this stage yet, or the last one is not known. */
  since: {
    released: Revision
    releasedAt: number
    /** Revisions since the last deployment, newest first, with this one. */
    included: Revision[]
    /** There are more in between than Greenlight reads. */
    more: boolean
  } | null
  /** Every author of these revisions, as the commits say. */
  authors: CommitAuthor[]
}

export interface CommitAuthor extends Author {
  /** The short id of a revision of theirs; null for revisions that could not be read. */
  revision: string | null
}

/** An author whom the source does not name. */
export const UNKNOWN_COMMIT_AUTHOR: CommitAuthor = { name: null, email: null, revision: null }

/**
 * The authors of these revisions, each once. Two names at one address may be two people, who share a machine's address.
 * A revision without an author gets an unknown one.
 */
export const authorsOf = (revisions: readonly Revision[]): CommitAuthor[] => {
  const all = revisions.flatMap((revision): CommitAuthor[] => [
    { name: revision.author, email: revision.authorEmail?.toLowerCase() ?? null, revision: shortId(revision) },
    ...revision.coAuthors.map((author) => ({ ...author, revision: shortId(revision) })),
  ])
  const keyOf = ({ name, email, revision }: CommitAuthor): string =>
    JSON.stringify(name === null && email === null ? [revision] : [name, email])
  const firsts = new Map(all.toReversed().map((author) => [keyOf(author), author]))
  return all.filter((author) => firsts.get(keyOf(author)) === author)
}
