import { DAY, MINUTE } from './time-units.ts'

/** `timeoutInMinutes` of an approval action is at most 86,400, sixty days ("Quotas in AWS CodePipeline"). */
const LONGEST_TIMEOUT = 86_400 * MINUTE

/** CodePipeline waits so long where an approval action sets no timeout (the same page). Milliseconds. */
export const DEFAULT_TIMEOUT = 7 * DAY

/**
 * When an approval expires, by its notification. Any principal that may publish to the topic can write any time there,
 * so the time is limited to what CodePipeline allows from `startedAt`, when CodePipeline says that the action began.
 */
export const believableExpiry = (told: number, startedAt: number): number =>
  Math.min(Math.max(told, startedAt), startedAt + LONGEST_TIMEOUT)
