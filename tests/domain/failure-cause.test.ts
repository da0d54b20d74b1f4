import type { FailureCause } from '../../functions/domain/failure-cause.ts'
import { saysSomething, storable, storableCause, tellingLine } from '../../functions/domain/failure-cause.ts'

const cause = (more: Partial<FailureCause> = {}): FailureCause => ({
  what: null,
  lines: [],
  log: null,
  unread: [],
  ...more,
})

describe('what is kept of a cause', () => {
  test('are its last ten lines, each cut', () => {
    const lines = Array.from({ length: 12 }, (_, index) => `${index} ${'x'.repeat(300)}`)
    const kept = storable(cause({ lines })).lines
    expect(kept.map((line) => line.split(' ')[0])).toEqual(['2', '3', '4', '5', '6', '7', '8', '9', '10', '11'])
    expect(new Set(kept.map(({ length }) => length))).toEqual(new Set([200]))
  })

  test('are the last lines of a long log too', () => {
    const lines = Array.from({ length: 500 }, (_, index) => `build step ${index} ${'of many '.repeat(20)}`)
    expect(storable(cause({ lines: [...lines, 'exit 1'] })).lines.at(-1)).toBe('exit 1')
  })

  test('are the last ten lines, however long each is', () => {
    const lines = Array.from({ length: 12 }, (_, index) => `${index} ${'word '.repeat(20_000)}`)
    expect(storable(cause({ lines })).lines.map((line) => line.split(' ')[0])).toEqual([
      '2',
      '3',
      '4',
      '5',
      '6',
      '7',
      '8',
      '9',
      '10',
      '11',
    ])
  })

  test('has no secret, also where a cut would leave half of one', () => {
    const token = 'ghp_0123456789abcdefABCDEF0123456789abcd'
    const kept = storable(cause({ what: `${'x '.repeat(245)}${token}`, lines: [`${'y '.repeat(95)}${token}`] }))
    expect(JSON.stringify(kept)).not.toContain('ghp_')
  })

  test('has no lines of a private key, whose first line was written long before', () => {
    const lines = ['-----BEGIN PRIVATE KEY-----', 'canary', '-----END PRIVATE KEY-----', 'exit 1']
    expect(storable(cause({ lines })).lines).toEqual(['•••', 'exit 1'])
  })

  test('has no rules of signs, and keeps how lines are indented', () => {
    const lines = ['===== FAILURES =====', '--------', '  E assert 1 == 2', '']
    expect(storable(cause({ lines })).lines).toEqual(['FAILURES', '  E assert 1 == 2'])
  })

  test('has the signs within a line', () => {
    expect(storable(cause({ lines: ['a ==== b', 'c ####'] })).lines).toEqual(['a ==== b', 'c'])
  })

  test('is what failed, if a service names it', () => {
    expect(storable(cause({ what: 'BUILD:\nexit 1' })).what).toBe('BUILD: exit 1')
    expect(storable(cause({ what: ' ' })).what).toBeNull()
    expect(storable(cause()).what).toBeNull()
  })

  test.each([
    ['what failed', 500, (text: string) => storable(cause({ what: text })).what],
    ['a line of the log', 200, (text: string) => storable(cause({ lines: [text] })).lines[0]],
    [
      'what was not read',
      200,
      (text: string) => storable(cause({ unread: [{ because: 'denied', of: text }] })).unread[0]?.of,
    ],
    ['what CodePipeline says', 2_048, storableCause],
  ])('of %s are at most %i characters', (_, most, kept) => {
    const text = 'ab '.repeat(1_000)
    expect(kept(`${text.slice(0, most - 1)}x`)).toBe(`${text.slice(0, most - 1)}x`)
    expect(kept(`${text.slice(0, most)}x`)).toBe(`${text.slice(0, most - 1)}…`)
  })
})

test.each<[string, boolean, Partial<FailureCause>]>([
  ['nothing', false, {}],
  ['what failed', true, { what: 'BUILD' }],
  ['one line of its log', true, { lines: ['exit 1'] }],
  ['what could not be read', true, { unread: [{ because: 'no-log', of: 'Lambda' }] }],
])('of a cause with %s, people can read something: %s', (_, says, more) => {
  expect(saysSomething(cause(more))).toBe(says)
})

test.each([
  [['E   AssertionError: 404 != 200', 'FAILED tests/a.py', '1 failed in 0.3s'], 'E   AssertionError: 404 != 200'],
  [['building', 'error: no such file', 'make: *** [all] 2', 'bye'], 'error: no such file'],
  [['Access DENIED', 'bye'], 'Access DENIED'],
  [['  one', '  two', '  three'], 'three'],
  [['   '], null],
  [[], null],
])('of %j, %j says most', (lines, telling) => {
  expect(tellingLine(cause({ lines }))).toBe(telling)
})
