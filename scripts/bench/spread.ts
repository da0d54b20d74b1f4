/** The middle of a series, and where its quarters end: half of the series lies between them. */
export interface Spread {
  median: number
  from: number
  to: number
}

export const spreadOf = (numbers: readonly number[]): Spread => {
  const sorted = numbers.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.round((sorted.length - 1) * share)] ?? NaN
  return { median: at(0.5), from: at(0.25), to: at(0.75) }
}

/** `1.02 (0.98–1.10)`. */
export const written = ({ median, from, to }: Spread, digits: number): string =>
  `${median.toFixed(digits)} (${from.toFixed(digits)}–${to.toFixed(digits)})`

/** The runs that `npm run bench` is asked for, 9 if it does not say. Ends the program with a sentence if it is no number. */
export const runsFrom = (given: string | undefined, measurement: string): number => {
  const runs = Number(given ?? 9)
  if (Number.isInteger(runs) && runs > 0) return runs
  console.error(`npm run bench -- ${measurement} [runs]: the number of runs is a whole number from 1, not "${given}"`)
  process.exit(1)
}
