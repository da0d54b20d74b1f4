import type { ApprovalRecord } from './record-reader.ts'
import type { Leaf } from './leaf.ts'

/**
 * What the log has of an approval and the record does not, in clauses. A missing entry is excused only if no earlier
 * entry is left and the log's own `keptUntil` has passed at `now`: the table's writer cannot excuse it.
 */
export const logFlaws = (
  leaves: readonly Leaf[],
  { entries }: Pick<ApprovalRecord, 'entries'>,
  now: number,
): string[] => {
  const byNumber = new Map(entries.map((entry) => [entry.number, entry.hash]))
  const first = Math.min(...byNumber.keys())
  const lacking = leaves.filter(
    ({ number, hash, keptUntil }) => byNumber.get(number) !== hash && (number >= first || keptUntil > now),
  )
  if (byNumber.size === 0) return lacking.length === 0 ? [] : ['the log has it, and the record does not']
  return lacking.map(({ number }) =>
    byNumber.has(number) ? `entry ${number} is not the one in the log` : `entry ${number} of the log is missing`,
  )
}
