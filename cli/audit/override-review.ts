import type { Entry } from '../../functions/domain/journal.ts'

/**
 * What an auditor must know of the overrides of change freezes that another person had to confirm: which of them none has by
 * the time that was set. In clauses; null if there is nothing to say. `entries`: in order.
 */
export const unconfirmedOverrides = (entries: readonly Entry[], now: number): string | null => {
  const happened = entries.map((entry) => entry.happened)
  const clauses = happened.flatMap((override, index) => {
    if (override.what !== 'glass-broken' || override.reviewUntil === undefined) return []
    const { who, reviewUntil } = override
    // A confirmation is of the last override before it.
    const next = happened.slice(index + 1).find((one) => ABOUT_OVERRIDES.has(one.what))
    const confirmed = next?.what === 'override-confirmed' ? next : null
    const what = `the override of the freeze by ${who.name} (${who.userId})`
    if (confirmed?.who.userId === who.userId) return `${what} was confirmed by the same person`
    return confirmed || now < reviewUntil ? [] : `${what} was not confirmed by ${new Date(reviewUntil).toISOString()}`
  })
  return clauses.length > 0 ? clauses.join('; ') : null
}

const ABOUT_OVERRIDES: ReadonlySet<string> = new Set(['glass-broken', 'override-confirmed'])
