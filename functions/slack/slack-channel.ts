import * as z from 'zod/mini'
import type { Card, Log, Secrets, Slack } from '../flows/ports.ts'
import { approvalMessage } from './approval-message.ts'
import { executionMessage } from './execution-message.ts'
import { platformError, refusalFrom, slackClient } from './slack-client.ts'

const METADATA_TYPE = 'greenlight'
const HISTORY_PAGE = 200

/** Slack's Web API, as the flows write to it. Each refusal of Slack is an answer of ours. */
export const slackChannel = (secrets: Secrets, slackApiUrl: string | undefined, log: Log): Slack => {
  const call = slackClient(secrets, slackApiUrl)
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
