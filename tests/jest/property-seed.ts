/** The seed of every property test, unless `FC_SEED` says otherwise: a run then fails for a change, not by chance. */
const FIXED = 1

/**
 * The seed of a run: `FC_SEED` is empty, `random`, or the 32-bit number that an earlier run printed.
 *
 * @throws {Error} if it is something else
 */
export const propertySeed = (asked: string | undefined, drawn: () => number): number => {
  if (!asked) return FIXED
  if (asked === 'random') return drawn()
  const seed = Number(asked)
  if (Number.isInteger(seed) && seed === (seed | 0)) return seed
  throw new Error(`FC_SEED is ${asked}, but must be random, or a whole number from -2147483648 to 2147483647`)
}
