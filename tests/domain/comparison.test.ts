import fc from 'fast-check'
import { isToCompare, minuteOf } from '../../functions/domain/comparison.ts'
import { START } from '../support/records.ts'

const EVERY = [5, 10] as const
const NOW = minuteOf(START)
const inMinute = (id: string, every: number, minute: number): boolean =>
  isToCompare(id, every, { after: minute - 1, upTo: minute })

test('each record is compared in exactly one of so many minutes, and again so many minutes later', () => {
  fc.assert(
    fc.property(fc.string(), fc.constantFrom(...EVERY), fc.nat({ max: 100_000 }), (id, every, later) => {
      const minutes = Array.from({ length: 2 * every }, (_, index) => inMinute(id, every, NOW + later + index))
      expect(minutes.slice(0, every).filter(Boolean)).toHaveLength(1)
      expect(minutes.slice(every)).toEqual(minutes.slice(0, every))
    }),
  )
})

test('a late sweep makes up for the minutes before, and a second one in the same minute compares nothing', () => {
  fc.assert(
    fc.property(fc.string(), fc.constantFrom(...EVERY), fc.nat({ max: 30 }), (id, every, count) => {
      const each = Array.from({ length: count }, (_, index) => inMinute(id, every, NOW + 1 + index))
      expect(isToCompare(id, every, { after: NOW, upTo: NOW + count })).toBe(each.some(Boolean))
    }),
  )
})

test('records are spread evenly over the minutes', () => {
  for (const every of EVERY) {
    const ids = Array.from({ length: 2_000 }, (_, index) => `111122223333#eu-west-1#shop-${index % 7}#${index}`)
    for (let minute = 0; minute < every; minute++) {
      const share = ids.filter((id) => inMinute(id, every, NOW + minute)).length / ids.length
      expect(Math.abs(share * every - 1)).toBeLessThan(0.2)
    }
  }
})

test.each([
  ['', 0x811c9dc5],
  ['a', 0xe40c292c],
  ['foobar', 0xbf9cf968],
])('the minute of %j is that of its hash in RFC 9923', (id, hash) => {
  expect(inMinute(id, 1_000, hash % 1_000)).toBe(true)
})

test('a minute lasts until the next begins', () => {
  expect([START - 1, START, START + 59_999].map((time) => minuteOf(time) - NOW)).toEqual([-1, 0, 0])
})
