import type { SQSBatchItemFailure, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda'
import { awsFailures } from './aws/failures/read-failure.ts'
import { parseDue } from './aws/queue.ts'
import { loggedEffect, performDue } from './flows/effects/perform-effect.ts'
import type { Services } from './ports/services.ts'
import type { OpenServices } from './services.ts'
import { asHandler } from './services.ts'

/** SQS: an effect that failed is tried again. Only the messages that fail again return to the queue. */
export const effectDue =
  (services: Services) =>
  async ({ Records }: SQSEvent): Promise<SQSBatchResponse> => {
    const failures = await Promise.all(Records.map((record) => performMessage(services, record)))
    return { batchItemFailures: failures.flat() }
  }

const performMessage = async (services: Services, { messageId, body }: SQSRecord): Promise<SQSBatchItemFailure[]> => {
  const about: { messageId: string; effect?: object } = { messageId }
  try {
    const due = parseDue(body)
    about.effect = loggedEffect(due.effect)
    await performDue(services, due)
    return []
  } catch (error) {
    services.log.error('A queued effect failed', { ...about, error })
    services.log.count('EffectFailed')
    return [{ itemIdentifier: messageId }]
  }
}

/** This function alone has the permissions to read why actions failed. */
export const failureServices = (services: OpenServices): Services => ({
  ...services,
  failures: awsFailures(services.readers, services.clock),
})

export const handler = asHandler((services) => effectDue(failureServices(services)))
