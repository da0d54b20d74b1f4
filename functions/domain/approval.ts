import type { AutomaticRule } from './automatic-rule.ts'
import type { Soak } from './automatic.ts'
import { automaticIn } from './automatic.ts'
import type { ChangeSetEvidence } from './change-set.ts'
import type { Change, Revision } from './revision.ts'
import type { Happening, Journal } from './journal.ts'
import type { Act, Actor } from './act.ts'
import { emptyJournal, written } from './journal.ts'
import type { NoticeDelivery, Timing } from './notice.ts'
import type { Policy, Unidentified, Verdict, Vote } from './policy.ts'
import { countedFor, countedIn } from './policy.ts'
import type { StoodIn } from './stand-in.ts'
import { recordedPolicy } from './recorded.ts'
import { same } from './canonical.ts'
import type { ExecutionAhead } from './execution.ts'
import type { GateKind } from './gate.ts'
import type { HeldStage } from './held-stage.ts'
import type { Lease } from './lease.ts'
import type { InReach } from './out-of-reach.ts'
import type { Outcome, Deployment } from './outcome.ts'
import { passed } from './outcome.ts'
import type { Signed } from './signature.ts'
import { recordedLive } from './live-now.ts'
import type { TestEvidence } from './test-evidence.ts'
import type { Showing } from './showing.ts'
import { notShownYet, touched } from './showing.ts'
import type { Starter } from './starter.ts'
import type { StageAction } from './pipeline.ts'
import type { Frozen, Window } from './window.ts'
import { frozenAt } from './window.ts'

/**
 * One request to people: may this execution pass this stage? Identified by its token, never by its stage and action.
 */
export interface Approval extends InReach {
  kind: 'approval'
  /**
   * Derived from the token, and safe to show. The token itself lets its reader decide for the pipeline, so it stays in
   * the table.
   */
  id: string
  /** What waits for the verdict. */
  gate: GateKind
  token: string
  where: StageAction
  executionId: string
  requestedAt: number
  expiresAt: number
  /**
   * How long it and its audit record are kept: from its expiry, or from the last entry if that is later. Milliseconds.
   */
  retention: number
  request: ApprovalRequest
  change: Change
  starter: Starter
  /** A newer execution that waits for this one to leave the stage, or waited when this one ended without passing. */
  newer: Newer | null
  /** The next stage behind the approval's, if it takes no executions in; missing if it does, or one has been entered. */
  held?: HeldStage
  /** The execution in the next stage, which this one waits to enter; missing if it waits behind none. */
  behind?: ExecutionAhead
  /** A person is stopping the execution, which first lets the actions that run end. */
  isStopping?: true
  /** What has failed in its stage, which fails the stage once nothing runs there any more; missing if nothing has. */
  failedBeside?: FailedBeside
  /** The execution’s test results when approval was requested; missing where they were not read. */
  tests?: TestEvidence
  /** The change sets that waited behind it when approval was requested; missing where there were none, or they were not read. */
  changeSets?: readonly ChangeSetEvidence[]
  /** The policy as it was last read: the message shows it. Null if no route matches. */
  resolvedPolicy: ResolvedPolicy | null
  votes: Vote[]
  /** Cast before votes were signed, while it waits: they do not count. */
  unsignedVotes?: Vote[]
  /** The message says that they do not count. */
  saysUnsigned?: true
  /** When each person withdrew their vote last, by user ID: a click that they made before does not count. */
  withdrawn?: Readonly<Record<string, number>>
  /** Clicks that wait for Slack to list the members of a group. */
  deferredClicks: DeferredClick[]
  /** Its votes may decide it once no click waits to be weighed; missing if they may not, or no click waits. */
  awaitsClicks?: true
  /** Which clicks the queue had that are recorded: SQS may deliver one again. Missing until it had one. */
  queuedClicks?: readonly string[]
  /** A person who may has overridden the freeze for this approval. */
  override: FreezeOverride | null
  /** The person who has stopped that it approves itself; missing if no one has. */
  automaticStop?: { userId: string; name: string; at: number }
  /** When another execution went live last while it waited; missing if none did. */
  liveChangedAt?: number
  /** How far it was from approving itself when that was last looked at; missing where a person must approve. */
  soak?: Soak
  /** The rule that approved it, in place of people; missing if people decide. */
  approvedBy?: AutomaticRule
  /** Since when the route's stand-ins may approve. */
  escalatedAt: number | null
  /** The notices in its thread, by the notice's key. */
  notices: Record<string, NoticeDelivery>
  state: ApprovalState
  /** Other approval actions of its stage, as far as they are known: if there are any, messages name the action. */
  otherApprovals: readonly string[]
  /** Its stage has actions whose kind is not known yet: until one has begun, it may be another approval. */
  mayAskMore?: true
  /** Null until a function sends the verdict to CodePipeline. */
  sending: Lease | null
  /** Why its last verdict was not sent, so that it waits again; missing once a person has voted since. */
  notSent?: string
  /** Why the approval cannot continue, in a sentence for its channel; null if nothing is wrong. */
  problem: string | null
  /** What became of the execution after it was approved. */
  deployment: Deployment | null
  /** The comparison with the pipeline that failed and is queued; missing without one. */
  checkRetry?: { attempt: number; until: number }
  /** When the approval was last compared with the pipeline. Epoch milliseconds. */
  checkedAt: number
  showing: Showing
  /** The verdict was put on EventBridge. */
  announced: boolean
  journal: Journal
}

