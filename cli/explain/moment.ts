import { TZDateMini } from '@date-fns/tz'
import { Failure } from '../failure.ts'

const LOCAL = /^(\d{4})-(\d{2})-(\d{2})[ T](\d{2}):(\d{2})$/

/**
 * A time as somebody writes it: `2026-12-18 17:00` by the clock of the zone, or with an offset of its own.
 *
 * @returns epoch milliseconds. @throws {Failure} when it is none.
 */
export const momentFrom = (text: string, zone: string): number => {
  const local = LOCAL.exec(text)
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = (local ?? []).slice(1).map(Number)
  const at = local ? new TZDateMini(year, month - 1, day, hour, minute, zone).getTime() : Date.parse(text)
  if (Number.isNaN(at))
    throw new Failure(`--at is ${text}: expected a time such as "2026-12-18 17:00" or 2026-12-18T17:00Z.`)
  return at
}

/** "Fri 18 Dec 2026, 17:00 (Europe/London)" */
export const momentText = (at: number, zone: string): string => {
  const written = new Intl.DateTimeFormat('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: zone,
  }).format(at)
  return `${written.replace(/^(\w+), /, '$1 ')} (${zone})`
}
