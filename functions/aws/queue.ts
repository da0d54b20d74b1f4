import { SQSClient, SendMessageCommand } from '@aws-sdk/client-sqs'
import type { Queue } from '../ports/queue.ts'
import { QUICK_CALL } from './call-limits.ts'
import type { AwsConnection } from './connection.ts'
import { queueMessage } from './queue-message.ts'

/** SQS holds a message back for 15 minutes at most ("SendMessage", SQS API reference). */
const MOST_DELAY_SECONDS = 900

export const effectQueue = (connection: AwsConnection, QueueUrl: string): Queue => {
  const client = new SQSClient({ ...connection, ...QUICK_CALL })
  return {
    send: async (due, delaySeconds) => {
      const DelaySeconds = Math.min(MOST_DELAY_SECONDS, Math.max(0, Math.ceil(delaySeconds)))
      await client.send(new SendMessageCommand({ QueueUrl, MessageBody: queueMessage(due), DelaySeconds }))
    },
  }
}
