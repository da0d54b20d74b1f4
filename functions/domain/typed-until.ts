import { ownEntry } from '../own-entry.ts'
import { DAY, HOUR, MINUTE } from './time-units.ts'
import { WEEKDAYS } from './weekdays.ts'
import { localMidnight, momentsOf } from './window.ts'

const TYPED_TIME =
  /^(?:(?<day>\d{4}-\d{2}-\d{2}|tomorrow|today|[a-z]{3,9}),? )?(?<hour>[01]?\d|2[0-3]):(?<minute>[0-5]\d)$/
const UNITS: Record<string, number> = { m: MINUTE, h: HOUR, d: DAY }
const TYPED_DURATION = /^(\d{1,4}) ?([mhd])$/

/** The moment in epoch milliseconds; null if the text is no time. */
export type TypedTime = number | null

/** The end of a duration such as `2h`, `90m` or `3d` from now. */
export const afterDuration = (text: string, now: number): TypedTime => {
  const [, count, unit] = TYPED_DURATION.exec(text.toLowerCase()) ?? []
  const ms = ownEntry(UNITS, unit ?? '')
  return count && ms ? now + Number(count) * ms : null
}

/**
 * The moment that a person means by `08:00`, `tomorrow 08:00`, `Mon 08:00` or `2026-12-01 08:00`, by the clock of their zone:
 * the next one, except of a date. If the clock shows the time twice, the later moment.
 */
export const typedUntil = (text: string, zone: string, now: number): TypedTime => {
  const { day, hour, minute } = TYPED_TIME.exec(text.toLowerCase())?.groups ?? {}
  if (hour === undefined || minute === undefined) return null
  const clock = (Number(hour) * 60 + Number(minute)) * MINUTE
  const at = (midnight: number): number => momentsOf(midnight + clock, zone).last
  const today = localMidnight(zone, now)
  const next = (from: number, days: number): number => (at(from) > now ? at(from) : at(from + days * DAY))
  if (day === undefined) return next(today, 1)
  if (day === 'today') return at(today)
  if (day === 'tomorrow') return at(today + DAY)
  if (/^\d/.test(day)) {
    // A date alone is midnight in UTC.
    const midnight = Date.parse(day)
    return new Date(midnight || 0).toISOString().startsWith(day) ? at(midnight) : null
  }
  const weekday = WEEKDAYS.findIndex((name) => name.toLowerCase().startsWith(day))
  if (weekday < 0) return null
  // That of this week, or if it is past that of the next.
  return next(today + (weekday - new Date(today).getUTCDay()) * DAY, 7)
}
