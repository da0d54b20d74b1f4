import type { Clock } from '../clock.ts'
import { closedTimesIn } from '../config/icalendar.ts'
import type { Calendar, ClosedTimes } from '../domain/calendar.ts'
import { calendarKey } from '../domain/calendar.ts'
import { MINUTE } from '../domain/time-units.ts'
import type { CalendarReadings } from '../ports/calendars.ts'
import type { Configuration } from '../ports/configuration.ts'
import type { Log } from '../ports/log.ts'

const READ_EVERY = 15 * MINUTE
/** After one that failed. */
const TRY_AGAIN_AFTER = MINUTE
const ANSWER_WITHIN_MS = 10_000
const LARGEST = 5_000_000

/**
 * Reads the iCalendar addresses that are due, and keeps what they say. A calendar that cannot be read keeps its last
 * reading, which then becomes too old.
 */
export const addressReader = (
  { calendarAddresses }: Pick<Configuration, 'calendarAddresses'>,
  readings: Pick<CalendarReadings, 'keep'>,
  { clock, log }: { clock: Pick<Clock, 'now'>; log: Log },
): (() => Promise<void>) => {
  const nextAt = new Map<string, number>()
  const readDue = async (calendar: Calendar): Promise<void> => {
    const key = calendarKey(calendar)
    const now = clock.now()
    if (now < (nextAt.get(key) ?? 0)) return
    try {
      await readings.keep(calendar, await readAddress(calendar, now))
      nextAt.set(key, now + READ_EVERY)
    } catch (error) {
      nextAt.set(key, now + TRY_AGAIN_AFTER)
      log.error('A calendar could not be read', {
        calendar: calendar.name,
        host: URL.parse(calendar.source)?.host,
        error,
      })
      log.count('CalendarUnread')
    }
  }
  return async () => {
    await Promise.all(calendarAddresses.map(readDue))
  }
}

/** What the iCalendar at an address says now. @throws {Error} if it does not answer, or has no iCalendar text. */
export const readAddress = async ({ source, zone }: Calendar, now: number): Promise<ClosedTimes> => {
  const response = await fetch(source, {
    headers: { accept: 'text/calendar' },
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  })
  if (!response.ok) throw new Error(`HTTP ${response.status}`)
  return closedTimesIn(await textIn(response), zone, now)
}

const textIn = async ({ body }: Response): Promise<string> => {
  const decoder = new TextDecoder()
  let text = ''
  for await (const part of body ?? []) {
    text += decoder.decode(part, { stream: true })
    if (text.length > LARGEST) throw new Error(`it has more than ${LARGEST} characters`)
  }
  return text + decoder.decode()
}
