import type { Approval, FreezeOverride } from './approval.ts'
import { freezesInForce } from './approval.ts'
import { approvalId } from './approval-id.ts'
import { same } from './canonical.ts'
import type { Policy, Verdict, Vote } from './policy.ts'
import { counts, judge } from './policy.ts'
import { frozenAt } from './window.ts'

/** What the sender of a verdict has read itself: nothing of it comes from the table. */
export interface Evidence {
  /** The execution that waits for the token, and its revisions, as AWS has them. */
  executionId: string
  revisions: readonly string[]
  /** The policy by the configuration and Slack, for the authors and the starter that AWS names; null without a route. */
  policy: Policy | null
  /** What people took back or refused. */
  objections: readonly { userId: string; at: number; what: 'withdrawn' | 'rejected' }[]
  /** The same policy with the route's stand-ins, and since when they may approve; null if they may not. */
  escalated: { policy: Policy; since: number } | null
}

export type Doubt =
  /** The table has what no function has written. */
  | { kind: 'tampered'; because: string }
  /** The votes are genuine, and are not enough by the policy as it is now. `lost`: whose must be cast again. */
  | { kind: 'not-met'; because: string; lost: readonly string[] }

/** Why the approval is not the one that it says. */
export const doubtAboutRequest = (
  { id, where, token, votes }: Approval,
  isGenuine: (vote: Vote) => boolean,
): Doubt | null => {
  if (id !== approvalId(where.accountId, where.region, token))
    return tampered('the approval has the token of another one')
  const altered = votes.find((vote) => vote.signed && !isGenuine(vote))
  return altered ? tampered(`the vote of ${altered.userId} is not the one that was signed`) : null
}

/**
 * The policy, judged again from the votes that are signed: why they do not make the verdict, or null if they do.
 * `votes`: those with a genuine signature. `override`: an override with one.
 */
export const doubtAbout = (
  approval: Approval,
  verdict: Verdict,
  votes: readonly Vote[],
  override: Approval['override'],
  { executionId, revisions, policy, escalated, objections }: Evidence,
): Doubt | null => {
  const takenBack = votes.find(({ userId, at }) =>
    objections.some((one) => one.what === 'withdrawn' && one.userId === userId && one.at >= at),
  )
  if (takenBack) return tampered(`${takenBack.userId} has withdrawn the vote`)
  const refusing = objections.find(({ what }) => what === 'rejected')
  if (verdict === 'Approved' && refusing) return tampered(`${refusing.userId} has rejected it`)
  if (executionId !== approval.executionId) return tampered('another execution waits for this approval')
  const other = votes.find(({ signed }) => !same([...signed!.revisions].sort(), [...revisions].sort()))
  if (other && other.signed!.revisions.length > 0)
    return tampered(`${other.userId} voted on other revisions than the execution has`)
  if (!policy) return notMet('no route of greenlight.yml matches it any more')
  const lifting = { override: override && policy.breakGlass.includes(override.userId) ? lasting(override) : null }
  const frozen = ({ verdict, at }: Vote): boolean =>
    verdict === 'Approved' && frozenAt(freezesInForce({ ...lifting, resolvedPolicy: { policy } }, at), at) !== null
  const lost = votes.filter(frozen).map(({ userId }) => userId)
  if (lost.length > 0) return notMet('a vote was cast in a change freeze', lost)
  const ruling = RULING_OF[verdict]
  if (judge(policy, votes).kind === ruling) return null
  // A stand-in's vote counts from the escalation on.
  const since = escalated?.since ?? Infinity
  const late = votes.filter((vote) => counts(policy, vote) || vote.at >= since)
  if (escalated && judge(escalated.policy, late).kind === ruling) return null
  return notMet('its signed votes do not meet the policy as it is now')
}

/** It lasts as long as the windows that were signed with it. */
const lasting = (override: FreezeOverride): FreezeOverride | null => {
  const frozen = frozenAt(override.windows, override.at)
  return frozen && { ...override, frozen }
}

const notMet = (because: string, lost: readonly string[] = []): Doubt => ({ kind: 'not-met', because, lost })

const tampered = (because: string): Doubt => ({ kind: 'tampered', because })

const RULING_OF = { Approved: 'granted', Rejected: 'rejected' } as const
