import type { Author } from './author.ts'
import type { LastDeployment } from './last-deployment.ts'
import type { LiveUnknown } from './live.ts'

/** A commit (or an object version, or an image digest) as people know it. */
export interface Revision {
  id: string
  /** The source action that brought it; null if CodePipeline does not name it. */
  source: string | null
  /** First line of the commit message, or the source's text in its place; may be empty. */
  title: string
  author: string | null
  authorEmail: string | null
  /** Named in the message's trailers. */
  coAuthors: Author[]
  /** The branch that it was read from; missing where the source action does not tell. */
  branch?: string
  /** The Git tag whose push started the execution; missing if none did, or the source action does not tell. */
  tag?: string
  /** The number of the pull request that started the execution; missing if none did, or the source action does not tell. */
  pullRequest?: string
  /** When it was written. Epoch milliseconds; missing where the source action does not tell. */
  committedAt?: number
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
  pullRequest(repository: Repository, number: string): string
}

/** Where each kind of repository shows a commit, a comparison of two, and a pull request. */
const PAGES: Record<RepositoryKind, RepositoryPages> = {
  github: {
    commit: ({ url }, id) => `${url}/commit/${id}`,
    compare: ({ url }, from, to) => `${url}/compare/${from}...${to}`,
    pullRequest: ({ url }, number) => `${url}/pull/${number}`,
  },
  gitlab: {
    commit: ({ url }, id) => `${url}/-/commit/${id}`,
    compare: ({ url }, from, to) => `${url}/-/compare/${from}...${to}`,
    pullRequest: ({ url }, number) => `${url}/-/merge_requests/${number}`,
  },
  bitbucket: {
    commit: ({ url }, id) => `${url}/commits/${id}`,
    compare: ({ url }, from, to) => `${url}/branches/compare/${to}%0D${from}`,
    pullRequest: ({ url }, number) => `${url}/pull-requests/${number}`,
  },
  codecommit: {
    commit: ({ url }, id) => `${url}/commit/${id}`,
    compare: ({ url }, from, to) => `${url}/compare/${from}/.../${to}`,
    pullRequest: ({ url }, number) => `${url}/pull-requests/${number}`,
  },
}

/** Most ids are hexadecimal, but a custom source action may return anything. */
const inPath = (id: string): string => encodeURIComponent(id.toWellFormed())

export const commitUrl = (repository: Repository, id: string): string =>
  PAGES[repository.kind].commit(repository, inPath(id))

export const pullRequestUrl = (repository: Repository, number: string): string =>
  PAGES[repository.kind].pullRequest(repository, inPath(number))

/** Null if the two are not in one repository with known pages. */
export const compareUrl = (from: Revision, to: Revision): string | null =>
  to.repository && from.repository?.url === to.repository.url && from.id !== to.id
    ? PAGES[to.repository.kind].compare(to.repository, inPath(from.id), inPath(to.id))
    : null

const HEX_COMMIT = /^[0-9a-f]{40,64}$/

/** Seven characters of a commit; any other version as it is. */
export const shortVersion = (version: string): string => (HEX_COMMIT.test(version) ? version.slice(0, 7) : version)

/** Seven characters for a commit; for anything else enough to recognize it. */
export const shortId = (revision: Revision): string => beginningOf(revision, HEX_COMMIT.test(revision.id) ? 7 : 12)

/** The same, and more of it where one of the others begins alike: a commit can be made to begin like another. */
export const shortIdAmong = (revision: Revision, others: readonly Revision[]): string => {
  const alike = others.filter((other) => other.id !== revision.id && shortId(other) === shortId(revision))
  const differs = ({ id }: Revision): number => [...id].findIndex((char, at) => char !== revision.id[at])
  return alike.length === 0 ? shortId(revision) : beginningOf(revision, Math.max(9, ...alike.map(differs)) + 3)
}

const beginningOf = ({ id }: Revision, length: number): string => id.replace(/^sha256:/, '').slice(0, length)

