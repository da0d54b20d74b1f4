import type { Approval } from './approval.ts'
import { freezesInForce } from './approval.ts'
import type { Outcome } from './outcome.ts'
import type { Barrier, PastPolicy } from './policy.ts'
import { barrierFor, counts, judge, standsInFor } from './policy.ts'

/**
 * Whether AWS took an approval that Slack would have refused: the person is not known, may not approve this, or is not
 * enough. Null where the policy sends people to the AWS console, allows it, or there is no policy. A rejection is safe.
 */
export const pastPolicy = (approval: Approval, userId: string | null, at: number): PastPolicy | null => {
  const { resolvedPolicy, votes, state, problem } = approval
  // Enough people had approved in Slack already, and another was faster to tell CodePipeline. Where the sender could not
  // verify that, the message leaves it to the AWS console, and not to any person there.
  const isGranted =
    state.name === 'deciding' && state.verdict === 'Approved' && (state.isVerified === true || problem === null)
  if (!resolvedPolicy || isGranted) return null
  const { policy } = resolvedPolicy
  if (policy.consoleOnly !== null || policy.consoleApprovals === 'allow') return null
  if (userId === null) return 'unknown-person'
  const barrier = barrierFor(policy, userId, 'Approved', at, freezesInForce(approval, at), votes)
  if (barrier) return ownReason(barrier)
  const standingIn = { standsInFor: standsInFor(policy, userId, at, votes) }
  const vote = { userId, name: '', verdict: 'Approved', comment: '', at, ...standingIn } as const
  // AWS asks for no form of comment. In Slack it was asked for, and a person votes once.
  const { comment: _, ...any } = policy
  const others = votes.filter((one) => one.userId !== userId && counts(policy, one))
  return judge(any, [...others, vote]).kind === 'granted' ? null : 'too-few'
}

const ownReason = ({ because }: Barrier): PastPolicy | null => {
  switch (because) {
    case 'console-only':
    case 'not-a-rejecter':
      return null
    case 'absent-forbidden':
    case 'absent-decided':
      return 'not-an-approver'
    default:
      return because
  }
}

/** Why the approval passed by its policy; null where it did not. */
export const passedBy = (outcome: Outcome): PastPolicy | null =>
  outcome.how === 'console' ? (outcome.past ?? null) : null
