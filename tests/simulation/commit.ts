/** A commit, and its true author: null if the author has no account in Slack. */
export interface Commit {
  name: string
  /** Null if the source does not tell it. */
  email: string | null
  coAuthors: readonly { name: string; email: string }[]
  wrote: readonly (string | null)[]
  /** What the source tells of where it comes from. */
  branch?: string
  tag?: string
  repository?: string
}
