import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'

/**
 * Time and chance: the only file in `functions/` that may read either from the machine, so that a test or the workspace
 * can replace both. Times are epoch milliseconds, and whole numbers: the audit record takes no others.
 */
export interface Clock {
  now(): number
  /** Resolves after `ms` milliseconds; rejects with the signal's reason when it is aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** A new unguessable identifier (a UUID). */
  newId(): string
}

/** A random number from 0 up to, and not including, 1. */
export const chanceOf = (clock: Pick<Clock, 'newId'>): number =>
  (Number.parseInt(clock.newId().slice(0, 8), 16) || 0) / 0x1_0000_0000

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) => wait(ms, undefined, signal && { signal }),
  newId: () => randomUUID(),
}
