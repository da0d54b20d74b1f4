import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Config } from '@jest/reporters'
import type { TestResult } from '@jest/test-result'
import { noteSeenInPart } from '../support/seen-in-part.ts'
import EarlierRun, { earlierRun, shownEarlier } from './earlier-run.ts'
import { USES_DIRECTORY, usesIn } from './rights-of-run.ts'

const ROOT = '/project'
const VARIABLES = ['CI', 'GREENLIGHT_TEST_RUN', 'GREENLIGHT_EARLIER_RUN'] as const

let run: string
let left: string
const before = new Map<string, string | undefined>()

beforeEach(async () => {
  for (const name of VARIABLES) before.set(name, process.env[name])
  run = await mkdtemp(join(tmpdir(), 'greenlight-run-'))
  left = await mkdtemp(join(tmpdir(), 'greenlight-left-'))
  delete process.env['CI']
  Object.assign(process.env, { GREENLIGHT_TEST_RUN: run, GREENLIGHT_EARLIER_RUN: left })
})

afterEach(async () => {
  for (const [name, value] of before) {
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
  }
  for (const directory of [run, left]) await rm(directory, { recursive: true })
})

const suite = (name: string, counts: Partial<TestResult> = {}, testFilePath = `${ROOT}/tests/${name}`): TestResult =>
  ({
    testFilePath,
    numPassingTests: 3,
    numFailingTests: 0,
    numPendingTests: 0,
    numTodoTests: 0,
    ...counts,
  }) as TestResult

const end = (...testResults: TestResult[]): Promise<void> =>
  new EarlierRun({ rootDir: ROOT } as Config.GlobalConfig).onRunComplete(new Set(), { testResults })

test('a suite is shown whole if each of its tests ran and passed', async () => {
  await end(
    suite('whole.test.ts'),
    suite('failed.test.ts', { numFailingTests: 1 }),
    suite('skipped.test.ts', { numPendingTests: 1 }),
    suite('to-do.test.ts', { numTodoTests: 1 }),
    suite('empty.test.ts', { numPassingTests: 0 }),
    suite('broken.test.ts', { testExecError: { message: 'SyntaxError', stack: '' } }),
  )
  expect(shownEarlier({ CI: '1', GREENLIGHT_EARLIER_RUN: left })).toEqual(['tests/whole.test.ts'])
})

test('a suite that shows more with CI, or with tools that are missing, is not whole', async () => {
  noteSeenInPart()
  await end(suite('this one', {}, expect.getState().testPath), suite('another.test.ts'))
  expect(shownEarlier({ CI: '1', GREENLIGHT_EARLIER_RUN: left })).toEqual(['tests/another.test.ts'])
})

test('what the roles were used for is left as well', async () => {
  const use = { principalArn: 'arn:aws:iam::111122223333:role/one', sid: 'Sign', action: 'kms:Sign' }
  await mkdir(join(run, USES_DIRECTORY))
  await writeFile(join(run, USES_DIRECTORY, `${randomUUID()}.json`), JSON.stringify([use]))
  await end(suite('whole.test.ts'))
  expect(await usesIn(left)).toEqual([use])
})

test.each([
  ['without CI, no earlier run is read', { GREENLIGHT_EARLIER_RUN: '/left' }],
  ['without an earlier run, none is read', { CI: '1' }],
])('%s', (_, environment) => {
  expect(earlierRun(environment)).toBeUndefined()
  expect(shownEarlier(environment)).toEqual([])
})

test('a directory without a list is no earlier run that showed nothing', () => {
  expect(() => shownEarlier({ CI: '1', GREENLIGHT_EARLIER_RUN: left })).toThrow('suites.json')
})
