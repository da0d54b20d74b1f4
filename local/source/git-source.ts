import { join } from 'node:path'
import type { Clock } from '../../functions/clock.ts'
import type { ActionOutcome, ActionRun, ActionRunner } from '../aws/action-runner.ts'
import type { Tool } from '../process/capabilities.ts'
import { type CommitKind, createPushes, historyOf, readExample, type Seed } from './example-commits.ts'
import { openGitRepository } from './git-repository.ts'
import { createMemoryRepository } from './memory-repository.ts'
import type { Author, Commit, CommitWithDiff, Comparison } from './repository.ts'

export interface GitSourceOptions {
  /** What the repository is called, such as `flask-app`. */
  name: string
  seed: Seed
  /** To keep the repository in: `<directory>/<name>.git`. */
  directory: string
  /** Where the repository's pages are, such as `http://127.0.0.1:4600/git/flask-app`. */
  publicUrl: string
  /** Who wrote the history; at least one. */
  people: readonly Author[]
  git: Tool
  clock: Clock
}

export interface GitSource {
  /** The runner of Source/CodeStarSourceConnection. */
  runner: ActionRunner
  /** Makes a commit on main. The message defaults to one that fits the kind. */
  push(request: { author: Author; kind: CommitKind; message?: string }): Promise<Commit>
  /** Newest first. */
  commits(limit?: number): Promise<Commit[]>
  /** For `/commit/:sha`; null when there is no such commit. */
  show(id: string): Promise<CommitWithDiff | null>
  /** For `/compare/:base...:head`; null when either does not exist. */
  compare(base: string, head: string): Promise<Comparison | null>
  /**
   * Writes the files of a commit, or of the branch's newest without one, into an empty directory. Rejects with a sentence
   * for an unknown one.
   */
  checkOut(version: string | undefined, directory: string): Promise<void>
  /** The commit that the runner has put into an artifact's directory. */
  commitIn(artifactDirectory: string): string | undefined
}

const BRANCH = 'main'
const SHOWN_COMMITS = 50

/**
 * Makes a repository of an example, with a history, in well under a second; without git in memory (capabilities.ts says
 * what is then missing). Rejects if the example and its changes do not fit together.
 */
export const createGitSource = async (options: GitSourceOptions): Promise<GitSource> => {
  const { clock, people, publicUrl, seed } = options
  const repository =
    'missing' in options.git
      ? createMemoryRepository()
      : await openGitRepository(join(options.directory, `${options.name}.git`))
  const example = await readExample(seed)
  const nextPush = createPushes(seed, example)
  await repository.add(historyOf(seed, example, people, clock.now()))

  const checkedOut = new Map<string, string>()
  let pushes: Promise<unknown> = Promise.resolve()

  const push: GitSource['push'] = ({ author, kind, message }) => {
    const made = pushes.then(async () => {
      await repository.add([{ author, at: clock.now(), ...nextPush(kind, message?.trim() || undefined) }])
      const [commit] = await repository.commits(1)
      return commit!
    })
    pushes = made.catch(() => undefined)
    return made
  }

  const found = async (version: string | undefined): Promise<Commit | undefined> =>
    version === undefined ? (await repository.commits(1))[0] : (await repository.show(version))?.commit
  const write = async ({ sha }: Commit, directory: string): Promise<void> => {
    await repository.checkOut(sha, directory)
    checkedOut.set(directory, sha)
  }

  const runner: ActionRunner = async (run) => {
    const { BranchName = BRANCH } = run.configuration
    if (BranchName !== BRANCH)
      return configurationError(`There is no branch ${BranchName} here: the workspace's repository has ${BRANCH}.`)
    const wanted = run.sourceRevision
    const commit = await found(wanted)
    if (!commit) return configurationError(`There is no commit ${wanted} in the workspace's repository.`)
    for (const directory of Object.values(run.outputArtifacts)) await write(commit, directory)
    run.log(`Checked out ${commit.sha} by ${commit.author.name}`)
    run.log(commit.message)
    return checkoutOutcome(run, commit, publicUrl)
  }

  return {
    runner,
    push,
    commits: (limit = SHOWN_COMMITS) => repository.commits(limit),
    show: (id) => repository.show(id),
    compare: (base, head) => repository.compare(base, head),
    checkOut: async (version, directory) => {
      const commit = await found(version === BRANCH ? undefined : version)
      if (!commit) throw new Error(`There is no commit ${version} in the workspace's repository.`)
      await write(commit, directory)
    },
    commitIn: (directory) => checkedOut.get(directory),
  }
}

/**
 * The output variables of a connection's source action (AWS CodePipeline User Guide, "CodeStarSourceConnection for
 * Bitbucket Cloud, GitHub, …", "Output variables").
 */
const checkoutOutcome = ({ configuration }: ActionRun, commit: Commit, publicUrl: string): ActionOutcome => {
  const { sha, author, at, message } = commit
  const revisionSummary = JSON.stringify({ ProviderType: 'GitHub', CommitMessage: message })
  return {
    status: 'Succeeded',
    outputVariables: {
      AuthorDate: new Date(at).toISOString().replace('.000Z', 'Z'),
      AuthorDisplayName: author.name,
      AuthorEmail: author.email,
      BranchName: BRANCH,
      CommitId: sha,
      CommitMessage: message,
      ConnectionArn: configuration.ConnectionArn ?? '',
      FullRepositoryName: configuration.FullRepositoryId ?? '',
    },
    revision: { revisionId: sha, revisionSummary, revisionUrl: `${publicUrl}/commit/${sha}`, created: at },
  }
}

const configurationError = (summary: string): ActionOutcome => ({
  status: 'Failed',
  errorCode: 'ConfigurationError',
  summary,
})
