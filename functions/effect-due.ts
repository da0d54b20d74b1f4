import type { SQSBatchItemFailure, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda'
import { recordedDelivery } from './record/recorded-delivery.ts'
import { awsFailures } from './aws/failures/read-failure.ts'
import { awsOutsideWorks } from './aws/outside-works.ts'
import { codePipelineSteering } from './aws/steering-calls.ts'
import { parseDue } from './aws/queued-effect.ts'
import { queuedEffects } from './flows/effects/queued-effects.ts'
import type { QueuedPerform } from './flows/effects/perform-effect.ts'
import { loggedEffect, performDue } from './flows/effects/perform-effect.ts'
import type { DueServices, Services } from './ports/services.ts'
import type { OpenServices } from './services.ts'
import { commandAnswers } from './slack/command-answers.ts'
import { slackHomeTabs } from './slack/home-tabs.ts'
import { asHandler } from './services.ts'

/** SQS: an effect that failed is tried again. Only the messages that fail again return to the queue. */
export const effectDue = (services: DueServices) => {
  const queued = queuedEffects(services)
  return async ({ Records }: SQSEvent): Promise<SQSBatchResponse> => {
    const failures = await Promise.all(Records.map((record) => performMessage(services, queued, record)))
    return { batchItemFailures: failures.flat() }
  }
}

const performMessage = async (
  services: Services,
  queued: QueuedPerform,
  { messageId, body }: SQSRecord,
): Promise<SQSBatchItemFailure[]> => {
  const about: { messageId: string; effect?: object } = { messageId }
  try {
    const { beside = [], ...due } = parseDue(body)
    about.effect = loggedEffect(due.effect)
    const all = [due, ...beside.map((effect) => ({ effect, attempt: 1 }))]
    const results = await Promise.allSettled(all.map((one) => performDue(services, one, queued)))
    const failed = results.find((result) => result.status === 'rejected')
    if (failed) throw failed.reason
    return []
  } catch (error) {
    services.log.error('A queued effect failed', { ...about, error })
    services.log.count('EffectFailed')
    return [{ itemIdentifier: messageId }]
  }
}

/** The other functions have no permission to read why actions failed and what was deployed, and steer nothing. */
export const effectServices = (services: OpenServices): DueServices => ({
  ...services,
  answers: commandAnswers(services.secrets, services.slackApiUrl),
  delivery: recordedDelivery(services.connection, services.tableName),
  failures: awsFailures(services.readers, services.clock),
  homeTabs: slackHomeTabs(services.secrets, services.slackApiUrl),
  outsideWorks: awsOutsideWorks(services.readers, services.clock),
  pipelineSteering: codePipelineSteering(services.pipelineClients),
})

export const handler = asHandler((services) => effectDue(effectServices(services)))
