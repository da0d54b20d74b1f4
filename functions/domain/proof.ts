import type { Approval, FreezeOverride } from './approval.ts'
import { freezesInForce } from './approval.ts'
import type { Soak } from './automatic.ts'
import { unreadOfRule } from './automatic.ts'
import { approvalId } from './approval-id.ts'
import { same } from './canonical.ts'
import type { Policy, Verdict, Vote } from './policy.ts'
import { counts, hasApprover, judge } from './policy.ts'
import type { StoodIn } from './stand-in.ts'
import { isNamedBy, standInsOf, stoodIn, whyForbidden } from './stand-in.ts'
import type { Frozen, Window } from './window.ts'
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
  /** As they are then: what a calendar said at the time of the votes holds until its next change. */
  freezesNow: readonly Window[]
  withdrawals: readonly Objected[]
  /** Each with the policy of its time. */
  rejections: readonly (Objected & { under: PolicyThen })[]
  /** The times that approvers chose. */
  chosen: readonly (Objected & { notBefore: number })[]
}

type Objected = Pick<Vote, 'userId' | 'at'>

export type Doubt =
  /** The table has what no function has written. */
  | { kind: 'tampered'; because: string }
  /** The votes are genuine, and are not enough by the policy as it is now. */
  | { kind: 'not-met'; because: string; lost: readonly string[] }
  /** A change freeze applies that was not known when it was decided. `lost`: whose votes must be cast again. */
  | { kind: 'frozen'; because: string; lost: readonly string[] }
  /** Slack, a calendar, the table or AWS do not say now what the verdict depends on. */
  | { kind: 'unclear'; because: string }

/** Why a verdict is not sent. */
export type Unproven = Exclude<Doubt, { kind: 'unclear' }>

/** Whether all that was verified is as it was then. The lease and the messages may have changed. */
export const isAsVerified = (current: Approval, verified: Approval): boolean =>
  same(verifiedIn(current), verifiedIn(verified))

/** Whether the same verdict stands: it may have waited meanwhile, and been decided again. */
export const isSameDecision = ({ state }: Approval, { state: before }: Approval): boolean =>
  same(decisionIn(state), decisionIn(before))

const decisionIn = (state: Approval['state']) =>
  state.name === 'deciding' ? { verdict: state.verdict, since: state.since } : null

const verifiedIn = ({ id, where, token, executionId, votes, override, approvedBy, state }: Approval) => ({
  id,
  where,
  token,
  executionId,
  votes,
  override,
  approvedBy,
  decision: decisionIn(state),
})

/** Why the approval is not the one that it says. */
export const doubtAboutRequest = (
  { id, where, token, votes }: Approval,
  isGenuine: (vote: Vote) => boolean,
): Unproven | null => {
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
  { executionId, revisions, now, freezesNow, policy, escalated, withdrawals, rejections, chosen }: Evidence,
): Doubt | null => {
  const takenBack = votes.find((vote) => withdrawals.some((one) => one.userId === vote.userId && one.at >= vote.at))
  if (takenBack) return tampered(`${takenBack.userId} has withdrawn the vote`)
  if (verdict === 'Approved') {
    const rejected = doubtByRejections(rejections, [...withdrawals, ...votes])
    if (rejected) return rejected
  }
  if (executionId !== approval.executionId) return tampered('another execution waits for this approval')
  // One that was signed for none was cast while CodePipeline listed none.
  const onOthers = (voted: readonly string[]) => voted.length > 0 && !same([...voted].sort(), [...revisions].sort())
  const other = votes.find(({ signed }) => onOthers(signed!.revisions))
  if (other) return tampered(`${other.userId} voted on other revisions than the execution has`)
  if (!policy) return notMet('no route of greenlight.yml matches it any more')
  const [unlisted] = policy.unread
  const mayOverride = override !== null && policy.breakGlass.includes(override.userId)
  const isUnknown = override !== null && !mayOverride && unlisted !== undefined
  const lifting = { override: mayOverride ? lasting(override) : null }
  const freezeAt = (freezes: readonly Window[], at: number) =>
    frozenAt(freezesInForce({ ...lifting, resolvedPolicy: { policy: { ...policy, freezes } } }, at), at)
  const lost = votes.flatMap((vote) => {
    const frozen = vote.verdict === 'Approved' ? freezeAt(policy.freezes, vote.at) : null
    return frozen ? [{ userId: vote.userId, frozen }] : []
  })
  const unread = lost.find(({ frozen }) => frozen.unread !== undefined)?.frozen.unread
  if (unread !== undefined) return unclearBecause(unread)
  // The override may be of a person whom Slack did not look up.
  if (lost.length > 0 && isUnknown) return unclearBecause(unlisted)
  if (lost.length > 0)
    return {
      // Only an override lets a function count a vote in a freeze that it knows of.
      kind: approval.override ? 'not-met' : 'frozen',
      because: 'a vote was cast in a change freeze',
      lost: lost.map(({ userId }) => userId),
    }
  if (!makes(verdict, votes, { policy, escalated }))
    return unlisted === undefined
      ? notMet('its signed votes do not meet the policy as it is now')
      : unclearBecause(unlisted)
  const early = verdict === 'Approved' ? doubtByTime(votes, { chosen, withdrawals, policy, escalated, now }) : null
  if (early) return early
  // It was decided before, and not sent yet.
  const begun = verdict === 'Approved' ? freezeAt(freezesNow, now) : null
  return begun && isUnknown ? unclearBecause(unlisted) : begun && heldBy(begun)
}

