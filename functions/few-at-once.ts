/**
 * Acts on each, on at most `most` at the same time: the next begins when one has ended, so that a large number takes no more
 * memory than a few. The results are in the order of `all`. Rejects with the first error, and begins no more after it.
 */
export const fewAtOnce = async <T, R>(most: number, all: readonly T[], act: (one: T) => Promise<R>): Promise<R[]> => {
  const results = new Array<R>(all.length)
  let begun = 0
  const actOnNext = async (): Promise<void> => {
    while (begun < all.length) {
      const index = begun++
      try {
        results[index] = await act(all[index]!)
      } catch (error) {
        begun = all.length
        throw error
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(most, all.length) }, actOnNext))
  return results
}
