import type { ChannelView, MessageView } from '../page/contract.ts'
import type { WorkspaceClock } from '../clock.ts'
import { APP, CHANNELS, PEOPLE } from './people.ts'

/** A message as Slack's answers carry it; what is not named here is kept as it came. */
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

/** What has been said in each channel and what only one person can see: the page's picture of Slack. */
export class Transcript {
  readonly #clock: WorkspaceClock
  readonly #changed: () => void
  readonly #kept = new Map<string, Kept>()
  readonly #directMessages = new Map<string, string>()

  constructor(clock: WorkspaceClock, changed: () => void) {
    this.#clock = clock
    this.#changed = changed
  }

  /** Keeps a new message, or the new content of one that is there. */
  keep(channelId: string, message: SlackMessage, onlyFor: string | null = null): void {
    const before = this.find(channelId, message.ts)
    const now = this.#clock.now()
    this.#kept.set(key(channelId, message.ts), {
      channelId,
      message,
      at: before?.at ?? now,
      editedAt: before ? now : null,
      onlyFor: before?.onlyFor ?? onlyFor,
    })
    this.#changed()
  }

  remove(channelId: string, ts: string): void {
    this.#kept.delete(key(channelId, ts))
    this.#changed()
  }

  find(channelId: string, ts: string): Kept | undefined {
    return this.#kept.get(key(channelId, ts))
  }

  /** Makes known that `channelId` is the direct conversation with a person. */
  nameDirectMessage(channelId: string, userId: string): void {
    this.#directMessages.set(channelId, userId)
  }

  channels(): ChannelView[] {
    const direct = [...this.#directMessages].map(([id, userId]) => ({
      id,
      name: PEOPLE.find((person) => person.id === userId)?.name ?? userId,
      topic: 'Direct message',
    }))
    return [...CHANNELS, ...direct].map((channel) => ({ ...channel, messages: this.#messagesOf(channel.id) }))
  }

  #messagesOf(channelId: string): MessageView[] {
    return [...this.#kept.values()]
      .filter((kept) => kept.channelId === channelId)
      .sort((one, other) => (one.message.ts < other.message.ts ? -1 : 1))
      .map(viewOf)
  }
}

/** Every block of a message, those of coloured attachments too. */
export const blocksOf = (message: SlackMessage): Block[] => [
  ...(message.blocks ?? []),
  ...(message.attachments ?? []).flatMap((attachment) => attachment.blocks ?? []),
]

const viewOf = ({ message, at, editedAt, onlyFor }: Kept): MessageView => {
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
