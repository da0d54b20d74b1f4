import { TZDateMini } from '@date-fns/tz'
import { wrongArgument } from './failure.ts'

const MOMENT = /^(\d{4}-\d\d-\d\d)(?:[T ]((?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?)(Z|[+-]\d\d:\d\d)?)?$/

interface Written {
  date: string
  clock: string | undefined
  offset: string | undefined
}

/** The parts of a date or time; null if the text is neither, or names a day that does not exist. */
const written = (text: string): Written | null => {
  const [, date = '', clock, offset] = MOMENT.exec(text) ?? []
  const day = Date.parse(`${date}T00:00Z`)
  // Date.parse takes 30 February for a day in March.
  return !Number.isNaN(day) && new Date(day).toISOString().startsWith(date) ? { date, clock, offset } : null
}

/**
 * The moment of a date, which begins in UTC, or of a time with an offset: an audit record must not depend on the
 * machine that exports it.
 *
 * @returns epoch milliseconds. @throws {Failure} if the text is neither.
 */
export const utcMoment = (option: string, text: string): number => {
  const { date, clock, offset } = written(text) ?? {}
  if (!date || (clock && !offset))
    throw wrongArgument(
      `${option} is ${text}: expected a date such as 2026-11-01, or a time such as 2026-11-01T09:30Z.`,
    )
  return Date.parse(clock ? `${date}T${clock}${offset}` : `${date}T00:00Z`)
}

/**
 * The moment of a time such as `2026-12-18 17:00`: by the clock of the time zone, or with an offset of its own.
 *
 * @returns epoch milliseconds. @throws {Failure} if the text is not a time.
 */
export const localMoment = (option: string, text: string, zone: string): number => {
  const { date, clock, offset } = written(text) ?? {}
  if (!date || !clock)
    throw wrongArgument(`${option} is ${text}: expected a time such as "2026-12-18 17:00" or 2026-12-18T17:00Z.`)
  if (offset) return Date.parse(`${date}T${clock}${offset}`)
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number)
  const [hour = 0, minute = 0, second = 0] = clock.split(':').map(Number)
  return new TZDateMini(year, month - 1, day, hour, minute, second, zone).getTime()
}
