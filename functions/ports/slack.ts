import type { Place } from '../domain/showing.ts'
import type { Card, RefusalCard } from './cards.ts'

/** Messages that follow a record: each is rendered whole from the record, every time. */
export interface Slack {
  /** In the thread of the message `under`, or in the channel itself: there too if `under` was deleted. */
  post(channel: string, card: Card, under?: Place | null): Promise<PostOutcome>
  update(place: Place, card: Card): Promise<UpdateOutcome>
  /** Looks for a message of ours whose place a crash left unstored. */
  find(channel: string, card: Card, since: number, under?: Place | null): Promise<Place | null>
  /** Sends one person a message that only they see: in that channel if they can see it there, else directly. */
  whisper(channel: string | null, userId: string, card: RefusalCard): Promise<void>
}

export type PostOutcome = ({ kind: 'posted'; place: Place } & ParentGone) | (SlackRefusal & ParentGone)

interface ParentGone {
  /** Slack has no message any more in whose thread it was to be. */
  isParentGone?: true
}

export type UpdateOutcome = { kind: 'updated' } | { kind: 'lost'; isThere: boolean } | SlackRefusal

/**
 * `busy`: nothing was written; try again after so many seconds. `unclear`: no answer, the message may have been
 * written. `refused`: nothing was written, and a person must act (the bot is not in the channel, …); if it `isFinal`,
 * no act helps (the thread was deleted, …).
 */
export type SlackRefusal =
  | { kind: 'busy'; afterSeconds: number }
  | { kind: 'unclear'; because: string }
  | { kind: 'refused'; because: string; isFinal: boolean }
