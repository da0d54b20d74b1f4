import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { directoryWith, removeDirectories } from '../support/order.ts'
import { passedBefore } from './passed-before.ts'

afterAll(removeDirectories)

const path = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url))

const suite = (code: string) => `import childProcess from 'node:child_process'
import { Worker } from 'node:worker_threads'
import { wholeInCi } from '${path('tests/support/whole-in-ci.ts')}'
test('passes', () => { ${code} })
`

/** What a suite does → whether another run of the same sources may leave it out. */
const SUITES = {
  counts: ['expect(1 + 1).toBe(2)', true],
  'reads another variable': ['process.env.HOME', true],
  'takes fewer cases': ['wholeInCi(2, 1)', false],
  'looks for programs': ['process.env.PATH', false],
  'asks whether CI is set': ["Object.hasOwn(process.env, 'CI')", false],
  'reads all variables': ['({ ...process.env })', false],
  'asks who runs it': ['process.getuid?.() ?? process.env.PATH', false],
  'starts a program': ["childProcess.spawn(process.execPath, ['--version']).unref()", false],
  'waits for a program': ["childProcess.execFileSync(process.execPath, ['--version'])", false],
  'starts a thread': ["new Worker('', { eval: true }).unref()", false],
  fails: ['expect(1).toBe(2)', false],
  'skips a test': ["}); test.skip('is skipped', () => {", false],
} as const

const fileOf = (title: string): string => `tests/${title.replaceAll(' ', '-')}.test.ts`

test('another run leaves out what passed without any use of the machine', async () => {
  const root = await directoryWith(
    Object.fromEntries(Object.entries(SUITES).map(([title, [code]]) => [fileOf(title), suite(code)])),
  )
  const config = {
    rootDir: root,
    testEnvironment: path('tests/jest/one-context.ts'),
    extensionsToTreatAsEsm: ['.ts'],
    transform: { '\\.ts$': path('tests/jest/strip-types.ts') },
    globalSetup: path('tests/jest/begin-run.ts'),
    globalTeardown: path('tests/jest/end-run.ts'),
    reporters: [path('tests/jest/report-passed.ts')],
    maxWorkers: 2,
  }
  const jest = ['--experimental-vm-modules', '--no-warnings', path('node_modules/jest/bin/jest.js')]
  const env = { PATH: '/nowhere', HOME: root }
  const argv = [...jest, '--config', JSON.stringify(config)]
  await promisify(execFile)(process.execPath, argv, { cwd: path('.'), env }).catch(() => undefined)
  const file = join(root, 'node_modules', '.cache', 'greenlight', 'passed.json')
  const left = Object.entries(SUITES).flatMap(([title, [, isLeft]]) => (isLeft ? [fileOf(title)] : []))
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ node: process.version, suites: left.sort() })
  expect(passedBefore({ GREENLIGHT_PASSED: file }).map((one) => one.path)).toEqual(left)
})

test.each([
  ['no list', null],
  ['an empty file', ''],
  ['no JSON', '{"node":'],
  ['another version of Node', JSON.stringify({ node: 'v20.0.0', suites: ['tests/some.test.ts'] })],
  ['another shape', JSON.stringify(['tests/some.test.ts'])],
  ['a path outside of the tests', JSON.stringify({ node: process.version, suites: ['.*'] })],
])('with %s, all suites run', async (_, text) => {
  const root = await directoryWith(text === null ? {} : { 'passed.json': text })
  expect(passedBefore({ GREENLIGHT_PASSED: join(root, 'passed.json') })).toEqual([])
})

test('a list matches these suites and no other', async () => {
  const suites = ['tests/some.test.ts']
  const root = await directoryWith({ 'passed.json': JSON.stringify({ node: process.version, suites }) })
  const [found] = passedBefore({ GREENLIGHT_PASSED: join(root, 'passed.json') })
  expect(found).toEqual({ path: 'tests/some.test.ts', pattern: '<rootDir>/tests/some\\.test\\.ts$' })
})
