import { createHash } from 'node:crypto'
import type { SQSEvent } from 'aws-lambda'
import type { WorkspaceClock } from '../../clock.ts'
import { answerCall, systemAttributes } from './api.ts'
import { createQueue, type Queue, type QueueMessage, type QueueOptions } from './queue.ts'

export type { Queue } from './queue.ts'

export type Sqs = ReturnType<typeof createSqs>

/** SQS for one account and Region. */
export const createSqs = (settings: {
  clock: WorkspaceClock
  accountId: string
  region: string
  /** Start of every queue URL, such as `http://127.0.0.1:4600/aws`. */
  baseUrl: () => string
}) => {
  const { clock, accountId, region, baseUrl } = settings
  const queues: Queue[] = []
  const urlOf = ({ name }: Queue) => `${baseUrl()}/${accountId}/${name}`
  return {
    createQueue: (options: QueueOptions): Queue => {
      const queue = createQueue(clock, `arn:aws:sqs:${region}:${accountId}:${options.name}`, options)
      queues.push(queue)
      return queue
    },
    urlOf,
    /**
     * Answers one SQS call in the AWS JSON 1.0 protocol (`X-Amz-Target: AmazonSQS.SendMessage`). Throws AwsError for
     * calls that SQS would refuse.
     */
    answer: (operation: string, input: unknown): Promise<unknown> =>
      answerCall({ clock, queues, urlOf }, operation, input),
  }
}

/**
 * The event with which Lambda passes a queue's messages to a function (Lambda Developer Guide, "Using Lambda with
 * Amazon SQS").
 */
export const sqsEvent = (messages: readonly QueueMessage[], queueArn: string): SQSEvent => ({
  Records: messages.map((message) => ({
    messageId: message.messageId,
    receiptHandle: message.receiptHandle ?? '',
    body: message.body,
    attributes: systemAttributes(message),
    messageAttributes: {},
    md5OfBody: createHash('md5').update(message.body).digest('hex'),
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: queueArn.split(':')[3] ?? '',
  })),
})
