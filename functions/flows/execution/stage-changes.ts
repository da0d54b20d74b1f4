import type { StateChange, Progress } from '../../domain/execution.ts'
import type { ActionRun, ExecutionStatus, ExecutionSummary, FailedRule, StageState } from '../../ports/pipelines.ts'

/** Events have whole seconds; with the API's fractions, its times would always seem newer. */
export const wholeSecond = (ms: number): number => Math.floor(ms / 1000) * 1000

/**
 * The state of an execution's stages, from the runs of its actions (newest first): CodePipeline has no list of an
 * execution's stages. If the runs leave a stage open, it is left out. `failedRules`: the rules of conditions that failed. A
 * person who overrides one lets the stage go on, which then ends later than its actions.
 */
export const stageChanges = (
  runs: readonly ActionRun[],
  execution: ExecutionSummary,
  stages: StageState[],
  failedRules: readonly FailedRule[] = [],
): StateChange[] => {
  const placeOf = (stage: string) => stages.findIndex((one) => one.stage === stage)
  const oldestFirst = runs.toReversed().sort((a, b) => a.startedAt - b.startedAt)
  const entered = [...new Set(oldestFirst.map(({ stage }) => stage))]
  /** Of a stage that an edit has removed since, CodePipeline tells the rule's time alone. */
  const isBehind = (rule: FailedRule, stage: string, endedAt: number): boolean =>
    placeOf(rule.stage) >= 0
      ? placeOf(rule.stage) > placeOf(stage)
      : rule.stage !== stage && rule.at !== null && wholeSecond(rule.at) >= wholeSecond(endedAt)
  /** The list of actions is older than the state of the stages: the stop came after this one. */
  const hasLeft = (stage: string): boolean =>
    stages.some(
      (one) =>
        one.executionId === execution.executionId &&
        (one.stage === stage ? one.status !== 'Stopping' : placeOf(one.stage) > placeOf(stage)),
    )
  const wasOverridden = (stage: string) => failedRules.some((rule) => rule.stage === stage && rule.updatedBy !== null)
  /** CodePipeline does not tell when a person overrode a rule. */
  const leftAt = (after: readonly string[]): number => {
    const starts = runs.filter((run) => after.includes(run.stage)).map(({ startedAt }) => startedAt)
    return starts.length > 0 ? Math.min(...starts) : execution.updatedAt
  }
  return entered.flatMap((stage, index) => {
    const attempts = runs.filter((run) => run.stage === stage)
    const since = latestAttemptSince(attempts)
    const begun = attempts.filter(({ startedAt }) => startedAt >= since)
    // What was in progress when failed actions were retried beside it is in the attempt of the retry as well.
    const current = attempts.filter(
      (run) => begun.includes(run) || run.status === 'InProgress' || run.updatedAt > since,
    )
    const beganAt = wholeSecond(Math.min(...begun.map(({ startedAt }) => startedAt)))
    const isRetriedAtOnce = attempts.some((run) => !current.includes(run) && wholeSecond(run.updatedAt) === beganAt)
    // Of two states in one second, the end counts as the newer (RANK in execution.ts): this one is newer than that end.
    const runningAt = isRetriedAtOnce ? beganAt + 1 : beganAt
    const tell = (progress: Progress, at: number): StateChange => ({
      level: 'stage',
      stage,
      progress,
      at: Math.max(wholeSecond(at), runningAt),
    })
    const running = tell('running', runningAt)
    if (current.some(({ status }) => status === 'InProgress'))
      return execution.status === 'Stopping' && !hasLeft(stage)
        ? [running, tell('stopping', execution.updatedAt)]
        : [running]
    const endedAt = Math.max(...current.map(({ updatedAt }) => updatedAt))
    const isLeft =
      index < entered.length - 1 ||
      stages.some(({ inbound }) => inbound.includes(execution.executionId)) ||
      failedRules.some((rule) => isBehind(rule, stage, endedAt))
    const end = isLeft ? 'succeeded' : endOfStage(current, execution, endedAt, hasRunAll(current, stage, stages))
    return end
      ? [
          running,
          tell(
            end,
            Math.max(endedAt, end === 'succeeded' && wasOverridden(stage) ? leftAt(entered.slice(index + 1)) : 0),
          ),
        ]
      : [running]
  })
}

/**
 * Once an action has failed, no other of its stage begins until the stage is retried. A condition may fail a stage whose
 * actions have all succeeded: then the same action begins again. Without a retry, minus infinity.
 */
const latestAttemptSince = (runs: readonly ActionRun[]): number => {
  const failures = runs.filter(({ status }) => status === 'Failed' || status === 'Abandoned')
  const retried = failures.filter(({ updatedAt }) => runs.some(({ startedAt }) => startedAt >= updatedAt))
  return Math.max(begunAgainAt(runs), ...retried.map(({ updatedAt }) => updatedAt))
}

/** When an action last began again that had begun in the attempt before. */
const begunAgainAt = (runs: readonly ActionRun[]): number => {
  let begun = new Set<string>()
  let since = -Infinity
  for (const { action, startedAt } of runs.toReversed().sort((a, b) => a.startedAt - b.startedAt)) {
    if (begun.has(action)) [begun, since] = [new Set(), startedAt]
    begun.add(action)
  }
  return since
}

/** How the execution's last stage ended, if all its actions had ended; null if that is open. */
const endOfStage = (
  runs: readonly ActionRun[],
  { status, updatedAt }: ExecutionSummary,
  at: number,
  isWhole: boolean,
): Progress | null => {
  // With "stop and wait", a stop takes effect when the last action ends; a later one found the execution outside the
  // stage.
  if (status === 'Stopped' && wholeSecond(updatedAt) === wholeSecond(at)) return 'stopped'
  if (runs.some((run) => run.status === 'Abandoned')) return status === 'Cancelled' ? 'canceled' : 'stopped'
  if (runs.some((run) => run.status === 'Failed')) return 'failed'
  if (!isWhole && (status === 'Stopped' || status === 'Cancelled')) return status === 'Stopped' ? 'stopped' : 'canceled'
  return LEFT_BEHIND.has(status) ? 'succeeded' : null
}

/** Whether each action of the stage has run; for a stage that is no longer in the pipeline, no one can say. */
const hasRunAll = (runs: readonly ActionRun[], stage: string, stages: readonly StageState[]): boolean => {
  const actions = stages.find((one) => one.stage === stage)?.actions ?? []
  return actions.every(({ action }) => runs.some((run) => run.action === action))
}

/** Ends that do not change a stage whose actions all succeeded. */
const LEFT_BEHIND = new Set<ExecutionStatus>(['Succeeded', 'Superseded', 'Stopped', 'Cancelled'])
