import { MINUTE } from './time-units.ts'

/** `timeoutInMinutes` of an approval action is at most 86,400, sixty days ("Quotas in AWS CodePipeline"). */
const LONGEST_TIMEOUT = 86_400 * MINUTE

/**
 * When an approval runs out, by what its notification says. Whoever may publish to the topic can write any time there,
 * so it is believed no further than CodePipeline allows from `startedAt`, when it says that the action began.
 */
export const believableExpiry = (told: number, startedAt: number): number =>
  Math.min(Math.max(told, startedAt), startedAt + LONGEST_TIMEOUT)
