import { isNamePattern, matchesPattern, overlaps } from '../../functions/domain/name-pattern.ts'

test.each([
  ['shop-*', 'shop-web', true],
  ['shop-*', 'shop-', true],
  ['shop-*', 'shop', false],
  ['*', '', true],
  ['shop-?', 'shop-1', true],
  ['shop-?', 'shop-', false],
  ['*-web', 'shop-web', true],
  ['a*b*c', 'a-b-b-c', true],
  ['a.c', 'abc', false],
  ['Shop-*', 'shop-web', false],
])('%s matches %s: %s', (pattern, name, isMatch) => {
  expect(matchesPattern([pattern], name)).toBe(isMatch)
})

test('one of several patterns is enough, and none matches nothing', () => {
  expect(matchesPattern(['docs-*', 'shop-*'], 'shop-web')).toBe(true)
  expect(matchesPattern([], 'shop-web')).toBe(false)
})

test.each([
  ['shop-*', '*-web', true],
  ['shop-*', 'docs-*', false],
  ['shop-*', 'shop', false],
  ['*', '?', true],
  ['a?c', 'ab*', true],
  ['a?c', '*d', false],
  ['a*', '*b', true],
  ['*a', '*b', false],
])('a name can match both %s and %s: %s, in either order', (one, other, can) => {
  expect(overlaps(one, other)).toBe(can)
  expect(overlaps(other, one)).toBe(can)
})

test('a pattern of asterisks takes no long time', () => {
  expect(overlaps('*a'.repeat(50), `${'*b'.repeat(50)}`)).toBe(false)
})

test.each(['shop web', '', 'shop/web', '<!channel>', '[ab]', 'x'.repeat(101), 'shop-{a,b}'])(
  '%s is no pattern',
  (text) => {
    expect(isNamePattern(text)).toBe(false)
  },
)
