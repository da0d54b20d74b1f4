import type { LocalTime, Span } from '../domain/window.ts'
import { SHORT_WEEKDAYS } from '../domain/weekdays.ts'

/** A window counts its week from Monday on. */
const FROM_MONDAY = [...SHORT_WEEKDAYS.slice(1), ...SHORT_WEEKDAYS.slice(0, 1)]
const CLOCK = String.raw`([01]\d|2[0-3]):([0-5]\d)`

/** One end of a window: by the clock of every day, of a day of every week, or of a date. */
export const WINDOW_END = new RegExp(String.raw`^(?:(?:${FROM_MONDAY.join('|')}) |\d{4}-\d{2}-\d{2} )?${CLOCK}$`)

const END_FORMS: { [Every in Exclude<Span['every'], 'calendar'>]: RegExp } = {
  day: new RegExp(`^${CLOCK}$`),
  week: new RegExp(`^(${FROM_MONDAY.join('|')}) ${CLOCK}$`),
  never: new RegExp(String.raw`^(\d{4})-(\d{2})-(\d{2}) ${CLOCK}$`),
}

/** The span between two ends of WINDOW_END's form, or what is wrong with them together. */
export const spanOf = (from: string, to: string): Span | { wrong: string } => {
  const every = (['day', 'week', 'never'] as const).find((one) => END_FORMS[one].test(from))
  const end = every && END_FORMS[every].exec(to)
  if (!end) return { wrong: 'expected from and to in the same form: both 16:00, both Fri 16:00 or both dates' }
  if (from === to) return { wrong: 'from and to are the same time' }
  const begin = END_FORMS[every].exec(from)!
  if (every !== 'never') return { every, from: minutesOf(begin), to: minutesOf(end) }
  const dates = { from: localTimeOf(begin), to: localTimeOf(end) }
  const impossible = [dates.from, dates.to].find((date) => !exists(date))
  if (impossible) return { wrong: `${impossible === dates.from ? from : to} does not exist` }
  return from < to ? { every, ...dates } : { wrong: 'to is not after from' }
}

/** Of the day, or of the week. */
const minutesOf = ([, ...parts]: RegExpExecArray): number => {
  const [hour, minute] = parts.slice(-2).map(Number)
  const day = parts.length > 2 ? FROM_MONDAY.indexOf(parts[0]!) : 0
  return (day * 24 + hour!) * 60 + minute!
}

const localTimeOf = ([, ...parts]: RegExpExecArray): LocalTime => {
  const [year, month, day, hour, minute] = parts.map(Number)
  return { year: year!, month: month!, day: day!, hour: hour!, minute: minute! }
}

const exists = ({ year, month, day }: LocalTime): boolean => {
  const date = new Date(Date.UTC(year, month - 1, day))
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day
}
