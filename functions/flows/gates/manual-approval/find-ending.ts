import type { Approval } from '../../../domain/approval.ts'
import type { Ending } from '../../../domain/ending.ts'
import type { ExecutionKey } from '../../../domain/pipeline.ts'
import { pipelineOf } from '../../../domain/pipeline.ts'
import { findExecution } from '../../execution/find-execution.ts'
import type { Services } from '../../../ports/services.ts'
import type { ActionRun, ActionStatus, Pipelines } from '../../../ports/pipelines.ts'

const STATUS: Record<Exclude<ActionStatus, 'InProgress' | 'Abandoned'>, Ending['status']> = {
  Succeeded: 'succeeded',
  Failed: 'failed',
  Unknown: 'unknown',
}

/** CodePipeline's answers to different calls may differ by some seconds. Milliseconds. */
export const ANSWERS_AGREE_AFTER = 60_000

/**
 * Asks CodePipeline how an approval ended. Null while it is pending, or if CodePipeline does not say yet. Whose verdict
 * it was depends on the record at the moment of storing: a vote may have come since `approval` was read.
 */
export const findEnding = async (
  services: Pick<Services, 'pipelines' | 'clock'>,
  approval: Approval,
): Promise<Ending | null> => endingIn(services, approval, await findRun(services.pipelines, approval))

/** The same, of a run that was found. */
export const endingIn = async (
  { pipelines, clock }: Pick<Services, 'pipelines' | 'clock'>,
  approval: Approval,
  found: FoundRun | null,
): Promise<Ending | null> => {
  // The pipeline was deleted, or created again under its name: CodePipeline cancels its executions.
  if (found === 'no-execution') return { ...GONE, at: approval.checkedAt }
  if (!found || found.status === 'InProgress') return null
  const told = { at: found.updatedAt, summary: found.summary, by: found.updatedBy }
  if (found.status !== 'Abandoned')
    return { ...told, status: STATUS[found.status], statusText: found.statusText, stopReason: null }

  // An action has no status for an edited pipeline: only its execution distinguishes that from a stop.
  const execution = await findExecution(pipelines, executionOf(approval))
  // It continues although its action was abandoned: one of the answers is outdated, or the stage was retried after a stop.
  if (execution?.status === 'InProgress' && clock.now() < found.updatedAt + ANSWERS_AGREE_AFTER) return null
  const status = execution?.status === 'Cancelled' ? 'canceled' : 'abandoned'
  return { ...told, status, stopReason: execution ? execution.stopReason : null }
}

const GONE = { status: 'deleted', summary: null, by: null, stopReason: null } as const

/** `no-execution`: CodePipeline no longer knows the execution. */
export type FoundRun = ActionRun | 'no-execution'

/**
 * The run that holds this token; a retry of the stage is another run with another token. AWS promises that a run's ID is
 * the token only for PARALLEL mode, so that without such a run the one counts that was in progress at the request. Null
 * if that is not certain.
 */
export const findRun = async (pipelines: Pipelines, approval: Approval): Promise<FoundRun | null> => {
  const { where, token, requestedAt } = approval
  const all = await pipelines.actionRuns(executionOf(approval))
  if (!all) return 'no-execution'
  const runs = all.filter(({ stage, action }) => stage === where.stage && action === where.action)
  const unnamed = runs.filter(({ externalId }) => !externalId)
  return runs.find(({ externalId }) => externalId === token) ?? runAt(unnamed, requestedAt) ?? runAt(runs, requestedAt)
}

/** The run in progress then; null if another had ended shortly before: the request may have been of that one. */
const runAt = (runs: readonly ActionRun[], at: number): ActionRun | null => {
  const endOf = ({ status, updatedAt }: ActionRun) => (status === 'InProgress' ? Infinity : updatedAt)
  const [run, another] = runs.filter((one) => one.startedAt <= at && endOf(one) > at - ANSWERS_AGREE_AFTER)
  return run && !another && endOf(run) >= at ? run : null
}

/** The execution that the approval belongs to. */
export const executionOf = ({ where, executionId }: Approval): ExecutionKey => ({ ...pipelineOf(where), executionId })
