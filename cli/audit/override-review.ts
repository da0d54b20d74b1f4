import type { Entry } from '../../functions/domain/journal.ts'

/**
 * What an auditor must know of the last override of a change freeze, if another person had to confirm it: that none has
 * by the time that was set. Null if there is nothing to say. `entries`: in order.
 */
export const unconfirmedOverride = (entries: readonly Entry[], now: number): string | null => {
  const happened = entries.map((entry) => entry.happened)
  const last = happened.findLastIndex(({ what }) => what === 'glass-broken')
  const override = happened[last]
  if (override?.what !== 'glass-broken' || override.reviewUntil === undefined) return null
  const { who, reviewUntil } = override
  const confirmed = happened.slice(last).find((one) => one.what === 'override-confirmed')
  const what = `the override of the freeze by ${who.name} (${who.userId})`
  if (confirmed?.who.userId === who.userId) return `${what} was confirmed by the same person`
  if (confirmed || now < reviewUntil) return null
  return `${what} was not confirmed by ${new Date(reviewUntil).toISOString()}`
}
