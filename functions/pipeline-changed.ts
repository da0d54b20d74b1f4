import type { EventBridgeEvent } from 'aws-lambda'
import { parsePipelineEvent } from './aws/pipeline-event.ts'
import { followPipeline } from './flows/execution/follow-pipeline.ts'
import { performNow } from './flows/effects/perform-effect.ts'
import type { Services } from './ports/services.ts'
import type { OpenServices } from './services.ts'
import { asHandler } from './services.ts'

const BUDGET_MS = 15_000

/** EventBridge: a pipeline, stage or action has changed its state. Throws when that is none of the bot's places. */
export const pipelineChanged =
  (services: Services & Pick<OpenServices, 'allowedAccounts'>) =>
  async (event: EventBridgeEvent<string, unknown>): Promise<void> => {
    const parsed = parsePipelineEvent(event)
    if (!parsed) return services.log.info('An event that says nothing to us', { type: event['detail-type'] })
    services.allowedAccounts.require(parsed.key)
    await performNow(services, await followPipeline(services, parsed), BUDGET_MS)
  }

export const handler = asHandler(pipelineChanged)
