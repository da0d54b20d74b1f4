import type { SQSBatchResponse, SQSEvent } from 'aws-lambda'
import { parseDue } from './aws/queue.ts'
import { performDue } from './flows/effects/perform-effect.ts'
import type { Services } from './ports/services.ts'
import { asHandler } from './services.ts'

/** SQS: what could not be done at once is tried again. Only what failed comes back. */
export const effectDue =
  (services: Services) =>
  async ({ Records }: SQSEvent): Promise<SQSBatchResponse> => {
    const results = await Promise.allSettled(Records.map(async ({ body }) => performDue(services, parseDue(body))))
    const batchItemFailures = results.flatMap((result, index) => {
      if (result.status === 'fulfilled') return []
      services.log.error('A queued effect failed', {
        message: Records[index]!.messageId,
        error: result.reason as unknown,
      })
      services.log.count('EffectFailed')
      return [{ itemIdentifier: Records[index]!.messageId }]
    })
    return { batchItemFailures }
  }

export const handler = asHandler(effectDue)
