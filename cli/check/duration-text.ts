const UNITS = { d: 86_400_000, h: 3_600_000, m: 60_000 } as const

/**
 * A duration of whole minutes as greenlight.yml writes it, in the largest unit that leaves no remainder: `2d`, `90m`.
 */
export const durationText = (milliseconds: number): string => {
  const [unit, size] = Object.entries(UNITS).find(([, size]) => milliseconds % size === 0) ?? ['m', UNITS.m]
  return `${Math.round(milliseconds / size)}${unit}`
}
