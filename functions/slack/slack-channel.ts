import * as z from 'zod/mini'
import type { Place } from '../domain/showing.ts'
import type { Card } from '../ports/cards.ts'
import type { Log } from '../ports/log.ts'
import type { Secrets } from '../ports/secrets.ts'
import type { Slack } from '../ports/slack.ts'
import type { SlackMessage } from './approval-message.ts'
import { absenceMessage } from './absence-message.ts'
import { approvalMessage } from './approval-message.ts'
import { freezeMessage } from './freeze-message.ts'
import { executionMessage } from './execution-message.ts'
import { executionNotice } from './execution-notice.ts'
import { continuedMessage } from './continued-message.ts'
import { digestMessage } from './digest-message.ts'
import { noticeMessage } from './notice-message.ts'
import { asMessage, refusedLater } from './private-answer.ts'
import { meaningOf } from './expected-errors.ts'
import { platformError, refusalFrom, slackClient } from './slack-client.ts'
import { tellAlone } from './tell-alone.ts'

const METADATA_TYPE = 'greenlight'
const HISTORY_PAGE = 200

/** Slack's Web API, as the flows write to it. A refusal of Slack is returned as a value. */
export const slackChannel = (secrets: Secrets, slackApiUrl: string | undefined, log: Log, version?: string): Slack => {
  const call = slackClient(secrets, slackApiUrl)
  const { messageOf, newMessageOf } = messagesOf(version)
  const linkTo = async (channel: string, ts: string): Promise<string | null> => {
    try {
      const { permalink } = await call((client) => client.chat.getPermalink({ channel, message_ts: ts }))
      return permalink ?? null
    } catch (error) {
      log.warn('Slack gave no permanent link', { channel, ts, error })
      return null
    }
  }

  /** A message to a person's ID goes to their direct conversation, which only its own ID can be read by. */
  const conversationOf = async (channel: string): Promise<string> => {
    if (!/^[UW]/.test(channel)) return channel
    const { channel: opened } = await call((client) => client.conversations.open({ users: channel }))
    return opened?.id ?? channel
  }

  /** Writes once more in older blocks if Slack refuses the newer ones; the refused call had no effect. */
  const inKnownBlocks = async <T>({ plainer, ...message }: SlackMessage, write: Write<T>): Promise<T> => {
    try {
      return await write(message)
    } catch (error) {
      if (!plainer || platformError(error) !== 'invalid_blocks') throw error
      log.warn('Slack refuses the blocks of a message, which is written in older ones', { error })
      return write({ ...message, blocks: plainer })
    }
  }

  /** A new message notifies the people it mentions, an update does not: it names them a moment after the post. */
  const nameThem = async (place: Place, card: Card): Promise<void> => {
    const [posted, named] = [newMessageOf(card), messageOf(card)]
    if (JSON.stringify(posted) === JSON.stringify(named)) return
    try {
      await inKnownBlocks(named, (message) =>
        call((client) => client.chat.update({ channel: place.channel, ts: place.ts, ...message, ...NO_UNFURL })),
      )
    } catch (error) {
      log.warn('A new message names no one until it changes', { channel: place.channel, ts: place.ts, error })
    }
  }

  const find: Slack['find'] = async (where, card, since, under) => {
    const oldest = String(Math.floor(since / 1000) - 60)
    let cursor: string | undefined
    try {
      const channel = await conversationOf(where)
      do {
        const page = { channel, oldest, limit: HISTORY_PAGE, include_all_metadata: true, ...(cursor && { cursor }) }
        const { messages, response_metadata } = await call((client): Promise<Page> =>
          under ? client.conversations.replies({ ...page, ts: under.ts }) : client.conversations.history(page),
        )
        const ours = messages?.find((message) => subjectOf(message.metadata) === subjectFor(card))
        if (ours?.ts) return { channel, ts: ours.ts, link: await linkTo(channel, ours.ts) }
        cursor = response_metadata?.next_cursor
      } while (cursor)
      return null
    } catch (error) {
      // A reply to a deleted message is in the channel.
      if (under && platformError(error) === 'thread_not_found') return find(where, card, since)
      const refusal = refusalFrom(error, 'list')
      if (refusal.kind !== 'refused') throw error
      // An approval that is requested twice is better than one that is never requested.
      log.warn('The bot may not look for its own message', { channel: where, because: refusal.because })
      return null
    }
  }

  return {
    post: async (channel, card, under) => {
      try {
        const thread = under ? { thread_ts: under.ts } : {}
        const answer = await inKnownBlocks(newMessageOf(card), (content) =>
          call((client) =>
            client.chat.postMessage({ channel, ...content, ...thread, ...NO_UNFURL, metadata: metadataOf(card) }),
          ),
        )
        const [ts, at] = [answer.ts!, answer.channel ?? channel]
        const place = { channel: at, ts, link: await linkTo(at, ts) }
        await nameThem(place, card)
        // Slack posts a reply to a deleted message in the channel, and only its answer shows that (slack-go/slack#1571).
        const isInChannel = under && answer.message && answer.message.thread_ts !== under.ts
        return { kind: 'posted', place, ...(isInChannel && { isParentGone: true }) }
      } catch (error) {
        const isParentGone = under && platformError(error) === 'thread_not_found'
        return { ...refusalFrom(error, 'write'), ...(isParentGone && { isParentGone: true }) }
      }
    },
    update: async ({ channel, ts }, card) => {
      try {
        await inKnownBlocks(messageOf(card), (message) =>
          call((client) => client.chat.update({ channel, ts, ...message, ...NO_UNFURL })),
        )
        return { kind: 'updated' }
      } catch (error) {
        const meaning = meaningOf(platformError(error) ?? '', 'update')
        return meaning === 'deleted' || meaning === 'unchangeable'
          ? { kind: 'lost', isThere: meaning === 'unchangeable' }
          : refusalFrom(error, 'update')
      }
    },
    find,
    whisper: (channel, userId, card) => tellAlone(call, userId, channel, asMessage(refusedLater(card))),
  }
}

