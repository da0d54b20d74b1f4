import { randomUUID } from 'node:crypto'
import type { WorkspaceClock } from '../../clock.ts'
import { AwsError } from '../aws-error.ts'

export interface QueueOptions {
  name: string
  /** Seconds that a received message stays hidden from other receivers. */
  visibilityTimeoutSeconds: number
  /** Where a message goes that was received `maxReceiveCount` times and still not deleted. */
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

export const MAX_DELAY_SECONDS = 900
const MAX_VISIBILITY_SECONDS = 43_200
const MAX_BODY_BYTES = 1_048_576

/**
 * One standard queue, in workspace time: delay, visibility timeout, receive count, redrive to a dead-letter queue
 * (Amazon SQS Developer Guide, "Amazon SQS visibility timeout" and "Using dead-letter queues in Amazon SQS").
 */
export class Queue {
  readonly name: string
  readonly visibilityTimeoutSeconds: number
  readonly redrive: QueueOptions['redrive']
  readonly #clock: WorkspaceClock
  readonly #messages = new Map<string, QueueMessage>()
  readonly #listeners = new Set<() => void>()

  constructor(clock: WorkspaceClock, options: QueueOptions) {
    this.#clock = clock
    this.name = options.name
    this.visibilityTimeoutSeconds = options.visibilityTimeoutSeconds
    this.redrive = options.redrive
  }

  get messages(): readonly QueueMessage[] {
    return [...this.#messages.values()]
  }

  /** Calls `listener` whenever a message may have become receivable. Returns what ends it. */
  onAvailable(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  send(body: string, options: { delaySeconds?: number; attributes?: Record<string, unknown> } = {}): QueueMessage {
    const delaySeconds = options.delaySeconds ?? 0
    requireWithin('DelaySeconds', delaySeconds, 0, MAX_DELAY_SECONDS)
    if (!body) throw new AwsError('MissingParameter', 'The request must contain the parameter MessageBody.')
    if (Buffer.byteLength(body) > MAX_BODY_BYTES)
      throw new AwsError(
        'InvalidParameterValue',
        `One or more parameters are invalid. Reason: Message must be shorter than ${MAX_BODY_BYTES} bytes.`,
      )
    const now = this.#clock.now()
    return this.#put({
      messageId: randomUUID(),
      body,
      attributes: options.attributes ?? {},
      sentAt: now,
      visibleAt: now + delaySeconds * 1000,
      firstReceivedAt: null,
      receiveCount: 0,
      receiptHandle: null,
    })
  }

  /** Takes up to `max` visible messages, hiding them; one received too often goes to the dead-letter queue instead. */
  receive(max: number, visibilityTimeoutSeconds = this.visibilityTimeoutSeconds): QueueMessage[] {
    requireWithin('MaxNumberOfMessages', max, 1, 10)
    requireWithin('VisibilityTimeout', visibilityTimeoutSeconds, 0, MAX_VISIBILITY_SECONDS)
    const now = this.#clock.now()
    const received: QueueMessage[] = []
    for (const message of this.messages) {
      if (received.length === max) break
      if (message.visibleAt > now) continue
      if (this.redrive && message.receiveCount >= this.redrive.maxReceiveCount) {
        this.#messages.delete(message.messageId)
        this.redrive.deadLetterQueue.#put({ ...message, visibleAt: now, receiptHandle: null })
        continue
      }
      message.receiveCount++
      message.firstReceivedAt ??= now
      message.receiptHandle = randomUUID()
      this.#showAt(message, now + visibilityTimeoutSeconds * 1000)
      received.push({ ...message })
    }
    return received
  }

  /** Removes a received message; a handle that is no longer valid removes nothing, as in SQS. */
  delete(receiptHandle: string): void {
    const message = this.#received(receiptHandle)
    if (message) this.#messages.delete(message.messageId)
  }

  changeVisibility(receiptHandle: string, seconds: number): void {
    requireWithin('VisibilityTimeout', seconds, 0, MAX_VISIBILITY_SECONDS)
    const message = this.#received(receiptHandle)
    if (!message)
      throw new AwsError('ReceiptHandleIsInvalid', `The input receipt handle "${receiptHandle}" is not valid.`)
    this.#showAt(message, this.#clock.now() + seconds * 1000)
  }

  purge(): void {
    this.#messages.clear()
  }

  #received(receiptHandle: string): QueueMessage | undefined {
    return this.messages.find((message) => message.receiptHandle === receiptHandle)
  }

  #put(message: QueueMessage): QueueMessage {
    this.#messages.set(message.messageId, message)
    this.#showAt(message, message.visibleAt)
    return message
  }

  #showAt(message: QueueMessage, visibleAt: number): void {
    message.visibleAt = visibleAt
    this.#clock.at(visibleAt, () => {
      if (this.#messages.has(message.messageId)) for (const listener of this.#listeners) listener()
    })
  }
}

const requireWithin = (parameter: string, value: number, least: number, most: number): void => {
  if (Number.isInteger(value) && value >= least && value <= most) return
  throw new AwsError(
    'InvalidParameterValue',
    `Value ${value} for parameter ${parameter} is invalid. Reason: Must be between ${least} and ${most}, if provided.`,
  )
}
