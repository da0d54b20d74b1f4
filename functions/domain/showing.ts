import type { Lease } from './lease.ts'
import { SLACK_CALL, acquire, isOwner } from './lease.ts'
import { HOUR, MINUTE } from './time-units.ts'

/**
 * How far the Slack message of a record is outdated, and which function writes it now.
 *
 * Slack has no idempotency keys and keeps no order, so one function at a time writes the message. A function that
 * continues after another one acquired its lease may have overwritten newer content with older: that counts as a
 * change, and the message is written once more.
 */
export interface Showing {
  /** Counts up whenever the content of the message changes. */
  truth: number
  /** The content that Slack shows, as counted by `truth`; 0 before the first post. */
  shown: number
  /** Since when the message is outdated, or null if it is up to date. Epoch milliseconds. */
  behindSince: number | null
  lease: Lease | null
  /** A post was begun and never confirmed: the message may be in the channel already. */
  maybePosted: boolean
  place: Place | null
  /** The message before, which exists and can no longer be changed; missing without one. */
  left?: Place
  /** When Slack last took the message; missing before. Epoch milliseconds. */
  shownAt?: number
  /** When an effect in the queue will write the message; missing if none will. Epoch milliseconds. */
  turnAt?: number
  /** A turn to call Slack is kept for the message then. */
  hasTurn?: true
  /** Since when Slack refuses the message, and when it is tried again; missing if Slack took it last. Epoch milliseconds. */
  refused?: { since: number; until: number }
}

/** At most one update of a message in this time. Milliseconds. */
export const PACE_MS = 2_000

/** The queue delivers within seconds. After this, the effect that was to write the message counts as lost. */
const LATE_MS = 10_000

/** Where a Slack message is. */
export interface Place {
  channel: string
  ts: string
  /** Slack's permanent link to it; null if Slack gave none. */
  link: string | null
}

/** Epoch milliseconds: a message's `ts` is when Slack took it, in seconds ("Message event" on docs.slack.dev). */
export const postedAt = ({ ts }: Place): number => Number(ts) * 1000

export const notShownYet = (now: number): Showing => ({
  truth: 1,
  shown: 0,
  behindSince: now,
  lease: null,
  maybePosted: false,
  place: null,
})

export const touched = (showing: Showing, now: number): Showing => ({
  ...showing,
  truth: showing.truth + 1,
  behindSince: showing.behindSince ?? now,
})

export const isBehind = ({ truth, shown }: Showing): boolean => shown < truth

/**
 * How long an outdated message is left to the functions that work on it. Less than a minute, so that each sweep finds it
 * while Slack is away: sweeps come once a minute.
 */
const LEFT_ALONE_MS = 45_000

const refusedUntil = ({ refused }: Showing): number => refused?.until ?? 0

/** When the sweep must see to a message that is outdated; null if it is up to date. `lookedAt`: when it last did. */
export const showingDueAt = (showing: Showing, lookedAt: number): number | null =>
  showing.behindSince === null
    ? null
    : Math.max(Math.max(showing.behindSince, lookedAt, showing.turnAt ?? 0) + LEFT_ALONE_MS, refusedUntil(showing))

/** Whether the message must be written now. An effect in the queue may be about to do it. */
export const mustBeShown = (showing: Showing, now: number): boolean =>
  isBehind(showing) && !waitsForItsTurn(showing, now) && now >= refusedUntil(showing)

/**
 * When a message is tried again that Slack refuses, as it will until a person has changed something: after as long as Slack
 * has refused it for, a minute at least and an hour at most.
 */
export const triedAgainAt = (refusedSince: number, now: number): number =>
  now + Math.min(Math.max(now - refusedSince, MINUTE), HOUR)

/** An effect in the queue will write the message. */
const waitsForItsTurn = ({ turnAt }: Showing, now: number): boolean => turnAt !== undefined && now < turnAt + LATE_MS

export type ShowingAcquisition =
  | { kind: 'up-to-date' }
  /** Another function writes the message, an effect in the queue will, or Slack has refused it. */
  | { kind: 'busy'; until: number }
  /** The message was written a moment ago: an effect in the queue must write it `at` that time. */
  | { kind: 'paced'; at: number; showing: Showing }
  /** `mustLookFirst`: the message may be in the channel already. */
  | { kind: 'acquired'; showing: Showing; mustLookFirst: boolean; hasTurn: boolean }

/** What a writer may do that others may not. */
export interface Precedence {
  /** The writer comes from the queue: if the message has its turn now, it is this one's. */
  isFromQueue?: boolean
  /** What it has to show does not wait for the message's turn. */
  isUrgent?: boolean
}

/** Acquires the right to write the message. */
export const acquireShowing = (
  showing: Showing,
  owner: string,
  now: number,
  { isFromQueue = false, isUrgent = false }: Precedence = {},
): ShowingAcquisition => {
  if (!isBehind(showing)) return { kind: 'up-to-date' }
  const until = refusedUntil(showing)
  if (now < until) return { kind: 'busy', until }
  const acquisition = acquire(showing.lease, owner, now, SLACK_CALL)
  if (acquisition.kind === 'busy') return acquisition
  const { turnAt, hasTurn = false, ...rest } = showing
  const isTaken = !isUrgent && waitsForItsTurn(showing, now)
  if (isTaken && !isFromQueue) return { kind: 'busy', until: turnAt! }
  const at = Math.max(isTaken ? turnAt! : 0, pacedUntil(showing, now))
  if (now < at) return { kind: 'paced', at, showing: turnAt === at ? showing : { ...showing, turnAt: at } }
  return {
    kind: 'acquired',
    mustLookFirst: showing.maybePosted && !showing.place,
    hasTurn: hasTurn && isTaken,
    showing: { ...rest, lease: acquisition.lease, maybePosted: !showing.place },
  }
}

