import type { EventBridgeEvent } from 'aws-lambda'
import { parsePipelineEvent } from './aws/pipeline-event.ts'
import { followPipeline } from './flows/execution/follow-pipeline.ts'
import { performNow } from './flows/effects/perform-effect.ts'
import type { Services } from './ports/services.ts'
import type { OpenServices } from './services.ts'
import { asHandler } from './services.ts'

/** Half of the function's 30 s, from its beginning: what is not done by then continues through the queue. */
const BUDGET_MS = 15_000

/**
 * EventBridge: a pipeline, stage or action has changed its state. Throws if its account or Region is not registered
 * with this bot.
 */
export const pipelineChanged =
  (services: Services & Pick<OpenServices, 'allowedAccounts'>) =>
  async (event: EventBridgeEvent<string, unknown>): Promise<void> => {
    const parsed = parsePipelineEvent(event)
    if (!parsed) return services.log.info('Ignored event', { type: event['detail-type'] })
    services.allowedAccounts.require(parsed.key)
    const giveUpAt = services.clock.now() + BUDGET_MS
    const effects = await followPipeline(services, parsed)
    await performNow(services, effects, giveUpAt - services.clock.now())
  }

export const handler = asHandler(pipelineChanged)
