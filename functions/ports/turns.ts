import type { Lane, Limited } from '../domain/slack-turns.ts'

/** Turns to call Slack, counted over all functions. */
export interface Turns {
  /**
   * Takes the lane's next turn, if it comes within `waitMs`; `-Infinity`: if the lane has had its whole rest. Resolves to
   * the turn's time, now or later; null if none is taken.
   */
  take(limited: Limited, lane: Lane, waitMs: number): Promise<number | null>
  /** Slack asked to wait: no lane has a turn before that time. Epoch milliseconds. */
  hold(limited: Limited, until: number): Promise<void>
  /** Until when Slack has asked to wait; 0 if it has not. */
  heldUntil(limited: Limited): Promise<number>
}
