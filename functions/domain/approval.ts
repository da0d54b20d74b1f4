import type { Change, Revision } from './revision.ts'
import type { Policy, Ruling, Verdict, Vote } from './policy.ts'
import { mayDecide, rule } from './policy.ts'
import { same } from './same.ts'
import type { Place, Showing } from './showing.ts'
import { isBehind, notShownYet, touched } from './showing.ts'
import type { Starter } from './starter.ts'
import type { StageAction } from './pipeline.ts'

/** One pending question to people: may this execution pass this stage? Known by its token, never by its place. */
export interface Approval {
  kind: 'approval'
  /** Made from the token, and safe to show: the token itself answers for the pipeline and stays in the table. */
  id: string
  token: string
  where: StageAction
  executionId: string
  requestedAt: number
  expiresAt: number
  request: ApprovalRequest
  change: Change
  starter: Starter
  /** A newer execution that waits for this one to leave the stage. */
  newer: Newer | null
  votes: Vote[]
  state: ApprovalState
  /** Why the approval cannot go on, in a sentence for its channel; null when all is well. */
  problem: string | null
  /** What became of the execution after it was approved. */
  release: Release | null
  /** When the pipeline was last asked about it. Epoch milliseconds. */
  checkedAt: number
  showing: Showing
}

/** What the pipeline's author wrote at the approval action; null where they wrote nothing. */
export interface ApprovalRequest {
  customData: string | null
  reviewUrl: string | null
}

export interface Newer {
  executionId: string
  revision: Revision | null
  startedAt: number | null
}

export type ApprovalState =
  | { name: 'waiting' }
  /** The verdict is fixed and on its way to CodePipeline. It never changes any more. */
  | { name: 'deciding'; verdict: Verdict; since: number }
  | { name: 'settled'; outcome: Outcome; at: number }

/** How an approval ended. */
export type Outcome =
  | { how: 'slack'; verdict: Verdict }
  /** Decided past Greenlight. `by` and `summary` as far as AWS tells. */
  | { how: 'console'; verdict: Verdict; by: string | null; summary: string | null }
  | { how: 'expired' }
  | { how: 'stopped'; by: string | null; reason: string | null }
  | { how: 'pipeline-edited' }

export type Release = { name: 'running' } | { name: 'live' | 'failed' | 'stopped'; at: number; summary: string | null }

/** Left where the end of an approval was heard of before its beginning, so that nobody is asked in vain. */
export interface Tombstone {
  kind: 'tombstone'
  id: string
  closedAt: number
}

export interface NewApproval extends Pick<
  Approval,
  'id' | 'token' | 'where' | 'executionId' | 'expiresAt' | 'request' | 'change' | 'starter' | 'newer'
> {
  now: number
}

export const requested = ({ now, ...given }: NewApproval): Approval => ({
  kind: 'approval',
  ...given,
  requestedAt: now,
  votes: [],
  state: { name: 'waiting' },
  problem: null,
  release: null,
  checkedAt: now,
  showing: notShownYet(now),
})

/** Why a person's click did not count. A value, for the private answer and the record. */
export type Refusal =
  | { because: 'not-an-approver' }
  | { because: 'no-policy' }
  | { because: 'expired' }
  | { because: 'already-voted'; vote: Vote }
  | { because: 'already-deciding'; verdict: Verdict }
  | { because: 'already-settled'; outcome: Outcome; at: number }

export type Cast = { kind: 'counted'; ruling: Ruling } | { kind: 'refused'; refusal: Refusal }

/** Whether this person could vote now. Null when they may; used before a modal is opened and again when it is sent. */
export const refusalFor = (approval: Approval, policy: Policy | null, userId: string, now: number): Refusal | null => {
  const { state } = approval
  if (state.name === 'settled') return { because: 'already-settled', outcome: state.outcome, at: state.at }
  if (state.name === 'deciding') return { because: 'already-deciding', verdict: state.verdict }
  if (now >= approval.expiresAt) return { because: 'expired' }
  if (!policy || policy.rules.length === 0) return { because: 'no-policy' }
  if (!mayDecide(policy, userId)) return { because: 'not-an-approver' }
  return null
}

