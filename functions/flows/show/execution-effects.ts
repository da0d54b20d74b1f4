import { endNoticeAt } from '../../domain/deployment-notices.ts'
import type { Effect } from '../../domain/effect.ts'
import type { Execution } from '../../domain/execution.ts'
import type { ShowingLease } from '../../domain/showing.ts'

/**
 * How long one writer waits for more changes, so that one update shows them all: the events of one step of a pipeline
 * arrive within some tenths of a second. Milliseconds.
 */
export const GATHER_MS = 600

/** The effect that shows the execution: none if its message is up to date, or another writer has the lease. */
export const showing = ({ key }: Execution, lease: ShowingLease | null): Effect[] =>
  lease ? [{ do: 'show-execution', execution: key, lease }] : []

/** The effect that tells of the execution's end, if that is due. */
export const telling = (execution: Execution, now: number): Effect[] =>
  (endNoticeAt(execution) ?? Infinity) <= now ? [{ do: 'tell-execution', execution: execution.key }] : []
