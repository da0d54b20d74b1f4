import { LogLevel, WebClient } from '@slack/web-api'
import * as z from 'zod/mini'
import type { Secrets } from '../ports/secrets.ts'
import type { SlackRefusal } from '../ports/slack.ts'

/**
 * The queue does the retries: the client's own would take longer than the function, and a post repeated after a lost
 * answer would be two messages. The client's warnings would repeat its errors without structure.
 */
export const clientOptions = (slackApiUrl: string | undefined, timeout = 8_000) => ({
  ...(slackApiUrl && { slackApiUrl }),
  retryConfig: { retries: 0 },
  rejectRateLimitedCalls: true,
  timeout,
  logLevel: LogLevel.ERROR,
})

/** A call of Slack's Web API. Rejects with the client's own errors; `refusalFrom` reads them. */
export type SlackCall = <T>(ask: (client: WebClient) => Promise<T>) => Promise<T>

/**
 * Calls with the bot's token, and once more with the new one if the token was rotated.
 *
 * @param timeout milliseconds for one call
 */
export const slackClient = (secrets: Secrets, slackApiUrl: string | undefined, timeout?: number): SlackCall => {
  const options = clientOptions(slackApiUrl, timeout)
  return async (ask) => {
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
}

const TOKEN_ERRORS = new Set(['invalid_auth', 'token_revoked', 'token_expired', 'account_inactive'])
/** Errors inside Slack: the same call may succeed a moment later. */
const PASSING = new Set(['internal_error', 'fatal_error', 'service_unavailable', 'request_timeout', 'update_failed'])

/**
 * Errors that every later try would meet again: the target is gone, or the message is too large. `channel_not_found` is
 * not among them: Slack answers it for a private channel until the bot is invited ("chat.postMessage", Slack API
 * reference).
 */
const FINAL = new Set([
  'cannot_reply_to_message',
  'invalid_arguments',
  'invalid_blocks',
  'invalid_blocks_format',
  'message_not_found',
  'metadata_too_large',
  'msg_blocks_too_long',
  'msg_too_long',
  'no_text',
  'thread_not_found',
])

const ERROR = z.object({
  code: z.string(),
  data: z.optional(z.object({ error: z.string() })),
  retryAfter: z.optional(z.number()),
  statusCode: z.optional(z.number()),
})

/** Slack's name of the error, such as `message_not_found`; null if the error has none. */
export const platformError = (error: unknown): string | null => {
  const read = z.safeParse(ERROR, error)
  return read.success ? (read.data.data?.error ?? null) : null
}

/** What a failed call means for the caller. Throws errors that come neither from Slack nor from the network. */
export const refusalFrom = (error: unknown): SlackRefusal => {
  const read = z.safeParse(ERROR, error)
  if (!read.success) throw error
  const { code, data, retryAfter, statusCode } = read.data
  if (code === 'slack_webapi_rate_limited_error') return { kind: 'busy', afterSeconds: retryAfter ?? 30 }
  if (code === 'slack_webapi_platform_error' && data) {
    if (/^rate_?limited$/.test(data.error)) return { kind: 'busy', afterSeconds: 30 }
    // The client treats a page that is not JSON as the name of an error; any proxy on the way may send one.
    if (!/^[a-z0-9_]+$/.test(data.error)) return { kind: 'unclear', because: 'the answer was not Slack’s' }
    const because = data.error
    return PASSING.has(because)
      ? { kind: 'unclear', because }
      : { kind: 'refused', because, isFinal: FINAL.has(because) }
  }
  return { kind: 'unclear', because: statusCode ? `HTTP ${statusCode}` : code }
}
