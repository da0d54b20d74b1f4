import * as z from 'zod/mini'
import type { Clock } from '../clock.ts'
import type { Announcements } from '../ports/announcements.ts'
import { askJson, unexpected } from './ask-json.ts'
import type { AwsConnection } from './connection.ts'

/** The source of every event of ours. The functions' roles may put events of this source and no other. */
export const SOURCE = 'greenlight'

/** One attempt: the effect that announces is tried again by the queue. */
const EVENTBRIDGE_MS = 2_500

const ENTRIES = z.lazy(() =>
  z.object({
    Entries: z.optional(z.array(z.object({ ErrorCode: z.nullish(z.string()), ErrorMessage: z.nullish(z.string()) }))),
  }),
)

/**
 * Our own events, on the account's default bus ("PutEvents", EventBridge API reference), without a client of the SDK
 * (signed-request.ts).
 */
export const eventBridgeAnnouncements = (connection: AwsConnection, clock: Pick<Clock, 'now'>): Announcements => ({
  put: async ({ detailType, detail, resources, at }) => {
    const event = {
      Source: SOURCE,
      DetailType: detailType,
      Detail: JSON.stringify(detail),
      Resources: resources,
      // Seconds, as JSON has times here.
      Time: at / 1_000,
    }
    const call = {
      service: 'events',
      target: 'AWSEvents',
      operation: 'PutEvents',
      input: { Entries: [event] },
      timeoutMs: EVENTBRIDGE_MS,
    }
    const asked = await askJson(connection, clock, call, ENTRIES)
    if (asked.kind === 'refused') throw unexpected(call, asked)
    // The call succeeds even if the event was refused.
    const refusal = (asked.answer.Entries ?? []).find(({ ErrorCode }) => ErrorCode)
    if (refusal) throw new Error(`EventBridge refused the event: ${refusal.ErrorCode}: ${refusal.ErrorMessage}`)
  },
})