interface Page {
  messages?: { ts?: string; metadata?: unknown }[]
  response_metadata?: { next_cursor?: string }
}

type Write<T> = (message: SlackMessage) => Promise<T>

const NO_UNFURL = { unfurl_links: false, unfurl_media: false }

const messagesOf = (version: string | undefined) => {
  const messageOf = (card: Card): SlackMessage => {
    switch (card.kind) {
      case 'approval':
        return approvalMessage(card, { version })
      case 'execution':
        return executionMessage(card)
      case 'notice':
        return noticeMessage(card)
      case 'execution-notice':
        return executionNotice(card)
      case 'continued':
        return continuedMessage(card)
      case 'freeze':
        return freezeMessage(card)
      case 'absence':
        return absenceMessage(card)
      case 'digest':
        return digestMessage(card)
    }
  }
  return {
    messageOf,
    /** A notice mentions people on purpose, and an approval does if its route says so. */
    newMessageOf: (card: Card): SlackMessage =>
      card.kind === 'approval'
        ? approvalMessage(card, { mentions: card.notifies ?? false, version, ...(card.muted && { muted: card.muted }) })
        : card.kind === 'execution'
          ? executionMessage(card, { mentions: false })
          : messageOf(card),
  }
}

/** An id only: every member of the workspace can read a message's metadata. */
const subjectFor = (card: Card): string => {
  switch (card.kind) {
    case 'approval':
      return `approval/${card.approval.id}`
    case 'execution':
      return `execution/${card.execution.key.executionId}`
    case 'notice':
      return `approval/${card.approval.id}/${card.notice.key}`
    case 'execution-notice':
      return `execution/${card.execution.key.executionId}/${card.notice.key}`
    case 'continued':
      return `continued/${card.at.ts}`
    case 'freeze':
      return `${card.freeze.id}/${card.notice.key}`
    case 'absence':
      return `${card.absence.id}/${card.notice.key}`
    case 'digest':
      return `digest/${card.id}`
  }
}

const metadataOf = (card: Card) => ({ event_type: METADATA_TYPE, event_payload: { subject: subjectFor(card) } })

const MESSAGE_METADATA = z.lazy(() =>
  z.object({
    event_type: z.literal(METADATA_TYPE),
    event_payload: z.object({ subject: z.string() }),
  }),
)

const subjectOf = (metadata: unknown): string | null => {
  const read = z.safeParse(MESSAGE_METADATA, metadata)
  return read.success ? read.data.event_payload.subject : null
}
