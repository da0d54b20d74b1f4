import type { Approval } from '../../domain/approval.ts'
import type { Execution } from '../../domain/execution.ts'
import { newExecution, withApproval } from '../../domain/execution.ts'
import type { Effect } from '../../domain/effect.ts'
import { pipelineOf } from '../../domain/pipeline.ts'
import type { Place } from '../../domain/showing.ts'
import { GATHER_MS, showing, withCardLease } from '../show/execution-effects.ts'
import type { Services } from '../../ports/services.ts'

/**
 * Links the execution's status card to its approval and, once the approval's message has its `place`, to that message;
 * either may come first. Returns the execution, and the effect that shows it.
 */
export const linkApproval = async (
  services: Pick<Services, 'executions' | 'clock' | 'configuration'>,
  { id, where, executionId, requestedAt, mayAskMore }: Approval,
  place: Place | null = null,
): Promise<{ execution: Execution; shows: Effect[] }> => {
  const { executions, clock } = services
  const key = { ...pipelineOf(where), executionId }
  const now = clock.now()
  const owner = clock.newId()
  const linked = await executions.change(
    key,
    (current) => {
      const link = { id, requestedAt, place, ...(mayAskMore && { mayAskMore }) }
      const next = withApproval(current, `${where.stage}/${where.action}`, link, now)
      const [execution, lease] = withCardLease(services, next, owner, now, { notBefore: now + GATHER_MS })
      return [execution, { execution, shows: showing(execution, lease) }]
    },
    { fresh: () => newExecution(key, now) },
  )
  return linked!
}
