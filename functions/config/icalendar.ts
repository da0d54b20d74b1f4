import ICAL from 'ical.js'
import type { ClosedTimes } from '../domain/calendar.ts'
import { DAY } from '../domain/time-units.ts'
import { momentsOf } from '../domain/window.ts'
import { isZone } from '../domain/zone-name.ts'
import { refuseMalformedValues } from './icalendar-values.ts'

/** Approvals wait for up to 60 days, and votes of that time are judged again. */
const BEFORE = 61 * DAY
/** A packaged file is known for so long. */
const AFTER = 731 * DAY

/** The list is kept in one item of the table, and read at each click. */
const MOST_TIMES = 5_000
/** An event that recurs every second would be followed for hours. */
const MOST_STEPS = 50_000
/** Days, hours or seconds that ical.js looks at for the occurrences of one event: a rule may never find one. */
const MOST_LOOKS = 100_000

/** ical.js asks the method of each time that may be an occurrence, and has no limit of its own. */
const withLimitedLooks = <T>(work: () => T): T => {
  const { prototype } = ICAL.RecurIterator
  const isOccurrence = prototype.check_contracting_rules
  let looks = 0
  prototype.check_contracting_rules = function (this: ICAL.RecurIterator) {
    looks += 1
    if (looks > MOST_LOOKS)
      throw new Error('one of its events recurs so seldom, or so often, that it cannot be followed')
    return isOccurrence.call(this)
  }
  try {
    return work()
  } finally {
    prototype.check_contracting_rules = isOccurrence
  }
}

/**
 * When an iCalendar text (RFC 5545) is closed: during each of its events, also of those that are shown as free, because
 * calendars show whole days so; not during canceled ones. `zone`: of whole days, and of times without a zone. `now`: when
 * it was read, in epoch milliseconds.
 *
 * @throws {Error} if it is no iCalendar text, or has a time that cannot be placed: a freeze would be missed.
 */
export const closedTimesIn = (text: string, zone: string, now: number): ClosedTimes => {
  const [from, until] = [now - BEFORE, now + AFTER]
  const occurrences = eventsIn(text).flatMap((event) =>
    withLimitedLooks(() => occurrencesOf(event, { zone, from, until })),
  )
  const closed = merged(occurrences.filter(([begin, end]) => begin < end && end > from))
  if (closed.length > MOST_TIMES) throw new Error(`it has more than ${MOST_TIMES} events in two years`)
  return { readAt: now, from, until, closed }
}

const eventsIn = (text: string): ICAL.Event[] => {
  const parsed = ICAL.parse(text) as unknown[]
  const calendars = (Array.isArray(parsed[0]) ? parsed : [parsed]).map((one) => new ICAL.Component(one as string))
  if (calendars.length === 0 || calendars.some(({ name }) => name !== 'vcalendar'))
    throw new Error('it does not begin with BEGIN:VCALENDAR')
  for (const calendar of calendars) refuseMalformedValues(calendar)
  return calendars.flatMap((calendar) => {
    const events = calendar
      .getAllSubcomponents('vevent')
      .map((component) => new ICAL.Event(component, { strictExceptions: true, exceptions: [] }))
    const exceptions = events.filter((event) => event.isRecurrenceException())
    return events
      .filter((event) => !event.isRecurrenceException())
      .map((event) => {
        for (const exception of exceptions) if (exception.uid === event.uid) event.relateException(exception)
        return event
      })
      .concat(exceptions.filter(({ uid }) => !events.some((one) => one.uid === uid && !one.isRecurrenceException())))
  })
}

interface Placing {
  zone: string
  from: number
  until: number
}

/** ical.js does not export its type. */
interface OccurrenceDetails {
  item: ICAL.Event
  startDate: ICAL.Time
  endDate: ICAL.Time
}

type ClosedTime = [from: number, to: number]

const isCanceled = ({ component }: ICAL.Event): boolean => component.getFirstPropertyValue('status') === 'CANCELLED'

const occurrencesOf = (event: ICAL.Event, placing: Placing): ClosedTime[] => {
  if (isCanceled(event)) return []
  if (!event.startDate) throw new Error(`its event ${eventTitle(event)} has no beginning`)
  if (!event.isRecurring()) return [timesOf(event, event.startDate, event.endDate, placing)]
  const found: ClosedTime[] = []
  const iterator = event.iterator()
  for (let step = 0; ; step++) {
    if (step > MOST_STEPS) throw new Error(`its event ${eventTitle(event)} recurs too often`)
    const next = iterator.next()
    if (!next || momentOf(event, next, placing.zone, 'first') >= placing.until)
      return [...found, ...moved(event, placing)]
    const { item, startDate, endDate } = event.getOccurrenceDetails(next) as OccurrenceDetails
    if (item === event) found.push(timesOf(event, startDate, endDate, placing))
  }
}

/** The occurrences that were moved to another time, wherever they are now. */
const moved = ({ exceptions }: ICAL.Event, placing: Placing): ClosedTime[] =>
  Object.values(exceptions as unknown as Record<string, ICAL.Event>)
    .filter((one) => !isCanceled(one))
    .map((one) => timesOf(one, one.startDate, one.endDate, placing))

const timesOf = (event: ICAL.Event, start: ICAL.Time, end: ICAL.Time, { zone }: Placing): ClosedTime => [
  momentOf(event, start, zone, 'first'),
  momentOf(event, end, zone, 'last'),
]

const PROPERTY = { first: 'dtstart', last: 'dtend' } as const

/** By the zone that the calendar defines; else by the IANA zone that the time names; else by `zone`. */
const momentOf = (event: ICAL.Event, time: ICAL.Time, zone: string, which: 'first' | 'last'): number => {
  const defined = time.zone as ICAL.Timezone | undefined
  if (defined && defined.tzid !== 'floating' && !time.isDate) return time.toUnixTime() * 1_000
  const named = time.isDate ? null : timeZoneNamed(event, PROPERTY[which])
  const { year, month, day, hour, minute, second } = time
  return momentsOf(Date.UTC(year, month - 1, day, hour, minute, second), named ?? zone)[which]
}

/** @throws {Error} if the zone is neither defined by the calendar nor one of IANA's. */
const timeZoneNamed = (event: ICAL.Event, property: 'dtstart' | 'dtend'): string | null => {
  const { component } = event
  const end = component.getFirstProperty(property) ?? component.getFirstProperty('dtstart')
  const tzid = end?.getFirstParameter('tzid') ?? null
  if (tzid === null || isZone(tzid)) return tzid
  throw new Error(`its event ${eventTitle(event)} is in the time zone ${tzid}, which it does not define`)
}

const eventTitle = ({ summary, uid }: ICAL.Event): string => `“${(summary || uid || '').slice(0, 60)}”`

const merged = (times: readonly ClosedTime[]): ClosedTime[] => {
  const out: ClosedTime[] = []
  for (const [from, to] of times.toSorted((a, b) => a[0] - b[0])) {
    const last = out.at(-1)
    if (last && from <= last[1]) last[1] = Math.max(last[1], to)
    else out.push([from, to])
  }
  return out
}
