import { afterDuration, typedUntil } from '../../functions/domain/typed-until.ts'
import { DAY, MINUTE, START } from '../support/records.ts'

const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString().slice(0, 16))

// START is Monday, 23 November 2026, 09:30 in UTC and in London, 10:30 in Paris.
test.each([
  ['18:00', 'Europe/London', '2026-11-23T18:00'],
  ['18:00', 'Europe/Paris', '2026-11-23T17:00'],
  ['08:00', 'Europe/London', '2026-11-24T08:00'],
  ['8:00', 'Europe/London', '2026-11-24T08:00'],
  ['09:30', 'Europe/London', '2026-11-24T09:30'],
  ['Mon 08:00', 'Europe/London', '2026-11-30T08:00'],
  ['Mon 18:00', 'Europe/London', '2026-11-23T18:00'],
  ['monday 18:00', 'Europe/London', '2026-11-23T18:00'],
  ['FRI 16:00', 'America/New_York', '2026-11-27T21:00'],
  ['tomorrow 08:00', 'Asia/Tokyo', '2026-11-23T23:00'],
  ['today 18:00', 'Europe/London', '2026-11-23T18:00'],
  ['2026-12-01 08:00', 'Europe/London', '2026-12-01T08:00'],
  ['2026-02-30 08:00', 'Europe/London', null],
  ['2026-13-01 08:00', 'Europe/London', null],
  ['1970-01-01 08:00', 'UTC', '1970-01-01T08:00'],
  ['Mon', 'Europe/London', null],
  ['25:00', 'Europe/London', null],
  ['mo 08:00', 'Europe/London', null],
  ['whenever', 'Europe/London', null],
  ['', 'Europe/London', null],
])('until %s in %s', (text, zone, expected) => {
  expect(iso(typedUntil(text, zone, START))).toBe(expected)
})

test.each([
  ['tomorrow 08:00', 'Asia/Tokyo', '2026-11-24T23:00'],
  ['Tue 08:00', 'Asia/Tokyo', '2026-11-23T23:00'],
  ['today 20:00', 'America/Los_Angeles', '2026-11-24T04:00'],
])('the day is that of the zone: %s in %s', (text, zone, expected) => {
  expect(iso(typedUntil(text, zone, START + 8 * 60 * MINUTE))).toBe(expected)
})

test('of a time that the clock shows twice, the later moment is meant', () => {
  expect(iso(typedUntil('2026-10-25 01:30', 'Europe/London', START))).toBe('2026-10-25T01:30')
})

test('a date can be past, and its moment says so', () => {
  expect(typedUntil('2026-11-01 08:00', 'Europe/London', START)).toBeLessThan(START)
})

test.each([
  ['2h', 120 * MINUTE],
  ['90m', 90 * MINUTE],
  ['3 D', 3 * DAY],
])('for %s', (text, ms) => {
  expect(afterDuration(text, START)).toBe(START + ms)
})

test.each(['2 hours', '2', '-1h', ''])('%s is no duration', (text) => {
  expect(afterDuration(text, START)).toBeNull()
})

test.each([
  ['Sun 08:00', Date.UTC(2026, 10, 29, 8)],
  ['sunday 08:00', Date.UTC(2026, 10, 29, 8)],
  ['xyz 08:00', null],
  ['08:00x', null],
])('on Monday, 23 November, “%s” is %j', (text, at) => {
  expect(typedUntil(text, 'UTC', Date.UTC(2026, 10, 23, 9, 30))).toBe(at)
})
