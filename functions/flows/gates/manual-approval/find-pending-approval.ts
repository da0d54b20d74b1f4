import type { ApprovalNotification } from '../../../domain/effect.ts'
import { believableExpiry } from '../../../domain/expiry.ts'
import { pipelineOf } from '../../../domain/pipeline.ts'
import type { ActionRun, Pipelines } from '../../../ports/pipelines.ts'
import type { PendingApproval } from '../../../ports/gate.ts'
import { newestInbound } from './newest-inbound.ts'

/**
 * Finds the execution that waits for this token.
 *
 * GetPipelineState may still show the earlier execution, so only an action in progress with this very token counts. In
 * PARALLEL mode it shows no token; ListActionExecutions does. Of all executions, only the newest runs are read: an approval
 * that has waited for days is found in `executionId`, if given.
 */
export const findPendingApproval = async (
  pipelines: Pipelines,
  { where, token, expiresAt, executionId }: Sought,
  now: number,
): Promise<PendingApproval> => {
  const stages = await pipelines.stages(where)
  if (!stages) return { kind: 'over', because: `there is no pipeline ${where.pipeline}` }

  const pending = (
    executionId: string,
    startedAt: number | null,
    newerExecutionId: string | null,
  ): PendingApproval => ({
    kind: 'pending',
    executionId,
    expiresAt: believableExpiry(expiresAt, startedAt || now),
    since: startedAt || null,
    newerExecutionId,
  })
  const stage = stages.find(({ stage }) => stage === where.stage)
  const action = stage?.actions.find(({ action }) => action === where.action)
  if (stage?.executionId && action?.token === token && action.status === 'InProgress')
    return pending(stage.executionId, action.since, await newestInbound(pipelines, where, stage))

  const isIt = ({ externalId, stage, action }: ActionRun) =>
    externalId === token && stage === where.stage && action === where.action
  const own = executionId === undefined ? null : await pipelines.actionRuns({ ...pipelineOf(where), executionId })
  const run = own?.find(isIt) ?? (await pipelines.runs(where, (runs) => runs.some(isIt)))?.runs.find(isIt)
  if (run?.status === 'InProgress') return pending(run.executionId, run.startedAt, null)
  return run
    ? { kind: 'over', because: `its status is ${run.status}` }
    : { kind: 'not-shown-yet', because: 'CodePipeline does not show this approval yet' }
}

type Sought = Pick<ApprovalNotification, 'where' | 'token' | 'expiresAt'> & { executionId?: string | undefined }
