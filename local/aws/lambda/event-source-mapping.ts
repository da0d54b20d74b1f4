import type { SQSBatchResponse, SQSEvent } from 'aws-lambda'
import type { WorkspaceClock } from '../../clock.ts'
import { type Queue, sqsEvent } from '../sqs/sqs.ts'

export interface MappingSettings {
  queue: Queue
  batchSize: number
  maximumConcurrency: number
  handle: (event: SQSEvent) => Promise<SQSBatchResponse | void>
  /** Called with an invocation that threw; its messages return by themselves. */
  failed: (error: unknown) => void
}

export interface EventSourceMapping {
  /** Resolves when no message is being handled. */
  settled(): Promise<void>
  /** Receives no more; resolves when all received messages are handled. */
  stop(): Promise<void>
}

/**
 * Lambda's event source mapping for a queue that reports batch item failures: messages that were handled are deleted,
 * the others stay and return after the visibility timeout (Lambda Developer Guide, "Handling errors for an SQS event
 * source in Lambda").
 */
export const eventSourceMapping = (clock: WorkspaceClock, settings: MappingSettings): EventSourceMapping => {
  const { queue, batchSize, maximumConcurrency, handle, failed } = settings
  const running = new Set<Promise<void>>()
  let stopped = false

  const invoke = async (messages: ReturnType<Queue['receive']>): Promise<void> => {
    try {
      const response = await handle(sqsEvent(messages, queue.arn))
      const failures = new Set(response?.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier))
      // For an unknown or empty identifier, Lambda treats the whole batch as failed.
      if ([...failures].some((id) => !messages.some(({ messageId }) => messageId === id))) return
      for (const { messageId, receiptHandle } of messages)
        if (!failures.has(messageId) && receiptHandle) queue.delete(receiptHandle)
    } catch (error) {
      failed(error)
    }
  }
  const poll = (): void => {
    while (!stopped && running.size < maximumConcurrency) {
      const messages = queue.receive(batchSize)
      if (messages.length === 0) return
      const invoked = clock.during(invoke(messages)).finally(() => {
        running.delete(invoked)
        poll()
      })
      running.add(invoked)
    }
  }
  const settled = async () => {
    while (running.size > 0) await Promise.all(running)
  }

  const stopListening = queue.onAvailable(poll)
  poll()
  return {
    settled,
    stop: async () => {
      stopped = true
      stopListening()
      await settled()
    },
  }
}
