import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { WorkspaceClock } from '../../clock.ts'
import { AwsError } from '../aws-error.ts'
import type { Queue, QueueMessage } from './queue.ts'
import { ownEntry } from '../../../functions/own-entry.ts'

/** The queues of the account, and how requests name them. */
interface QueueService {
  clock: WorkspaceClock
  queues: readonly Queue[]
  urlOf: (queue: Queue) => string
}

const attributes = z.record(z.string(), z.unknown()).optional()
const queued = z.object({ QueueUrl: z.string() })
const sent = z.object({
  MessageBody: z.string(),
  DelaySeconds: z.number().optional(),
  MessageAttributes: attributes,
})
const receiveRequest = queued.extend({
  MaxNumberOfMessages: z.number().default(1),
  VisibilityTimeout: z.number().optional(),
  WaitTimeSeconds: z.number().min(0).max(20).default(0),
})
const handled = z.object({ ReceiptHandle: z.string() })
const visibility = handled.extend({ VisibilityTimeout: z.number() })
const batchOf = <Shape extends z.ZodRawShape>(entry: z.ZodObject<Shape>) =>
  queued.extend({
    Entries: z
      .array(entry.extend({ Id: z.string() }))
      .min(1)
      .max(10),
  })

type Operation = (service: QueueService, input: unknown) => unknown

const OPERATIONS: Record<string, Operation> = {
  ListQueues: (service) => ({ QueueUrls: service.queues.map((queue) => service.urlOf(queue)) }),
  GetQueueUrl: (service, input) => {
    const { QueueName } = parse(z.object({ QueueName: z.string() }), input)
    return { QueueUrl: service.urlOf(findQueue(service, QueueName)) }
  },
  GetQueueAttributes: (service, input) => ({ Attributes: queueAttributes(service, queueOf(service, input)) }),
  SendMessage: (service, input) => send(queueOf(service, input), parse(sent, input)),
  SendMessageBatch: (service, input) =>
    inBatch(parse(batchOf(sent), input).Entries, (entry) => send(queueOf(service, input), entry)),
  ReceiveMessage: (service, input) => receive(service, input),
  DeleteMessage: (service, input) => {
    queueOf(service, input).delete(parse(handled, input).ReceiptHandle)
    return {}
  },
  DeleteMessageBatch: (service, input) =>
    inBatch(parse(batchOf(handled), input).Entries, (entry) => queueOf(service, input).delete(entry.ReceiptHandle)),
  ChangeMessageVisibility: (service, input) => {
    const { ReceiptHandle, VisibilityTimeout } = parse(visibility, input)
    queueOf(service, input).changeVisibility(ReceiptHandle, VisibilityTimeout)
    return {}
  },
  PurgeQueue: (service, input) => {
    queueOf(service, input).purge()
    return {}
  },
}

/**
 * Answers one SQS call in the AWS JSON 1.0 protocol (`X-Amz-Target: AmazonSQS.SendMessage`). Throws AwsError for calls
 * that SQS would refuse.
 */
export const answerCall = async (service: QueueService, operation: string, input: unknown): Promise<unknown> => {
  const perform = ownEntry(OPERATIONS, operation)
  if (!perform)
    throw new AwsError('UnsupportedOperation', `The workspace's SQS has no ${operation}; it has ${known()}.`)
  return perform(service, input)
}

const known = (): string => Object.keys(OPERATIONS).join(', ')

const parse = <Output>(schema: z.ZodType<Output>, input: unknown): Output => {
  const parsed = schema.safeParse(input)
  if (parsed.success) return parsed.data
  throw new AwsError('InvalidParameterValue', z.prettifyError(parsed.error))
}

const queueOf = (service: QueueService, input: unknown): Queue =>
  findQueue(service, parse(queued, input).QueueUrl.split('/').at(-1) ?? '')

const findQueue = (service: QueueService, name: string): Queue => {
  const queue = service.queues.find((candidate) => candidate.name === name)
  if (!queue) throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.')
  return queue
}

const send = (queue: Queue, entry: z.infer<typeof sent>) => {
  const message = queue.send(entry.MessageBody, {
    ...(entry.DelaySeconds !== undefined && { delaySeconds: entry.DelaySeconds }),
    attributes: entry.MessageAttributes ?? {},
  })
  return { MessageId: message.messageId, MD5OfMessageBody: md5(message.body) }
}

const receive = async (service: QueueService, input: unknown) => {
  const queue = queueOf(service, input)
  const request = parse(receiveRequest, input)
  const take = () => queue.receive(request.MaxNumberOfMessages, request.VisibilityTimeout)
  let messages = take()
  if (messages.length === 0 && request.WaitTimeSeconds > 0) {
    await availableWithin(queue, service.clock, request.WaitTimeSeconds * 1000)
    messages = take()
  }
  return messages.length > 0 ? { Messages: messages.map(receivedMessage) } : {}
}

const availableWithin = (queue: Queue, clock: WorkspaceClock, ms: number): Promise<void> =>
  new Promise((resolve) => {
    const finish = () => {
      stopListening()
      stopTimer()
      resolve()
    }
    const stopListening = queue.onAvailable(finish)
    const stopTimer = clock.at(clock.now() + ms, finish)
  })

const receivedMessage = (message: QueueMessage) => ({
  MessageId: message.messageId,
  ReceiptHandle: message.receiptHandle,
  MD5OfBody: md5(message.body),
  Body: message.body,
  Attributes: systemAttributes(message),
  MessageAttributes: message.attributes,
})

/** The attributes that SQS itself puts on a received message, each a string. */
export const systemAttributes = (message: QueueMessage) => ({
  ApproximateReceiveCount: String(message.receiveCount),
  SentTimestamp: String(message.sentAt),
  ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt ?? message.sentAt),
  SenderId: 'AIDALOCALWORKSPACE000',
})

const queueAttributes = (service: QueueService, queue: Queue): Record<string, string> => {
  const now = service.clock.now()
  const counted = (test: (message: QueueMessage) => boolean) => String(queue.messages().filter(test).length)
  return {
    QueueArn: queue.arn,
    VisibilityTimeout: String(queue.visibilityTimeoutSeconds),
    ApproximateNumberOfMessages: counted((message) => message.visibleAt <= now),
    ApproximateNumberOfMessagesNotVisible: counted((message) => message.visibleAt > now && message.receiveCount > 0),
    ApproximateNumberOfMessagesDelayed: counted((message) => message.visibleAt > now && message.receiveCount === 0),
    ...(queue.redrive && {
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: queue.redrive.deadLetterQueue.arn,
        maxReceiveCount: queue.redrive.maxReceiveCount,
      }),
    }),
  }
}

const inBatch = <Entry extends { Id: string }>(entries: Entry[], perform: (entry: Entry) => object | void) => {
  const Successful: object[] = []
  const Failed: object[] = []
  for (const entry of entries) {
    try {
      Successful.push({ Id: entry.Id, ...perform(entry) })
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      Failed.push({ Id: entry.Id, Code: error.code, Message: error.message, SenderFault: true })
    }
  }
  return { Successful, Failed }
}

const md5 = (text: string): string => createHash('md5').update(text).digest('hex')
