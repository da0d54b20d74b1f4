import type { Approval, FreezeOverride } from './approval.ts'
import { freezesInForce } from './approval.ts'
import type { Soak } from './automatic.ts'
import { approvalId } from './approval-id.ts'
import { same } from './canonical.ts'
import type { Policy, Verdict, Vote } from './policy.ts'
import { counts, judge } from './policy.ts'
import { frozenAt } from './window.ts'

/** Who may decide at a time, by the configuration and Slack as they are now. */
export interface PolicyThen {
  /** For the authors and the starter that AWS names; null without a route. */
  policy: Policy | null
  /** The same policy with the route's stand-ins, and since when they may approve; null if they may not. */
  escalated: { policy: Policy; since: number } | null
}

/** What the sender of a verdict has read itself: nothing of it comes from the table. The policy is that of the verdict. */
export interface Evidence extends PolicyThen {
  /** The execution that waits for the token, and its revisions, as AWS has them. */
  executionId: string
  revisions: readonly string[]
  /** When it was read. Epoch milliseconds. */
  now: number
  withdrawals: readonly Objected[]
  /** Each with the policy of its time. */
  rejections: readonly (Objected & { under: PolicyThen })[]
}

type Objected = Pick<Vote, 'userId' | 'at'>

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
  { executionId, revisions, now, policy, escalated, withdrawals, rejections }: Evidence,
): Doubt | null => {
  const takenBack = votes.find((vote) => withdrawals.some((one) => one.userId === vote.userId && one.at >= vote.at))
  if (takenBack) return tampered(`${takenBack.userId} has withdrawn the vote`)
  if (verdict === 'Approved') {
    const rejected = doubtByRejections(rejections, [...withdrawals, ...votes])
    if (rejected) return rejected
  }
  if (executionId !== approval.executionId) return tampered('another execution waits for this approval')
  const other = votes.find(({ signed }) => !same([...signed!.revisions].sort(), [...revisions].sort()))
  if (other && other.signed!.revisions.length > 0)
    return tampered(`${other.userId} voted on other revisions than the execution has`)
  if (!policy) return notMet('no route of greenlight.yml matches it any more')
  const lifting = { override: override && policy.breakGlass.includes(override.userId) ? lasting(override) : null }
  const freezeAt = (at: number) => frozenAt(freezesInForce({ ...lifting, resolvedPolicy: { policy } }, at), at)
  const lost = votes.filter(({ verdict, at }) => verdict === 'Approved' && freezeAt(at) !== null)
  if (lost.length > 0)
    return notMet(
      'a vote was cast in a change freeze',
      lost.map(({ userId }) => userId),
    )
  // It was decided before, and not sent yet.
  const begun = verdict === 'Approved' ? freezeAt(now) : null
  if (begun) return notMet(begun.unread ?? `the change freeze “${begun.name}” has begun`)
  return makes(verdict, votes, { policy, escalated })
    ? null
    : notMet('its signed votes do not meet the policy as it is now')
}

/** Who decided otherwise since has taken the rejection back. */
const doubtByRejections = (rejections: Evidence['rejections'], since: readonly Objected[]): Doubt | null => {
  const standing = rejections.filter(
    (rejection) => !since.some((one) => one.userId === rejection.userId && one.at > rejection.at),
  )
  const refusing = standing.find((one) => makes('Rejected', [rejectionOf(one)], one.under))
  if (refusing) return tampered(`${refusing.userId} has rejected it`)
  const unclear = standing.find(({ under }) => (under.policy?.unread.length ?? 0) > 0)
  return unclear ? notMet(`Slack does not tell whether the rejection of ${unclear.userId} counts`) : null
}

/**
 * Whether the rule approves it: no one has signed that, so all of it is read again, and nothing of the table counts. Why
 * not, or null if it does. `soak`: by the time since which CodePipeline waits, and the alarms as they are now.
 */
export const doubtAboutRule = (
  approval: Approval,
  { executionId, policy, withdrawals, rejections }: Evidence,
  { stoppedBy, soak, now }: { stoppedBy: string | null; soak: Soak | null; now: number },
): Doubt | null => {
  const rejected = doubtByRejections(rejections, withdrawals)
  if (rejected) return rejected
  if (stoppedBy !== null) return tampered(`${stoppedBy} has stopped the automatic approval`)
  if (executionId !== approval.executionId) return tampered('another execution waits for this approval')
  if (!policy) return notMet('no route of greenlight.yml matches it any more')
  if (!soak) return notMet('its route does not let it approve itself')
  const frozen = frozenAt(policy.freezes, now)
  if (frozen) return notMet(frozen.unread ?? `the change freeze ${frozen.name} applies`)
  if (soak.kind === 'stopped') return notMet(soak.because)
  return soak.kind === 'lasts' ? notMet('the time without alarms has not passed') : null
}

const makes = (verdict: Verdict, votes: readonly Vote[], { policy, escalated }: PolicyThen): boolean => {
  if (!policy) return false
  const ruling = RULING_OF[verdict]
  if (judge(policy, votes).kind === ruling) return true
  // A stand-in's vote counts from the escalation on.
  const since = escalated?.since ?? Infinity
  const late = votes.filter((vote) => counts(policy, vote) || vote.at >= since)
  return escalated !== null && judge(escalated.policy, late).kind === ruling
}

const rejectionOf = ({ userId, at }: Objected): Vote => ({ userId, name: '', verdict: 'Rejected', comment: '', at })

/** It lasts as long as the windows that were signed with it. */
const lasting = (override: FreezeOverride): FreezeOverride | null => {
  const frozen = frozenAt(override.windows, override.at)
  return frozen && { ...override, frozen }
}

const notMet = (because: string, lost: readonly string[] = []): Doubt => ({ kind: 'not-met', because, lost })

const tampered = (because: string): Doubt => ({ kind: 'tampered', because })

const RULING_OF = { Approved: 'granted', Rejected: 'rejected' } as const