/** The policy that applied to this approval at a moment, with all people and groups looked up. */
export interface ResolvedPolicy {
  policy: Policy
  frozen: Frozen | null
  timing: Timing
  /** The review that an override needs; missing if the route requires none. */
  review?: OverrideReview
  /** Slack user IDs of the people to tell of the outcome: the starter or, for a push, its author. */
  startedBy: readonly string[]
  at: number
}

export interface OverrideReview {
  /** How soon after the override. Milliseconds. */
  within: number
  /** Slack user IDs of those who may confirm it, the one who overrode it among them; none whom the change forbids to approve. */
  people: readonly string[]
  /** What Slack did not list of them. */
  unread: readonly string[]
  /** Authors and starters whom Greenlight does not know: each reviewer may be one of them, so no one may confirm it. Missing if it knows all. */
  unidentified?: readonly Unidentified[]
}

export interface DeferredClick {
  who: Actor
  act: Act
  at: number
  /** What was slow; missing in clicks that were deferred before a click knew. */
  waitsFor?: SlowPart
  /** Shows that the function wrote it that saw the click; missing in clicks that were deferred before there were seals. */
  seal?: string
}

/** What a click is deferred for: Slack, that describes people and groups; KMS, that signs; or others who click at once. */
export type SlowPart = 'slack' | 'kms' | 'others'

export interface FreezeOverride {
  userId: string
  name: string
  reason: string
  frozen: Frozen
  /** The windows that it lifts. A freeze that is configured later applies to the approval all the same. */
  windows: readonly Window[]
  at: number
  /** Missing in an override that was made before overrides were signed. */
  signed?: Signed
  /** Until when another person must confirm it; missing if the route required no review. */
  reviewUntil?: number
  /** Missing until another person has. */
  confirmed?: { userId: string; name: string; comment: string; at: number; signed?: Signed }
}

/** What the pipeline's author wrote at the approval action; null if they wrote nothing. */
export interface ApprovalRequest {
  customData: string | null
  reviewUrl: string | null
}

export interface Newer {
  executionId: string
  revision: Revision | null
  startedAt: number | null
  /** When Greenlight saw it first; missing if it waited when approval was requested. */
  seenAt?: number
}

export type ApprovalState =
  | { name: 'waiting' }
  /** The verdict is fixed and on its way to CodePipeline. It never changes from then on. */
  | {
      name: 'deciding'
      verdict: Verdict
      since: number
      /** The audit record has the sender's signature of it. */
      isVerified?: true
    }
  | { name: 'settled'; outcome: Outcome; at: number }

/** An action that failed, or an approval that people rejected. */
export interface FailedBeside {
  action: string
  isApproval: boolean
}

/** Stored if the end of an approval arrived before its beginning, so that the approval is not requested afterwards. */
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
  held?: HeldStage | null
  tests?: TestEvidence | null
  changeSets?: readonly ChangeSetEvidence[] | null
  otherApprovals?: readonly string[]
  mayAskMore?: boolean
  now: number
}

