import { readFileSync } from 'node:fs'
import { closedTimesIn } from '../../functions/config/icalendar.ts'

const NOW = Date.UTC(2026, 10, 26, 12)
const iso = (at: number): string => `${new Date(at).toISOString().slice(0, 16)}Z`
const closedIn = (text: string, zone = 'Europe/Berlin'): string[] =>
  closedTimesIn(text, zone, NOW).closed.map(([from, to]) => `${iso(from)} to ${iso(to)}`)
const calendarOf = (...lines: string[]): string =>
  ['BEGIN:VCALENDAR', 'BEGIN:VEVENT', 'UID:1', ...lines, 'END:VEVENT', 'END:VCALENDAR'].join('\r\n')

/** An event in a zone that changes by this rule. */
const inZoneOf = (rule: string): string =>
  [
    'BEGIN:VCALENDAR',
    ...['BEGIN:VTIMEZONE', 'TZID:Odd', 'BEGIN:STANDARD', 'DTSTART:16010101T030000', `RRULE:${rule}`],
    ...['TZOFFSETFROM:+0200', 'TZOFFSETTO:+0100', 'END:STANDARD', 'END:VTIMEZONE'],
    ...['BEGIN:VEVENT', 'UID:1', 'DTSTART;TZID=Odd:20261201T090000', 'DURATION:PT1H', 'END:VEVENT', 'END:VCALENDAR'],
  ].join('\r\n')

test('events close it: recurring, moved, canceled, of whole days, and in every kind of zone', () => {
  expect(closedIn(readFileSync('tests/fixtures/freezes.ics', 'utf8'))).toEqual([
    // Over the end of summer time, in a zone that the file defines.
    '2026-10-30T17:00Z to 2026-10-31T07:00Z',
    '2026-12-01T14:00Z to 2026-12-01T15:00Z',
    // Two events without a gap.
    '2026-12-03T09:00Z to 2026-12-03T11:30Z',
    '2026-12-04T08:00Z to 2026-12-04T09:00Z',
    '2026-12-18T17:00Z to 2026-12-18T19:00Z',
    '2026-12-23T23:00Z to 2027-01-01T23:00Z',
    '2027-01-29T17:00Z to 2027-01-30T07:00Z',
    '2027-02-26T17:00Z to 2027-02-27T07:00Z',
    '2027-03-26T17:00Z to 2027-03-27T07:00Z',
    // In summer time.
    '2027-04-30T16:00Z to 2027-05-01T06:00Z',
  ])
})

test('whole days and times without a zone are in the zone of the freeze', () => {
  const day = calendarOf('DTSTART;VALUE=DATE:20261224')
  expect(closedIn(day, 'UTC')).toEqual(['2026-12-24T00:00Z to 2026-12-25T00:00Z'])
  expect(closedIn(day, 'America/New_York')).toEqual(['2026-12-24T05:00Z to 2026-12-25T05:00Z'])
})

test('an event that recurs without end is followed for two years', () => {
  const weekly = closedTimesIn(
    calendarOf('DTSTART:20150102T160000Z', 'DTEND:20150104T160000Z', 'RRULE:FREQ=WEEKLY'),
    'UTC',
    NOW,
  )
  expect(weekly.closed.length).toBeGreaterThan(100)
  expect(weekly.closed.at(-1)![0]).toBeLessThan(weekly.until)
  expect(weekly.closed[0]![1]).toBeGreaterThan(weekly.from)
})

test.each([
  ['no calendar', 'hello', /invalid line/],
  ['an empty text', '', /does not begin with BEGIN:VCALENDAR/],
  ['half a calendar', 'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1', /did not end/],
  ['a web page', '<html>\r\n<title>Sign in: required</title>', /./],
  ['an event without a beginning', calendarOf('SUMMARY:Audit'), /“Audit” has no beginning/],
  [
    'an event in a zone that is neither defined nor known',
    calendarOf('DTSTART;TZID=Mars:20261201T090000', 'DTEND;TZID=Mars:20261201T100000'),
    /time zone Mars, which it does not define/,
  ],
  [
    'an event that recurs every second',
    calendarOf('DTSTART:20261201T090000Z', 'DTEND:20261201T090001Z', 'RRULE:FREQ=SECONDLY'),
    /recurs too often/,
  ],
  // ical.js looked for the next occurrence without end.
  [
    'an event on a day that no year has',
    calendarOf('DTSTART:20261201T090000Z', 'DURATION:PT1H', 'RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30'),
    /recurs so seldom, or so often/,
  ],
  [
    'an event that recurs every second of one month',
    calendarOf('DTSTART:20261201T090000Z', 'DURATION:PT1H', 'RRULE:FREQ=SECONDLY;BYMONTH=11'),
    /recurs so seldom, or so often/,
  ],
  ['a time zone that changes every second', inZoneOf('FREQ=SECONDLY'), /recurs so seldom, or so often/],
  [
    'a malformed time',
    calendarOf('DTSTART:201e+308T180000', 'DURATION:PT1H', 'RRULE:FREQ=MONTHLY;BYDAY=-1FR'),
    /^its DTSTART cannot be read: "201e/,
  ],
  [
    'a time zone that changes in a month without end',
    inZoneOf(`FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10${'9'.repeat(400)}BEGIN:DAYLIGHT`),
    /^its RRULE cannot be read: .*"bymonth":null/,
  ],
  [
    'a duration of a million years',
    calendarOf('DTSTART:20261201T090000Z', 'DURATION:P365000000D'),
    /its DURATION cannot be read/,
  ],
  [
    'more events than an item of the table holds',
    calendarOf('DTSTART:20261201T090000Z', 'DTEND:20261201T093000Z', 'RRULE:FREQ=HOURLY'),
    /more than 5000 events/,
  ],
])('%s is refused', (_, text, why) => {
  expect(() => closedTimesIn(text, 'UTC', NOW)).toThrow(why)
})
