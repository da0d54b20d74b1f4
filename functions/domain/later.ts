import type { Approval } from './approval.ts'
import { freezeOf } from './approval.ts'
import type { Policy, Vote } from './policy.ts'
import { counts, judge } from './policy.ts'
import type { WrongTime } from './refusal.ts'

/** Why an approver cannot choose this time at `now`; null if they can. */
export const wrongTime = (
  { resolvedPolicy, expiresAt }: Pick<Approval, 'resolvedPolicy' | 'expiresAt'>,
  notBefore: number,
  now: number,
): WrongTime | null => {
  const later = resolvedPolicy?.policy.later
  if (!later) return { why: 'not-offered' }
  if (notBefore <= now) return { why: 'past' }
  // The verdict needs time to reach CodePipeline before it rejects by itself.
  if (notBefore > expiresAt - SENT_WITHIN) return { why: 'after-expiry', latest: expiresAt - SENT_WITHIN }
  return notBefore > now + later.within ? { why: 'too-far', latest: now + later.within } : null
}

/** The sweep finds it within a minute, and its effects take their time. Milliseconds. */
const SENT_WITHIN = 5 * 60_000

/** The approvals that count, each with the time that its person chose. */
const timed = (policy: Policy, votes: readonly Vote[]): (Vote & { notBefore: number })[] =>
  votes.filter(
    (vote): vote is Vote & { notBefore: number } =>
      vote.verdict === 'Approved' && vote.notBefore !== undefined && counts(policy, vote),
  )

/** The latest of the times that approvers chose; null if none did. A person who chose none agrees with any. */
export const notBeforeOf = (policy: Policy, votes: readonly Vote[]): number | null => {
  const times = timed(policy, votes).map(({ notBefore }) => notBefore)
  return times.length > 0 ? Math.max(...times) : null
}

/** Whether an approver has chosen a time that is still to come. */
export const isEarly = (policy: Policy, votes: readonly Vote[], now: number): boolean =>
  timed(policy, votes).some(({ notBefore }) => now < notBefore)

/** When its verdict is sent, while it has enough approvals and waits for the time that they chose; null if it does not. */
export const sendAt = ({ state, resolvedPolicy, votes }: Approval): number | null =>
  state.name === 'waiting' && resolvedPolicy && judge(resolvedPolicy.policy, votes).kind === 'granted'
    ? notBeforeOf(resolvedPolicy.policy, votes)
    : null

/** The approvals for which their people chose a time, in the order of the votes. */
export const timedApprovals = ({ resolvedPolicy, votes }: Approval): (Vote & { notBefore: number })[] =>
  resolvedPolicy ? timed(resolvedPolicy.policy, votes) : []

/**
 * Since when a newer execution waits, or another one is live, that no approver has seen; null if the approvers have seen
 * all of these. Then the bot sends no verdict of a chosen time until a person approves again.
 */
export const overtakenSince = ({ resolvedPolicy, votes, newer, liveChangedAt }: Approval): number | null => {
  if (!resolvedPolicy) return null
  const seen = votes.filter((vote) => vote.verdict === 'Approved' && counts(resolvedPolicy.policy, vote))
  const seenAt = Math.max(...seen.map(({ at }) => at))
  const news = [newer?.seenAt, liveChangedAt].filter((at) => at !== undefined && at > seenAt) as number[]
  return news.length > 0 ? Math.min(...news) : null
}

/** Whether the time has come for a verdict that waited for it, and nothing keeps it. */
export const isTime = (approval: Approval, now: number): boolean => {
  const at = sendAt(approval)
  const { deferredClicks, expiresAt, notSent } = approval
  const isFree = deferredClicks.length === 0 && notSent === undefined && overtakenSince(approval) === null
  return at !== null && at <= now && now < expiresAt && isFree && freezeOf(approval, now) === null
}
