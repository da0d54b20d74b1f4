import type { SQSBatchResponse, SQSEvent } from 'aws-lambda'
import type { Queue, QueueMessage } from '../sqs/queue.ts'
import { sqsEvent } from './envelopes.ts'

interface Settings {
  queue: Queue
  queueArn: string
  region: string
  batchSize: number
  maximumConcurrency: number
  handle: (event: SQSEvent) => Promise<SQSBatchResponse | void>
  /** Told of an invocation that threw; its messages come back by themselves. */
  failed: (error: unknown) => void
}

/**
 * Lambda's event source mapping for a queue that reports batch item failures: messages that were handled are deleted,
 * the others stay and come back after the visibility timeout (Lambda Developer Guide, "Handling errors for an SQS
 * event source in Lambda").
 */
export class QueueConsumer {
  readonly #settings: Settings
  readonly #running = new Set<Promise<void>>()
  readonly #stopListening: () => void
  #stopped = false

  constructor(settings: Settings) {
    this.#settings = settings
    this.#stopListening = settings.queue.onAvailable(() => this.#poll())
    this.#poll()
  }

  /** Takes no more; resolves when what was taken is through. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#stopListening()
    await this.settled()
  }

  /** Resolves when nothing is being handled. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running)
  }

  #poll(): void {
    const { queue, batchSize, maximumConcurrency } = this.#settings
    while (!this.#stopped && this.#running.size < maximumConcurrency) {
      const messages = queue.receive(batchSize)
      if (messages.length === 0) return
      const running = this.#handle(messages).finally(() => {
        this.#running.delete(running)
        this.#poll()
      })
      this.#running.add(running)
    }
  }

  async #handle(messages: QueueMessage[]): Promise<void> {
    const { queue, queueArn, region, handle, failed } = this.#settings
    try {
      const response = await handle(sqsEvent(messages, { queueArn, region }))
      const failures = new Set(response?.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier))
      // An identifier that Lambda does not know, or an empty one, makes it take the whole batch for failed.
      if ([...failures].some((id) => !messages.some(({ messageId }) => messageId === id))) return
      for (const { messageId, receiptHandle } of messages)
        if (!failures.has(messageId) && receiptHandle) queue.delete(receiptHandle)
    } catch (error) {
      failed(error)
    }
  }
}
