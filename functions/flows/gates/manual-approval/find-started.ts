import { approvalId } from '../../../domain/approval-id.ts'
import type { StartedAction } from '../../../domain/effect.ts'
import { DEFAULT_TIMEOUT } from '../../../domain/expiry.ts'
import { MINUTE } from '../../../domain/time-units.ts'
import { pipelineOf } from '../../../domain/pipeline.ts'
import type { FoundApproval } from '../../../ports/gate.ts'
import type { Pipelines } from '../../../ports/pipelines.ts'

/**
 * The notification that CodePipeline would send of an approval action which an event or its state named. An event has no
 * token. GetPipelineState has it; in PARALLEL mode ListActionExecutions does.
 */
export const findStarted = async (
  pipelines: Pipelines,
  { gate, where, executionId }: StartedAction,
  now: number,
): Promise<FoundApproval> => {
  const stages = await pipelines.stages(where)
  if (!stages) return { kind: 'over', because: `there is no pipeline ${where.pipeline}` }

  const found = async (token: string, startedAt: number | null): Promise<FoundApproval> => {
    const declared = (await pipelines.structure(where))?.find(({ stage }) => stage === where.stage)
    const minutes = declared?.actions.find(({ action }) => action === where.action)?.timeoutInMinutes
    const timeout = minutes === undefined ? DEFAULT_TIMEOUT : minutes * MINUTE
    const id = approvalId(where.accountId, where.region, token)
    // In whole minutes, as notifications tell it: an event of the expiry has whole seconds, and must not seem to be before it.
    const expiresAt = Math.floor(((startedAt || now) + timeout) / MINUTE) * MINUTE
    return { kind: 'found', notification: { id, gate, told: 'events', where, token, expiresAt } }
  }
  const stage = stages.find(({ stage }) => stage === where.stage)
  const action = stage?.actions.find(({ action }) => action === where.action)
  if (stage?.executionId === executionId && action?.status === 'InProgress' && action.token !== null)
    return found(action.token, action.since)

  const runs = await pipelines.actionRuns({ ...pipelineOf(where), executionId })
  if (!runs) return { kind: 'over', because: `there is no execution ${executionId}` }
  const run = runs.find(({ stage, action }) => stage === where.stage && action === where.action)
  if (run && run.status !== 'InProgress') return { kind: 'over', because: `its status is ${run.status}` }
  return run && run.externalId !== null
    ? found(run.externalId, run.startedAt)
    : { kind: 'not-shown-yet', because: 'CodePipeline does not show the token of this approval yet' }
}
