import type { Heard, Progress } from '../domain/execution.ts'
import type { ActionRun, ExecutionStatus, ExecutionSummary, StageState } from './ports.ts'

/** Events tell whole seconds; the API's fractions would otherwise always seem the newer. */
export const wholeSecond = (ms: number): number => Math.floor(ms / 1000) * 1000

/**
 * How far an execution's stages are, as the runs of its actions tell: CodePipeline has no list of an execution's
 * stages. Where the runs leave it open, nothing is told.
 */
export const stageNews = (runs: readonly ActionRun[], execution: ExecutionSummary, stages: StageState[]): Heard[] => {
  const entered = [...new Set([...runs].sort((a, b) => a.startedAt - b.startedAt).map(({ stage }) => stage))]
  return entered.flatMap((stage, index) => {
    const inStage = runs.filter((run) => run.stage === stage)
    const latest = inStage.filter((run) => !inStage.some((other) => isRerun(run, other)))
    const tell = (progress: Progress, at: number): Heard => ({ level: 'stage', stage, progress, at: wholeSecond(at) })
    const running = tell('running', beganAt(inStage, latest))
    if (latest.some(({ status }) => status === 'InProgress'))
      return execution.status === 'Stopping' ? [running, tell('stopping', execution.updatedAt)] : [running]
    const endedAt = Math.max(...latest.map(({ updatedAt }) => updatedAt))
    const isLeft = index < entered.length - 1 || stages.some(({ inbound }) => inbound.includes(execution.executionId))
    const end = isLeft ? 'succeeded' : endOf(latest, execution, endedAt)
    return end ? [running, tell(end, endedAt)] : [running]
  })
}

const isRerun = (run: ActionRun, other: ActionRun): boolean =>
  other.action === run.action && other.startedAt > run.startedAt

/** A retry runs some actions again; then the stage began anew with the first of those. */
const beganAt = (all: readonly ActionRun[], latest: readonly ActionRun[]): number => {
  const replaced = all.filter((run) => !latest.includes(run)).map(({ startedAt }) => startedAt)
  const since = Math.max(-Infinity, ...replaced)
  return Math.min(...latest.map(({ startedAt }) => startedAt).filter((startedAt) => startedAt > since))
}

/** How the stage ended that the execution was in last, when all its actions had ended; null when that is open. */
const endOf = (latest: readonly ActionRun[], { status, updatedAt }: ExecutionSummary, at: number): Progress | null => {
  // Asked to wait, a stop takes effect when the last action ends; a later one met the execution outside the stage.
  if (status === 'Stopped' && wholeSecond(updatedAt) === wholeSecond(at)) return 'stopped'
  if (latest.some((run) => run.status === 'Abandoned')) return status === 'Cancelled' ? 'canceled' : 'stopped'
  if (latest.some((run) => run.status === 'Failed')) return 'failed'
  return LEFT_BEHIND.has(status) ? 'succeeded' : null
}

/** Ends that leave a stage whose actions all went well as it is. */
const LEFT_BEHIND = new Set<ExecutionStatus>(['Succeeded', 'Superseded', 'Stopped', 'Cancelled'])
