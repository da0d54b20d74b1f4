import type { Place } from '../../../functions/domain/showing.ts'
import type { Card, RefusalCard } from '../../../functions/ports/cards.ts'
import { approvalMessage } from '../../../functions/slack/approval-message.ts'
import { executionMessage } from '../../../functions/slack/execution-message.ts'
import { noticeMessage } from '../../../functions/slack/notice-message.ts'

export interface Message {
  place: Place
  /** The message whose thread it is in. */
  under: Place | null
  subject: string
  /** What it shows; rendered by {@link rendered}. */
  card: Card
  postedAt: number
  deleted: boolean
}

export const subjectOf = (card: Card): string => {
  switch (card.kind) {
    case 'approval':
      return `approval/${card.approval.id}`
    case 'notice':
      return `notice/${card.approval.id}/${card.notice.key}`
    case 'execution':
      return `execution/${card.execution.key.executionId}`
  }
}

/** The message's text and blocks, as Slack would be sent them. */
export const rendered = (card: Card): string => {
  switch (card.kind) {
    case 'approval':
      return JSON.stringify(approvalMessage(card))
    case 'notice':
      return JSON.stringify(noticeMessage(card))
    case 'execution':
      return JSON.stringify(executionMessage(card))
  }
}

/** Slack's channels: messages that can be written, changed, found and deleted. Nothing here goes wrong by itself. */
export class MemorySlack {
  readonly messages: Message[] = []
  readonly whispers: { channel: string; userId: string; card: RefusalCard }[] = []
  /** What Slack did not take, by the message's subject. */
  readonly refused = new Set<string>()
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  post(channel: string, card: Card, under: Place | null = null): Place {
    const postedAt = this.#now()
    const ts = `${(postedAt / 1000).toFixed(3)}${String(this.messages.length).padStart(3, '0')}`
    const place = { channel, ts, link: `https://shop.slack.com/archives/${channel}/p${ts.replace('.', '')}` }
    this.messages.push({ place, under, subject: subjectOf(card), card, postedAt, deleted: false })
    return place
  }

  /** False when there is no such message. */
  update({ channel, ts }: Place, card: Card): boolean {
    const message = this.messages.find(({ place }) => place.channel === channel && place.ts === ts)
    if (!message || message.deleted) return false
    message.card = card
    return true
  }

  /** Newest first, as conversations.history lists a channel's messages and conversations.replies a thread's. */
  find(channel: string, card: Card, since: number, under: Place | null = null): Place | null {
    const oldest = Math.floor(since / 1000) - 60
    const found = this.messages.findLast(
      (message) =>
        !message.deleted &&
        message.place.channel === channel &&
        message.under?.ts === under?.ts &&
        message.subject === subjectOf(card) &&
        Number(message.place.ts) >= oldest,
    )
    return found?.place ?? null
  }

  live(subject: string): Message[] {
    return this.messages.filter((message) => message.subject === subject && !message.deleted)
  }
}
