import fc from 'fast-check'
import { canonical, same } from '../../functions/domain/canonical.ts'
import { wholeInCi } from '../support/whole-in-ci.ts'

/** What JSON writes in another way, beside what it keeps: both make values that differ in one place only. */
const leaf = fc.constantFrom<unknown>(0, -0, 1, NaN, Infinity, '', 'a', '0', '\ud800', '\ufffd', true, null, undefined)

const toMap = (entries: [string, unknown][]): unknown => new Map(entries)

const { value: plain } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'constructor', '__proto__'), tie('value'), { maxKeys: 3 }),
    fc.array(fc.tuple(fc.constantFrom('a', 'b', 'constructor'), tie('value')), { maxLength: 3 }).map(toMap),
  ),
}))

const another = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((one: unknown) => another(one))
  const entries = value instanceof Map ? [...(value as Map<string, unknown>)] : Object.entries(value)
  return new Map(entries.reverse().map(([name, one]) => [name, another(one)]))
}

test('two values are the same if their canonical JSON is', () => {
  fc.assert(
    fc.property(plain, plain, (a, b) => expect(same(a, b)).toBe(canonical(a) === canonical(b))),
    { numRuns: wholeInCi(2_000, 400) },
  )
})

test('a value is the same as its copy in another order, as maps', () => {
  fc.assert(fc.property(plain, (value) => expect(same(value, another(value))).toBe(true)))
})

test('one part that differs makes them differ', () => {
  expect(same({ a: [{ b: 1 }, 2] }, { a: [{ b: 1 }, 3] })).toBe(false)
  expect(same({ a: 1 }, { a: 1, b: null })).toBe(false)
  expect(same({ a: 1, b: undefined }, { a: 1 })).toBe(true)
  expect(same([1, undefined], [1, null])).toBe(true)
  expect(same([1], [1, null])).toBe(false)
  expect(same(undefined, null)).toBe(false)
  expect(same([], {})).toBe(false)
  expect(same(new Map([['a', 1]]), { a: 1 })).toBe(true)
})
