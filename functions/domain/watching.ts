import type { Execution } from './execution.ts'
import { isOver } from './execution.ts'
import type { Notice } from './notice.ts'
import { ownEntry } from '../own-entry.ts'

/** The most people who are told how one execution ends: each message takes Slack a second. */
export const MOST_WATCHERS = 50

export type Watched = 'noted' | 'over' | 'full'

/** The execution with a person who wants to be told how it ends. Who asks again before that is told once. */
export const withWatcher = (execution: Execution, userId: string, now: number): [Execution, Watched] => {
  const { watchers = {} } = execution
  if (isOver(execution)) return [execution, 'over']
  if (ownEntry(watchers, userId) !== undefined) return [execution, 'noted']
  if (Object.keys(watchers).length >= MOST_WATCHERS) return [execution, 'full']
  // One that was given up while it ran is read again: who waits may hear of its end.
  return [{ ...execution, confirmed: false, watchers: { ...watchers, [userId]: now } }, 'noted']
}

/** They have been told, and hear nothing of a retry unless they ask again. */
export const withoutWatcher = ({ watchers = {}, ...execution }: Execution, userId: string): Execution => {
  const { [userId]: _, ...others } = watchers
  return Object.keys(others).length > 0 ? { ...execution, watchers: others } : execution
}

/** Their notices once the execution is over: a message to each, due at `dueAt`. */
export const watchNotices = (execution: Execution, dueAt: number): Notice<'watched'>[] =>
  isOver(execution)
    ? Object.entries(execution.watchers ?? {}).map(([userId, since]) => ({
        kind: 'watched',
        key: `watched-${userId}-${Math.floor(since / 1_000)}`,
        dueAt,
        channel: userId,
      }))
    : []
