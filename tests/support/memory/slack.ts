import type { HomeView } from '@slack/types'
import type { Place } from '../../../functions/domain/showing.ts'
import type { AnswerOutcome } from '../../../functions/ports/answers.ts'
import type { Card, CommandAnswer, RefusalCard } from '../../../functions/ports/cards.ts'
import type { HomeCard, PublishOutcome } from '../../../functions/ports/home-tabs.ts'
import type { PostOutcome, SlackRefusal, UpdateOutcome } from '../../../functions/ports/slack.ts'
import type { SlackMessage } from '../../../functions/slack/approval-message.ts'
import { approvalMessage } from '../../../functions/slack/approval-message.ts'
import { commandAnswer } from '../../../functions/slack/command-answer.ts'
import { absenceMessage } from '../../../functions/slack/absence-message.ts'
import { freezeMessage } from '../../../functions/slack/freeze-message.ts'
import { continuedMessage } from '../../../functions/slack/continued-message.ts'
import { digestMessage } from '../../../functions/slack/digest-message.ts'
import { executionMessage } from '../../../functions/slack/execution-message.ts'
import { executionNotice } from '../../../functions/slack/execution-notice.ts'
import { homeView } from '../../../functions/slack/home-view.ts'
import { noticeMessage } from '../../../functions/slack/notice-message.ts'
import { asMessage, refusedLater } from '../../../functions/slack/private-answer.ts'
import { lookForSecret } from '../../../local/secrets-left.ts'
import { answerProblems, homeProblems, messageProblems } from '../block-kit-limits.ts'

export interface Message {
  place: Place
  /** The message whose thread it is in. */
  under: Place | null
  subject: string
  /** The card that it shows; rendered by {@link rendered}. */
  card: Card
  postedAt: number
  /** As it was posted: an update notifies no one. */
  posted: Card
  /** Whether its post mentioned those who can approve. */
  notifies: boolean
  deleted: boolean
}

export const subjectOf = (card: Card): string => {
  switch (card.kind) {
    case 'approval':
      return `approval/${card.approval.id}`
    case 'notice':
      return `notice/${card.approval.id}/${card.notice.key}`
    case 'execution-notice':
      return `notice/${card.execution.key.executionId}/${card.notice.key}`
    case 'execution':
      return `execution/${card.execution.key.executionId}`
    case 'continued':
      return `continued/${card.at.ts}`
    case 'absence':
      return `${card.absence.id}/${card.notice.key}`
    case 'freeze':
      return `freeze/${card.freeze.id}/${card.notice.key}`
    case 'digest':
      return `digest/${card.id}`
  }
}

/** The message's text and blocks, as they would be sent to Slack. */
export const messageOf = (card: Card | RefusalCard): SlackMessage => {
  switch (card.kind) {
    case 'approval':
      return approvalMessage(card)
    case 'notice':
      return noticeMessage(card)
    case 'execution-notice':
      return executionNotice(card)
    case 'execution':
      return executionMessage(card)
    case 'continued':
      return continuedMessage(card)
    case 'absence':
      return absenceMessage(card)
    case 'freeze':
      return freezeMessage(card)
    case 'digest':
      return digestMessage(card)
    case 'refusal':
      return asMessage(refusedLater(card))
  }
}

/** The same as one text, to compare. */
export const rendered = (card: Card): string => JSON.stringify(messageOf(card))

/**
 * Slack's channels: messages that can be written, changed, found and deleted. It refuses what Slack refuses in a
 * message, and has no other faults.
 */
export class MemorySlack {
  readonly messages: Message[] = []
  readonly whispers: { channel: string | null; userId: string; card: RefusalCard }[] = []
  /** What people were told who typed a command. */
  readonly answers: { responseUrl: string; answer: CommandAnswer; message: SlackMessage }[] = []
  /** What people were told who answered several approvals together. */
  readonly told: { userId: string; channel: string | null; answer: CommandAnswer; message: SlackMessage }[] = []
  /** The Home tab of each person, and how often it was published. */
  readonly homes = new Map<string, { view: HomeView; hash: string; times: number }>()
  /** Messages that Slack refused, by subject. */
  readonly refused = new Set<string>()
  /** When the content of each message was written: by its post and by every update. */
  readonly written: { place: Place; subject: string; at: number }[] = []
  /** Every message that it was sent, and what Slack would refuse in it. */
  readonly sent: { subject: string; message: SlackMessage; problems: string[] }[] = []
  readonly #answers = new Map<string, CommandAnswer>()
  readonly #now: () => number
  readonly #render: typeof messageOf

  constructor(now: () => number, render = messageOf) {
    this.#now = now
    this.#render = render
  }

