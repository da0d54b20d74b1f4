import type { Change, Revision } from './revision.ts'
import { shortId } from './revision.ts'
import type { Happening, Journal } from './journal.ts'
import type { Act, Actor } from './act.ts'
import { emptyJournal, written } from './journal.ts'
import type { NoticeDelivery, Timing } from './notice.ts'
import type { Policy, Verdict, Vote } from './policy.ts'
import { counts } from './policy.ts'
import { recordedPolicy } from './recorded.ts'
import { same } from './canonical.ts'
import type { GateKind } from './gate.ts'
import type { Lease } from './lease.ts'
import type { Outcome, Release } from './outcome.ts'
import { passed } from './outcome.ts'
import type { Showing } from './showing.ts'
import { notShownYet, touched } from './showing.ts'
import type { Starter } from './starter.ts'
import type { StageAction } from './pipeline.ts'
import type { Frozen } from './window.ts'

/** One pending question to people: may this execution pass this stage? Known by its token, never by its place. */
export interface Approval {
  kind: 'approval'
  /** Made from the token, and safe to show: the token itself answers for the pipeline and stays in the table. */
  id: string
  /** What waits for the verdict. */
  gate: GateKind
  token: string
  where: StageAction
  executionId: string
  requestedAt: number
  expiresAt: number
  /** How long it and its record are kept: from when it runs out, or from the last entry if that is later. Milliseconds. */
  retention: number
  request: ApprovalRequest
  change: Change
  starter: Starter
  /** A newer execution that waits for this one to leave the stage. */
  newer: Newer | null
  /** How the policy stood when it was last read: what the message shows. Null where no route matches. */
  resolvedPolicy: ResolvedPolicy | null
  votes: Vote[]
  /** Clicks that wait for Slack to say who is in which group. */
  deferredClicks: DeferredClick[]
  /** Somebody who may has lifted the freeze for this approval. */
  override: FreezeOverride | null
  /** Since when the route's further approvers may stand in. */
  escalatedAt: number | null
  /** What was said in its thread, by the notice's key. */
  notices: Record<string, NoticeDelivery>
  state: ApprovalState
  /** Null until the verdict is on its way to CodePipeline. */
  sending: Lease | null
  /** Why the approval cannot go on, in a sentence for its channel; null when all is well. */
  problem: string | null
  /** What became of the execution after it was approved. */
  release: Release | null
  /** When the pipeline was last asked about it. Epoch milliseconds. */
  checkedAt: number
  showing: Showing
  /** Others have been told of the verdict on EventBridge. */
  announced: boolean
  journal: Journal
}

/** The policy as it applied to this approval at a moment, with everything looked up. */
export interface ResolvedPolicy {
  policy: Policy
  frozen: Frozen | null
  timing: Timing
  /** Slack user IDs of whoever is to hear the outcome: who started it or, for a push, who wrote it. */
  startedBy: readonly string[]
  at: number
}

export interface DeferredClick {
  who: Actor
  act: Act
  at: number
}

