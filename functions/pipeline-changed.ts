import type { EventBridgeEvent } from 'aws-lambda'
import { isOutsideEvent, parseOutsideEvent } from './aws/outside-event.ts'
import { parsePipelineEvent } from './aws/pipeline-event.ts'
import type { Effect } from './domain/effect.ts'
import type { AccountRegion } from './domain/pipeline.ts'
import { followPipeline } from './flows/execution/follow-pipeline.ts'
import { performNow } from './flows/effects/perform-effect.ts'
import { followOutside } from './flows/outside/follow-outside.ts'
import type { Services } from './ports/services.ts'
import type { OpenServices } from './services.ts'
import { asHandler } from './services.ts'

/** Half of the function's 30 s, from its beginning: what is not done by then continues through the queue. */
const BUDGET_MS = 15_000

/**
 * EventBridge: a pipeline, stage or action has changed its state, or a build or deployment has. Throws if its account or
 * Region is not registered with this bot.
 */
export const pipelineChanged =
  (services: Services & Pick<OpenServices, 'allowedAccounts'>) =>
  async (event: EventBridgeEvent<string, unknown>): Promise<void> => {
    const change = changeIn(services, event)
    if (!change) return services.log.info('Ignored event', { type: event['detail-type'] })
    services.allowedAccounts.require(change.of)
    const giveUpAt = services.clock.now() + BUDGET_MS
    const effects = await change.follow()
    await performNow(services, effects, giveUpAt - services.clock.now())
  }

interface ReadEvent {
  of: AccountRegion
  follow(): Promise<Effect[]>
}

const changeIn = (services: Services, event: EventBridgeEvent<string, unknown>): ReadEvent | null => {
  if (isOutsideEvent(event)) {
    const outside = parseOutsideEvent(event)
    return outside && { of: outside.key, follow: () => followOutside(services, outside) }
  }
  const parsed = parsePipelineEvent(event)
  return parsed && { of: parsed.key, follow: () => followPipeline(services, parsed) }
}

export const handler = asHandler(pipelineChanged)
