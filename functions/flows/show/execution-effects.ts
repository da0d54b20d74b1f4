import { endNoticeAt } from '../../domain/deployment-notices.ts'
import type { Effect } from '../../domain/effect.ts'
import type { Execution } from '../../domain/execution.ts'
import type { Precedence, ShowingLease } from '../../domain/showing.ts'
import { isBehind, needNotBeShown, withShowingLease } from '../../domain/showing.ts'
import type { Services } from '../../ports/services.ts'

/**
 * How long one writer waits for more changes, so that one update shows them all: the events of one step of a pipeline
 * arrive within some tenths of a second. Milliseconds.
 */
export const GATHER_MS = 600

type Routes = Pick<Services, 'configuration'>

/** Where its status card is posted; null if no route wants one. */
export const statusChannelOf = ({ configuration }: Routes, { key, outside }: Execution): string | null =>
  outside ? (configuration.outsideRouteFor(key, outside)?.status ?? null) : configuration.statusChannelFor(key)

/** Whether it has a status card, or a route wants one. */
export const hasStatusCard = (routes: Routes, execution: Execution): boolean =>
  execution.showing.place !== null || statusChannelOf(routes, execution) !== null

/** The execution of which no route wants to see a card. Returns the same object if nothing changes. */
export const withoutCard = (execution: Execution): Execution =>
  isBehind(execution.showing) || execution.showing.lease
    ? { ...execution, showing: needNotBeShown(execution.showing) }
    : execution

/**
 * Acquires the lease to show the execution, as withShowingLease does. If there is no card, nothing is to be shown: no
 * effect has to find that out.
 */
export const withCardLease = (
  routes: Routes,
  execution: Execution,
  owner: string,
  now: number,
  { notBefore = now, ...precedence }: Precedence & { notBefore?: number } = {},
): [Execution, ShowingLease | null] =>
  hasStatusCard(routes, execution)
    ? withShowingLease(execution, owner, now, notBefore, precedence)
    : [withoutCard(execution), null]

/** The effect that shows the execution: none if its message is up to date, or another writer has the lease. */
export const showing = ({ key }: Execution, lease: ShowingLease | null): Effect[] =>
  lease ? [{ do: 'show-execution', execution: key, lease }] : []

/** The effect that tells of the execution's end, if that is due. */
export const telling = (execution: Execution, now: number): Effect[] =>
  (endNoticeAt(execution) ?? Infinity) <= now ? [{ do: 'tell-execution', execution: execution.key }] : []
