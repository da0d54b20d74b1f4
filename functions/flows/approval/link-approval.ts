import type { Approval } from '../../domain/approval.ts'
import type { Execution } from '../../domain/execution.ts'
import { newExecution, withApproval } from '../../domain/execution.ts'
import { pipelineOf } from '../../domain/pipeline.ts'
import type { Place } from '../../domain/showing.ts'
import type { Services } from '../../ports/services.ts'

/**
 * Lets the execution's status card find its approval and, where its message has just found its `place`, that message;
 * whichever of the two was heard of first.
 */
export const linkApproval = async (
  { executions, clock }: Pick<Services, 'executions' | 'clock'>,
  { id, where, executionId, requestedAt }: Approval,
  place: Place | null = null,
): Promise<Execution> => {
  const key = { ...pipelineOf(where), executionId }
  const now = clock.now()
  const linked = await executions.change(
    key,
    (execution) => {
      const next = withApproval(execution, `${where.stage}/${where.action}`, { id, requestedAt, place }, now)
      return [next, next]
    },
    { fresh: () => newExecution(key, now) },
  )
  return linked!
}
