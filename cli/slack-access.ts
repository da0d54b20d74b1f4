import { WebClient } from '@slack/web-api'
import * as z from 'zod/mini'
import { addressFrom } from './address.ts'
import { clientOptions } from '../functions/slack/slack-client.ts'

/** Slack's Web API with a token, at SLACK_API_URL; one attempt for each call. */
export const slackClient = (token: string, environment: Readonly<Record<string, string | undefined>>): WebClient =>
  new WebClient(token, clientOptions(addressFrom(environment, 'SLACK_API_URL')))

const PLATFORM_ERROR = z.object({
  data: z.object({ error: z.string(), needed: z.optional(z.string()) }),
})

/** The error with which Slack refused a call, such as `invalid_auth`; null for any other error. */
export const slackError = (error: unknown): { error: string; needed?: string | undefined } | null => {
  const read = z.safeParse(PLATFORM_ERROR, error)
  return read.success ? read.data.data : null
}