  post(channel: string, card: Card, under: Place | null = null): PostOutcome {
    const refusal = this.#refusal(subjectOf(card), card)
    if (refusal) return refusal
    const postedAt = this.#now()
    const ts = `${(postedAt / 1000).toFixed(3)}${String(this.messages.length).padStart(3, '0')}`
    const place = { channel, ts, link: `https://shop.slack.com/archives/${channel}/p${ts.replace('.', '')}` }
    const notifies = card.kind === 'approval' && card.notifies === true
    // Slack posts a reply to a deleted message in the channel.
    const isParentGone = this.#isDeleted(under)
    this.messages.push({
      place,
      under: isParentGone ? null : under,
      subject: subjectOf(card),
      card,
      posted: card,
      postedAt,
      notifies,
      deleted: false,
    })
    this.written.push({ place, subject: subjectOf(card), at: postedAt })
    return { kind: 'posted', place, ...(isParentGone && { isParentGone: true }) }
  }

  /** `lost` if there is no such message. */
  update({ channel, ts }: Place, card: Card): UpdateOutcome {
    const refusal = this.#refusal(subjectOf(card), card)
    if (refusal) return refusal
    const message = this.messages.find(({ place }) => place.channel === channel && place.ts === ts)
    if (!message || message.deleted) return { kind: 'lost', isThere: false }
    message.card = card
    this.written.push({ place: message.place, subject: message.subject, at: this.#now() })
    return { kind: 'updated' }
  }

  messageFor(answer: CommandAnswer, typed: string): string {
    const message = JSON.stringify(commandAnswer(answer, typed))
    this.#answers.set(message, answer)
    return message
  }

  /** @throws if Slack would refuse it. */
  answer(responseUrl: string, text: string): AnswerOutcome {
    lookForSecret('a response_url', 'POST', text)
    const message = JSON.parse(text) as SlackMessage
    const [problem] = answerProblems(message)
    if (problem !== undefined) throw new Error(`Slack: ${problem}`)
    this.answers.push({ responseUrl, answer: this.#answers.get(text)!, message })
    return { kind: 'posted' }
  }

  /** @throws if Slack would refuse it. */
  publish(userId: string, card: HomeCard, hash: string | null): PublishOutcome {
    const view = homeView(card)
    const [problem] = homeProblems(view)
    if (problem !== undefined) throw new Error(`Slack: ${problem}`)
    const before = this.homes.get(userId)
    if (hash !== null && hash !== before?.hash) return { kind: 'conflict' }
    const next = { view, hash: `h${(before?.times ?? 0) + 1}`, times: (before?.times ?? 0) + 1 }
    this.homes.set(userId, next)
    return { kind: 'published', hash: next.hash }
  }

  /** @throws if Slack would refuse it. */
  tell(userId: string, channel: string | null, text: string): AnswerOutcome {
    lookForSecret('a call of Slack', 'chat.postMessage', text)
    const message = JSON.parse(text) as SlackMessage
    const [problem] = answerProblems(message)
    if (problem !== undefined) throw new Error(`Slack: ${problem}`)
    this.told.push({ userId, channel, answer: this.#answers.get(text)!, message })
    return { kind: 'posted' }
  }

  /** @throws if Slack would refuse it. */
  whisper(channel: string | null, userId: string, card: RefusalCard): void {
    const refusal = this.#refusal(`refusal/${card.approval.id}`, card)
    if (refusal) throw new Error(`Slack: ${refusal.because}`)
    this.whispers.push({ channel, userId, card })
  }

  /** Newest first, as conversations.history lists a channel's messages and conversations.replies a thread's. */
  find(channel: string, card: Card, since: number, under: Place | null = null): Place | null {
    const oldest = Math.floor(since / 1000) - 60
    const thread = this.#isDeleted(under) ? null : under
    const found = this.messages.findLast(
      (message) =>
        !message.deleted &&
        message.place.channel === channel &&
        message.under?.ts === thread?.ts &&
        message.subject === subjectOf(card) &&
        Number(message.place.ts) >= oldest,
    )
    return found?.place ?? null
  }

  live(subject: string): Message[] {
    return this.messages.filter((message) => message.subject === subject && !message.deleted)
  }

  #isDeleted(of: Place | null): boolean {
    return this.messages.some(({ place, deleted }) => deleted && place.ts === of?.ts)
  }

  #refusal(subject: string, card: Card | RefusalCard): (SlackRefusal & { kind: 'refused' }) | null {
    const message = this.#render(card)
    const mentionsPeople = card.kind !== 'approval' && card.kind !== 'execution'
    const problems = mentionsPeople ? answerProblems(message) : messageProblems(message)
    this.sent.push({ subject, message, problems })
    return problems[0] === undefined ? null : { kind: 'refused', because: problems[0], isFinal: true }
  }
}
