import type { Approval } from './approval.ts'
import { MINUTE } from './time-units.ts'

/**
 * Whether a look at the approval that failed may be queued again at `until`. Several events of one moment look at the same
 * approval: one of them queues it, and each further attempt follows from that one.
 */
export const takeCheckRetry = (
  approval: Approval,
  attempt: number,
  until: number,
  now: number,
): [Approval, boolean] => {
  const { checkRetry } = approval
  if (checkRetry && now < checkRetry.until && attempt <= checkRetry.attempt) return [approval, false]
  // The queue may be a little late.
  return [{ ...approval, checkRetry: { attempt, until: until + MINUTE } }, true]
}
