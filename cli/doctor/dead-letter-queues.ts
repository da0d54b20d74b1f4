import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs'
import { absent } from '../absent.ts'
import { counted } from '../counted.ts'
import { optionsOf } from '../installation.ts'
import type { Check, Finding } from './check.ts'
import { NotChecked } from './not-checked.ts'
import { restore } from './stack-resources.ts'

const GONE = absent('QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue')

/** What Greenlight accepted and could not process waits in these queues for a person. */
export const deadLetterQueues: Check = {
  title: 'Dead-letter queues',
  run: async ({ aws, installation, stack }) => {
    const client = new SQSClient(await aws())
    const findings: Finding[] = []
    const deployed = await stack()
    const queues = deployed.resources.filter(({ type, id }) => type === 'AWS::SQS::Queue' && id.endsWith('Dead'))
    if (queues.length === 0) throw new NotChecked(`${deployed.name} has no dead-letter queues`)
    for (const { id, name: QueueUrl } of queues) {
      const request = new GetQueueAttributesCommand({
        QueueUrl,
        AttributeNames: ['ApproximateNumberOfMessages'],
      })
      const answer = await client.send(request).catch(GONE)
      const waiting = Number(answer?.Attributes?.ApproximateNumberOfMessages ?? 0)
      if (!answer) findings.push({ what: `The queue ${id} is gone.`, fix: restore(installation) })
      else if (waiting > 0)
        findings.push({
          what: `${counted(waiting, 'message', 'messages')} in ${id} failed.`,
          fix: `See what failed and why, mend it, and process the messages again (docs/runbook.md): npx greenlight redrive --queue ${id} ${optionsOf(installation).greenlight}`,
        })
    }
    return findings
  },
}
