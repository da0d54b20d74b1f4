import type { Clock } from '../clock.ts'
import { kindOfCalendar } from '../domain/calendar-source.ts'
import type { Calendar, CalendarState, ClosedTimes } from '../domain/calendar.ts'
import { calendarKey, stateIn } from '../domain/calendar.ts'
import { HOUR, MINUTE } from '../domain/time-units.ts'
import type { CalendarReadings, Calendars } from '../ports/calendars.ts'
import type { Configuration } from '../ports/configuration.ts'
import type { Log } from '../ports/log.ts'
import type { changeCalendars } from './change-calendars.ts'

/** An address is read every fifteen minutes (read-addresses.ts). */
const OLDEST_READING = HOUR
const READINGS_KEPT_MS = MINUTE

interface Sources {
  configuration: Pick<Configuration, 'calendarFile'>
  readings: Pick<CalendarReadings, 'latest'>
  changeCalendars: ReturnType<typeof changeCalendars>
  clock: Pick<Clock, 'now'>
  log: Log
}

/** The calendars that freezes name, each where it is kept. What is unknown or too old counts as unread. */
export const calendarsFrom = ({ configuration, readings, changeCalendars, clock, log }: Sources): Calendars => {
  const kept = new Map<string, { times: Promise<ClosedTimes | null>; at: number }>()

  const latest = (calendar: Calendar): Promise<ClosedTimes | null> => {
    const key = calendarKey(calendar)
    const known = kept.get(key)
    if (known && clock.now() - known.at < READINGS_KEPT_MS) return known.times
    const times = readings.latest(calendar)
    kept.set(key, { times, at: clock.now() })
    // Also one that is not there yet is looked up again.
    times.then(
      (found) => found ?? kept.delete(key),
      () => kept.delete(key),
    )
    return times
  }

  const atAddress = async (calendar: Calendar, at: number): Promise<CalendarState> => {
    const { name, source } = calendar
    const unread = (why: string): CalendarState => ({
      kind: 'unread',
      because: `the calendar ${name} at ${URL.parse(source)?.host ?? 'its address'} ${why}`,
    })
    try {
      const times = await latest(calendar)
      if (!times) return unread('has not been read yet')
      if (clock.now() - times.readAt > OLDEST_READING)
        return unread(`was last read at ${new Date(times.readAt).toISOString().slice(0, 16)}Z`)
      return stateIn(times, at) ?? unread('was not read for this time')
    } catch (error) {
      log.warn('The reading of a calendar is not known', { calendar: name, error })
      return unread('could not be looked up')
    }
  }

  const inFile = (calendar: Calendar, at: number): CalendarState => {
    const times = configuration.calendarFile(calendar)
    return (
      (times && stateIn(times, at)) ?? {
        kind: 'unread',
        because: `the calendar ${calendar.source} was packaged without this time: deploy again`,
      }
    )
  }

  return {
    stateAt: async (calendar, at) => {
      switch (kindOfCalendar(calendar.source)) {
        case 'change-calendar':
          return changeCalendars.stateAt(calendar.source, at)
        case 'address':
          return atAddress(calendar, at)
        default:
          return inFile(calendar, at)
      }
    },
  }
}
