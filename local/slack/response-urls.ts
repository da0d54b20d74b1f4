import { randomUUID } from 'node:crypto'
import type { WorkspaceClock } from '../clock.ts'
import { markedId } from '../secret-mark.ts'
import { lookForSecret } from '../secrets-left.ts'
import { checkContent, shownContent } from './message-content.ts'
import { asObject, type Parameters } from './parameters.ts'
import { callSlack, type SlackServices } from './web-api.ts'

interface Destination {
  userId: string
  channelId: string
  /** The message that was clicked; null for a command, which has none. */
  ts: string | null
  uses: number
  expiresAt: number
}

/** How long and how often a response_url can be used ("Handling user interaction in your app" on docs.slack.dev). */
const LIFETIME_MS = 30 * 60_000
const MOST_USES = 5

/** The addresses that let the bot answer a click for half an hour, as often as five times. */
export interface ResponseUrls {
  /** A new address's id, for a click on the message at `ts`, or for a command. */
  create(userId: string, channelId: string, ts?: string): string
  /** Performs a POST to the address: replace, delete, or a new message, by default only for the person who clicked. */
  answer(id: string, body: string): Promise<Response>
}

export const createResponseUrls = (slack: SlackServices, clock: Pick<WorkspaceClock, 'now'>): ResponseUrls => {
  const destinations = new Map<string, Destination>()
  return {
    create: (userId, channelId, ts) => {
      const id = markedId(randomUUID())
      destinations.set(id, { userId, channelId, ts: ts ?? null, uses: 0, expiresAt: clock.now() + LIFETIME_MS })
      return id
    },
    answer: async (id, body) => {
      lookForSecret('a response_url', 'POST', body)
      const destination = destinations.get(id)
      if (!destination || destination.expiresAt <= clock.now()) return refused('expired_url')
      if (++destination.uses > MOST_USES) return refused('used_url')
      const asked = asObject(body)
      if (!asked) return refused('invalid_payload')
      const checked = checkContent(asked)
      if ('refusal' in checked) return Response.json(checked.refusal, { status: 400 })
      const error = await perform(slack, destination, checked.parameters)
      return error ? refused(error) : new Response('ok')
    },
  }
}

/** Returns Slack's error code, or undefined when done. */
const perform = async (
  slack: SlackServices,
  { userId: user, channelId: channel, ts }: Destination,
  asked: Parameters,
): Promise<string | undefined> => {
  const { transcript } = slack
  const content = shownContent(asked)
  const clicked = ts === null ? undefined : transcript.find(channel, ts)
  const isEphemeral = clicked?.onlyFor != null
  if (ts !== null && asked.delete_original === true) {
    if (!isEphemeral) return (await callSlack(slack, 'chat.delete', { channel, ts })).error
    return void transcript.remove(channel, ts)
  }
  if (ts !== null && asked.replace_original === true) {
    if (!isEphemeral) return (await callSlack(slack, 'chat.update', { ...content, channel, ts })).error
    // It stays in its thread.
    const { thread_ts } = clicked.message
    return void transcript.keep(channel, { ...content, ts, ...(thread_ts !== undefined && { thread_ts }) })
  }
  if (asked.response_type === 'in_channel')
    return (await callSlack(slack, 'chat.postMessage', { ...content, channel })).error
  return (await callSlack(slack, 'chat.postEphemeral', { ...content, channel, user })).error
}

const refused = (error: string): Response => Response.json({ ok: false, error }, { status: 404 })
