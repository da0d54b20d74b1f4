import { WebClient } from '@slack/web-api'
import * as z from 'zod/mini'
import type { Card, Log, Secrets, Slack, SlackRefusal } from '../flows/ports.ts'
import { approvalMessage } from './approval-message.ts'
import { executionMessage } from './execution-message.ts'

const METADATA_TYPE = 'greenlight'
const HISTORY_PAGE = 200

/**
 * Retries are the queue's: the client's own would outlast the function, and a post repeated after a lost answer would
 * be two messages.
 */
export const clientOptions = (slackApiUrl: string | undefined) => ({
  ...(slackApiUrl && { slackApiUrl }),
  retryConfig: { retries: 0 },
  rejectRateLimitedCalls: true,
  timeout: 8_000,
})

/** Slack's Web API, as the flows write to it. Each refusal of Slack is an answer of ours. */
export const slackChannel = (secrets: Secrets, slackApiUrl: string | undefined, log: Log): Slack => {
  const options = clientOptions(slackApiUrl)
  const call = async <T>(ask: (client: WebClient) => Promise<T>): Promise<T> => {
    const { botToken } = await secrets.current()
    try {
      return await ask(new WebClient(botToken, options))
    } catch (error) {
      if (!TOKEN_ERRORS.has(platformError(error) ?? '')) throw error
      const renewed = await secrets.renewed()
      if (renewed.botToken === botToken) throw error
      return ask(new WebClient(renewed.botToken, options))
    }
  }
  const linkTo = async (channel: string, ts: string): Promise<string | null> => {
    try {
      const { permalink } = await call((client) => client.chat.getPermalink({ channel, message_ts: ts }))
      return permalink ?? null
    } catch (error) {
      log.warn('Slack gave no permanent link', { channel, ts, error })
      return null
    }
  }

  return {
    post: async (channel, card) => {
      try {
        const { ts, channel: at } = await call((client) =>
          client.chat.postMessage({ channel, ...messageOf(card), ...QUIET, metadata: metadataOf(card) }),
        )
        const place = { channel: at ?? channel, ts: ts! }
        return { kind: 'posted', place: { ...place, link: await linkTo(place.channel, place.ts) } }
      } catch (error) {
        return refusalFrom(error)
      }
    },
    update: async ({ channel, ts }, card) => {
      try {
        await call((client) => client.chat.update({ channel, ts, ...messageOf(card), ...QUIET }))
        return { kind: 'updated' }
      } catch (error) {
        return platformError(error) === 'message_not_found' ? { kind: 'lost' } : refusalFrom(error)
      }
    },
    find: async (channel, card, since) => {
      const oldest = String(Math.floor(since / 1000) - 60)
      let cursor: string | undefined
      try {
        do {
          const at = cursor ? { cursor } : {}
          const { messages, response_metadata } = await call((client) =>
            client.conversations.history({ channel, oldest, limit: HISTORY_PAGE, include_all_metadata: true, ...at }),
          )
          const ours = messages?.find((message) => subjectOf(message.metadata) === subjectFor(card))
          if (ours?.ts) return { channel, ts: ours.ts, link: await linkTo(channel, ours.ts) }
          cursor = response_metadata?.next_cursor
        } while (cursor)
        return null
      } catch (error) {
        const refusal = refusalFrom(error)
        if (refusal.kind !== 'refused') throw error
        // A question asked twice is better than one never asked.
        log.warn('The bot may not look for its own message', { channel, because: refusal.because })
        return null
      }
    },
  }
}

const QUIET = { unfurl_links: false, unfurl_media: false }

const messageOf = (card: Card) => (card.kind === 'approval' ? approvalMessage(card) : executionMessage(card))

/** An id only: anybody in the workspace can read a message's metadata. */
const subjectFor = (card: Card): string =>
  card.kind === 'approval' ? `approval/${card.approval.id}` : `execution/${card.execution.key.executionId}`

const metadataOf = (card: Card) => ({ event_type: METADATA_TYPE, event_payload: { subject: subjectFor(card) } })

const METADATA = z.object({ event_type: z.literal(METADATA_TYPE), event_payload: z.object({ subject: z.string() }) })

const subjectOf = (metadata: unknown): string | null => {
  const read = z.safeParse(METADATA, metadata)
  return read.success ? read.data.event_payload.subject : null
}

const TOKEN_ERRORS = new Set(['invalid_auth', 'token_revoked', 'token_expired', 'account_inactive'])
/** Slack's own troubles: the same call may work in a moment. */
const PASSING = new Set(['internal_error', 'fatal_error', 'service_unavailable', 'request_timeout', 'update_failed'])

const ERROR = z.object({
  code: z.string(),
  data: z.optional(z.object({ error: z.string() })),
  retryAfter: z.optional(z.number()),
  statusCode: z.optional(z.number()),
})

const platformError = (error: unknown): string | null => {
  const read = z.safeParse(ERROR, error)
  return read.success ? (read.data.data?.error ?? null) : null
}

const refusalFrom = (error: unknown): SlackRefusal => {
  const read = z.safeParse(ERROR, error)
  if (!read.success) throw error
  const { code, data, retryAfter, statusCode } = read.data
  if (code === 'slack_webapi_rate_limited_error') return { kind: 'busy', afterSeconds: retryAfter ?? 30 }
  if (code === 'slack_webapi_platform_error' && data) {
    if (/^rate_?limited$/.test(data.error)) return { kind: 'busy', afterSeconds: 30 }
    // The client takes a page that is not JSON for the name of an error; it may come from anything on the way.
    if (!/^[a-z0-9_]+$/.test(data.error)) return { kind: 'unclear', because: 'the answer was not Slack’s' }
    return PASSING.has(data.error) ? { kind: 'unclear', because: data.error } : { kind: 'refused', because: data.error }
  }
  return { kind: 'unclear', because: statusCode ? `HTTP ${statusCode}` : code }
}
