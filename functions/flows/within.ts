import type { Clock } from '../clock.ts'

/** The result of the work, or null if it takes longer than `ms`. The work then continues, and its result is dropped. */
export const within = async <T>(clock: Clock, ms: number, work: Promise<T>): Promise<T | null> => {
  const timer = new AbortController()
  const late = clock.sleep(ms, timer.signal).then(
    () => null,
    () => null,
  )
  try {
    return await Promise.race([work, late])
  } finally {
    // With a reason of its own: the default is an error with a stack, made for each click.
    timer.abort('the work has ended')
  }
}