/** Clocks of functions differ a little. One that was set back must not delay the message. */
const pacedUntil = ({ shownAt }: Showing, now: number): number =>
  shownAt !== undefined && shownAt <= now + LATE_MS ? shownAt + PACE_MS : now

/** The lease to write a record's message, acquired in the same write as the change that the message has to show. */
export interface ShowingLease {
  owner: string
  /** A post was begun before and never confirmed. */
  mustLookFirst: boolean
  /** Passed to another function through the queue, before it was used. */
  isHandedOn?: true
  /** Until when its holder waits, so that one update shows a whole burst of changes. Epoch milliseconds. */
  notBefore: number
  /** The message's turn comes then: until then the effect waits in the queue, and there is no lease. */
  turnAt?: number
  /** A turn to call Slack was kept for the message, and has come. */
  hasTurn?: true
}

/**
 * Acquires the lease to show the record, if its message is outdated and no other function has it. If the message was
 * written a moment ago, the effect that shows it must wait for its turn.
 */
export const withShowingLease = <T extends { showing: Showing }>(
  record: T,
  owner: string,
  now: number,
  notBefore = now,
  precedence: Precedence = {},
): [T, ShowingLease | null] => {
  const acquired = acquireShowing(record.showing, owner, now, precedence)
  switch (acquired.kind) {
    case 'acquired':
      return [
        { ...record, showing: acquired.showing },
        {
          owner,
          mustLookFirst: acquired.mustLookFirst,
          notBefore,
          ...(acquired.hasTurn && { hasTurn: true as const }),
        },
      ]
    case 'paced':
      return [
        acquired.showing === record.showing ? record : { ...record, showing: acquired.showing },
        { owner, mustLookFirst: false, notBefore, turnAt: acquired.at },
      ]
    default:
      return [record, null]
  }
}

/** Whether the lease is still the one that was acquired. */
export const hasShowingLease = ({ lease }: Showing, { owner }: ShowingLease): boolean => isOwner(lease, owner)

/**
 * Another function takes over a lease that was not used. A queue may deliver a message to two: the second finds the
 * lease taken over.
 */
export const takenOver = <T extends { showing: Showing }>(
  record: T,
  lease: ShowingLease,
  owner: string,
  now: number,
): [T, ShowingLease | null] =>
  hasShowingLease(record.showing, lease)
    ? [
        { ...record, showing: { ...record.showing, lease: { owner, until: now + SLACK_CALL.lasts } } },
        { ...lease, owner },
      ]
    : [record, null]

/** The message at `place` now shows `truth`. */
export const wasShown = (showing: Showing, owner: string, truth: number, place: Place, now: number): Showing => {
  if (!isOwner(showing.lease, owner)) return { ...touched(showing, now), place: showing.place ?? place, shownAt: now }
  const shown = Math.max(showing.shown, truth)
  const { left: _, refused: __, ...rest } = showing
  return {
    ...rest,
    shown,
    shownAt: now,
    place,
    lease: null,
    maybePosted: false,
    behindSince: shown < showing.truth ? (showing.behindSince ?? now) : null,
  }
}

/** There is no channel for the message. */
export const needNotBeShown = ({ turnAt: _, hasTurn: __, refused: ___, ...showing }: Showing): Showing => ({
  ...showing,
  shown: showing.truth,
  behindSince: null,
  lease: null,
})

/** An effect in the queue writes the message at that time. `isKept`: the turn to call Slack is the message's. */
export const withTurn = ({ hasTurn: _, ...showing }: Showing, turnAt: number, isKept: boolean): Showing => ({
  ...showing,
  turnAt,
  ...(isKept && { hasTurn: true }),
})

/**
 * Slack did not take the message: if that is `certain`, it was not written, else it may have been. A message that was
 * `found` in the channel is there, and must not be posted again.
 */
export const wasNotShown = (
  showing: Showing,
  owner: string,
  certain: boolean,
  found: Place | null = showing.place,
): Showing =>
  isOwner(showing.lease, owner)
    ? { ...showing, lease: null, place: found, maybePosted: showing.maybePosted && !found && !certain }
    : showing

/** Slack refused the message. */
export const wasRefusedBySlack = (showing: Showing, owner: string, now: number, found: Place | null): Showing => {
  if (!isOwner(showing.lease, owner)) return showing
  const since = showing.refused?.since ?? now
  return { ...wasNotShown(showing, owner, true, found), refused: { since, until: triedAgainAt(since, now) } }
}

/** Slack may have written the message without an answer: the next update waits as if it had. */
export const mayBeShown = (showing: Showing, now: number): Showing => ({ ...showing, shownAt: now })

/** The message was deleted in Slack, or is `left` there and can never be changed again. It is posted again at once. */
export const wasLost = (showing: Showing, owner: string, left: Place | null = null): Showing => {
  if (!isOwner(showing.lease, owner)) return showing
  const { shownAt: _, ...rest } = showing
  return { ...rest, lease: null, maybePosted: false, place: null, ...(left && { left }) }
}

/** The message at `place` was deleted in Slack, and nothing has changed since. It is posted again at once. */
export const wasDeleted = (showing: Showing, place: Place, now: number): Showing => {
  if (showing.place?.ts !== place.ts) return showing
  const { shownAt: _, ...rest } = touched(showing, now)
  return { ...rest, place: null }
}
