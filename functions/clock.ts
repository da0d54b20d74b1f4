import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'

/**
 * Time and chance: the only place in `functions/` that may ask the machine for either, so that a test or the
 * workspace can put its own in their stead. Times are epoch milliseconds.
 */
export interface Clock {
  now(): number
  /** Resolves after `ms` milliseconds; rejects with the signal's reason when it is aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** A new unguessable identifier (a UUID). */
  newId(): string
}

/** A number from 0 up to 1, by chance. */
export const chanceOf = (clock: Pick<Clock, 'newId'>): number =>
  (Number.parseInt(clock.newId().slice(0, 8), 16) || 0) / 0x1_0000_0000

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) => wait(ms, undefined, signal && { signal }),
  newId: () => randomUUID(),
}
