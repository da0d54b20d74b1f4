import type { ApprovalRecord } from '../audit/record-reader.ts'
import type { Leaf } from './log-directory.ts'

/** What the log has of an approval and the record does not, in clauses. Early entries may have expired. */
export const logFlaws = (
  leaves: readonly Leaf[],
  { entries }: Pick<ApprovalRecord, 'entries'>,
  now: number,
): string[] => {
  const byNumber = new Map(entries.map((entry) => [entry.number, entry.hash]))
  const first = Math.min(...byNumber.keys())
  if (byNumber.size === 0)
    return leaves.every(({ keptUntil }) => keptUntil <= now) ? [] : ['the log has it, and the record does not']
  return leaves.flatMap(({ number, hash }) => {
    if (number < first || byNumber.get(number) === hash) return []
    return [
      byNumber.has(number) ? `entry ${number} is not the one in the log` : `entry ${number} of the log is missing`,
    ]
  })
}
