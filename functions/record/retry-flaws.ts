import type { Entry } from '../domain/journal.ts'
import { DAY } from '../domain/time-units.ts'

/** What is wrong with the chain of a stage's retry, in clauses: a day after a person asked for it, it must have its answer. */
export const retryFlaws = (entries: readonly Entry[], now: number): string[] => {
  const first = entries[0]
  if (first?.number === 1 && first.happened.what !== 'retry-requested') return ['entry 1 does not ask for a retry']
  const isAnswered = entries.some(({ happened }) => happened.what === 'retry-answered')
  const isDue = entries.some(({ at }) => at + DAY <= now)
  return !isAnswered && isDue ? ['its last entry is missing: the retry has no answer'] : []
}