export const requested = ({
  now,
  held = null,
  tests = null,
  changeSets = null,
  otherApprovals = [],
  mayAskMore = false,
  ...given
}: NewApproval): Approval => {
  const { where, executionId, change, starter, expiresAt, resolvedPolicy } = given
  const waiting = changeSets && changeSets.length > 0 ? { changeSets } : {}
  const asked: Happening = {
    what: 'requested',
    where,
    executionId,
    revisions: change.revisions.map(recordedRevision),
    starter,
    expiresAt,
    ...(tests && { tests }),
    ...waiting,
    live: change.live.map(recordedLive),
  }
  const approval: Approval = {
    kind: 'approval',
    ...given,
    ...(held && { held }),
    ...(tests && { tests }),
    ...waiting,
    otherApprovals,
    ...(mayAskMore && { mayAskMore }),
    requestedAt: now,
    votes: [],
    deferredClicks: [],
    override: null,
    escalatedAt: null,
    notices: {},
    state: { name: 'waiting' },
    sending: null,
    problem: null,
    deployment: null,
    checkedAt: now,
    showing: notShownYet(now),
    announced: false,
    journal: emptyJournal,
  }
  return withEntry(withEntry(approval, now, asked), now, policySeen(resolvedPolicy))
}

const recordedRevision = ({ id, title, author, committedAt }: Revision) => ({
  id,
  title,
  author,
  ...(committedAt !== undefined && { committedAt }),
})

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
 * The policy was read again. The message is shown again if its content changed. A policy that was read earlier than the
 * stored one is ignored, unless the stored one is from the future; the policy under which a verdict was fixed stays as
 * it was.
 */
