import type { Entry } from '../domain/journal.ts'
import { DAY } from '../domain/time-units.ts'

/** What is wrong with the chain of a steering act, in clauses: a day after a person requested it, it must have its answer. */
export const steeringFlaws = (entries: readonly Entry[], now: number): string[] => {
  const first = entries[0]
  if (first?.number === 1 && first.happened.what !== 'steering-requested') return ['entry 1 requests no steering act']
  const isAnswered = entries.some(({ happened }) => happened.what === 'steering-answered')
  const isDue = entries.some(({ at }) => at + DAY <= now)
  return !isAnswered && isDue ? ['its last entry is missing: the request has no answer'] : []
}
