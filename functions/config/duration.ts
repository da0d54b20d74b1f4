const MILLISECONDS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** Minutes, hours or days: Greenlight looks at due times once a minute. */
export const DURATION_FORM = /^\d{1,5}[mhd]$/

/** The milliseconds of a text of this form, such as `90m`, `4h` or `7d`. */
export const durationOf = (text: string): number =>
  Number(text.slice(0, -1)) * MILLISECONDS[text.at(-1) as keyof typeof MILLISECONDS]
