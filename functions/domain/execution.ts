import type { FailureCause } from './failure-cause.ts'
import type { NoticeDelivery } from './notice.ts'
import type { OutsideWork } from './outside-work.ts'
import type { Entry } from './journal.ts'
import type { HeldStage } from './held-stage.ts'
import type { InReach } from './out-of-reach.ts'
import type { ExecutionKey, StageAction } from './pipeline.ts'
import type { Revision } from './revision.ts'
import { same } from './canonical.ts'
import type { Place, Showing } from './showing.ts'
import { notShownYet, touched } from './showing.ts'
import type { Starter } from './starter.ts'

/**
 * One pipeline execution, put together from state-change events that arrive late, twice or out of order.
 *
 * Every part keeps the newest event that it got and forgets the rest, so that any order of the same events gives the
 * same execution (a join of maxima; property-tested).
 */
export interface Execution extends InReach {
  kind: 'execution'
  key: ExecutionKey
  /** Set for a build or a deployment outside a pipeline, which is kept as an execution of one action. */
  outside?: OutsideWork
  overall: TimedProgress
  /** By stage name. */
  stages: ReadonlyMap<string, StageProgress>
  /** By action execution ID. */
  actions: ReadonlyMap<string, ActionProgress>
  /** Why actions failed, by action execution ID; an action is missing until it was read. */
  causes: ReadonlyMap<string, FailureCause>
  /** Names in the pipeline's order; empty until the pipeline was read. */
  stageOrder: string[]
  /** One for each source action; empty until they were read. */
  revisions: readonly Revision[]
  starter: Starter | null
  /** By stage and action (`Production/Approve`), for links: the latest approval that was requested there. */
  approvals: ReadonlyMap<string, ApprovalLink>
  /** The execution that held the stage that this one waited for, when it was last read; missing if it waited for none. */
  behind?: ExecutionAhead
  /** The held stage that it waited to enter, when that was last read; missing if it waited for none. */
  held?: HeldStage
  /** What the audit record has of the approvals that were skipped, by the id of their chain; missing if none was. */
  skips?: Readonly<Record<string, RecordedSkip>>
  /** The notices in its message's thread, by the notice's key. */
  notices: Readonly<Record<string, NoticeDelivery>>
  /** Who wants to be told how it ends, by Slack user ID, and when they asked; missing if no one does. Epoch milliseconds. */
  watchers?: Readonly<Record<string, number>>
  /** Its message is not older than this. */
  firstEventAt: number
  /** When its last event arrived, or the pipeline was last read. Epoch milliseconds. */
  lastEventAt: number
  /**
   * It is read no more until its next event: it was read after its end, so that all is known, or the bot may not read it any
   * more.
   */
  confirmed: boolean
  showing: Showing
}

/** Its entry, until that is an item of its own. `keptUntil`: epoch milliseconds. */
export type RecordedSkip = { entry: Entry; where: StageAction; keptUntil: number } | 'filed'

export interface ApprovalLink {
  id: string
  requestedAt: number
  /** Where its message is; null if it has none yet. */
  place: Place | null
  /** The approval does not know yet whether its stage has others. */
  mayAskMore?: true
}

export interface ExecutionAhead {
  executionId: string
  /** Null if it is not known. */
  revision: Revision | null
}

export type Progress = 'running' | 'succeeded' | 'failed' | 'stopped' | 'superseded' | 'canceled' | 'stopping'

/** A condition of the stage may skip it. */
export type ProgressOfStage = Progress | 'skipped'

/** The newest state, and when this run of it began. Times are epoch milliseconds, as AWS gives them. */
export interface TimedProgress<P extends ProgressOfStage = Progress> {
  progress: P
  at: number
  startedAt: number | null
}

export interface StageProgress extends TimedProgress<ProgressOfStage> {
  /** What the rule of a stage condition said that failed or skipped it; missing if none did or is known. */
  because?: string
  /** That was an earlier failure: why the stage failed since is not known. */
  saysEarlier?: true
  /** Who let the stage go on though a rule had failed. */
  overriddenBy?: string
  /** The approval actions of a skipped stage; missing if it has none, or CodePipeline does not say. */
  skippedApprovals?: readonly string[]
}

/** What a stage's conditions have to do with its state. */
export type StageReason = Pick<StageProgress, 'because' | 'saysEarlier' | 'overriddenBy' | 'skippedApprovals'>

