import type { Effect } from '../../domain/effect.ts'
import type { Execution } from '../../domain/execution.ts'
import { hasFailed } from '../../domain/execution.ts'
import type { OutsideState } from '../../domain/outside-execution.ts'
import { applyOutside, learned, newOutside } from '../../domain/outside-execution.ts'
import type { OutsideWork } from '../../domain/outside-work.ts'
import type { ExecutionKey } from '../../domain/pipeline.ts'
import type { ShowingLease } from '../../domain/showing.ts'
import type { Starter } from '../../domain/starter.ts'
import type { Services } from '../../ports/services.ts'
import { explaining } from '../execution/explain-failure.ts'
import { showing, telling, withCardLease } from '../show/execution-effects.ts'
import { keepEnd } from './keep-end.ts'

/** A state change of a build or a deployment, from an event of EventBridge. */
export interface OutsideEvent {
  key: ExecutionKey
  outside: OutsideWork
  /** Null if the event does not tell whether a pipeline started it: then the service is asked. */
  told: { state: OutsideState; starter: Starter } | null
}

/**
 * CodePipeline’s event of the action that created a deployment may arrive after CodeDeploy’s. Until then, no card is
 * posted: a deployment of a pipeline would get one that nothing takes back.
 */
export const UNTIL_CLAIMED_SECONDS = 30

/**
 * Story: something happened in a build or a deployment. If a route wants to see it and no pipeline created it, it has a
 * card of its own. Events may be lost, late, repeated or out of order.
 */
export const followOutside = async (services: Services, event: OutsideEvent): Promise<Effect[]> => {
  const { configuration, executions, queue, clock, log } = services
  const { key, outside, told } = event
  if (!configuration.outsideRouteFor(key, outside)) {
    log.info('Ignored event: no route wants to see it', { ...key, of: outside.service })
    return []
  }
  if (!told) {
    const known = await executions.read(key)
    if (known?.outside?.isOfPipeline) return []
    const effect: Effect = { do: 'check-outside', execution: key, outside }
    await queue.send({ effect, attempt: 1 }, known ? 0 : UNTIL_CLAIMED_SECONDS)
    return []
  }
  const owner = clock.newId()
  const changed = await executions.change<FollowedOutside>(
    key,
    (known) => {
      const now = clock.now()
      const facts = { starter: told.starter, version: outside.version }
      const next = learned(applyOutside(known, told.state, now), facts, now)
      const isUrgent = hasFailed(next) && !hasFailed(known)
      const [execution, lease] = withCardLease(services, next, owner, now, { isUrgent })
      return [execution, { execution, lease }]
    },
    { fresh: () => newOutside(key, outside, clock.now()) },
  )
  if (!changed) return []
  const { execution, lease } = changed
  await keepEnd(services, execution)
  // Only effect-due may ask why.
  for (const effect of explaining(execution)) await queue.send({ effect, attempt: 1 }, 0)
  return [...showing(execution, lease), ...telling(execution, clock.now())]
}

interface FollowedOutside {
  execution: Execution
  lease: ShowingLease | null
}
