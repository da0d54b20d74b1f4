/** A repository with one branch, with the operations that the pipeline's source and the workspace's pages need. */
export interface Repository {
  /** Adds commits on top of the branch, oldest first. Resolves to the newest one's id. */
  add(commits: NewCommit[]): Promise<string>
  /** Newest first. */
  commits(limit: number): Promise<Commit[]>
  /** One commit by its id or an abbreviation of it (4 characters or more), with its changes. */
  show(id: string): Promise<CommitWithDiff | null>
  /**
   * The commits that `head` has and `base` does not: newest first, with the whole difference. Null if either is
   * unknown.
   */
  compare(base: string, head: string): Promise<Comparison | null>
  /** Writes a commit's files into an empty directory. */
  checkOut(sha: string, directory: string): Promise<void>
}

export interface Author {
  name: string
  email: string
}

/** Path → file. A commit holds a whole tree. */
export type Tree = ReadonlyMap<string, { content: string; executable: boolean }>

export interface NewCommit {
  author: Author
  /** Epoch milliseconds. */
  at: number
  message: string
  tree: Tree
}

export interface Commit {
  sha: string
  author: Author
  /** Epoch milliseconds, whole seconds. */
  at: number
  message: string
}

export interface CommitWithDiff {
  commit: Commit
  /** A unified diff; without git, one line for each file: `M settings.py`. */
  diff: string
}

export interface Comparison {
  commits: Commit[]
  diff: string
}

/** A commit's id, abbreviated or whole. Other texts are not looked up. */
export const COMMIT_ID = /^[0-9a-f]{4,40}$/

/** A commit message's first line. */
export const titleOf = ({ message }: { message: string }): string => message.split('\n')[0]!.trim()
