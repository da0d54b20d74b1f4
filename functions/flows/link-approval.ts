import type { Execution } from '../domain/execution.ts'
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
): Promise<Execution> => {
  const key = { ...pipelineOf(of), executionId: of.executionId }
  const now = clock.now()
  const linked = await executions.change(
    key,
    (execution) => {
      const next = withApproval(execution, `${where.stage}/${where.action}`, approvalId, now)
      return [next, next]
    },
    () => firstHeardOf(key, now),
  )
  return linked!
}
