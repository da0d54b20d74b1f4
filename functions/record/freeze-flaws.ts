import type { Entry } from '../domain/journal.ts'
import { DAY } from '../domain/time-units.ts'

/**
 * What is wrong with the chain of a freeze, in clauses. The freeze itself is not kept after its end, so its chain says how it
 * ended: a day after its time, the chain must have its end.
 */
export const freezeFlaws = (entries: readonly Entry[], now: number): string[] => {
  const happened = entries.map((entry) => entry.happened)
  const ends = happened.flatMap((one) => ('until' in one ? one.until : []))
  if (ends.length === 0) return entries[0]?.number === 1 ? ['no entry says what was frozen'] : []
  const hasEnded = happened.some(({ what }) => what === 'freeze-lifted' || what === 'freeze-ended')
  return hasEnded || Math.max(...ends) + DAY > now ? [] : ['its last entry is missing: the freeze has no end']
}
