import type { Place } from '../domain/showing.ts'
import type { Card, RefusalCard } from './cards.ts'

/** Messages that follow a record: rendered whole from the truth, every time. */
export interface Slack {
  /** In the thread of the message `under`, or in the channel itself. */
  post(channel: string, card: Card, under?: Place | null): Promise<PostOutcome>
  update(place: Place, card: Card): Promise<UpdateOutcome>
  /** Looks for a message of ours that a crash left unrecorded. */
  find(channel: string, card: Card, since: number, under?: Place | null): Promise<Place | null>
  /** Tells one person something that nobody else sees. Lost where they are not in the channel. */
  whisper(channel: string, userId: string, card: RefusalCard): Promise<void>
}

export type PostOutcome = { kind: 'posted'; place: Place } | SlackRefusal

export type UpdateOutcome = { kind: 'updated' } | { kind: 'lost' } | SlackRefusal

/**
 * `busy`: nothing was written; again after so many seconds. `unclear`: no answer, it may have been written.
 * `refused`: nothing was written, and it needs a person (the bot is not in the channel, …); where it `isFinal`, nobody
 * can help (the thread was deleted, …).
 */
export type SlackRefusal =
  | { kind: 'busy'; afterSeconds: number }
  | { kind: 'unclear'; because: string }
  | { kind: 'refused'; because: string; isFinal: boolean }
