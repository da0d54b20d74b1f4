import { createHash, randomUUID } from 'node:crypto'
import type { ScheduledEvent, SNSEvent, SQSEvent } from 'aws-lambda'
import type { QueueMessage } from '../sqs/queue.ts'
import { systemAttributes } from '../sqs/api.ts'
import type { Notice } from '../sns/topic.ts'

/*
 * The events that Lambda hands to a function, one builder for each source that Greenlight has (Lambda Developer Guide,
 * "Invoking Lambda with events from other AWS services").
 */

/** A notice of an SNS topic, one record an invocation. */
export const snsEvent = (notice: Notice, at: number): SNSEvent => ({
  Records: [
    {
      EventSource: 'aws:sns',
      EventVersion: '1.0',
      EventSubscriptionArn: `${notice.topicArn}:${randomUUID()}`,
      Sns: {
        Type: 'Notification',
        MessageId: notice.messageId,
        TopicArn: notice.topicArn,
        // SNS writes null here when the publisher gave no subject; the type does not know.
        Subject: notice.subject as string,
        Message: notice.message,
        Timestamp: new Date(at).toISOString(),
        SignatureVersion: '1',
        Signature: 'workspace',
        SigningCertUrl: '',
        UnsubscribeUrl: '',
        MessageAttributes: {},
      },
    },
  ],
})

/** Messages of a queue. */
export const sqsEvent = (messages: QueueMessage[], source: { queueArn: string; region: string }): SQSEvent => ({
  Records: messages.map((message) => ({
    messageId: message.messageId,
    receiptHandle: message.receiptHandle ?? '',
    body: message.body,
    attributes: systemAttributes(message),
    messageAttributes: {},
    md5OfBody: createHash('md5').update(message.body).digest('hex'),
    eventSource: 'aws:sqs',
    eventSourceARN: source.queueArn,
    awsRegion: source.region,
  })),
})

/** One turn of a schedule, as an EventBridge rule sends it. */
export const scheduledEvent = (
  rule: string,
  at: number,
  where: { account: string; region: string },
): ScheduledEvent => ({
  version: '0',
  id: randomUUID(),
  'detail-type': 'Scheduled Event',
  source: 'aws.events',
  account: where.account,
  time: new Date(at).toISOString().replace(/\.\d+Z$/, 'Z'),
  region: where.region,
  resources: [`arn:aws:events:${where.region}:${where.account}:rule/${rule}`],
  detail: {},
})
