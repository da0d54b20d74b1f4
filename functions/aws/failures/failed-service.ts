import * as z from 'zod/mini'
import type { ReadFailure } from './asked.ts'
import { askWhy, cause, textOrNull } from './asked.ts'

const ECS = { service: 'ecs', target: 'AmazonEC2ContainerServiceV20141113', name: 'Amazon ECS' }

const SERVICES = z.lazy(() =>
  z.object({
    services: z.optional(
      z.array(
        z.object({
          deployments: z.nullish(z.array(z.object({ rolloutState: textOrNull, rolloutStateReason: textOrNull }))),
          // Newest first, at most a hundred.
          events: z.nullish(z.array(z.object({ createdAt: z.nullish(z.number()), message: textOrNull }))),
        }),
      ),
    ),
  }),
)

/** Clocks of two services differ. */
const EVENTS_BEFORE_MS = 5_000

/** Why an action of Amazon ECS failed: the deployment's reason, and the service's events since the action began. */
export const failedService: ReadFailure = async (asking, { configuration, startedAt }) => {
  const { ClusterName, ServiceName } = configuration
  if (!ServiceName) return cause({})
  const input = { services: [ServiceName], ...(ClusterName && { cluster: ClusterName }) }
  const asked = await askWhy(asking, ECS, 'DescribeServices', input, SERVICES)
  if (asked.kind === 'denied') return cause({ unread: [asked.unread] })
  const service = asked.kind === 'answered' ? asked.answer.services?.[0] : undefined
  if (!service) return cause({ unread: [{ because: 'gone', of: ECS.name }] })
  const events = (service.events ?? [])
    .filter(({ createdAt }) => (createdAt ?? 0) * 1_000 >= startedAt - EVENTS_BEFORE_MS)
    .flatMap(({ message }) => message ?? [])
    .toReversed()
  const failed = service.deployments?.find(({ rolloutState }) => rolloutState === 'FAILED')
  return cause({ what: failed?.rolloutStateReason ?? null, lines: events })
}
