import type { Expected } from '../../functions/hook/judge-answer.ts'
import { problemWith } from '../../functions/hook/judge-answer.ts'

const ANY: Expected = { executedVersion: null, releasedVersion: null }
const problem = (payload: unknown, expected: Partial<Expected> = {}) =>
  problemWith({ kind: 'answered', executedVersion: '2', payload }, { ...ANY, ...expected })

test.each([
  ['an object', { status: 'ok' }],
  ['JSON text', '{"status":"ok"}'],
  ['a text, as of a page', 'fine'],
  ['a JSON text without an object', '5'],
  ['a JSON text that is null', 'null'],
  ['a number', 5],
  ['nothing', null],
  ['the last status of success', { statusCode: 299, body: '{"status":"ok"}' }],
  ['the first status of success', { statusCode: 200 }],
])('a version is healthy that answers with %s', (_, payload) => {
  expect(problem(payload)).toBeNull()
})

test.each([
  [{ statusCode: 199 }, 'answers with status 199'],
  [{ statusCode: 300 }, 'answers with status 300'],
  [{ statusCode: 'ill' }, 'answers with status NaN'],
  ['{"status":"ill"}', 'says that its status is "ill"'],
  [{ statusCode: 200, body: { status: null } }, 'says that its status is null'],
])('a version is not healthy that answers with %j: the log says why', (payload, because) => {
  expect(problem(payload)).toBe(because)
})

test('a version that is not the expected one is named in the log beside that', () => {
  expect(problem({ version: '1.0' }, { releasedVersion: '1.1' })).toBe('says that its version is "1.0", not 1.1')
  expect(problem({}, { releasedVersion: '1.1' })).toBe('says that its version is nothing, not 1.1')
  expect(problem({ version: '1.1' }, { releasedVersion: '1.1' })).toBeNull()
  expect(problem({}, { executedVersion: '3' })).toBe('was answered by version 2, not by 3')
  expect(problem({}, { executedVersion: '2' })).toBeNull()
})

test('no more of an answer than its first sixty characters gets into the log', () => {
  const because = problem({ status: 'x'.repeat(500) })
  expect(because).toBe(`says that its status is "${'x'.repeat(59)}`)
})
