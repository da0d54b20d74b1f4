import type { Approval } from './approval.ts'
import { automaticAt, isDeploying } from './approval.ts'
import { same } from './canonical.ts'
import { noticeAt } from './due-notices.ts'
import { staleNotices } from './kept-notices.ts'
import { sendAt } from './later.ts'
import { showingDueAt } from './showing.ts'
import { nextEdge } from './window.ts'
import { HOUR, MINUTE } from './time-units.ts'

/**
 * So often it is stored that an approval was looked at that is compared by the clock (comparison.ts): an earlier version of
 * the functions, if it is deployed again, knows only the stored time.
 */
const STORED_EVERY = HOUR

/** When the sweep must look at the approval next; null if nothing can go wrong with it any more. */
export const attentionAt = (approval: Approval): number | null => earliest([dueAt(approval), routineAt(approval)])

/** When something becomes due for the approval by itself, or must be tried again; null for never. */
export const dueAt = (approval: Approval): number | null => {
  const { state, showing, checkedAt } = approval
  // A function that just worked on it has a minute.
  const looked = (time: number | null): number | null => (time === null || time > checkedAt ? time : checkedAt + MINUTE)
  return earliest([
    showingDueAt(showing, checkedAt),
    state.name === 'waiting' ? looked(freezeEdge(approval)) : null,
    ifToCome(automaticAt(approval), checkedAt),
    ifToCome(sendAt(approval), checkedAt),
    state.name === 'deciding' ? Math.max(state.since, checkedAt) + MINUTE : null,
    approval.deferredClicks.length > 0 ? checkedAt + MINUTE : null,
    looked(noticeAt(approval)),
    staleNotices(approval).length > 0 ? checkedAt + MINUTE : null,
    mustAnnounce(approval) || approval.journal.unfiled.length > 0 ? checkedAt + MINUTE : null,
  ])
}

/** A time that has passed is left to the comparisons by the clock: an alarm may ring for hours. */
const ifToCome = (time: number | null, checkedAt: number): number | null =>
  time !== null && time > checkedAt ? time : null

/** When the approval is compared with its pipeline even if the clock does not say so, in case an event was lost. */
const routineAt = (approval: Approval): number | null => {
  const { state, checkedAt, expiresAt } = approval
  return earliest([
    state.name === 'waiting' ? Math.min(checkedAt + STORED_EVERY, Math.max(expiresAt, checkedAt) + MINUTE) : null,
    isDeploying(approval) ? checkedAt + STORED_EVERY : null,
  ])
}

const earliest = (times: readonly (number | null)[]): number | null => {
  const known = times.filter((time) => time !== null)
  return known.length === 0 ? null : Math.min(...known)
}

/** When a freeze begins or ends next, by the policy as last read. */
const freezeEdge = ({ resolvedPolicy }: Approval): number | null =>
  resolvedPolicy && nextEdge(resolvedPolicy.policy.freezes, resolvedPolicy.at)

/** It has ended, and its event has not been put. */
export const mustAnnounce = ({ state, announced }: Approval): boolean => state.name === 'settled' && !announced

/**
 * Whether a comparison with the pipeline found only what is stored: it need not be stored itself. After a freeze has begun
 * or ended it must be, because the next look has another time.
 */
export const foundNothing = (before: Approval, after: Approval): boolean =>
  after.checkedAt >= before.checkedAt &&
  freezeEdge(before) === freezeEdge(after) &&
  same(undated(before), undated(after))

/** Without the times at which it and its policy were last read. */
const undated = ({ checkedAt: _, resolvedPolicy, ...rest }: Approval): object => ({
  ...rest,
  resolvedPolicy: resolvedPolicy && { ...resolvedPolicy, at: null },
})
