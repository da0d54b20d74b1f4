import type ICAL from 'ical.js'
import { ownEntry } from '../own-entry.ts'

/*
 * ical.js takes any text as a time, a duration or a rule, and may never come to an end with it. So the values from which
 * occurrences follow have to be those of RFC 5545, as ical.js writes them.
 */

const DATE = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/
const WRITTEN_TIME_OF_DAY = /^([01]\d|2[0-4]):[0-5]\d:([0-5]\d|60)Z?$/
/** Longer ones than ten million days are of no calendar. */
const DURATION = /^[+-]?P(\d{1,7}W|(\d{1,7}D)?(T(\d{1,7}H)?(\d{1,7}M)?(\d{1,7}S)?)?)$/
const FREQUENCY = /^(SECOND|MINUTE|HOUR|DAI|WEEK|MONTH|YEAR)LY$/
const WEEKDAY = /^[+-]?\d{0,2}(SU|MO|TU|WE|TH|FR|SA)$/

type Is = (value: unknown) => boolean

const ofForm =
  (form: RegExp): Is =>
  (value) =>
    typeof value === 'string' && form.test(value)
const isWrittenTime: Is = (value) => {
  const [date, time, ...rest] = String(value).split('T')
  return DATE.test(date!) && rest.length === 0 && (time === undefined || WRITTEN_TIME_OF_DAY.test(time))
}
const isDuration = ofForm(DURATION)
const isPeriod: Is = (value) =>
  Array.isArray(value) &&
  value.length === 2 &&
  isWrittenTime(value[0]) &&
  (isWrittenTime(value[1]) || isDuration(value[1]))

/** ical.js gives one number as it is, and several as a list. */
const each =
  (is: Is): Is =>
  (value) =>
    (Array.isArray(value) ? value : [value]).every(is)
const wholeNumber =
  (most: number, least = -most): Is =>
  (value) =>
    Number.isInteger(value) && Number(value) >= least && Number(value) <= most

/** "Recurrence Rule" of RFC 5545. */
const RULE_PARTS: Readonly<Record<string, Is>> = {
  freq: ofForm(FREQUENCY),
  until: isWrittenTime,
  count: wholeNumber(1_000_000, 1),
  interval: wholeNumber(1_000_000, 1),
  bysecond: each(wholeNumber(60, 0)),
  byminute: each(wholeNumber(59, 0)),
  byhour: each(wholeNumber(23, 0)),
  byday: each(ofForm(WEEKDAY)),
  bymonthday: each(wholeNumber(31)),
  byyearday: each(wholeNumber(366)),
  byweekno: each(wholeNumber(53)),
  bymonth: each(wholeNumber(12, 1)),
  bysetpos: each(wholeNumber(366)),
  // ical.js gives the number of the day, from Sunday on.
  wkst: (value) => wholeNumber(7, 1)(value) || ofForm(WEEKDAY)(value),
}

const isRule: Is = (value) =>
  typeof value === 'object' &&
  value !== null &&
  Object.entries(value).every(([part, given]) => ownEntry(RULE_PARTS, part)?.(given) ?? false)

const VALUES: Readonly<Record<string, Is>> = {
  date: isWrittenTime,
  'date-time': isWrittenTime,
  period: isPeriod,
  duration: isDuration,
  recur: isRule,
}

/** @throws {Error} with the first value of the component that is not of RFC 5545. */
export const refuseMalformedValues = (component: ICAL.Component): void => {
  for (const { name, type, jCal } of component.getAllProperties()) {
    const is = ownEntry(VALUES, type)
    const wrong = is && (jCal.slice(3) as unknown[]).find((value) => !is(value))
    if (wrong !== undefined)
      throw new Error(`its ${name.toUpperCase()} cannot be read: ${JSON.stringify(wrong).slice(0, 80)}`)
  }
  for (const inner of component.getAllSubcomponents()) refuseMalformedValues(inner)
}