/** Before a time that an approver chose: by the signed votes, and by those that are in the table no more. */
const doubtByTime = (
  votes: readonly Vote[],
  { chosen, withdrawals, policy, escalated, now }: Pick<Evidence, 'chosen' | 'withdrawals' | 'now' | keyof PolicyThen>,
): Doubt | null => {
  const mayCount = (vote: Vote): boolean =>
    [policy, escalated?.policy].some((one) => one?.rules.some((rule) => isNamedBy(one, rule, vote)))
  const signed = votes.find((vote) => now < (vote.notBefore ?? -Infinity) && mayCount(vote))
  if (signed)
    return now < signed.notBefore! - CLOCKS_DIFFER
      ? tampered(`${signed.userId} approved it for a later time`)
      : unclearBecause('the time that an approver chose has not come')
  const mayHaveCounted = (userId: string, at: number): boolean =>
    [policy, escalated?.policy].some(
      (one) => one && (one.rules.some((rule) => hasApprover(rule, userId)) || stoodInThen(one, userId, at).length > 0),
    )
  const since = [...votes, ...withdrawals]
  const kept = chosen.find(
    ({ userId, at, notBefore }) =>
      now < notBefore && mayHaveCounted(userId, at) && !since.some((one) => one.userId === userId && one.at >= at),
  )
  return kept ? unclearBecause(`${kept.userId} approved it for a later time`) : null
}

/** By which the clocks of two functions may differ. Milliseconds. */
const CLOCKS_DIFFER = 60_000

const heldBy = ({ name, unread }: Frozen): Doubt =>
  unread === undefined
    ? { kind: 'frozen', because: `the change freeze “${name}” has begun`, lost: [] }
    : unclearBecause(unread)

/** Who decided otherwise since has taken the rejection back. */
const doubtByRejections = (rejections: Evidence['rejections'], since: readonly Objected[]): Doubt | null => {
  const standing = rejections.filter(
    (rejection) => !since.some((one) => one.userId === rejection.userId && one.at > rejection.at),
  )
  const refusing = standing.find((one) => makes('Rejected', [rejectionOf(one)], one.under))
  if (refusing) return tampered(`${refusing.userId} has rejected it`)
  const [unread] = standing.flatMap(({ under }) => under.policy?.unread ?? [])
  return unread === undefined ? null : unclearBecause(unread)
}

/**
 * Whether the rule approves it: no one has signed that, so all of it is read again, and nothing of the table counts. Why
 * not, or null if it does. `soak`: by the time since which CodePipeline waits, and the alarms as they are now.
 */
export const doubtAboutRule = (
  approval: Approval,
  { executionId, freezesNow, policy, escalated, withdrawals, rejections, chosen }: Evidence,
  { stoppedBy, soak, now }: { stoppedBy: string | null; soak: Soak | null; now: number },
): Doubt | null => {
  const rejected = doubtByRejections(rejections, withdrawals)
  if (rejected) return rejected
  if (stoppedBy !== null) return tampered(`${stoppedBy} has stopped the automatic approval`)
  if (executionId !== approval.executionId) return tampered('another execution waits for this approval')
  if (!policy) return notMet('no route of greenlight.yml matches it any more')
  const unread = unreadOfRule(policy)
  if (unread !== null) return unclearBecause(unread)
  if (!soak) return notMet('its route does not let it approve itself')
  if (soak.kind === 'stopped') return soak.isUnread ? unclearBecause(soak.because) : notMet(soak.because)
  if (soak.kind === 'lasts') return notMet('the time without alarms has not passed')
  const early = doubtByTime([], { chosen, withdrawals, policy, escalated, now })
  if (early) return early
  const begun = frozenAt(freezesNow, now)
  return begun && heldBy(begun)
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

/** For all whom its person stood in for then. */
const rejectionOf = ({ userId, at, under: { policy, escalated } }: Evidence['rejections'][number]): Vote => {
  const absent = [policy, escalated?.policy ?? null].flatMap((one) => (one ? stoodInThen(one, userId, at) : []))
  return { userId, name: '', verdict: 'Rejected', comment: '', at, standsInFor: absent }
}

/** For whom the person could decide at that time; those whose account was deactivated since are among them. */
const stoodInThen = (policy: Policy, userId: string, at: number): StoodIn[] =>
  standInsOf(policy, userId, at)
    .filter((one) => whyForbidden(policy, one) === null)
    .map(stoodIn)

/** It lasts as long as the windows that were signed with it. */
const lasting = (override: FreezeOverride): FreezeOverride | null => {
  const frozen = frozenAt(override.windows, override.at)
  return frozen && { ...override, frozen }
}

const notMet = (because: string): Doubt => ({ kind: 'not-met', because, lost: [] })

const unclearBecause = (because: string): Doubt => ({ kind: 'unclear', because })

const tampered = (because: string): Unproven => ({ kind: 'tampered', because })

const RULING_OF = { Approved: 'granted', Rejected: 'rejected' } as const
