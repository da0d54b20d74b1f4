import { ownEntry } from '../../../functions/own-entry.ts'
import { dateFormat } from '../times.ts'

/** One `<!date^…>` of a message. `at` in epoch milliseconds. */
export interface DateToken {
  at: number
  format: string
  href: string | null
  fallback: string
}

/** How the reader wants dates: the current time, their zone (IANA name) and whether their clock has twelve hours. */
export interface Reader {
  now: number
  timeZone: string
  hour12: boolean
}

const DAY = 86_400_000

/**
 * Writes a date token in the reader's own zone, as Slack does (docs.slack.dev, "Formatting message text", date
 * formatting). For an unknown token it writes the whole fallback.
 */
export const formatDateToken = ({ at, format, fallback }: DateToken, reader: Reader): string => {
  let known = true
  const text = format.replace(/\{(\w+)\}/g, (token, name: string, index: number) => {
    const write = ownEntry(FORMATS, name)
    if (!write) known = false
    const written = write?.(at, reader) ?? token
    return index === 0 ? written.charAt(0).toUpperCase() + written.slice(1) : written
  })
  return known ? text : fallback
}

const FORMATS: Record<string, (at: number, reader: Reader) => string> = {
  date_num: (at, reader) => calendarDay(at, reader),
  date_slash: (at, reader) => part(at, reader, { year: 'numeric', month: '2-digit', day: '2-digit' }),
  date: (at, reader) => longDay(at, reader),
  date_pretty: (at, reader) => nearDay(at, reader) ?? longDay(at, reader),
  date_short: (at, reader) => shortDay(at, reader),
  date_short_pretty: (at, reader) => nearDay(at, reader) ?? shortDay(at, reader),
  date_long: (at, reader) => `${part(at, reader, { weekday: 'long' })}, ${longDay(at, reader)}`,
  date_long_pretty: (at, reader) =>
    nearDay(at, reader) ?? `${part(at, reader, { weekday: 'long' })}, ${longDay(at, reader)}`,
  time: (at, reader) => part(at, reader, { hour: reader.hour12 ? 'numeric' : '2-digit', minute: '2-digit' }),
  time_secs: (at, reader) =>
    part(at, reader, { hour: reader.hour12 ? 'numeric' : '2-digit', minute: '2-digit', second: '2-digit' }),
  ago: (at, reader) => relativeTime(at, reader.now),
}

const STEPS = [
  { unit: 'year', ms: 365 * DAY },
  { unit: 'month', ms: 30 * DAY },
  { unit: 'day', ms: DAY },
  { unit: 'hour', ms: 3_600_000 },
  { unit: 'minute', ms: 60_000 },
] as const

/** "3 minutes ago", "in 7 days". */
export const relativeTime = (at: number, now: number): string => {
  const distance = at - now
  const step = STEPS.find(({ ms }) => Math.abs(distance) >= ms)
  if (!step) return distance <= 0 ? 'just now' : 'in less than a minute'
  // "in 7 days" a minute after seven days were given, but "1 hour ago" until the second hour is full.
  const count = distance > 0 ? Math.round(distance / step.ms) : Math.ceil(distance / step.ms)
  return new Intl.RelativeTimeFormat('en').format(count, step.unit)
}

const part = (at: number, { timeZone, hour12 }: Reader, options: Intl.DateTimeFormatOptions): string => {
  const hours = options.hour ? { hourCycle: hour12 ? ('h12' as const) : ('h23' as const) } : {}
  return dateFormat('en-US', { timeZone, ...hours, ...options })
    .format(at)
    .replace('\u202f', ' ')
}

/** `2026-11-23` in the reader's zone. */
export const calendarDay = (at: number, { timeZone }: Pick<Reader, 'timeZone'>): string =>
  dateFormat('en-CA', { timeZone, dateStyle: 'short' }).format(at)

const longDay = (at: number, reader: Reader): string => {
  const day = Number(part(at, reader, { day: 'numeric' }))
  return `${part(at, reader, { month: 'long' })} ${day}${ordinal(day)}, ${part(at, reader, { year: 'numeric' })}`
}

const shortDay = (at: number, reader: Reader): string =>
  part(at, reader, { month: 'short', day: 'numeric', year: 'numeric' })

const ordinal = (day: number): string => {
  if (day > 10 && day < 14) return 'th'
  return { 1: 'st', 2: 'nd', 3: 'rd' }[day % 10] ?? 'th'
}

const NEAR_DAYS: Record<number, string> = { [-1]: 'yesterday', 0: 'today', 1: 'tomorrow' }

const nearDay = (at: number, reader: Reader): string | null => {
  const distance = Date.parse(calendarDay(at, reader)) - Date.parse(calendarDay(reader.now, reader))
  return NEAR_DAYS[Math.round(distance / DAY)] ?? null
}
