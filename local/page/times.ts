const formats = new Map<string, Intl.DateTimeFormat>()

/** The format with these options. It is made once: to make one takes far longer than to use it. */
export const dateFormat = (locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat => {
  const key = JSON.stringify([locale, options])
  const known = formats.get(key) ?? new Intl.DateTimeFormat(locale, options)
  formats.set(key, known)
  return known
}

/** The reader's zone (IANA name) and whether their clock has twelve hours, as the browser says. */
export const readerZone = {
  timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  hour12: Intl.DateTimeFormat(undefined, { hour: 'numeric' }).resolvedOptions().hour12 ?? false,
}

const UNITS = [
  { sign: 'd', ms: 86_400_000 },
  { sign: 'h', ms: 3_600_000 },
  { sign: 'min', ms: 60_000 },
  { sign: 's', ms: 1000 },
] as const

/** A duration in milliseconds by its two largest units: "12 s", "1 min 40 s", "7 d". */
export const formatDuration = (ms: number): string => {
  let left = Math.max(0, Math.floor(ms / 1000) * 1000)
  const first = UNITS.findIndex((unit) => left >= unit.ms)
  if (first < 0) return '0 s'
  const parts: string[] = []
  for (const { sign, ms: size } of UNITS.slice(first, first + 2)) {
    const count = Math.floor(left / size)
    left -= count * size
    if (count > 0) parts.push(`${count} ${sign}`)
  }
  return parts.join(' ')
}

/** "Thu 12 Mar" in the reader's zone. */
export const formatDay = (at: number): string => format(at, { weekday: 'short', day: 'numeric', month: 'short' })

/** "10:42" or "10:42 AM", as the reader's clock is. */
export const formatTime = (at: number): string =>
  readerZone.hour12
    ? dateFormat('en-US', { hour: 'numeric', minute: '2-digit' }).format(at)
    : format(at, { hour: '2-digit', minute: '2-digit' })

const format = (at: number, options: Intl.DateTimeFormatOptions): string =>
  dateFormat('en-GB', options).format(at).replace(',', '')
