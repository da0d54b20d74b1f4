/**
 * How far a Slack message is behind the truth it shows, and who is writing it now.
 *
 * Slack has no idempotency keys and no ordering, so one writer at a time holds a lease. A writer that comes back after
 * losing its lease may have overwritten something newer: it counts as a change, and the message is shown once more.
 */
export interface Showing {
  /** Counts up whenever what the message says changes. */
  truth: number
  /** The truth that Slack shows; 0 when nothing was shown yet. */
  shown: number
  /** Since when the message is behind, or null when it is not. Epoch milliseconds. */
  behindSince: number | null
  lease: { owner: string; until: number } | null
  /** A post was begun and never confirmed: the message may be in the channel already. */
  maybePosted: boolean
  place: Place | null
}

export interface Place {
  channel: string
  ts: string
  /** Slack's permanent link to it; null where Slack would not tell. */
  link: string | null
}

/** Longer than the slowest Slack call that is not given up. */
const LEASE_MS = 30_000

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

export type Claim =
  | { kind: 'up-to-date' }
  | { kind: 'busy'; until: number }
  | { kind: 'claimed'; showing: Showing; mustLookFirst: boolean }

/** Takes the right to write the message. */
export const claim = (showing: Showing, owner: string, now: number): Claim => {
  if (!isBehind(showing)) return { kind: 'up-to-date' }
  if (showing.lease && showing.lease.until > now) return { kind: 'busy', until: showing.lease.until }
  return {
    kind: 'claimed',
    mustLookFirst: showing.maybePosted && !showing.place,
    showing: { ...showing, lease: { owner, until: now + LEASE_MS }, maybePosted: !showing.place },
  }
}

/** Longer than a Slack call may take (clientOptions in functions/slack/slack-client.ts). */
const WRITE_MS = 10_000

/** Whether the lease lasts until a write that begins now is through: its holder may have been held up since. */
export const mayWrite = ({ lease }: Showing, now: number): boolean => lease !== null && now + WRITE_MS <= lease.until

/** The message at `place` now shows `truth`. */
export const wasShown = (showing: Showing, owner: string, truth: number, place: Place, now: number): Showing => {
  if (showing.lease?.owner !== owner) return { ...touched(showing, now), place: showing.place ?? place }
  const shown = Math.max(showing.shown, truth)
  return {
    ...showing,
    shown,
    place,
    lease: null,
    maybePosted: false,
    behindSince: shown < showing.truth ? (showing.behindSince ?? now) : null,
  }
}

/** Nobody is to see it: there is no channel for it. */
export const needNotBeShown = (showing: Showing): Showing => ({ ...showing, shown: showing.truth, behindSince: null })

/**
 * Slack refused: nothing was written, for certain or not. A message that was `found` in the channel is there all the
 * same, and must not be posted anew.
 */
export const wasNotShown = (
  showing: Showing,
  owner: string,
  certain: boolean,
  found: Place | null = showing.place,
): Showing =>
  showing.lease?.owner !== owner
    ? showing
    : { ...showing, lease: null, place: found, maybePosted: showing.maybePosted && !found && !certain }

/** The message was deleted in Slack. */
export const wasLost = (showing: Showing, owner: string): Showing =>
  showing.lease?.owner !== owner ? showing : { ...showing, lease: null, maybePosted: false, place: null }
