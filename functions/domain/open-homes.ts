import { ownEntry } from '../own-entry.ts'
import { MINUTE } from './time-units.ts'

/** How long after a person has opened the Home tab it follows what changes. Slack does not say when they close it. */
export const FOLLOWED_FOR = 15 * MINUTE

/** views.publish takes over 100 calls a minute ("Tier 4", Slack); some are for tabs that are opened now. */
const MOST_FOLLOWED = 60

/** The Home tab of one person, as it was last published. */
export interface OpenHome {
  /** Epoch milliseconds. */
  openedAt: number
  /** A hash of what it shows; null before that is known. */
  shown: string | null
  /** Slack's name of that state ("views.publish", hash); null if another function may have published since. */
  hash: string | null
}

/** One record for all: who has opened the Home tab lately. By Slack user ID. */
export interface OpenHomes {
  open: Readonly<Record<string, OpenHome>>
  /** When a person opened it last. */
  at: number
}

export const NO_HOMES: OpenHomes = { open: {}, at: 0 }

export const isFollowed = ({ openedAt }: OpenHome, now: number): boolean => now < openedAt + FOLLOWED_FOR

/** The person has opened it. Those who opened it long ago are left out. */
export const withOpened = ({ open, at }: OpenHomes, userId: string, now: number): OpenHomes => ({
  open: {
    ...Object.fromEntries(Object.entries(open).filter(([, one]) => isFollowed(one, now))),
    [userId]: { openedAt: now, shown: null, hash: null },
  },
  at: Math.max(at, now),
})

/** What was published for this person; nothing changes if they are followed no more. */
export const withPublished = (homes: OpenHomes, userId: string, published: Omit<OpenHome, 'openedAt'>): OpenHomes => {
  const known = ownEntry(homes.open, userId)
  return known ? { ...homes, open: { ...homes.open, [userId]: { ...known, ...published } } } : homes
}

/** Slack shows this person no Home tab. */
export const withoutHome = (homes: OpenHomes, userId: string): OpenHomes => {
  const { [userId]: gone, ...open } = homes.open
  return gone ? { ...homes, open } : homes
}

/** Whose tab is brought up to date in this minute: those who opened it last. */
export const followedUsers = ({ open }: OpenHomes, now: number): string[] =>
  Object.entries(open)
    .filter(([, one]) => isFollowed(one, now))
    .sort(([, one], [, other]) => other.openedAt - one.openedAt)
    .slice(0, MOST_FOLLOWED)
    .map(([userId]) => userId)
