import type { ApprovalNotification } from '../../../domain/effect.ts'
import { believableExpiry } from '../../../domain/expiry.ts'
import type { ActionRun, Pipelines } from '../../../ports/pipelines.ts'
import type { PendingApproval } from '../../../ports/gate.ts'
import { newestInbound } from './newest-inbound.ts'

/**
 * Finds the execution that waits for this token.
 *
 * GetPipelineState may still show the earlier execution, so only an action in progress with this very token counts. In
 * PARALLEL mode it shows no token; ListActionExecutions does.
 */
export const findPendingApproval = async (
  pipelines: Pipelines,
  { where, token, expiresAt }: Pick<ApprovalNotification, 'where' | 'token' | 'expiresAt'>,
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
  const read = await pipelines.runs(where, (runs) => runs.some(isIt))
  const run = read?.runs.find(isIt)
  if (run?.status === 'InProgress') return pending(run.executionId, run.startedAt, null)
  return run
    ? { kind: 'over', because: `its status is ${run.status}` }
    : { kind: 'not-shown-yet', because: 'CodePipeline does not show this approval yet' }
}
