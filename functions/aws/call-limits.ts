/** How long an attempt of a call to AWS may take, and how many there are; options of every client of the SDK. */
export interface CallLimits {
  maxAttempts: number
  requestHandler: { connectionTimeout: number; requestTimeout: number; throwOnRequestTimeout: true }
}

/** @param connect milliseconds to reach AWS. @param answer milliseconds from then on. */
const limits = (maxAttempts: number, connect: number, answer: number): CallLimits => ({
  maxAttempts,
  requestHandler: { connectionTimeout: connect, requestTimeout: answer, throwOnRequestTimeout: true },
})

/* Each is shorter than the limit around it: docs/time-limits.md has all of them. */

/** Services that answer in milliseconds. A click in Slack waits for them. */
export const QUICK_CALL = limits(3, 500, 2_000)

export const PIPELINE_READ = limits(3, 1_000, 5_000)

/** A verdict is sent once in the time that its sender has (domain/lease.ts): the client makes no second attempt. */
export const VERDICT = limits(1, 2_000, 8_000)

export const HOOK_REPORT = limits(3, 1_000, 2_500)

/** Before the second attempt and doubled before each further one, at most (AWS SDKs and Tools, "Retry behavior"). */
const PAUSE_MS = 100

/**
 * Milliseconds to wait after so many failed attempts, as the SDK's clients do: any part of the longest pause, so that
 * functions that failed together do not ask again together. `chance`: from 0 up to 1.
 */
export const pauseAfter = (failed: number, chance: number): number => Math.floor(chance * 2 ** (failed - 1) * PAUSE_MS)

/** The longest that a call takes if no attempt is answered, in milliseconds. */
export const longest = ({ maxAttempts, requestHandler }: CallLimits): number =>
  maxAttempts * (requestHandler.connectionTimeout + requestHandler.requestTimeout) +
  (2 ** (maxAttempts - 1) - 1) * PAUSE_MS
