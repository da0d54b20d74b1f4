import type { Effect } from '../../domain/effect.ts'
import type {
  Execution,
  Progress,
  ProgressOfStage,
  StageReason,
  StateChange,
  TimedProgress,
} from '../../domain/execution.ts'
import { applyEvent, described, isBetweenStages, isOver, withStageReasons } from '../../domain/execution.ts'
import { CHECK_AFTER_SILENCE, CONFIRM_AFTER } from '../../domain/execution-attention.ts'
import { inReach, isLongOutOfReach, outOfReach } from '../../domain/out-of-reach.ts'
import type { ExecutionKey } from '../../domain/pipeline.ts'
import { hasUnfiledSkips, withSkips } from '../../domain/skipped-approval.ts'
import { unexplained } from '../../domain/explanation.ts'
import { DAY, MINUTE } from '../../domain/time-units.ts'
import { showing, telling, withCardLease } from '../show/execution-effects.ts'
import { causeIn } from './cause-of-failure.ts'
import { explaining } from './explain-failure.ts'
import type { WaitsFor } from './find-ahead.ts'
import { queueIn, withQueue } from './find-ahead.ts'
import { findExecution } from './find-execution.ts'
import { followUp } from './follow-up.ts'
import type { Performed } from '../effects/performed.ts'
import { done } from '../effects/performed.ts'
import type { ActionRun, ActionStatus, ExecutionStatus, ExecutionSummary } from '../../ports/pipelines.ts'
import { OutOfReach } from '../../ports/out-of-reach.ts'
import type { Services } from '../../ports/services.ts'
import { asked } from '../asked.ts'
import type { UnreadSkip } from './stage-conditions.ts'
import { conditionsOf, readRules } from './stage-conditions.ts'
import type { LackedFacts } from './describe-execution.ts'
import { describeExecution } from './describe-execution.ts'
import { stageChanges, wholeSecond } from './stage-changes.ts'

/**
 * Story: an execution had no event for long, or is over. Events may be lost, so the pipeline itself is read; after the
 * end once more, for the last time.
 */
export const checkExecution = async (
  services: Services,
  key: ExecutionKey,
  { unlessLookedAt = false }: { unlessLookedAt?: boolean } = {},
): Promise<Performed> => {
  const { configuration, executions, clock } = services
  const known = await executions.read(key)
  if (!known || known.confirmed) return done()
  if (unlessLookedAt && !isSilent(known, clock.now())) return done()
  const { outside } = known
  if (outside) return done([{ do: 'check-outside', execution: key, outside }])

  const now = clock.now()
  const answer = await asked(askPipeline(services, known, now))
  if (answer instanceof OutOfReach) return notAnswered(services, known, answer)
  const { news, reasons, facts, isCertain, unread, queue } = answer
  const mayConfirm = isCertain && !awaitsSkips(services, known, unread, now)
  const owner = clock.newId()
  const checked = await executions.change(
    key,
    (stored) => {
      const at = clock.now()
      const execution = inReach(stored)
      const heard = news.reduce((so, one) => applyEvent(so, one, at), described(execution, facts, at))
      const next = withSkips(withStageReasons(heard, reasons, at), at, configuration.retention)
      const waiting = queue && isBetweenStages(next) ? withQueue(next, queue, at) : next
      const isMarked = unlessLookedAt || wasLookedAt(execution, at)
      const marked = waiting === execution && isMarked ? execution : { ...waiting, lastEventAt: at }
      const [shown, lease] = withCardLease(services, marked, owner, at)
      // The answers may be older than an event that arrived while CodePipeline was asked.
      const isNewest = execution.showing.truth === known.showing.truth
      return [shown, { execution: shown, lease, isNewest }]
    },
    { from: known },
  )
  if (!checked) return done()
  const { execution, lease, isNewest } = checked
  const effects = await followUp(services, execution, [], queue)
  // Only now: if this had stopped halfway, its approvals would never be updated, or its failures never explained.
  if (mayConfirm && isNewest && isOverForGood(execution, now) && unexplained(execution).length === 0)
    await confirm(services, execution)
  const filing: Effect[] = hasUnfiledSkips(execution) ? [{ do: 'file-skips', execution: key }] : []
  return done([
    ...effects,
    ...filing,
    ...showing(execution, lease),
    ...telling(execution, clock.now()),
    ...explaining(execution),
  ])
}

/** Its account is not joined any more, or AWS refuses the bot's role there: then a person has two days to mend that. */
const notAnswered = async (services: Services, known: Execution, error: OutOfReach): Promise<Performed> => {
  const { clock, executions, log } = services
  const now = clock.now()
  log.warn('The bot may not read the pipeline of an execution', { ...known.key, error })
  if (error.isUnjoined || isLongOutOfReach(known, now)) await confirm(services, known)
  else if (known.outOfReachSince !== undefined) log.count('EffectFailed')
  else await executions.change(known.key, (current) => [outOfReach(current, now), null], { from: known })
  return done()
}

/** It is compared by the clock, which says when the next time comes. */
const isSilent = ({ lastEventAt }: Execution, now: number): boolean =>
  now < lastEventAt || now - lastEventAt >= CHECK_AFTER_SILENCE

/** A sweep asked for this check and stored when the next one comes. */
const wasLookedAt = ({ lastEventAt }: Execution, now: number): boolean =>
  now >= lastEventAt && now - lastEventAt < MINUTE

/** A person may at once retry what failed or was stopped, or override its condition, and the events of that may be lost. */
const isOverForGood = (execution: Execution, now: number): boolean => {
  const { progress, at } = execution.overall
  return isOver(execution) && (!RESUMABLE.has(progress) || now - at >= CONFIRM_AFTER)
}

