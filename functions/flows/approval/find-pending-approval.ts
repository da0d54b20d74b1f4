import type { StageAction } from '../../domain/pipeline.ts'
import type { Pipelines } from '../../ports/pipelines.ts'

export type PendingApproval =
  /** `startedAt`: when the action began, by CodePipeline; null where it does not say. */
  | { kind: 'pending'; executionId: string; startedAt: number | null; newerExecutionId: string | null }
  /** CodePipeline knows the token and is past it, or knows no such pipeline. */
  | { kind: 'over'; because: string }
  | { kind: 'not-shown-yet' }

/**
 * Finds the execution that waits for this token.
 *
 * Asked too early, GetPipelineState still shows the run before; so only an action in progress with this very token
 * counts. In PARALLEL mode it shows no token at all, and ListActionExecutions tells.
 */
export const findPendingApproval = async (
  pipelines: Pipelines,
  where: StageAction,
  token: string,
): Promise<PendingApproval> => {
  const stages = await pipelines.stages(where)
  if (!stages) return { kind: 'over', because: `there is no pipeline ${where.pipeline}` }

  const stage = stages.find(({ stage }) => stage === where.stage)
  const action = stage?.actions.find(({ action }) => action === where.action)
  if (stage?.executionId && action?.token === token && action.status === 'InProgress')
    return {
      kind: 'pending',
      executionId: stage.executionId,
      startedAt: action.since,
      newerExecutionId: stage.inbound.at(-1) ?? null,
    }

  const run = await pipelines.findRun(
    where,
    ({ externalId, stage, action }) => externalId === token && stage === where.stage && action === where.action,
  )
  if (run?.status === 'InProgress')
    return { kind: 'pending', executionId: run.executionId, startedAt: run.startedAt || null, newerExecutionId: null }
  return run ? { kind: 'over', because: `it is ${run.status} already` } : { kind: 'not-shown-yet' }
}
