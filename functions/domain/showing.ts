import type { Lease } from './lease.ts'
import { SLACK_CALL, acquire, isOwner } from './lease.ts'

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
}

/** Where a Slack message is. */
export interface Place {
  channel: string
  ts: string
  /** Slack's permanent link to it; null if Slack gave none. */
  link: string | null
}

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

export type ShowingAcquisition =
  | { kind: 'up-to-date' }
  /** Another function writes the message. */
  | { kind: 'busy'; until: number }
  /** `mustLookFirst`: the message may be in the channel already. */
  | { kind: 'acquired'; showing: Showing; mustLookFirst: boolean }

/** Acquires the right to write the message. */
export const acquireShowing = (showing: Showing, owner: string, now: number): ShowingAcquisition => {
  if (!isBehind(showing)) return { kind: 'up-to-date' }
  const acquisition = acquire(showing.lease, owner, now, SLACK_CALL)
  if (acquisition.kind === 'busy') return acquisition
  return {
    kind: 'acquired',
    mustLookFirst: showing.maybePosted && !showing.place,
    showing: { ...showing, lease: acquisition.lease, maybePosted: !showing.place },
  }
}

/** The lease to write a record's message, acquired in the same write as the change that the message has to show. */
export interface ShowingLease {
  owner: string
  /** A post was begun before and never confirmed. */
  mustLookFirst: boolean
  /** Passed to another function through the queue, before it was used. */
  isHandedOn?: true
  /** Until when its holder waits, so that one update shows a whole burst of changes. Epoch milliseconds. */
  notBefore: number
}

/** Acquires the lease to show the record, if its message is outdated and no other function has it. */
export const withShowingLease = <T extends { showing: Showing }>(
  record: T,
  owner: string,
  now: number,
  notBefore = now,
): [T, ShowingLease | null] => {
  const acquired = acquireShowing(record.showing, owner, now)
  return acquired.kind === 'acquired'
    ? [
        { ...record, showing: acquired.showing },
        { owner, mustLookFirst: acquired.mustLookFirst, notBefore },
      ]
    : [record, null]
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
  if (!isOwner(showing.lease, owner)) return { ...touched(showing, now), place: showing.place ?? place }
  const shown = Math.max(showing.shown, truth)
  const { left: _, ...rest } = showing
  return {
    ...rest,
    shown,
    place,
    lease: null,
    maybePosted: false,
    behindSince: shown < showing.truth ? (showing.behindSince ?? now) : null,
  }
}

/** There is no channel for the message. */
export const needNotBeShown = (showing: Showing): Showing => ({
  ...showing,
  shown: showing.truth,
  behindSince: null,
  lease: null,
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

/** The message was deleted in Slack, or is `left` there and can never be changed again. */
export const wasLost = (showing: Showing, owner: string, left: Place | null = null): Showing =>
  isOwner(showing.lease, owner)
    ? { ...showing, lease: null, maybePosted: false, place: null, ...(left && { left }) }
    : showing
