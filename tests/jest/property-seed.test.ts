import fc from 'fast-check'
import { propertySeed } from './property-seed.ts'

const drawn = () => -7

test.each([
  [undefined, 1],
  ['', 1],
  ['random', -7],
  ['0', 0],
  ['-2147483648', -2147483648],
])('FC_SEED=%s', (asked, seed) => expect(propertySeed(asked, drawn)).toBe(seed))

test.each(['Random', '1.5', '2147483648', '1e3x'])('FC_SEED=%s is refused', (asked) =>
  expect(() => propertySeed(asked, drawn)).toThrow(`FC_SEED is ${asked}, but must be random, or a whole number`),
)

test('a property without a seed of its own has the one of the run', () => {
  const { seed } = fc.check(fc.property(fc.nat(), () => true))
  expect(seed).toBe(Number(process.env['FC_SEED']))
})
