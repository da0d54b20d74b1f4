import { formatDateToken, relativeTime } from '../../../../local/page/slack/date-token.ts'

// Tuesday, 18 February 2014, 14:39:42 UTC: the example of Slack's own page.
const AT = 1_392_734_382_000
const DAY = 86_400_000
const london = { now: AT + 90 * DAY, timeZone: 'Europe/London', hour12: false }
const token = (format: string) => ({ at: AT, format, href: null, fallback: 'fallback' })

test.each([
  ['{date_num}', '2014-02-18'],
  ['{date_slash}', '02/18/2014'],
  ['{date}', 'February 18th, 2014'],
  ['{date_short}', 'Feb 18, 2014'],
  ['{date_long}', 'Tuesday, February 18th, 2014'],
  ['{time}', '14:39'],
  ['{time_secs}', '14:39:42'],
  ['Posted {date_num} {time_secs}', 'Posted 2014-02-18 14:39:42'],
  ['{ago}', '3 months ago'],
  ['{date} {nonsense}', 'fallback'],
])('%s', (format, expected) => expect(formatDateToken(token(format), london)).toBe(expected))

test.each([
  [-DAY, 'Tomorrow at 14:39', 'by tomorrow'],
  [0, 'Today at 14:39', 'by today'],
  [DAY, 'Yesterday at 14:39', 'by yesterday'],
  [2 * DAY, 'Feb 18, 2014 at 14:39', 'by Feb 18, 2014'],
])('the pretty days, %d ms after', (after, first, inside) => {
  const reader = { ...london, now: AT + after }
  expect(formatDateToken(token('{date_short_pretty} at {time}'), reader)).toBe(first)
  expect(formatDateToken(token('by {date_short_pretty}'), reader)).toBe(inside)
})

test('the reader’s zone and clock decide', () => {
  const reader = { ...london, timeZone: 'Pacific/Auckland', hour12: true }
  expect(formatDateToken(token('{date_num} {time}'), reader)).toBe('2014-02-19 3:39 AM')
})

test('the day is the reader’s if the current time is on the other side of their midnight', () => {
  // 14:39 UTC is 03:39 of the 19th in Auckland; ten hours later it is still the 19th there, no longer the 18th here.
  const reader = { now: AT + 10 * 3_600_000, timeZone: 'Pacific/Auckland', hour12: false }
  expect(formatDateToken(token('{date_pretty}'), reader)).toBe('Today')
  expect(formatDateToken(token('{date_pretty}'), { ...reader, timeZone: 'UTC' })).toBe('Yesterday')
})

test.each([
  [-30_000, 'just now'],
  [30_000, 'in less than a minute'],
  [-119_000, '1 minute ago'],
  [7 * DAY - 60_000, 'in 7 days'],
  [-3 * 3_600_000, '3 hours ago'],
])('%d ms from now', (distance, expected) => expect(relativeTime(AT + distance, AT)).toBe(expected))