export interface ActionProgress extends TimedProgress {
  stage: string
  action: string
  category: string
  provider: string
  summary: string | null
  url: string | null
}

/** One state change, from an event or from an answer of CodePipeline. */
export type StateChange =
  | { level: 'pipeline'; progress: Progress; at: number }
  | ({ level: 'stage'; stage: string; progress: ProgressOfStage; at: number } & StageReason)
  | ({ level: 'action'; actionExecutionId: string; progress: Progress; at: number } & Omit<
      ActionProgress,
      keyof TimedProgress
    >)

export const newExecution = (key: ExecutionKey, now: number): Execution => ({
  kind: 'execution',
  key,
  overall: { progress: 'running', at: 0, startedAt: null },
  stages: new Map(),
  actions: new Map(),
  causes: new Map(),
  stageOrder: [],
  revisions: [],
  starter: null,
  approvals: new Map(),
  notices: {},
  firstEventAt: now,
  lastEventAt: now,
  confirmed: false,
  showing: notShownYet(now),
})

/** Of two states in the same second, the later in life is the newer. */
const RANK: Record<ProgressOfStage, number> = {
  running: 0,
  stopping: 1,
  superseded: 2,
  canceled: 3,
  stopped: 4,
  failed: 5,
  succeeded: 6,
  skipped: 7,
}

type TimedState = Pick<TimedProgress<ProgressOfStage>, 'progress' | 'at'>

const isNewer = (a: TimedState, b: TimedState): boolean =>
  a.at > b.at || (a.at === b.at && RANK[a.progress] > RANK[b.progress])

const later = (a: number | null, b: number | null): number | null => (a === null ? b : b === null ? a : Math.max(a, b))

const fold = <P extends ProgressOfStage>(
  known: TimedProgress<P> | undefined,
  heard: { progress: P; at: number },
): TimedProgress<P> => {
  const startedAt = later(known ? known.startedAt : null, heard.progress === 'running' ? heard.at : null)
  const newest = known && !isNewer(heard, known) ? known : heard
  return { progress: newest.progress, at: newest.at, startedAt }
}

/**
 * A stage's state comes in events, which do not know of its conditions, and in answers that do. What a rule said stays when
 * a person overrides it, or the stage is retried. It is no reason of a later failure.
 */
const foldStage = (
  known: StageProgress | undefined,
  { progress, at, level: _, stage: __, ...reason }: Extract<StateChange, { level: 'stage' }>,
): StageProgress => {
  const heard = { progress, at }
  const kept = known ? reasonOf(known) : {}
  if (known !== undefined && isNewer(known, heard)) return { ...fold(known, heard), ...reason, ...kept }
  const { saysEarlier, ...said } = kept
  const failsAnew = progress === 'failed' && known?.progress !== 'failed' && kept.because !== undefined
  const isEarlier = reason.because === undefined && (saysEarlier || failsAnew)
  return { ...fold(known, heard), ...said, ...reason, ...(isEarlier && { saysEarlier: true as const }) }
}

const reasonOf = ({ progress: _, at: __, startedAt: ___, ...reason }: StageProgress): StageReason => reason

const foldAction = (
  known: ActionProgress | undefined,
  heard: Extract<StateChange, { level: 'action' }>,
): ActionProgress => {
  const { stage, action, category, provider, summary, url } = heard
  const about = { stage, action, category, provider, summary, url }
  if (!known || isNewer(heard, known)) return { ...about, ...fold(known, heard) }
  // The event of a failure may lack the cause, which CodePipeline says when it is asked.
  const isSameFailure = known.progress === 'failed' && heard.progress === 'failed' && known.at === heard.at
  return { ...known, ...(isSameFailure && !known.summary && summary && { summary }), ...fold(known, heard) }
}

/** The execution with one more state change. Returns the same object if nothing changes. */
export const applyEvent = (execution: Execution, news: StateChange, now: number): Execution => {
  const next = FOLDS[news.level](execution, news as never)
  return sameFacts(execution, next)
    ? execution
    : { ...next, lastEventAt: now, confirmed: false, showing: touched(execution.showing, now) }
}

/**
 * The execution with what CodePipeline now says of the conditions of its stages. An event of a stage that is newer than
 * the rule, such as that of an override, does not hide it.
 */
