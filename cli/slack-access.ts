import { WebClient } from '@slack/web-api'
import * as z from 'zod/mini'
import { clientOptions } from '../functions/slack/slack-client.ts'

/** Slack's Web API with a token, as SLACK_API_URL says; one attempt, and an error that says what Slack said. */
export const slackClient = (token: string, environment: Readonly<Record<string, string | undefined>>): WebClient =>
  new WebClient(token, clientOptions(environment.SLACK_API_URL))

const PLATFORM_ERROR = z.object({
  data: z.object({ error: z.string(), needed: z.optional(z.string()) }),
})

/** What Slack refused with, such as `invalid_auth`; null when it was something else that went wrong. */
export const slackError = (error: unknown): { error: string; needed?: string | undefined } | null => {
  const read = z.safeParse(PLATFORM_ERROR, error)
  return read.success ? read.data.data : null
}
