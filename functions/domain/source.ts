import { coAuthorsOf } from './author.ts'
import { partitionOf } from './partition.ts'
import type { Repository, RepositoryKind, Revision } from './revision.ts'
import { commitUrl } from './revision.ts'
import { oneLine, visible } from './visible-text.ts'
import { ownEntry } from '../own-entry.ts'

/** A source revision as CodePipeline keeps it. */
interface Artifact {
  /** The source action. */
  actionName: string | null
  revisionId: string
  summary: string | null
  url: string | null
}

/** What is known of the source action that returned a revision. */
export interface SourceAction {
  provider: string | null
  outputVariables: Record<string, string>
}

export const UNKNOWN_SOURCE: SourceAction = { provider: null, outputVariables: {} }

/**
 * Puts a revision together from the data of its source action.
 *
 * Output variables have most (AuthorDisplayName, AuthorEmail, FullRepositoryName, CommitMessage). Without them the
 * revision summary is read: JSON text for connections, a bare commit message for CodeCommit, anything for S3 and ECR.
 * Sources: "Variables reference" and "ArtifactRevision", CodePipeline user guide and API reference.
 */
export const describeRevision = (
  artifact: Artifact,
  { provider, outputVariables: variables }: SourceAction,
  region: string,
  repositoryFor: (fullName: string) => Repository | null,
): Revision => {
  const summary = readSummary(artifact.summary ?? '')
  const message = variables['CommitMessage'] ?? summary.message
  const repository =
    provider === 'CodeCommit'
      ? codeCommitRepository(variables['RepositoryName'], region)
      : hostedRepository(artifact, variables, summary.provider, repositoryFor)
  const told = (name: string): string => oneLine(ownEntry(variables, name) ?? '').slice(0, LONGEST_SHOWN)
  const [branch, tag, pullRequest] = [told('BranchName'), told('TagName'), told('PullRequestId')]
  // A committer's date is later than the author's where a change was rebased.
  const committedAt = Date.parse(told('CommitterDate') || told('AuthorDate'))
  return {
    id: artifact.revisionId,
    source: artifact.actionName,
    title: titleOf(message, variables),
    author: told('AuthorDisplayName') || null,
    authorEmail: told('AuthorEmail') || null,
    coAuthors: coAuthorsOf(message, variables['CommitMessage'] === undefined && isCut(artifact.summary)),
    ...(branch && { branch }),
    ...(tag && { tag }),
    ...(pullRequest && { pullRequest }),
    ...(committedAt > 0 && { committedAt }),
    url: repository ? commitUrl(repository, artifact.revisionId) : webUrl(artifact.url),
    repository,
  }
}

/** CodePipeline keeps so many characters of a revision's summary ("ArtifactRevision", CodePipeline API reference). */
const isCut = (summary: string | null): boolean => (summary?.length ?? 0) >= 2_048

/** A variable may hold 120 kB in one line, and a record of ours at most 400 kB in all. */
const LONGEST_SHOWN = 300

/**
 * An image is known by its repository and tag. The summary of an object in S3 only repeats its version ("Amazon S3
 * version id: …").
 */
const titleOf = (message: string, { RepositoryName, ImageTag, ImageDigest }: Record<string, string>): string => {
  if (ImageDigest !== undefined && RepositoryName)
    return [RepositoryName, ImageTag].filter(Boolean).join(':').slice(0, LONGEST_SHOWN)
  return S3_VERSION.test(message) ? '' : firstLine(message)
}

const S3_VERSION = /^Amazon S3 version id: \S+$/

const firstLine = (message: string): string => oneLine(visible(message).trim().split('\n')[0]!).slice(0, LONGEST_SHOWN)

interface Summary {
  message: string
  provider: string | null
}

/** CodePipeline cuts summaries at 2,048 characters, maybe inside the JSON; the rest of the message is kept. */
const readSummary = (summary: string): Summary => {
  if (!summary.includes('"CommitMessage"') || !summary.includes('"ProviderType"'))
    return { message: summary, provider: null }
  const provider = /"ProviderType"\s*:\s*"([A-Za-z]+)"/.exec(summary)?.[1] ?? null
  const message = /"CommitMessage"\s*:\s*"((?:[^"\\]|\\.)*)/.exec(summary)?.[1]
  return { message: message === undefined ? summary : unescaped(message), provider }
}

const unescaped = (json: string): string => parsedText(json) ?? parsedText(json.replace(/\\u.{0,3}$/, '')) ?? json

const parsedText = (json: string): string | null => {
  try {
    return JSON.parse(`"${json}"`) as string
  } catch {
    return null
  }
}

const HOSTED = new Map<string, { kind: RepositoryKind; host: string }>([
  ['GitHub', { kind: 'github', host: 'https://github.com' }],
  ['GitLab', { kind: 'gitlab', host: 'https://gitlab.com' }],
  ['Bitbucket', { kind: 'bitbucket', host: 'https://bitbucket.org' }],
])

const FULL_NAME = /^[\w.-]+(?:\/[\w.-]+)+$/

const hostedRepository = (
  artifact: Artifact,
  variables: Record<string, string>,
  host: string | null,
  repositoryFor: (fullName: string) => Repository | null,
): Repository | null => {
  const onGitHub = GITHUB_COMMIT.exec(artifact.url ?? '')
  const name = variables['FullRepositoryName'] ?? queryOf(artifact.url, 'FullRepositoryId') ?? onGitHub?.[1]
  if (!name || !FULL_NAME.test(name)) return null
  const hosted = HOSTED.get(onGitHub ? 'GitHub' : (host ?? ''))
  return repositoryFor(name) ?? (hosted ? { kind: hosted.kind, name, url: `${hosted.host}/${name}` } : null)
}

/** GitHub's first action (owner ThirdParty) names its repository without the owner, and links to the commit's page. */
const GITHUB_COMMIT = /^https:\/\/github\.com\/([\w.-]+\/[\w.-]+)\/commit\//

const codeCommitRepository = (name: string | undefined, region: string): Repository | null =>
  name && /^[\w.-]+$/.test(name)
    ? {
        kind: 'codecommit',
        name,
        url: `https://${partitionOf(region).consoleHost}/codesuite/codecommit/repositories/${name}`,
      }
    : null

/** A connection's revision link leads through the AWS console and names the repository in its query. */
const queryOf = (url: string | null, name: string): string | null =>
  url && URL.canParse(url) ? new URL(url).searchParams.get(name) : null

/** Only addresses that a browser opens as a page. */
export const webUrl = (url: string | null): string | null =>
  url && /^https?:\/\/\S+$/i.test(url) && URL.canParse(url) ? url : null
