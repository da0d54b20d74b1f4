/**
 * Slack's limits, shared by all functions of the installation ("Rate limits", Slack API): `chat.update` takes 50 a
 * minute in the whole workspace, `chat.postMessage` about one a second in each channel, and a few at once. Progress takes
 * a call only while no question and no failure needs it, and waits in a line of its own.
 */
const LIMITS = {
  'chat.update': { calls: { everyMs: 1_500, burst: 10, forProgress: 3 }, line: { everyMs: 1_600, burst: 1 } },
  'chat.postMessage': { calls: { everyMs: 1_000, burst: 3, forProgress: 2 }, line: { everyMs: 1_100, burst: 1 } },
} as const satisfies Record<string, { calls: Share & { forProgress: number }; line: Share }>

/** `calls` are turns to call Slack. `line` gives progress the times at which it asks for a call again. */
export type Lane = 'calls' | 'line'

/** One turn in so many milliseconds and, after a rest, so many at once. */
export interface Share {
  everyMs: number
  burst: number
}

/** What Slack limits by itself: a method, or a method in one channel. */
export type Limited = { method: 'chat.update' } | { method: 'chat.postMessage'; channel: string }

export const LANES = ['calls', 'line'] as const satisfies readonly Lane[]

export const shareOf = ({ method }: Limited, lane: Lane): Share => LIMITS[method][lane]

/** The name of a limit, such as `chat.postMessage#C0RELEASES`. */
export const limitName = (limited: Limited): string =>
  limited.method === 'chat.update' ? limited.method : `${limited.method}#${limited.channel}`

/** How far ahead a turn is kept: as long as Slack may have been away, what waited is shown within two minutes. */
export const FURTHEST_TURN_MS = 60_000

/** What a message is about. */
export type Concern = 'question' | 'failure' | 'progress'

/** A failure waits in front of a question for so long at most. */
const FAILURE_WAITS_MS = 2_000

/**
 * How long a call may have to wait for its turn. Progress has none to wait for: it takes one of the first calls after a
 * rest, so that the others of a burst are left for what is urgent.
 */
export const mostWaitMs = ({ method }: Limited, concern: Concern): number => {
  const { everyMs, burst, forProgress } = LIMITS[method].calls
  switch (concern) {
    case 'question':
      return FURTHEST_TURN_MS
    case 'failure':
      return FAILURE_WAITS_MS
    case 'progress':
      return (forProgress - burst) * everyMs
  }
}

/** A burst's worth of time: the lane gives turns at once until it is this far ahead. */
export const burstMs = ({ everyMs, burst }: Share): number => (burst - 1) * everyMs

/** A lane gives a turn while it is at most this far ahead of now. */
export const mostAheadMs = (share: Share, waitMs: number): number => Math.max(0, burstMs(share) + waitMs)