const RESUMABLE: ReadonlySet<Progress> = new Set(['failed', 'stopped'])

/** There is nothing more to learn, unless an event arrived meanwhile. */
export const confirm = async ({ executions }: Services, from: Execution): Promise<void> => {
  await executions.change(
    from.key,
    (execution) => [
      execution.showing.truth === from.showing.truth ? { ...execution, confirmed: true } : execution,
      null,
    ],
    { from },
  )
}

interface PipelineAnswer {
  news: StateChange[]
  /** What the conditions of stages did, by stage. */
  reasons: ReadonlyMap<string, StageReason>
  facts: LackedFacts
  /** No answer is outdated. */
  isCertain: boolean
  unread: readonly UnreadSkip[]
  /** What it waits for in front of a stage; null if there is no pipeline any more. */
  queue: WaitsFor | null
}

/** How long CodePipeline is asked which approvals a skipped stage has. */
const SKIPS_ASKED_FOR = DAY

/**
 * Whether approvals were skipped that no one knows yet: CodePipeline did not give the pipeline's structure. It is asked with
 * the routine of the execution, for a day; then the approvals are given up, and an alarm rings.
 */
const awaitsSkips = ({ log }: Services, { key }: Execution, unread: readonly UnreadSkip[], now: number): boolean => {
  if (unread.length === 0) return false
  const about = { ...key, stages: unread.map(({ stage }) => stage) }
  if (unread.some(({ at }) => now - at < SKIPS_ASKED_FOR)) {
    log.warn('The approvals that were skipped are not known yet: CodePipeline did not give the structure', about)
    return true
  }
  log.error('Approvals that were skipped are not in the audit record: CodePipeline did not give the structure', about)
  log.count('EffectFailed')
  return false
}

const askPipeline = async (services: Services, known: Execution, now: number): Promise<PipelineAnswer> => {
  const { key } = known
  const { stages, facts, runs } = await describeExecution(services, key)
  // The pipeline was deleted, or created again under its name.
  if (!stages || !runs) {
    return {
      news: canceled(known, wholeSecond(now)),
      reasons: new Map(),
      facts,
      isCertain: true,
      unread: [],
      queue: null,
    }
  }
  const summary = await findExecution(services.pipelines, key)
  const rules = await readRules(services, { execution: known, runs, stages, summary })
  const { changes, reasons, unread } = await conditionsOf(services, { execution: known, runs, stages, summary, rules })
  const news = [
    ...runs.flatMap((run) => actionChange(run, summary)),
    ...(summary ? stageChanges(runs, summary, stages, rules === 'refused' ? [] : rules) : []),
    ...changes,
    ...(summary ? pipelineChange(summary, known) : []),
  ]
  const queue = await queueIn(services, key, stages)
  return { news, reasons, facts, isCertain: runs.every(({ status }) => status !== 'InProgress'), unread, queue }
}

/** CodePipeline cancels the executions of a deleted pipeline, and sends no event of it. */
const canceled = (known: Execution, at: number): StateChange[] => {
  const runs = ({ progress }: TimedProgress<ProgressOfStage>) => progress === 'running' || progress === 'stopping'
  const end = { progress: 'canceled', at } as const
  return [
    ...(isOver(known) ? [] : [{ level: 'pipeline', ...end } as const]),
    ...[...known.stages].flatMap(([stage, timeline]) =>
      runs(timeline) ? [{ level: 'stage', stage, ...end } as const] : [],
    ),
    ...[...known.actions].flatMap(([actionExecutionId, action]) =>
      runs(action) ? [{ level: 'action', actionExecutionId, ...action, ...end } as const] : [],
    ),
  ]
}

/** A status that the bot does not know changes nothing. */
const PROGRESS_OF_EXECUTION: Record<ExecutionStatus, Progress | null> = {
  Unknown: null,
  InProgress: 'running',
  Stopping: 'stopping',
  Stopped: 'stopped',
  Succeeded: 'succeeded',
  Superseded: 'superseded',
  Cancelled: 'canceled',
  Failed: 'failed',
}

/** It began at its start; only an execution that was over and runs again was retried. */
const pipelineChange = ({ status, startedAt, updatedAt }: ExecutionSummary, known: Execution): StateChange[] => {
  const progress = PROGRESS_OF_EXECUTION[status]
  const runsAgain = status === 'InProgress' && isOver(known)
  const second = wholeSecond(status === 'InProgress' && !runsAgain ? startedAt : updatedAt)
  const { at: knownAt } = known.overall
  // Of two states in one second, the end counts as the newer (RANK in execution.ts): this one was retried at once.
  const at = wholeSecond(knownAt) !== second ? second : runsAgain ? knownAt + 1 : Math.max(second, knownAt)
  return progress ? [{ level: 'pipeline', progress, at }] : []
}

const PROGRESS_OF_ACTION: Record<ActionStatus, Progress | null> = {
  Unknown: null,
  InProgress: 'running',
  Succeeded: 'succeeded',
  Failed: 'failed',
  Abandoned: 'stopped',
}

const actionChange = (run: ActionRun, execution: ExecutionSummary | undefined): StateChange[] => {
  const isCanceled = execution?.status === 'Cancelled' && run.status === 'Abandoned'
  const progress = isCanceled ? 'canceled' : PROGRESS_OF_ACTION[run.status]
  if (!progress) return []
  const change: StateChange = {
    level: 'action',
    actionExecutionId: run.actionExecutionId,
    stage: run.stage,
    action: run.action,
    category: run.category,
    provider: run.provider,
    summary: causeIn(run),
    url: run.externalUrl,
    progress,
    at: wholeSecond(run.status === 'InProgress' ? run.startedAt : run.updatedAt),
  }
  return [change]
}
