import type { LiveHistory } from './live-history.ts'

/**
 * The authors of each change that would be deployed and is not live are known to the approval, by the pipeline's
 * definition: also where CodePipeline does not tell the kinds of its actions.
 */
export const authorsHeld = ({ told }: LiveHistory): string[] =>
  told.flatMap(({ about, approval, expected, writerOf }) => {
    const known = new Set(approval.change.authors.map(({ name, revision }) => name ?? revision))
    const missing = new Set(expected.held.map(writerOf).filter((writer) => !known.has(writer)))
    return [...missing].map((writer) => `${about}: ${writer} may approve a change of their own`)
  })