export const withStageReasons = (
  execution: Execution,
  reasons: ReadonlyMap<string, StageReason>,
  now: number,
): Execution => {
  const stages = new Map(
    [...execution.stages].map(([stage, known]) => {
      const { progress, at, startedAt } = known
      const reason = reasons.get(stage)
      return [stage, reason ? { progress, at, startedAt, ...reason } : known] as const
    }),
  )
  return same(stages, execution.stages)
    ? execution
    : { ...execution, stages, lastEventAt: now, confirmed: false, showing: touched(execution.showing, now) }
}

const FOLDS: { [L in StateChange['level']]: (of: Execution, news: Extract<StateChange, { level: L }>) => Execution } = {
  pipeline: (of, news) => ({ ...of, overall: fold(of.overall, news) }),
  stage: (of, news) => ({ ...of, stages: withKey(of.stages, news.stage, foldStage(of.stages.get(news.stage), news)) }),
  action: (of, news) => ({
    ...of,
    actions: withKey(of.actions, news.actionExecutionId, foldAction(of.actions.get(news.actionExecutionId), news)),
  }),
}

const withKey = <T>(map: ReadonlyMap<string, T>, key: string, value: T): ReadonlyMap<string, T> =>
  new Map(map).set(key, value)

const sameFacts = (a: Execution, b: Execution): boolean =>
  same(a.overall, b.overall) && same(a.stages, b.stages) && same(a.actions, b.actions)

/** Facts that events lack: the order of stages, the revisions, who started it. */
export const described = (
  execution: Execution,
  facts: Partial<Pick<Execution, 'stageOrder' | 'revisions' | 'starter'>>,
  now: number,
): Execution => {
  const next = { ...execution, ...facts }
  const unchanged = (['stageOrder', 'revisions', 'starter'] as const).every((fact) => same(next[fact], execution[fact]))
  return unchanged ? execution : { ...next, showing: touched(execution.showing, now) }
}

/**
 * The execution with a link to an approval, whose message may not be posted yet. A retried stage requests approval
 * again, and the latest counts.
 */
export const withApproval = (execution: Execution, where: string, link: ApprovalLink, now: number): Execution => {
  const known = execution.approvals.get(where)
  const isSame = known?.id === link.id
  if (known && !isSame && known.requestedAt > link.requestedAt) return execution
  if (isSame && (link.place === null || samePlace(known.place, link.place))) return execution
  return {
    ...execution,
    approvals: withKey(execution.approvals, where, link),
    confirmed: false,
    showing: touched(execution.showing, now),
  }
}

const samePlace = (one: Place | null, other: Place | null): boolean =>
  one?.channel === other?.channel && one?.ts === other?.ts

export const isOver = ({ overall }: Execution): boolean => !isRunning(overall)

export const hasFailed = ({ overall }: Execution): boolean => overall.progress === 'failed'

/** It has left a stage and is in none: another execution may hold the next. */
export const isBetweenStages = (execution: Execution): boolean => {
  const known = stageNames(execution).map((name) => execution.stages.get(name)?.progress)
  return (
    execution.overall.progress === 'running' &&
    known[0] === 'succeeded' &&
    known.some((progress) => progress === undefined) &&
    known.every((progress) => progress === undefined || progress === 'succeeded' || progress === 'skipped')
  )
}

/** It has entered a stage behind this one. */
export const isPast = (execution: Execution, stage: string): boolean => {
  const names = stageNames(execution)
  const own = names.indexOf(stage)
  return own >= 0 && names.slice(own + 1).some((name) => execution.stages.has(name))
}

/** It waits to enter a stage that takes no executions in. */
export const waitsForHeld = (execution: Execution): execution is Execution & { held: HeldStage } =>
  execution.held !== undefined && isBetweenStages(execution)

/** The stage in front of which it waits, because another execution is in that or it is held; null if it waits for none. */
export const waitsToEnter = (execution: Execution): string | null => {
  if (!isBetweenStages(execution) || (!execution.behind && !execution.held)) return null
  return execution.held?.stage ?? stageNames(execution).find((name) => !execution.stages.has(name)) ?? null
}

