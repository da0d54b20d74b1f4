import type { CalendarState } from '../../functions/domain/calendar.ts'
import { kindOfCalendar } from '../../functions/domain/calendar-source.ts'
import { calendarKey, freezeBy, stateIn } from '../../functions/domain/calendar.ts'
import { HOUR } from '../../functions/domain/time-units.ts'
import { frozenAt, nextEdge, windowsFrozenAt } from '../../functions/domain/window.ts'
import { START } from '../support/records.ts'

const at = (hours: number): number => START + hours * HOUR
const TIMES = {
  readAt: START,
  from: at(-10),
  until: at(20),
  closed: [
    [at(1), at(2)],
    [at(5), at(25)],
  ],
} as const

test.each<[number, CalendarState | null]>([
  [-11, null],
  [-10, { kind: 'open', until: at(1) }],
  [1, { kind: 'closed', until: at(2) }],
  [1.5, { kind: 'closed', until: at(2) }],
  [2, { kind: 'open', until: at(5) }],
  // What comes after the last time that was read is unknown.
  [6, { kind: 'closed', until: at(20) }],
  [20, null],
])('%s hours later', (hours, state) => {
  expect(stateIn(TIMES, at(hours))).toEqual(state)
})

test('a calendar that is known for all times to come and closes no more is open without a next change', () => {
  expect(stateIn({ readAt: START, from: START, until: Infinity, closed: [] }, START)).toEqual({
    kind: 'open',
    until: null,
  })
})

const CALENDAR = { name: 'change calendar', zone: 'UTC', source: 'freeze.ics' }
const windowsBy = (state: CalendarState) => [freezeBy(CALENDAR, state) ?? []].flat()

test('a closed calendar freezes until its next change', () => {
  const windows = windowsBy({ kind: 'closed', until: at(3) })
  expect(frozenAt(windows, at(-1_000))).toEqual({ name: 'change calendar', zone: 'UTC', until: at(3) })
  expect(frozenAt(windows, at(3))).toBeNull()
  expect(nextEdge(windows, START)).toBe(at(3))
})

test('a calendar without a next change freezes without end', () => {
  const windows = windowsBy({ kind: 'closed', until: null })
  expect(frozenAt(windows, START)).toEqual({ name: 'change calendar', zone: 'UTC', until: null })
  expect(nextEdge(windows, START)).toBeNull()
})

test('an open calendar freezes from its next change on, until it is read again', () => {
  const windows = windowsBy({ kind: 'open', until: at(3) })
  expect(frozenAt(windows, START)).toBeNull()
  expect(nextEdge(windows, START)).toBe(at(3))
  expect(frozenAt(windows, at(4))?.until).toBeNull()
  expect(windowsBy({ kind: 'open', until: null })).toEqual([])
})

test('a calendar that cannot be read freezes, and names why', () => {
  const windows = windowsBy({ kind: 'unread', because: 'Systems Manager did not answer' })
  expect(frozenAt(windows, START)).toEqual({
    name: 'change calendar',
    zone: 'UTC',
    until: null,
    unread: 'Systems Manager did not answer',
  })
})

test('a window that follows a calendar’s freeze without a gap prolongs it', () => {
  const daily = { name: 'night', zone: 'UTC', span: { every: 'day', from: 0, to: 60 } } as const
  const midnight = Math.ceil(START / (24 * HOUR)) * 24 * HOUR
  const windows = [...windowsBy({ kind: 'closed', until: midnight }), daily]
  expect(frozenAt(windows, START)?.until).toBe(midnight + HOUR)
  expect(windowsFrozenAt(windows, START)).toHaveLength(2)
})

const ARN = 'arn:aws:ssm:eu-west-1:111122223333:document/freeze'

test.each([
  [ARN, 'change-calendar'],
  ['arn:aws-us-gov:ssm:us-gov-west-1:111122223333:document/a.b-c_d', 'change-calendar'],
  [`${ARN} and more`, null],
  [`the ${ARN}`, null],
  ['arn:aws:ssm:eu-west-1:111122223333:document/ab', null],
  ['calendars/freeze.ics', 'file'],
  ['/etc/freeze.ics', null],
  ['freeze.ics.txt', null],
  ['freeze calendar.ics', null],
  ['https://example.com/freeze.ics', 'address'],
  ['http://localhost:8080/freeze.ics', 'address'],
  ['http://127.0.0.1/freeze.ics', 'address'],
  ['http://127.0.0.1.example.com/freeze.ics', null],
  ['http://example.com/freeze.ics', null],
  ['see https://example.com/freeze.ics', null],
  ['https://example.com/freeze.ics or later', null],
  ['https://dana@example.com/freeze.ics', null],
])('the source %s is of the kind %s', (source, kind) => {
  expect(kindOfCalendar(source)).toBe(kind)
})

test('the zone of a calendar is told from the end of its source', () => {
  expect(calendarKey({ source: 'freeze.ics', zone: 'UTC' })).not.toBe(
    calendarKey({ source: 'freeze.icsU', zone: 'TC' }),
  )
})
