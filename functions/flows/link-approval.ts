import { firstHeardOf, withApproval } from '../domain/execution.ts'
import type { ExecutionKey, StageAction } from '../domain/pipeline.ts'
import { pipelineOf } from '../domain/pipeline.ts'
import type { Services } from './ports.ts'

/** Lets the execution's status card find its approval, whichever of the two was heard of first. */
export const linkApproval = async (
  { executions, clock }: Services,
  of: ExecutionKey,
  where: StageAction,
  approvalId: string,
): Promise<void> => {
  const key = { ...pipelineOf(of), executionId: of.executionId }
  const now = clock.now()
  await executions.change(
    key,
    (execution) => [withApproval(execution, `${where.stage}/${where.action}`, approvalId, now), null],
    () => firstHeardOf(key, now),
  )
}