/** Counts one vote, or says why it does not count. The one writer whose vote completes the policy starts the decision. */
export const cast = (approval: Approval, policy: Policy | null, vote: Vote): [Approval, Cast] => {
  const refusal = refusalFor(approval, policy, vote.userId, vote.at) ?? repeated(approval, vote)
  if (refusal || !policy) return [approval, { kind: 'refused', refusal: refusal ?? { because: 'no-policy' } }]
  const votes = [...approval.votes.filter(({ userId }) => userId !== vote.userId), vote]
  const ruling = rule(policy, votes)
  return [
    {
      ...approval,
      votes,
      state:
        ruling.kind === 'open' ? approval.state : { name: 'deciding', verdict: VERDICT[ruling.kind], since: vote.at },
      showing: touched(approval.showing, vote.at),
    },
    { kind: 'counted', ruling },
  ]
}

const VERDICT = { granted: 'Approved', rejected: 'Rejected' } as const

const repeated = (approval: Approval, vote: Vote): Refusal | null => {
  const earlier = approval.votes.find(({ userId }) => userId === vote.userId)
  return earlier && earlier.verdict === vote.verdict ? { because: 'already-voted', vote: earlier } : null
}

/**
 * The approval has ended. A settled one never changes its outcome. What the pipeline says counts, also against a
 * verdict of ours that came too late.
 */
export const settled = (approval: Approval, outcome: Outcome, now: number): Approval =>
  approval.state.name === 'settled'
    ? approval
    : {
        ...approval,
        state: { name: 'settled', outcome, at: now },
        problem: null,
        newer: null,
        release: passed(outcome) ? (approval.release ?? { name: 'running' }) : null,
        showing: touched(approval.showing, now),
      }

export const passed = (outcome: Outcome): boolean => 'verdict' in outcome && outcome.verdict === 'Approved'

export const withProblem = (approval: Approval, problem: string | null, now: number): Approval =>
  approval.problem === problem ? approval : { ...approval, problem, showing: touched(approval.showing, now) }

/** The pipeline was asked at `now`, and this execution waits behind the approval (or none does). */
export const checked = (approval: Approval, newer: Newer | null, now: number): Approval => {
  const same = approval.newer?.executionId === newer?.executionId
  return same || approval.state.name !== 'waiting'
    ? { ...approval, checkedAt: now }
    : { ...approval, newer, checkedAt: now, showing: touched(approval.showing, now) }
}

/** What became of the execution. Its end is final; only a retry of the same execution sets it running again. */
export const released = (approval: Approval, release: Release, now: number): Approval =>
  approval.release === null || same(approval.release, release)
    ? approval
    : { ...approval, release, showing: touched(approval.showing, now) }

const MINUTE = 60_000
/** How often a waiting approval is compared with the pipeline, in case its closing event was lost. */
const CHECK_EVERY = 5 * MINUTE

/** When the sweep must look at the approval next; null when nothing can go wrong with it any more. */
export const attentionAt = (approval: Approval): number | null => {
  const { state, showing, checkedAt } = approval
  const times = [
    isBehind(showing) ? Math.max(showing.behindSince ?? 0, checkedAt) + MINUTE : null,
    state.name === 'waiting'
      ? Math.min(checkedAt + CHECK_EVERY, Math.max(approval.expiresAt, checkedAt) + MINUTE)
      : null,
    state.name === 'deciding' ? Math.max(state.since, checkedAt) + MINUTE : null,
    isReleasing(approval) ? checkedAt + CHECK_EVERY : null,
  ].filter((time) => time !== null)
  return times.length === 0 ? null : Math.min(...times)
}

export const isOpen = (approval: Approval): boolean => approval.state.name !== 'settled'

/** Approved, and its execution was not seen to end yet. */
export const isReleasing = ({ release }: Approval): boolean => release?.name === 'running'

/** The people whose votes made the verdict, in the order they voted. */
export const deciders = (approval: Approval, verdict: Verdict): Vote[] =>
  approval.votes.filter((vote) => vote.verdict === verdict)

export const placeOf = (approval: Approval): Place | null => approval.showing.place
