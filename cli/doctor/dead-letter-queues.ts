import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs'
import { absent } from '../absent.ts'
import type { Check, Finding } from './check.ts'
import { deployAgain } from './stack-resources.ts'

const GONE = absent('QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue')

/** What could not be done waits there for a person. */
export const deadLetterQueues: Check = {
  title: 'Dead-letter queues are empty',
  run: async (installation) => {
    const { connection, region } = installation
    const client = new SQSClient(connection)
    const findings: Finding[] = []
    const queues = (await installation.stack()).resources.filter(
      ({ type, id }) => type === 'AWS::SQS::Queue' && id.endsWith('Dead'),
    )
    for (const { id, name: QueueUrl } of queues) {
      const request = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] })
      const answer = await client.send(request).catch(GONE)
      const waiting = Number(answer?.Attributes?.ApproximateNumberOfMessages ?? 0)
      if (!answer) findings.push({ what: `The queue ${id} is gone.`, fix: deployAgain(installation) })
      else if (waiting > 0)
        findings.push({
          what: `${waiting} in ${id}: accepted, and not done.`,
          fix: `Read why in the function's log, then send them round again: aws sqs start-message-move-task --region ${region} --source-arn (of ${QueueUrl}).`,
        })
    }
    return findings
  },
}
