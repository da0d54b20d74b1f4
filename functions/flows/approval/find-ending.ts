import type { Approval } from '../../domain/approval.ts'
import type { Ending } from '../../domain/ending.ts'
import { pipelineOf } from '../../domain/pipeline.ts'
import type { ActionRun, ActionStatus, Pipelines } from '../../ports/pipelines.ts'

const STATUS: Record<Exclude<ActionStatus, 'InProgress' | 'Abandoned'>, Ending['status']> = {
  Succeeded: 'succeeded',
  Failed: 'failed',
}

/**
 * Asks CodePipeline how an approval ended. Null while it is pending, or where CodePipeline does not tell yet. Whose
 * verdict it was is for the record of the moment to say: a vote may have come since `approval` was read.
 */
export const findEnding = async (pipelines: Pipelines, approval: Approval): Promise<Ending | null> => {
  const run = await findRun(pipelines, approval)
  if (!run || run.status === 'InProgress') return null
  const told = { at: run.updatedAt, summary: run.summary, by: run.updatedBy }
  if (run.status !== 'Abandoned') return { ...told, status: STATUS[run.status], stopReason: null }

  // An action has no word of its own for an edited pipeline: only its execution tells that from a stop.
  const execution = await findExecution(pipelines, approval)
  if (execution?.status === 'InProgress') return null
  const status = execution?.status === 'Cancelled' ? 'canceled' : 'abandoned'
  return { ...told, status, stopReason: execution?.stopReason ?? null }
}

/** The run that holds this token; a retry of the stage is another run with another token. */
export const findRun = async (pipelines: Pipelines, approval: Approval): Promise<ActionRun | null> => {
  const { where, token, executionId } = approval
  const runs = (await pipelines.actionRuns(pipelineOf(where), executionId)).filter(
    ({ stage, action }) => stage === where.stage && action === where.action,
  )
  return runs.find(({ externalId }) => externalId === token) ?? runs.find(({ externalId }) => !externalId) ?? null
}

/** The execution that the approval belongs to; undefined when AWS does not list it any more. */
export const findExecution = async (pipelines: Pipelines, { where, executionId }: Approval) => {
  const executions = await pipelines.executions(pipelineOf(where), null)
  return executions.find((execution) => execution.executionId === executionId)
}
