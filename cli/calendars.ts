import { calendarsFrom } from '../functions/aws/calendars.ts'
import { changeCalendars } from '../functions/aws/change-calendars.ts'
import { readAddress } from '../functions/aws/read-addresses.ts'
import type { Clock } from '../functions/clock.ts'
import { systemClock } from '../functions/clock.ts'
import { kindOfCalendar } from '../functions/domain/calendar-source.ts'
import type { Calendars } from '../functions/ports/calendars.ts'
import type { Configuration } from '../functions/ports/configuration.ts'
import type { Log } from '../functions/ports/log.ts'
import { addressFrom } from './address.ts'
import type { Terminal } from './terminal.ts'

/** The answers themselves say what could not be read, so nothing is logged. */
const SILENT: Log = { info: () => {}, warn: () => {}, error: () => {}, count: () => {} }

/** Asks Systems Manager with the credentials of this machine, and reads addresses at once. */
export const onlineCalendars = (
  configuration: Pick<Configuration, 'calendarFile'>,
  { environment, now }: Pick<Terminal, 'environment' | 'now'>,
): Calendars => {
  const clock: Clock = { ...systemClock, now }
  const endpoint = addressFrom(environment, 'AWS_ENDPOINT_URL')
  return calendarsFrom({
    configuration,
    readings: { latest: (calendar) => readAddress(calendar, now()) },
    changeCalendars: changeCalendars({ region: 'us-east-1', ...(endpoint && { endpoint }) }, { clock, log: SILENT }),
    clock,
    log: SILENT,
  })
}

/** Files alone. */
export const offlineCalendars = (
  configuration: Pick<Configuration, 'calendarFile'>,
  { environment, now }: Pick<Terminal, 'environment' | 'now'>,
): Calendars => {
  const { stateAt } = onlineCalendars(configuration, { environment, now })
  return {
    stateAt: (calendar, at) =>
      kindOfCalendar(calendar.source) === 'file'
        ? stateAt(calendar, at)
        : Promise.resolve({ kind: 'unread', because: `the calendar ${calendar.name} was not asked (--offline)` }),
  }
}
