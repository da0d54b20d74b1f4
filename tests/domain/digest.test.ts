import type { Digest } from '../../functions/domain/digest.ts'
import {
  acquireDigest,
  digestId,
  isDigestMinute,
  lastRange,
  newDigest,
  rangeBefore,
} from '../../functions/domain/digest.ts'
import { noticeSaid } from '../../functions/domain/notice-delivery.ts'
import { MINUTE } from '../support/records.ts'

const ALL = { only: {}, covers: () => true }
const DAILY: Digest = { channel: 'C0DEPLOYS', every: 'daily', hour: 9, minute: 0, weekday: null, zone: 'UTC', ...ALL }
const WEEKLY: Digest = { ...DAILY, every: 'weekly', weekday: 1, zone: 'Europe/Berlin' }

const at = (text: string): number => Date.parse(`${text}Z`)
const written = ({ from, to }: { from: number; to: number }) =>
  [from, to].map((time) => new Date(time).toISOString().slice(0, 16))

describe('the time that a digest tells of', () => {
  test('is the last day that has ended, from one time of the digest to the next', () => {
    expect(written(lastRange(DAILY, at('2026-11-23T09:30')))).toEqual(['2026-11-22T09:00', '2026-11-23T09:00'])
    expect(written(lastRange(DAILY, at('2026-11-23T09:00')))).toEqual(['2026-11-22T09:00', '2026-11-23T09:00'])
    expect(written(lastRange(DAILY, at('2026-11-23T08:59')))).toEqual(['2026-11-21T09:00', '2026-11-22T09:00'])
  })

  test('is the last week by the clock of its zone, also where summer time begins in it', () => {
    const range = lastRange(WEEKLY, at('2026-04-01T12:00'))
    expect(written(range)).toEqual(['2026-03-23T08:00', '2026-03-30T07:00'])
    expect(written(rangeBefore(WEEKLY, range))).toEqual(['2026-03-16T08:00', '2026-03-23T08:00'])
  })

  test.each([
    ['the clock skips is that at which it does', '2026-03-29T12:00', '2026-03-29T01:00'],
    ['the clock shows twice is the first one', '2026-10-25T12:00', '2026-10-25T00:30'],
    ['the clock shows twice is the first one, also between the two', '2026-10-25T01:10', '2026-10-25T00:30'],
    ['has come on the day of its zone, which UTC has not begun', '2026-06-14T23:30', '2026-06-14T00:30'],
  ])('ends at the digest’s time: one that %s', (_, now, to) => {
    const digest = { ...DAILY, hour: 2, minute: 30, zone: 'Europe/Berlin' }
    expect(written(lastRange(digest, at(now)))[1]).toBe(to)
  })

  test('names the digest, so that each is sent once', () => {
    const one = digestId(DAILY, lastRange(DAILY, at('2026-11-23T09:30')))
    expect(digestId(DAILY, lastRange(DAILY, at('2026-11-24T08:30')))).toBe(one)
    expect(digestId(DAILY, lastRange(DAILY, at('2026-11-24T09:30')))).not.toBe(one)
    expect(digestId({ ...DAILY, channel: 'C0GENERAL' }, lastRange(DAILY, at('2026-11-23T09:30')))).not.toBe(one)
  })

  test('names it by its channel, its times and its end', () => {
    const sunday = { ...DAILY, every: 'weekly', weekday: 0, hour: 9, minute: 5 } as const
    expect(digestId(sunday, { from: 1, to: 2 })).toBe('C0DEPLOYS/weekly/0/UTC/545/2')
    expect(digestId(DAILY, { from: 1, to: 2 })).toBe('C0DEPLOYS/daily/-/UTC/540/2')
    const some = digestId({ ...DAILY, only: { pipeline: ['shop-*'] } }, { from: 1, to: 2 })
    expect(some).toMatch(/^C0DEPLOYS\/daily\/-\/UTC\/540\/2\/[0-9a-f]{16}$/)
  })

  test('names it by its pipelines too, in a key of the table', () => {
    const range = lastRange(DAILY, at('2026-11-23T09:30'))
    const idOf = (...pipeline: string[]) => digestId({ ...DAILY, only: { pipeline } }, range)
    const many = Array.from({ length: 50 }, (_, index) => `${'x'.repeat(190)}-${index}`)
    const ids = [digestId(DAILY, range), idOf('shop-*'), idOf('api-*'), idOf('shop-*', 'api-*'), idOf(...many)]
    expect(new Set(ids).size).toBe(ids.length)
    expect(Math.max(...ids.map(({ length }) => length))).toBeLessThan(200)
  })
})

test('a digest is looked after at once, then each quarter of an hour, for six hours', () => {
  const range = { from: 0, to: 0 }
  const minutes = Array.from({ length: 400 }, (_, minute) => minute)
  const looked = minutes.filter((minute) => isDigestMinute(range, minute * MINUTE))
  expect(looked.slice(0, 5)).toEqual([0, 1, 2, 15, 30])
  expect(looked.at(-1)).toBe(345)
  const ended = { from: 0, to: 100 * MINUTE }
  expect([102.5, 103, 114.5, 115.5, 116, 445, 460].map((minute) => isDigestMinute(ended, minute * MINUTE))).toEqual([
    ...[true, false, false, true, false, true, false],
  ])
})

test('a digest that was said, that is being sent or that is no longer news is not sent', () => {
  const digest = newDigest('d', { from: 0, to: 0 })
  expect(digest).toEqual({ kind: 'digest', id: 'd', to: 0, notices: {} })
  const [begun, first] = acquireDigest(digest, 'one', 1)
  expect(first).toMatchObject({ kind: 'acquired', mustLookFirst: false })
  expect(acquireDigest(begun, 'other', 2)[1]).toMatchObject({ kind: 'busy' })
  // After a crash, the channel is looked through first.
  expect(acquireDigest(begun, 'other', 60_000)[1]).toMatchObject({ kind: 'acquired', mustLookFirst: true })
  expect(acquireDigest(noticeSaid(begun, 'digest', { at: 3 }), 'one', 4)[1]).toEqual({ kind: 'none' })
  expect(acquireDigest(digest, 'one', 6 * 60 * MINUTE - 1)[1]).toMatchObject({ kind: 'acquired' })
  expect(acquireDigest(digest, 'one', 6 * 60 * MINUTE)[1]).toEqual({ kind: 'none' })
  const skipped = { ...digest, notices: { digest: { name: 'skipped', at: 1 } } } as const
  expect(acquireDigest(skipped, 'one', 2)).toEqual([skipped, { kind: 'none' }])
  const refused = { ...digest, notices: { digest: { name: 'refused', since: 1, until: 9 } } } as const
  expect(acquireDigest(refused, 'one', 8)).toEqual([refused, { kind: 'none' }])
  expect(acquireDigest(refused, 'one', 9)[1]).toEqual({
    kind: 'acquired',
    mustLookFirst: true,
    notice: { kind: 'digest', key: 'digest', dueAt: 0, channel: null },
  })
})
