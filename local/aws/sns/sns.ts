import { randomUUID } from 'node:crypto'
import type { SNSEvent } from 'aws-lambda'
import { AwsError } from '../aws-error.ts'

export interface Notice {
  messageId: string
  topicArn: string
  subject: string | null
  message: string
}

export interface Publication {
  topicArn: string
  message: string
  subject?: string | null
}

export type Sns = ReturnType<typeof createSns>

const MAX_MESSAGE_BYTES = 262_144

/** SNS with topics that one function subscribes to. A published message is accepted, not yet handled. */
export const createSns = (settings: {
  topicArns: readonly string[]
  /** Epoch milliseconds. */
  now: () => number
  deliver: (event: SNSEvent) => void
}) => ({
  /** Publishes to the named topic and returns the message's id. Throws AwsError as SNS's Publish does. */
  publish: ({ topicArn, message, subject = null }: Publication): string => {
    if (!settings.topicArns.includes(topicArn)) throw new AwsError('NotFound', 'Topic does not exist', 404)
    if (message === '') throw new AwsError('InvalidParameter', 'Invalid parameter: Empty message')
    if (Buffer.byteLength(message) > MAX_MESSAGE_BYTES)
      throw new AwsError('InvalidParameter', 'Invalid parameter: Message too long')
    const messageId = randomUUID()
    settings.deliver(snsEvent({ messageId, topicArn, subject, message }, settings.now()))
    return messageId
  },
})

/**
 * The event with which SNS invokes a function, one notification each (Lambda Developer Guide, "Invoking Lambda
 * functions with Amazon SNS notifications").
 */
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
        // SNS writes null here if the publisher gave no subject; the type does not have that.
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
