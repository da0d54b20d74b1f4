import type { Lease } from './lease.ts'
import type { Place } from './showing.ts'
import type { Window } from './window.ts'

/** When people are told of an approval again, as its route says. Delays in milliseconds. */
export interface Timing {
  /** After the request, shortest first. */
  remind: readonly number[]
  /** Before the approval expires. */
  lastCall: number | null
  escalate: Escalation | null
  /** Hours in which no one is pinged. */
  quiet: readonly Window[]
  /** Each person whose approval is needed gets a direct message; missing if none does. */
  direct?: true
}

export interface Escalation {
  after: number
  /** Another channel to post in; null for the thread alone. */
  channel: string | null
  /** Slack user IDs of the stand-ins: from then on they may approve for any group. */
  people: readonly string[]
}

export type NoticeKind =
  /** To one person whose approval is needed. */
  | 'direct'
  | 'reminder'
  /** In a sequence, the turn of a later group has come. */
  | 'turn'
  | 'escalation'
  /** A newer change has come since it was approved for a later time: a person must approve again. */
  | 'overtaken'
  | 'last-call'
  | 'glass-broken'
  | 'past-policy'
  | 'outcome'
  | 'deployment'
  /** An override is still to be confirmed; no one confirmed it in time; a person has. */
  | 'review'
  | 'review-overdue'
  | 'override-confirmed'

/** About an execution: how it ended, in the thread of its status card, and to one person who asked for that. */
export type ExecutionNoticeKind = 'deployment' | 'watched'

/** A change freeze that was set in Slack has begun, or is over. */
export type FreezeNoticeKind = 'freeze-begun' | 'freeze-over'

/**
 * Something to be posted once in the thread of a message or, for an escalation, in another channel as well. A direct message has
 * its person's Slack user ID in place of a channel.
 */
export interface Notice<Kind extends string = NoticeKind> {
  kind: Kind
  /** Tells it from the other notices of the same record: `reminder-1`. */
  key: string
  dueAt: number
  /** A channel other than the approval's thread, or a person's Slack user ID. */
  channel: string | null
}

/** A notice that is still to be sent. */
export interface DueNotice<Kind extends string = NoticeKind> extends Notice<Kind> {
  /** From then on it is useless. */
  usefulUntil: number
}

/** To the person who stands in: an absence names them; it ended before its time. */
export type AbsenceNoticeKind = 'stand-in-named' | 'stand-in-ended'

/** How far the delivery of a notice is. One function at a time sends it. */
export type NoticeDelivery =
  /** A function sends it, or did and never confirmed it. `refusedSince`: since when Slack has refused it. */
  | ({ name: 'begun'; refusedSince: number | null } & Lease & Waited & Begun)
  /** Slack refused it, and it is sent again at `until`. */
  | ({ name: 'refused'; since: number; until: number } & Waited & Begun)
  /** A reminder that a freeze delays, or a deployment's end that quiet hours do: it waits for their end. */
  | ({ name: 'held'; until: number } & Begun)
  | SaidNotice
  | { name: 'skipped'; at: number }

/** `lacksCause`: as a function once began to send it. It may have posted it, and never confirmed that. */
type Begun = Pick<SaidNotice, 'lacksCause'>

interface Waited {
  /** It was `held` until then; missing if it was not. */
  heldUntil?: number
}

/** Where the notice is, so that it can be kept up to date. Notices of earlier versions have no place. */
export interface SaidNotice {
  name: 'said'
  at: number
  place?: Place
  /** The content of the approval that it shows, as counted by its `showing`; `closed` once it shows the end. */
  shown?: number | 'closed'
  /** It mentioned no one: it was sent in quiet hours. */
  isQuiet?: true
  /** It told of a failure whose cause was not known yet: another notice says it. */
  lacksCause?: true
}