export const withResolvedPolicy = (
  approval: Approval,
  resolvedPolicy: ResolvedPolicy | null,
  now: number,
): Approval => {
  const before = approval.resolvedPolicy
  if (approval.state.name !== 'waiting') return approval
  if (resolvedPolicy && before && resolvedPolicy.at < before.at && before.at <= now) return approval
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
 * The approval has ended. A settled one never changes its outcome. The pipeline decides, even against a verdict of ours
 * that came too late.
 */
export const settled = (approval: Approval, outcome: Outcome, now: number): Approval => {
  if (approval.state.name === 'settled') return approval
  const next: Approval = {
    ...approval,
    state: { name: 'settled', outcome, at: now },
    problem: null,
    newer: passed(outcome) ? null : approval.newer,
    deployment: passed(outcome) ? (approval.deployment ?? { name: 'running' }) : null,
    showing: touched(approval.showing, now),
  }
  const ended = withEntry(next, now, { what: 'settled', outcome })
  if (outcome.how !== 'console' || !outcome.past) return ended
  const { by, userId = null, past } = outcome
  return withEntry(ended, now, { what: 'past-policy', by, userId, because: past })
}

export const withProblem = (approval: Approval, problem: string | null, now: number): Approval =>
  approval.problem === problem ? approval : { ...approval, problem, showing: touched(approval.showing, now) }

/** The message says, from now on, which earlier votes do not count because they are not signed. */
export const sayingUnsigned = (approval: Approval, now: number): Approval =>
  approval.unsignedVotes && !approval.saysUnsigned
    ? { ...approval, saysUnsigned: true, showing: touched(approval.showing, now) }
    : approval

/**
 * Its votes do not make the verdict by the policy as it is now, and no function has begun to send it: the approval waits
 * for people again, without the votes of those who are `lost`. After a freeze, or once all can be read again, its rule may
 * approve it again, and so may the votes of a verdict that waited for its time.
 */
export const waitingAgain = (
  { notSent: _, ...approval }: Approval,
  { kind, because, lost }: { kind: 'not-met' | 'frozen' | 'unclear'; because: string; lost: readonly string[] },
  now: number,
): Approval => ({
  ...withoutRule(approval),
  state: { name: 'waiting' },
  votes: approval.votes.filter(({ userId }) => !lost.includes(userId)),
  ...(!(kind !== 'not-met' && (approval.approvedBy ?? (lost.length === 0 && hasTime(approval)))) && {
    notSent: because,
  }),
  ...(kind === 'unclear' && { soak: { kind: 'stopped', because, isUnread: true } }),
  problem: null,
  showing: touched(approval.showing, now),
})

const hasTime = ({ votes }: Approval): boolean => votes.some(({ notBefore }) => notBefore !== undefined)

const withoutRule = ({ approvedBy: _, ...approval }: Approval): Approval => approval

/**
 * How far it is from approving itself. If the time without alarms has passed, the rule approves it: never in a change
 * freeze, overridden or not, after a person has stopped it or rejected, before a time that an approver chose, while a
 * click is weighed, or once more after the sender did not find it right.
 */
export const withSoak = (approval: Approval, soak: Soak | null, now: number): Approval => {
  const { state, resolvedPolicy, deferredClicks, votes, expiresAt } = approval
  if (state.name !== 'waiting') return approval
  const { soak: before, ...rest } = approval
  const rule = automaticRuleOf(approval)
  const known = rule ? soak : null
  const mayDecide = known?.kind === 'passed' && deferredClicks.length === 0 && now < expiresAt
  const isFree =
    !frozenAt(resolvedPolicy?.policy.freezes ?? [], now) &&
    !votes.some(({ verdict, notBefore = -Infinity }) => verdict === 'Rejected' || now < notBefore)
  if (rule && mayDecide && isFree)
    return withEntry(
      {
        ...rest,
        state: { name: 'deciding', verdict: 'Approved', since: now },
        approvedBy: rule,
        showing: touched(approval.showing, now),
      },
      now,
      { what: 'decided', verdict: 'Approved', by: [], rules: [], automatic: rule },
    )
  if (same(before ?? null, known)) return approval
  return { ...rest, ...(known && { soak: known }), showing: touched(approval.showing, now) }
}

/** The rule by which it approves itself, if nothing happens; null if a person must approve. */
export const automaticRuleOf = ({ resolvedPolicy, automaticStop, notSent }: Approval): AutomaticRule | null =>
  resolvedPolicy && !automaticStop && notSent === undefined ? automaticIn(resolvedPolicy.policy) : null

/** Whether a rule gave the verdict, and no person. */
export const isByRule = ({ approvedBy }: { approvedBy?: AutomaticRule | undefined }, verdict: Verdict): boolean =>
  verdict === 'Approved' && approvedBy !== undefined

/** When it approves itself, if no alarm rings and no freeze begins; null if it does not. Epoch milliseconds. */
export const automaticAt = (approval: Approval): number | null => {
  const { state, requestedAt, soak, resolvedPolicy } = approval
  const rule = state.name === 'waiting' ? automaticRuleOf(approval) : null
  if (!rule || soak?.kind === 'stopped') return null
  const at = soak?.kind === 'lasts' ? soak.until : requestedAt + rule.after
  const frozen = frozenAt(resolvedPolicy?.policy.freezes ?? [], at)
  return frozen ? frozen.until : at
}

/** What the execution would change, read at `askedAt`: another execution may have gone live since the request. */
export const withChange = (approval: Approval, change: Change, askedAt: number, now: number): Approval => {
  if (approval.state.name !== 'waiting' || askedAt < approval.checkedAt || same(approval.change, change))
    return approval
  const next = { ...approval, change, showing: touched(approval.showing, now) }
  const [before, live] = [approval.change.live, change.live].map((all) => all.map(recordedLive))
  return same(before, live)
    ? next
    : withEntry({ ...next, liveChangedAt: now }, now, { what: 'live-changed', live: live! })
}

/**
 * The pipeline was read at `askedAt`, and this execution (or none) waited behind the approval. An answer that was
 * requested before the last comparison changes nothing: a later answer may be stored already.
 */
export const checked = (approval: Approval, newer: Newer | null, askedAt: number, now: number): Approval => {
  const same = approval.newer?.executionId === newer?.executionId
  return same || approval.state.name !== 'waiting' || askedAt < approval.checkedAt
    ? { ...approval, checkedAt: now }
    : {
        ...approval,
        newer: newer && { ...newer, seenAt: now },
        checkedAt: now,
        showing: touched(approval.showing, now),
      }
}

/**
 * What became of the execution. Its end is final; only a retry of the same execution sets it running again. A later
 * event of the same end may give a better time and reason: the message shows them, and the audit record keeps one
 * entry. `toldAt` is the time of the state in CodePipeline: an earlier one never replaces a later one, because a
 * function may have read it before another function stored the later one.
 */
export const withDeployment = (approval: Approval, deployment: Deployment, toldAt: number, now: number): Approval => {
  if (approval.deployment === null || same(approval.deployment, deployment)) return approval
  if (approval.deployment.name !== 'running' && toldAt < approval.deployment.at + Number(deployment.name === 'running'))
    return approval
  const isSeen = !same(shownDeployment(approval.deployment), shownDeployment(deployment))
  const next = { ...approval, deployment, ...(isSeen && { showing: touched(approval.showing, now) }) }
  return approval.deployment.name === deployment.name
    ? next
    : withEntry(next, now, { what: 'released', release: recordedDeployment(deployment) })
}

/** Without what only its notice needs. */
const shownDeployment = (deployment: Deployment): Deployment => {
  if (deployment.name === 'running') return deployment
  const { startedAt: _, told: __, failedIn: ___, awaitsCause: ____, ...shown } = deployment
  return shown
}

/** As the audit record keeps it: the lines of a log are no part of what people did. */
const recordedDeployment = (deployment: Deployment): Deployment => {
  const shown = shownDeployment(deployment)
  if (shown.name === 'running') return shown
  const { cause: _, ...recorded } = shown
  return recorded
}

/** The stand-ins of the route may approve from now on. */
export const escalated = (approval: Approval, now: number): Approval =>
  approval.escalatedAt === null ? { ...approval, escalatedAt: now, showing: touched(approval.showing, now) } : approval

/** The freezes that may stop the approval at `now`. An override lifts those that it was made for, while they last. */
export const freezesInForce = (
  { resolvedPolicy, override }: Pick<Approval, 'override'> & { resolvedPolicy: { policy: Policy } | null },
  now: number,
): readonly Window[] => {
  const freezes = resolvedPolicy?.policy.freezes ?? []
  const isActive = override !== null && (override.frozen.until === null || now < override.frozen.until)
  return isActive
    ? freezes.filter((freeze) => !override.windows.some((lifted) => isLifted(freeze, lifted, now)))
    : freezes
}

/**
 * Whether an override of `lifted` holds for this freeze. Why a calendar could not be read may change while it cannot. A freeze
 * that is lifted or lengthened stays the one that was overridden, until the end that it had then. One without a known end
 * stays it while it has none: a calendar does not say whether it was open in between.
 */
const isLifted = (freeze: Window, lifted: Window, now: number): boolean => {
  if (!same(identityOfFreeze(freeze), identityOfFreeze(lifted))) return false
  if (freeze.span.every !== 'calendar' || lifted.span.every !== 'calendar') return true
  return lifted.span.to === null ? freeze.span.to === null : now < lifted.span.to
}

const identityOfFreeze = ({ unread: _, span, ...window }: Window): object => ({
  ...window,
  span: span.every === 'calendar' ? { ...span, to: null } : span,
})

/** The freeze that keeps people from approving at `now`; null if there is none, or an override lifts it. */
export const freezeOf = (approval: Approval, now: number): Frozen | null => frozenAt(freezesInForce(approval, now), now)

/**
 * What routes match of it. `at` is now, while it waits. Later it is when its policy was last read, for the click that
 * decided: all that is said of it then names the same environment.
 */
export const routeSubjectOf = (
  { change, starter, state, resolvedPolicy, requestedAt }: Approval,
  now: number,
): Pick<Approval, 'change' | 'starter'> & { at: number } => ({
  change,
  starter,
  at: state.name === 'waiting' ? now : (resolvedPolicy?.at ?? requestedAt),
})

/** Whether a text has the form of an approval's id. */
export const isApprovalId = (text: string): boolean => /^[0-9a-f]{32}$/.test(text)

export const isOpen = (approval: Approval): boolean => approval.state.name !== 'settled'

/** Approved, and the end of its execution has not been seen yet. */
export const isDeploying = ({ deployment }: Approval): boolean => deployment?.name === 'running'

/** The people whose votes made the verdict, in the order in which they voted; without votes that no longer count. None if a rule did. */
export const deciders = ({ votes, resolvedPolicy, approvedBy }: Approval, verdict: Verdict): Vote[] =>
  isByRule({ approvedBy }, verdict)
    ? []
    : (resolvedPolicy ? countedIn(resolvedPolicy.policy, votes) : votes).filter((vote) => vote.verdict === verdict)

/** For whom this vote of the approval counts; null if for its own person. */
export const votesFor = ({ votes, resolvedPolicy }: Approval, vote: Vote): StoodIn | null =>
  resolvedPolicy ? countedFor(resolvedPolicy.policy, votes, vote) : null
