import type { WorkspaceClock } from '../clock.ts'
import { APP, CHANNELS, PEOPLE } from './people.ts'

/** A message as in Slack's answers; unnamed fields are kept as they came. */
export interface SlackMessage {
  ts: string
  text?: string
  blocks?: Block[]
  attachments?: { blocks?: Block[] }[]
  thread_ts?: string
  user?: string
  bot_id?: string
}

export interface Block {
  type: string
  block_id?: string
  elements?: Element[]
  accessory?: Element
}

export interface Element {
  type: string
  action_id?: string
  value?: string
  text?: unknown
  style?: string
}

export interface Kept {
  channelId: string
  message: SlackMessage
  at: number
  editedAt: number | null
  onlyFor: string | null
}

/** A message as a person sees it. */
export interface ShownMessage {
  ts: string
  /** Workspace time at which it was posted, epoch milliseconds. */
  at: number
  editedAt: number | null
  /** Shown name of the sender ("Greenlight"), and whether it is the app. */
  from: string
  isApp: boolean
  text: string
  blocks: Block[]
  threadTs: string | null
  /** Set when only this person sees it (chat.postEphemeral, response_url). */
  onlyFor: string | null
}

export interface ShownChannel {
  id: string
  name: string
  topic: string
  /** The person whose conversation with the app it is; null for a channel that everyone sees. */
  onlyFor: string | null
  /** Oldest first, thread replies included. */
  messages: ShownMessage[]
}

/** The messages of each channel, with those that only one person can see. */
export interface Transcript {
  /** Stores a new message, or the new content of a stored one. */
  keep(channelId: string, message: SlackMessage, onlyFor?: string | null): void
  remove(channelId: string, ts: string): void
  find(channelId: string, ts: string): Kept | undefined
  /** Stores that `channelId` is the direct conversation with a person. */
  nameDirectMessage(channelId: string, userId: string): void
  channels(): ShownChannel[]
}

export const createTranscript = (clock: Pick<WorkspaceClock, 'now'>, changed: () => void): Transcript => {
  const kept = new Map<string, Kept>()
  const directMessages = new Map<string, string>()
  const find = (channelId: string, ts: string) => kept.get(key(channelId, ts))
  const messagesOf = (channelId: string): ShownMessage[] =>
    [...kept.values()]
      .filter((one) => one.channelId === channelId)
      .sort((one, other) => (one.message.ts < other.message.ts ? -1 : 1))
      .map(shown)
  return {
    keep: (channelId, message, onlyFor = null) => {
      const before = find(channelId, message.ts)
      const now = clock.now()
      kept.set(key(channelId, message.ts), {
        channelId,
        message,
        at: before?.at ?? now,
        editedAt: before ? now : null,
        onlyFor: before?.onlyFor ?? onlyFor,
      })
      changed()
    },
    remove: (channelId, ts) => {
      kept.delete(key(channelId, ts))
      changed()
    },
    find,
    nameDirectMessage: (channelId, userId) => void directMessages.set(channelId, userId),
    channels: () => {
      const direct = [...directMessages].map(([id, userId]) => ({
        id,
        name: APP.name,
        topic: 'Direct messages to you',
        onlyFor: userId,
      }))
      const channels = CHANNELS.map((channel) => ({ ...channel, onlyFor: null }))
      return [...channels, ...direct].map((channel) => ({ ...channel, messages: messagesOf(channel.id) }))
    },
  }
}

/** Every block of a message, those of colored attachments too. */
export const blocksOf = (message: SlackMessage): Block[] => [
  ...(message.blocks ?? []),
  ...(message.attachments ?? []).flatMap((attachment) => attachment.blocks ?? []),
]

const shown = ({ message, at, editedAt, onlyFor }: Kept): ShownMessage => {
  const sender = PEOPLE.find((person) => person.id === message.user)
  return {
    ts: message.ts,
    at,
    editedAt,
    from: sender?.realName ?? APP.name,
    isApp: !sender,
    text: message.text ?? '',
    blocks: blocksOf(message),
    threadTs: message.thread_ts ?? null,
    onlyFor,
  }
}

const key = (channelId: string, ts: string): string => `${channelId} ${ts}`
