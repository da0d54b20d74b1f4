import type { FetchFunction } from '@slack/web-api'
import { LogLevel, WebClient } from '@slack/web-api'
import * as z from 'zod/mini'
import { httpPost } from '../http-post.ts'
import type { Secrets } from '../ports/secrets.ts'
import type { SlackRefusal } from '../ports/slack.ts'
import type { Call } from './expected-errors.ts'
import { meaningOf } from './expected-errors.ts'

const SLACK_ANSWERS_WITHIN_MS = 8_000

/** The bot sends no file, so every body is a text. */
const sentWithoutFetch: FetchFunction = async (url, { headers = {}, body, signal } = {}) => {
  if (typeof body !== 'string') throw new TypeError('The body of a request to Slack is no text')
  return httpPost(url, { headers, body, signal: signal ?? AbortSignal.timeout(SLACK_ANSWERS_WITHIN_MS) })
}

/**
 * The queue does the retries: the client's own would take longer than the function, and a post repeated after a lost
 * answer would be two messages. The client's warnings would repeat its errors without structure.
 */
export const clientOptions = (slackApiUrl: string | undefined, timeout = SLACK_ANSWERS_WITHIN_MS) => ({
  ...(slackApiUrl && { slackApiUrl }),
  retryConfig: { retries: 0 },
  rejectRateLimitedCalls: true,
  timeout,
  fetch: sentWithoutFetch,
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
  // To make a client takes twice as long as to send a request, and the token seldom changes.
  let made: WebClient | undefined
  const clientWith = (token: string): WebClient =>
    made?.token === token ? made : (made = new WebClient(token, options))
  return async (ask) => {
    const { botToken } = await secrets.current()
    try {
      return await ask(clientWith(botToken))
    } catch (error) {
      if (meaningOf(platformError(error) ?? '', 'write') !== 'token') throw error
      const renewed = await secrets.renewed()
      if (renewed.botToken === botToken) throw error
      return ask(clientWith(renewed.botToken))
    }
  }
}

const ERROR = z.lazy(() =>
  z.object({
    code: z.string(),
    data: z.optional(z.object({ error: z.string() })),
    retryAfter: z.optional(z.number()),
    statusCode: z.optional(z.number()),
  }),
)

/** Slack's name of the error, such as `message_not_found`; null if the error has none. */
export const platformError = (error: unknown): string | null => {
  const read = z.safeParse(ERROR, error)
  return read.success ? (read.data.data?.error ?? null) : null
}

/** What a failed call means for the caller. Throws errors that come neither from Slack nor from the network. */
export const refusalFrom = (error: unknown, call: Call): SlackRefusal => {
  const read = z.safeParse(ERROR, error)
  if (!read.success) throw error
  const { code, data, retryAfter, statusCode } = read.data
  if (code === 'slack_webapi_rate_limited_error') return { kind: 'busy', afterSeconds: retryAfter ?? 30 }
  if (code === 'slack_webapi_platform_error' && data) {
    // The client treats a page that is not JSON as the name of an error; any proxy on the way may send one.
    if (!/^[a-z0-9_]+$/.test(data.error)) return { kind: 'unclear', because: 'the answer was not Slack’s' }
    const because = data.error
    const meaning = meaningOf(because, call)
    if (meaning === 'busy') return { kind: 'busy', afterSeconds: 30 }
    if (meaning === 'passing') return { kind: 'unclear', because }
    return { kind: 'refused', because, isFinal: meaning === 'final' }
  }
  return { kind: 'unclear', because: statusCode ? `HTTP ${statusCode}` : code }
}
