import type { Calendar, CalendarState, ClosedTimes } from '../domain/calendar.ts'

/** The calendars that freezes name. */
export interface Calendars {
  /** Whether it is open at a time, in epoch milliseconds. What cannot be read is an answer, and never throws. */
  stateAt(calendar: Calendar, at: number): Promise<CalendarState>
}

/** What iCalendar addresses said when they were last read. */
export interface CalendarReadings {
  latest(calendar: Calendar): Promise<ClosedTimes | null>
  keep(calendar: Calendar, times: ClosedTimes): Promise<void>
}
