import type { Clock } from '../../clock.ts'

/** What the work gives, or null when it takes longer than `ms`. The work goes on, and nobody waits for it. */
export const within = async <T>(clock: Clock, ms: number, work: Promise<T>): Promise<T | null> => {
  const timer = new AbortController()
  const late = clock.sleep(ms, timer.signal).then(
    () => null,
    () => null,
  )
  // Nobody may be there to hear of a failure that comes late.
  work.catch(() => undefined)
  try {
    return await Promise.race([work, late])
  } finally {
    timer.abort()
  }
}
