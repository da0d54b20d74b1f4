import type { Place } from '../../functions/domain/showing.ts'
import type { Card } from '../../functions/flows/ports.ts'
import { approvalMessage } from '../../functions/slack/approval-message.ts'
import { executionMessage } from '../../functions/slack/execution-message.ts'

export interface Message {
  place: Place
  subject: string
  /** What it shows; rendered by {@link rendered}. */
  card: Card
  deleted: boolean
}

export const subjectOf = (card: Card): string =>
  card.kind === 'approval' ? `approval/${card.approval.id}` : `execution/${card.execution.key.executionId}`

/** The message's text and blocks, as Slack would be sent them. */
export const rendered = (card: Card): string =>
  JSON.stringify(card.kind === 'approval' ? approvalMessage(card) : executionMessage(card))

/** Slack's channels: messages that can be written, changed, found and deleted. Nothing here goes wrong by itself. */
export class MemorySlack {
  readonly messages: Message[] = []
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  post(channel: string, card: Card): Place {
    const ts = `${(this.#now() / 1000).toFixed(3)}${String(this.messages.length).padStart(3, '0')}`
    const place = { channel, ts, link: `https://shop.slack.com/archives/${channel}/p${ts.replace('.', '')}` }
    this.messages.push({ place, subject: subjectOf(card), card, deleted: false })
    return place
  }

  /** False when there is no such message. */
  update({ channel, ts }: Place, card: Card): boolean {
    const message = this.messages.find(({ place }) => place.channel === channel && place.ts === ts)
    if (!message || message.deleted) return false
    message.card = card
    return true
  }

  /** Newest first, as conversations.history lists them. */
  find(channel: string, card: Card, since: number): Place | null {
    const oldest = Math.floor(since / 1000) - 60
    const found = this.messages.findLast(
      ({ place, subject, deleted }) =>
        !deleted && place.channel === channel && subject === subjectOf(card) && Number(place.ts) >= oldest,
    )
    return found?.place ?? null
  }

  live(subject: string): Message[] {
    return this.messages.filter((message) => message.subject === subject && !message.deleted)
  }
}
