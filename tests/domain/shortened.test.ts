import { shortened } from '../../functions/domain/shortened.ts'

test.each([
  ['abc', 3, 'abc'],
  ['abcd', 3, 'ab…'],
  ['abcd', 2, 'a…'],
  ['abcd', 1, ''],
  ['abcd', 0, ''],
  ['a😀bc', 3, 'a…'],
  ['a😀bc', 4, 'a😀…'],
])('“%s” in %i characters is “%s”', (text, length, short) => {
  expect(shortened(text, length)).toBe(short)
})
