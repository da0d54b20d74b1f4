import { randomUUID } from 'node:crypto'
import type { WorkspaceClock } from '../../clock.ts'
import { AwsError } from '../aws-error.ts'

export interface QueueOptions {
  name: string
  /** Seconds that a received message stays hidden from other receivers. */
  visibilityTimeoutSeconds: number
  /** Where a message goes that was received `maxReceiveCount` times and was not deleted. */
  redrive?: { maxReceiveCount: number; deadLetterQueue: Queue }
}

export interface QueueMessage {
  messageId: string
  body: string
  attributes: Record<string, unknown>
  /** Epoch milliseconds of the workspace. */
  sentAt: number
  visibleAt: number
  firstReceivedAt: number | null
  receiveCount: number
  /** Valid until the next receive. */
  receiptHandle: string | null
}

/**
 * One standard queue, in workspace time: delay, visibility timeout, receive count, redrive to a dead-letter queue
 * (Amazon SQS Developer Guide, "Amazon SQS visibility timeout" and "Using dead-letter queues in Amazon SQS").
 */
export interface Queue extends QueueOptions {
  arn: string
  /** In order of arrival, hidden ones too. */
  messages(): readonly QueueMessage[]
  /** Calls `listener` whenever a message may have become receivable. Returns a function that stops it. */
  onAvailable(listener: () => void): () => void
  send(body: string, options?: { delaySeconds?: number; attributes?: Record<string, unknown> }): QueueMessage
  /**
   * Receives up to `max` visible messages and hides them; a message that was received too often goes to the dead-letter
   * queue instead.
   */
  receive(max: number, visibilityTimeoutSeconds?: number): QueueMessage[]
  /** Removes a received message; a handle that is no longer valid removes nothing, as in SQS. */
  delete(receiptHandle: string): void
  changeVisibility(receiptHandle: string, seconds: number): void
  purge(): void
  /** Takes over a message that another queue gives up. */
  takeOver(message: QueueMessage): void
}

export const MAX_DELAY_SECONDS = 900
const MAX_VISIBILITY_SECONDS = 43_200
const MAX_BODY_BYTES = 1_048_576

export const createQueue = (clock: WorkspaceClock, arn: string, options: QueueOptions): Queue => {
  const { redrive } = options
  const messages = new Map<string, QueueMessage>()
  const listeners = new Set<() => void>()

  /** Cancels the time at which each message is shown. A moved clock would stop at the time of one that is gone. */
  const shown = new Map<string, () => void>()

  const showAt = (message: QueueMessage, visibleAt: number): void => {
    message.visibleAt = visibleAt
    shown.get(message.messageId)?.()
    const cancel = clock.at(visibleAt, () => {
      for (const listener of listeners) listener()
    })
    shown.set(message.messageId, cancel)
  }
  const remove = (messageId: string): void => {
    shown.get(messageId)?.()
    shown.delete(messageId)
    messages.delete(messageId)
  }
  const put = (message: QueueMessage): QueueMessage => {
    messages.set(message.messageId, message)
    showAt(message, message.visibleAt)
    return message
  }
  const received = (receiptHandle: string): QueueMessage | undefined =>
    [...messages.values()].find((message) => message.receiptHandle === receiptHandle)

  return {
    ...options,
    arn,
    messages: () => [...messages.values()],
    onAvailable: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    send: (body, { delaySeconds = 0, attributes = {} } = {}) => {
      requireWithin('DelaySeconds', delaySeconds, 0, MAX_DELAY_SECONDS)
      if (!body) throw new AwsError('MissingParameter', 'The request must contain the parameter MessageBody.')
      if (Buffer.byteLength(body) > MAX_BODY_BYTES)
        throw new AwsError(
          'InvalidParameterValue',
          `One or more parameters are invalid. Reason: Message must be shorter than ${MAX_BODY_BYTES} bytes.`,
        )
      const now = clock.now()
      return put({
        messageId: randomUUID(),
        body,
        attributes,
        sentAt: now,
        visibleAt: now + delaySeconds * 1000,
        firstReceivedAt: null,
        receiveCount: 0,
        receiptHandle: null,
      })
    },
    receive: (max, visibilityTimeoutSeconds = options.visibilityTimeoutSeconds) => {
      requireWithin('MaxNumberOfMessages', max, 1, 10)
      requireWithin('VisibilityTimeout', visibilityTimeoutSeconds, 0, MAX_VISIBILITY_SECONDS)
      const now = clock.now()
      const taken: QueueMessage[] = []
      for (const message of messages.values()) {
        if (taken.length === max) break
        if (message.visibleAt > now) continue
        if (redrive && message.receiveCount >= redrive.maxReceiveCount) {
          remove(message.messageId)
          redrive.deadLetterQueue.takeOver({ ...message, visibleAt: now, receiptHandle: null })
          continue
        }
        message.receiveCount++
        message.firstReceivedAt ??= now
        message.receiptHandle = randomUUID()
        showAt(message, now + visibilityTimeoutSeconds * 1000)
        taken.push({ ...message })
      }
      return taken
    },
    delete: (receiptHandle) => {
      const message = received(receiptHandle)
      if (message) remove(message.messageId)
    },
    changeVisibility: (receiptHandle, seconds) => {
      requireWithin('VisibilityTimeout', seconds, 0, MAX_VISIBILITY_SECONDS)
      const message = received(receiptHandle)
      if (!message)
        throw new AwsError('ReceiptHandleIsInvalid', `The input receipt handle "${receiptHandle}" is not valid.`)
      showAt(message, clock.now() + seconds * 1000)
    },
    purge: () => [...messages.keys()].forEach(remove),
    takeOver: (message) => void put(message),
  }
}

const requireWithin = (parameter: string, value: number, least: number, most: number): void => {
  if (Number.isInteger(value) && value >= least && value <= most) return
  throw new AwsError(
    'InvalidParameterValue',
    `Value ${value} for parameter ${parameter} is invalid. Reason: Must be between ${least} and ${most}, if provided.`,
  )
}
