import { wholeInCi } from '../support/whole-in-ci.ts'

/** The seeds of the first histories. */
export const firstSeeds = (whole: number, part: number): number[] =>
  Array.from({ length: wholeInCi(whole, part) }, (_, index) => index + 1)
