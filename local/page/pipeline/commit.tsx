import type { ExecutionView } from '../contract.ts'
import { isSafeUrl } from '../slack/angle-token.ts'

/** The first seven digits of a revision, as git shows it. */
export const shortSha = (revision: { id: string }): string => revision.id.slice(0, 7)

/** The name of an execution in a sentence: its commit, or its own id before the source stage is done. */
export const executionName = (execution: ExecutionView): string =>
  execution.revision ? shortSha(execution.revision) : `execution ${execution.id.slice(0, 8)}`

/** Short sha (linked where it can be), title and author. */
export const Commit = ({ execution }: { execution: ExecutionView }) => {
  const { revision } = execution
  if (!revision) return <span class="commit__title muted">Fetching the source…</span>
  const sha = <code class="sha">{shortSha(revision)}</code>
  return (
    <span class="commit">
      {isSafeUrl(revision.url) ? (
        <a href={revision.url} target="_blank" rel="noreferrer">
          {sha}
        </a>
      ) : (
        sha
      )}{' '}
      <span class="commit__title">{revision.title}</span>
      <span class="commit__author">by {revision.author}</span>
    </span>
  )
}
