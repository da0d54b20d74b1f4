import { ownEntry } from '../own-entry.ts'
import { matchesPattern } from './name-pattern.ts'
import { DAY, HOUR } from './time-units.ts'

/** A person wants no direct messages and no mentions for these pipelines until then. */
export interface Mute {
  /** Names of pipelines, or patterns for them (domain/name-pattern.ts). */
  patterns: readonly string[]
  /** Epoch milliseconds. */
  until: number
}

/** What people have muted, each for themselves. It lets no one do anything, so it is neither judged nor recorded. */
export interface Mutes {
  by: Readonly<Record<string, Mute>>
  /** When each person last said what they mute, as long as an earlier command of theirs may come late. Epoch milliseconds. */
  said?: Readonly<Record<string, number>> | undefined
}

export const NO_MUTES: Mutes = { by: {} }

/** Longer, and the person should not be an approver. */
export const LONGEST_MUTE = 31 * DAY
/** Longer than a command is still done after it was typed (`ANSWERABLE_FOR`). */
const SAID_FOR = HOUR
export const MOST_MUTED_PATTERNS = 5
/** With the longest names, they fit into the 400 kB of an item ("Constraints", DynamoDB). */
const MOST_WHO_MUTE = 600

/** With this one in place of the person's own before it, and without those that are over; null if too many have muted. */
export const withMute = ({ by, ...mutes }: Mutes, userId: string, mute: Mute | null, now: number): Mutes | null => {
  const others = Object.entries(by).filter(([one, { until }]) => one !== userId && now < until)
  if (mute && others.length >= MOST_WHO_MUTE) return null
  return { ...mutes, by: Object.fromEntries(mute ? [...others, [userId, mute]] : others) }
}

/** When the person last said what they mute; null if that is so long ago that no earlier command is done any more. */
export const saidAt = ({ said = {} }: Mutes, userId: string): number | null => ownEntry(said, userId) ?? null

/** What a person said at that time counts, and nothing that they said before. */
export const withSaid = (mutes: Mutes, userId: string, at: number, now: number): Mutes => ({
  ...mutes,
  said: {
    ...Object.fromEntries(Object.entries(mutes.said ?? {}).filter(([, one]) => now - one < SAID_FOR)),
    [userId]: at,
  },
})

/** What the person has muted now; null if nothing. */
export const muteOf = ({ by }: Mutes, userId: string, now: number): Mute | null => {
  const mute = ownEntry(by, userId)
  return mute && now < mute.until ? mute : null
}

/** Until when the person has muted the pipeline; null if they have not. */
export const mutedUntil = (mutes: Mutes, userId: string, pipeline: string, now: number): number | null => {
  const mute = muteOf(mutes, userId, now)
  return mute && matchesPattern(mute.patterns, pipeline) ? mute.until : null
}

/** Those of these people who have not muted the pipeline. */
export const notMuted = (mutes: Mutes, userIds: readonly string[], pipeline: string, now: number): string[] =>
  userIds.filter((userId) => mutedUntil(mutes, userId, pipeline, now) === null)

/** When the last of them ends, and no earlier command can come any more. Epoch milliseconds. */
export const endOfMutes = ({ by, said = {} }: Mutes): number =>
  Math.max(0, ...Object.values(by).map(({ until }) => until), ...Object.values(said).map((at) => at + SAID_FOR))
