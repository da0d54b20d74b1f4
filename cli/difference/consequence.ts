import { same } from '../../functions/domain/canonical.ts'
import type { PastResult } from './judge-past.ts'

type Known = Extract<PastResult, { kind: 'known' }>

/** What another policy would have meant for an approval, as the end of "3 …"; null if it comes to the same. */
export const consequence = (before: Known, after: Known): string | null => {
  const [was, is] = [before.result.expect, after.result.expect]
  if (was === is) return among(before, after)
  if (is === 'no-route') return 'would have had no route, and so no approval in Slack'
  if (is === 'console-only') return 'would have been decided in the AWS console only'
  if (is === 'granted') return 'would have been approved'
  if (is === 'rejected') return 'would have been rejected'
  if (was === 'rejected') return 'would not have been rejected'
  return was === 'granted' ? needed(after.missing) : 'would have been decided in Slack'
}

/** Both come to the same end: whether it takes more or fewer people. */
const among = (before: Known, after: Known): string | null => {
  const more = before.took !== null && after.took !== null ? after.took - before.took : after.missing - before.missing
  if (more > 0) return needed(more)
  if (more < 0) return `would have needed ${approvers(-more)} fewer`
  return same(before.result, after.result) ? null : 'would have needed other approvers'
}

const needed = (more: number): string => `would have needed ${approvers(more, 'more ')}`

const approvers = (count: number, word = ''): string =>
  count === 1 ? `one ${word}approver` : `${count} ${word}approvers`
