/**
 * Slack's limits, shared by all functions of the installation ("Rate limits", Slack API): `chat.update` takes 50 a
 * minute in the whole workspace, `chat.postMessage` about one a second in each channel. A part of each is kept for
 * questions and failures, so that they never wait behind progress.
 */
const LIMITS = {
  'chat.update': { urgent: { everyMs: 3_000, burst: 8 }, progress: { everyMs: 3_500, burst: 4 } },
  'chat.postMessage': { urgent: { everyMs: 1_500, burst: 3 }, progress: { everyMs: 3_000, burst: 1 } },
} as const satisfies Record<string, Record<Lane, Share>>

/** The part of a limit that calls of one kind have. */
export type Lane = 'urgent' | 'progress'

/** One call in so many milliseconds and, after a rest, so many at once. */
export interface Share {
  everyMs: number
  burst: number
}

/** What Slack limits by itself: a method, or a method in one channel. */
export type Limited = { method: 'chat.update' } | { method: 'chat.postMessage'; channel: string }

export const LANES = ['urgent', 'progress'] as const satisfies readonly Lane[]

export const shareOf = ({ method }: Limited, lane: Lane): Share => LIMITS[method][lane]

/** The name of a limit, such as `chat.postMessage#C0RELEASES`. */
export const limitName = (limited: Limited): string =>
  limited.method === 'chat.update' ? limited.method : `${limited.method}#${limited.channel}`

/** How far ahead a turn is kept: as long as Slack may have been away, what waited is shown within two minutes. */
export const FURTHEST_TURN_MS = 60_000

/** What a message is about. */
export type Concern = 'question' | 'failure' | 'progress'

/** Only if the lane has had its whole rest: then enough turns are left for what is urgent. */
const RESTED = -Infinity

/**
 * How a call gets its turn, in this order: the lane, and how long it may have to wait. A failure waits in front of a
 * question for two seconds at most. Progress takes what no question and no failure needs.
 */
export const LANES_TRIED: Record<Concern, readonly { lane: Lane; waitMs: number }[]> = {
  question: [
    { lane: 'urgent', waitMs: 0 },
    { lane: 'progress', waitMs: 0 },
    { lane: 'urgent', waitMs: FURTHEST_TURN_MS },
  ],
  failure: [
    { lane: 'urgent', waitMs: 2_000 },
    { lane: 'progress', waitMs: FURTHEST_TURN_MS },
  ],
  progress: [
    { lane: 'progress', waitMs: 0 },
    { lane: 'urgent', waitMs: RESTED },
    { lane: 'progress', waitMs: FURTHEST_TURN_MS },
  ],
}

/** A burst's worth of time: the lane gives turns at once until it is this far ahead. */
export const burstMs = ({ everyMs, burst }: Share): number => (burst - 1) * everyMs

/** A lane gives a turn while it is at most this far ahead of now. */
export const mostAheadMs = (share: Share, waitMs: number): number => Math.max(0, burstMs(share) + waitMs)