/** Whether an approval was requested after another. Of two in the same moment, the ID decides. */
export const isRequestedAfter = (
  one: Pick<ApprovalLink, 'id' | 'requestedAt'>,
  other: Pick<ApprovalLink, 'id' | 'requestedAt'>,
): boolean => one.requestedAt > other.requestedAt || (one.requestedAt === other.requestedAt && one.id > other.id)

/** The newest run of each action of a stage, in the order they began. */
export const latestActions = (execution: Execution, stage: string): ActionProgress[] => {
  const newest = new Map<string, ActionProgress>()
  for (const id of inOrderOfStart(execution.actions)) {
    const action = execution.actions.get(id)!
    if (action.stage !== stage) continue
    // Deleted first, so that a second run moves to the end of the order.
    newest.delete(action.action)
    newest.set(action.action, action)
  }
  return [...newest.values()]
}

/** The approval actions of a stage, in the order they began. */
export const approvalActions = (execution: Execution, stage: string): ActionProgress[] =>
  latestActions(execution, stage).filter(({ category }) => category === 'Approval')

/**
 * The action that failed last; null if none did. An action that was retried counts by its newest run, and one that was
 * not retried with the others of its stage failed earlier.
 */
export const lastFailure = (execution: Execution): ActionProgress | null =>
  [...new Set([...execution.actions.values()].map(({ stage }) => stage))]
    .flatMap((stage) => latestActions(execution, stage))
    .filter(({ progress }) => progress === 'failed')
    .reduce<ActionProgress | null>((last, one) => (last && last.at > one.at ? last : one), null)

/**
 * Many things begin in the same second, and their events arrive in any order. What has ended came before what runs; for
 * what began and ended in the same seconds, the ID decides.
 */
const inOrderOfStart = (timelines: ReadonlyMap<string, TimedProgress<ProgressOfStage>>): string[] => {
  const beganAt = ({ startedAt, at }: TimedProgress<ProgressOfStage>): number => startedAt ?? at
  const inOrder = [...timelines].sort(
    ([a, one], [b, other]) =>
      beganAt(one) - beganAt(other) ||
      Number(isRunning(one)) - Number(isRunning(other)) ||
      one.at - other.at ||
      (a < b ? -1 : 1),
  )
  return inOrder.map(([id]) => id)
}

const isRunning = ({ progress }: TimedProgress<ProgressOfStage>): boolean => ['running', 'stopping'].includes(progress)

/** Stages in the pipeline's order; stages of earlier events come in the order in which the execution entered them. */
export const stageNames = (execution: Execution): string[] => {
  const heardOf = inOrderOfStart(execution.stages)
  return [...execution.stageOrder, ...heardOf.filter((stage) => !execution.stageOrder.includes(stage))]
}

/** Stages that no action failed, with what the rule of their condition said, in the pipeline's order. */
export const stagesFailedByRule = (execution: Execution): { stage: string; because: string }[] =>
  stageNames(execution).flatMap((stage) => {
    const { progress, because, saysEarlier } = execution.stages.get(stage) ?? {}
    const isByAction = latestActions(execution, stage).some((action) => action.progress === 'failed')
    return progress === 'failed' && because && !saysEarlier && !isByAction ? [{ stage, because }] : []
  })

/**
 * The execution as it stands when all events of its last failed action have come: first the action's own, then its stage's
 * and its own, which may be read late or not at all.
 */
export const withItsFailure = (execution: Execution): Execution => {
  const { overall, stages } = execution
  const failed = lastFailure(execution)
  const stage = failed && stages.get(failed.stage)
  const mayFail = (progress: ProgressOfStage = 'running') => progress === 'running' || progress === 'failed'
  if (!failed || !mayFail(overall.progress) || !mayFail(stage?.progress)) return execution
  // The stage was retried, and the event of its action has not come yet.
  if ((stage?.startedAt ?? -Infinity) > failed.at) return execution
  const { at, startedAt } = failed
  return {
    ...execution,
    overall: { ...overall, progress: 'failed' },
    stages: new Map([...stages, [failed.stage, { ...(stage ?? { at, startedAt }), progress: 'failed' }]]),
  }
}

/** The stage that a failed execution failed in; null if no stage failed. */
export const failedStageOf = (execution: Execution): string | null =>
  hasFailed(execution) && !execution.outside
    ? (stageNames(execution).findLast((name) => execution.stages.get(name)?.progress === 'failed') ?? null)
    : null
