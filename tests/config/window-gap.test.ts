import { leavesGap } from '../../functions/config/window-gap.ts'
import type { Span, Window } from '../../functions/domain/window.ts'

const window = (span: Span, zone = 'UTC'): Window => ({ name: 'freeze', zone, span })
const DAY = 24 * 60
const week = (from: number, to: number, zone?: string) => window({ every: 'week', from, to }, zone)
const day = (from: number, to: number, zone?: string) => window({ every: 'day', from, to }, zone)

test.each<[string, Window[]]>([
  ['a freeze of the whole day', [day(0, 0)]],
  ['a freeze of the whole week', [week(60, 60)]],
  ['two freezes that hand over to one another', [day(0, 12 * 60), day(12 * 60, 0)]],
  [
    'a freeze of each day of the week',
    Array.from({ length: 7 }, (_, index) => week(index * DAY, ((index + 1) % 7) * DAY)),
  ],
])('%s leaves no moment for an approval', (_, windows) => {
  expect(leavesGap(windows)).toBe(false)
})

test.each([0, 1, 2, 3, 4, 5, 6])('a gap on one day of the week is found: day %d from Monday', (open) => {
  const others = [0, 1, 2, 3, 4, 5, 6].filter((index) => index !== open)
  const windows = others.map((index) => week(index * DAY, ((index + 1) % 7) * DAY))
  const before = week(open * DAY, open * DAY + 12 * 60)
  const after = week(open * DAY + 12 * 60 + 1, ((open + 1) % 7) * DAY)
  expect(leavesGap([...windows, before, after])).toBe(true)
})

test('a window that does not recur leaves a gap when it is over', () => {
  const year = { month: 1, day: 1, hour: 0, minute: 0 }
  const once = window({ every: 'never', from: { year: 2026, ...year }, to: { year: 2027, ...year } })
  expect(leavesGap([once])).toBe(true)
  expect(leavesGap([])).toBe(true)
})

test('a gap that exists only while one of two zones has summer time is found', () => {
  // New York is five hours behind London in January and in July.
  expect(leavesGap([day(0, 12 * 60, 'Europe/London'), day(7 * 60, 19 * 60, 'America/New_York')])).toBe(false)
  // Phoenix has no summer time: New York is two hours ahead of it in January, three in July.
  const newYork = day(0, 12 * 60, 'America/New_York')
  expect(leavesGap([newYork, day(10 * 60, 22 * 60, 'America/Phoenix')])).toBe(true)
  expect(leavesGap([newYork, day(9 * 60, 21 * 60, 'America/Phoenix')])).toBe(true)
  expect(leavesGap([newYork, day(9 * 60, 22 * 60, 'America/Phoenix')])).toBe(false)
})
