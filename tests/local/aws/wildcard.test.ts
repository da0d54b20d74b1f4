import { isLike } from '../../../local/aws/wildcard.ts'

test.each([
  ['a', 'a', true],
  ['a', 'ab', false],
  ['', '', true],
  ['', 'a', false],
  ['*', '', true],
  ['*', 'a\nb', true],
  ['a*', 'a', true],
  ['a*', 'ba', false],
  ['*a', 'ba', true],
  ['a*a', 'a', false],
  ['a*a', 'aa', true],
  ['a*b*a', 'aba', true],
  ['a*b*a', 'abab', false],
  ['a*bc*c', 'abc', false],
  ['s3:*Object', 's3:GetObject', true],
  ['arn:aws:s3:::x-*/*', 'arn:aws:s3:::x-1', false],
  ['a.c', 'abc', false],
])('%j matches %j: %j', (pattern, text, matches) => {
  expect(isLike(pattern, text)).toBe(matches)
})
