import type { Entry } from '../domain/journal.ts'
import { DAY } from '../domain/time-units.ts'

/**
 * What is wrong with the chain of a freeze, in clauses. The freeze itself is not kept after its end, so its chain says how it
 * ended: a day after its time, the chain must have its end. A person who lifts it signs that. That its time was over is not
 * signed, and counts only once it was, by the times that people have signed.
 */
export const freezeFlaws = (entries: readonly Entry[], now: number): string[] => {
  const ends = entries.flatMap(({ happened }) => ('until' in happened ? happened.until : []))
  if (ends.length === 0) return entries[0]?.number === 1 ? ['no entry says what was frozen'] : []
  const until = Math.max(...ends)
  const overs = entries.filter(({ happened }) => happened.what === 'freeze-ended')
  const tooEarly = overs.filter(({ at }) => at < until)
  const hasEnded = overs.length > tooEarly.length || entries.some(({ happened }) => happened.what === 'freeze-lifted')
  return [
    ...tooEarly.map(({ number }) => `entry ${number} says that the freeze was over before its time`),
    ...(hasEnded || until + DAY > now ? [] : ['its last entry is missing: the freeze has no end']),
  ]
}