export interface FreezeOverride {
  userId: string
  name: string
  reason: string
  frozen: Frozen
  at: number
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

/** Left where the end of an approval was heard of before its beginning, so that nobody is asked in vain. */
export interface Tombstone {
  kind: 'tombstone'
  id: string
  closedAt: number
}

export interface NewApproval extends Pick<
  Approval,
  | 'id'
  | 'gate'
  | 'token'
  | 'where'
  | 'executionId'
  | 'expiresAt'
  | 'retention'
  | 'request'
  | 'change'
  | 'starter'
  | 'newer'
  | 'resolvedPolicy'
> {
  now: number
}

export const requested = ({ now, ...given }: NewApproval): Approval => {
  const { where, executionId, change, starter, expiresAt, resolvedPolicy } = given
  const asked: Happening = {
    what: 'requested',
    where,
    executionId,
    revisions: change.revisions.map((revision) => ({ ...revision, id: shortId(revision) })).map(recordedRevision),
    starter,
    expiresAt,
  }
  const approval: Approval = {
    kind: 'approval',
    ...given,
    requestedAt: now,
    votes: [],
    deferredClicks: [],
    override: null,
    escalatedAt: null,
    notices: {},
    state: { name: 'waiting' },
    sending: null,
    problem: null,
    release: null,
    checkedAt: now,
    showing: notShownYet(now),
    announced: false,
    journal: emptyJournal,
  }
  return withEntry(withEntry(approval, now, asked), now, policySeen(resolvedPolicy))
}

const recordedRevision = ({ id, title, author }: Revision) => ({ id, title, author })

const policySeen = (resolvedPolicy: ResolvedPolicy | null): Happening => ({
  what: 'policy-seen',
  policy: resolvedPolicy && recordedPolicy(resolvedPolicy.policy),
  frozen: resolvedPolicy?.frozen ?? null,
})

/** The approval with one more entry in its journal. */
export const withEntry = (approval: Approval, at: number, happened: Happening): Approval => ({
  ...approval,
  journal: written(approval.journal, {
    approval: approval.id,
    at,
    happened,
    keptUntil: Math.max(approval.expiresAt, at) + approval.retention,
  }),
})

/**
 * The policy was read anew. The message is shown again where it says something else now. A reading that was overtaken
 * by another counts for nothing, and the policy under which a verdict was fixed stays as it was.
 */
export const withResolvedPolicy = (
  approval: Approval,
  resolvedPolicy: ResolvedPolicy | null,
  now: number,
): Approval => {
  const before = approval.resolvedPolicy
  if (approval.state.name !== 'waiting' || (resolvedPolicy && before && resolvedPolicy.at < before.at)) return approval
  if (same(rulesOf(before), rulesOf(resolvedPolicy))) return { ...approval, resolvedPolicy }
  return withEntry(
    { ...approval, resolvedPolicy, showing: touched(approval.showing, now) },
    now,
    policySeen(resolvedPolicy),
  )
}

const rulesOf = (resolvedPolicy: ResolvedPolicy | null) =>
  resolvedPolicy && { policy: resolvedPolicy.policy, frozen: resolvedPolicy.frozen }

/**
 * The approval has ended. A settled one never changes its outcome. What the pipeline says counts, also against a
 * verdict of ours that came too late.
 */
export const settled = (approval: Approval, outcome: Outcome, now: number): Approval =>
  approval.state.name === 'settled'
    ? approval
    : withEntry(
        {
          ...approval,
          state: { name: 'settled', outcome, at: now },
          problem: null,
          newer: null,
          release: passed(outcome) ? (approval.release ?? { name: 'running' }) : null,
          showing: touched(approval.showing, now),
        },
        now,
        { what: 'settled', outcome },
      )

export const withProblem = (approval: Approval, problem: string | null, now: number): Approval =>
  approval.problem === problem ? approval : { ...approval, problem, showing: touched(approval.showing, now) }

/** The pipeline was asked at `now`, and this execution waits behind the approval (or none does). */
export const checked = (approval: Approval, newer: Newer | null, now: number): Approval => {
  const same = approval.newer?.executionId === newer?.executionId
  return same || approval.state.name !== 'waiting'
    ? { ...approval, checkedAt: now }
    : { ...approval, newer, checkedAt: now, showing: touched(approval.showing, now) }
}

/**
 * What became of the execution. Its end is final; only a retry of the same execution sets it running again. When and why
 * may be told better by later news of the same end: that is shown, and on record once.
 */
export const released = (approval: Approval, release: Release, now: number): Approval => {
  if (approval.release === null || same(approval.release, release)) return approval
  const next = { ...approval, release, showing: touched(approval.showing, now) }
  return approval.release.name === release.name ? next : withEntry(next, now, { what: 'released', release })
}

/** The further approvers of the route may stand in from now on. */
export const escalated = (approval: Approval, now: number): Approval =>
  approval.escalatedAt === null ? { ...approval, escalatedAt: now, showing: touched(approval.showing, now) } : approval

/** Whether the freeze is lifted: for as long as the one that the glass was broken for lasts. */
export const isOverrideActive = ({ override }: Approval, now: number): boolean =>
  override !== null && (override.frozen.until === null || now < override.frozen.until)

export const isOpen = (approval: Approval): boolean => approval.state.name !== 'settled'

/** Approved, and its execution was not seen to end yet. */
export const isReleasing = ({ release }: Approval): boolean => release?.name === 'running'

/** The people whose votes made the verdict, in the order they voted; without those whose votes count no more. */
export const deciders = ({ votes, resolvedPolicy }: Approval, verdict: Verdict): Vote[] =>
  votes.filter((vote) => vote.verdict === verdict && (!resolvedPolicy || counts(resolvedPolicy.policy, vote)))