/** What an execution would deploy, compared with what is live there. */
export interface Change {
  /** One for each source action; empty if no source has one. */
  revisions: Revision[]
  /** The stages that it would be deployed to: those behind the approval's stage, if that has only approvals. */
  into: string[]
  /** The stages that it may be deployed to, with whose live executions it was compared. */
  liveIn: string[]
  /** What this was read from: compared with CodePipeline's state, it tells whether this is to be read again. */
  seen: string[]
  /** What would change; null if no live deployment is known. */
  since: Since | null
  /** Why no live deployment is known; null if one is. */
  unknown: LiveUnknown | null
  /** What is live in each of those stages, and so what a rollback there would return to; empty if it is not known. */
  live: LiveNow[]
  /** The newest deployment there, if it did not bring a new version; missing where it did, or it was not read. */
  last?: LastDeployment & { revisions: Revision[] }
  /** Every author of the changes that go live with it, as the commits say. */
  authors: CommitAuthor[]
}

/** What is live in a stage. */
export interface LiveNow {
  stage: string
  executionId: string
  /** When its deployment ended. Epoch milliseconds. */
  since: number
  /** One for each source; empty if CodePipeline does not list them. */
  revisions: Revision[]
  /** Null if Greenlight has no approval of it. */
  approvedBy: ApprovedBy | null
}

/** Who approved a deployment; no names if AWS does not say. */
export interface ApprovedBy {
  how: 'slack' | 'console'
  names: string[]
}

export interface Since {
  /** When the live revisions were deployed. */
  releasedAt: number
  /** Each source that changes: its live revision and the new one. */
  changed: { from: Revision; to: Revision }[]
  /** The first of the revisions that would be deployed and are not live, newest first. */
  included: Revision[]
  /** How many those are in all, as far as they can be counted. */
  count: number
  /** There are more than could be counted. */
  more: boolean
  /** The live revision is newer than this one. */
  newer: Revision | null
}

export interface CommitAuthor extends Author {
  /** The short id of a revision of theirs; null for revisions that could not be read. */
  revision: string | null
}

/** An author whom the source does not name. */
export const UNKNOWN_COMMIT_AUTHOR: CommitAuthor = { name: null, email: null, revision: null }

/** The revisions that differ from the live ones, each once; all if no live deployment is known, or none differs. */
export const changedRevisions = (change: Change): Revision[] => distinct(changedBySource(change))

/** The same, one for each source action: two may bring one commit from two branches or repositories. */
export const changedBySource = ({ revisions, since }: Change): Revision[] => {
  const fresh = new Set([...(since?.included ?? []), ...(since?.changed ?? []).map(({ to }) => to)].map(identityOf))
  const changed = revisions.filter((revision) => fresh.has(identityOf(revision)))
  return changed.length > 0 ? changed : revisions
}

/** The revision that people know the change by, if there is room for only one. */
export const mainRevision = (change: Change): Revision | null =>
  change.since?.included[0] ?? change.revisions[0] ?? null

/** The revisions that people know the change by, and how many there are in all: those that are not live, or all if none is new. */
export const namedRevisions = ({ revisions, since }: Change): { named: Revision[]; count: number } => {
  if (since && since.count > 0) return { named: since.included, count: since.count }
  const all = distinct(revisions)
  return { named: all, count: all.length }
}

/** The author of a pushed change; null if it is not known, or there are several. */
export const pushedBy = (change: Change): string | null => {
  const authors = new Set(changedRevisions(change).map(({ author }) => author))
  return authors.size === 1 ? [...authors][0]! : null
}

/** A commit is the same whichever source brought it. */
const identityOf = ({ id, source }: Revision): string => (HEX_COMMIT.test(id) ? id : [source, id].join())

/** The revisions, each once: two sources may bring one commit. */
export const distinct = (revisions: readonly Revision[]): Revision[] =>
  revisions.filter((one, index) => revisions.findIndex((other) => identityOf(other) === identityOf(one)) === index)

/**
 * The authors of these revisions, each once. Two names at one address may be two people, who share a machine's address.
 * A revision without an author gets an unknown one.
 */
export const authorsOf = (revisions: readonly Revision[]): CommitAuthor[] => {
  const all = revisions.flatMap((revision): CommitAuthor[] => [
    { name: revision.author, email: revision.authorEmail?.toLowerCase() ?? null, revision: shortId(revision) },
    ...revision.coAuthors.map((author) => ({ ...author, revision: shortId(revision) })),
  ])
  const authorKey = ({ name, email, revision }: CommitAuthor): string =>
    JSON.stringify(name === null && email === null ? [revision] : [name, email])
  const firsts = new Map(all.toReversed().map((author) => [authorKey(author), author]))
  return all.filter((author) => firsts.get(authorKey(author)) === author)
}
