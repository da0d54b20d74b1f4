import { existsSync } from 'node:fs'
import { LEFT_TO_CI, leftOut } from './left-to-ci.ts'

test('each suite that is left to CI is there, and named once', () => {
  expect(LEFT_TO_CI.filter((path) => !existsSync(path))).toEqual([])
  expect(LEFT_TO_CI).toEqual([...new Set(LEFT_TO_CI)].sort())
})

test.each([
  ['npm test', {}, [], LEFT_TO_CI.length],
  ['npm test -- --verbose', {}, ['--verbose'], LEFT_TO_CI.length],
  ['CI=1 npm test', { CI: '1' }, [], 0],
  ['npm test -- tests/doors', {}, ['tests/doors'], 0],
])('%s leaves out what it may', (_, environment, given, count) => {
  expect(leftOut(environment, given)).toHaveLength(count)
})
