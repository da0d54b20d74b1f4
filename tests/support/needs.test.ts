import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { NEEDS } from './equipment.ts'
import { decidedOnce } from './decided-once.ts'
import { directoryWith, removeDirectories } from './order.ts'

/* A run of jest by itself, on a machine whose `PATH` has programs that only print their version. */

afterAll(removeDirectories)

const path = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url))

const SUITE = `
import { describeWith, testWith } from '${path('tests/support/needs.ts')}'
await describeWith([], 'nothing', () => { test('is tested', () => {}) })
await describeWith(['git'], 'git', () => { test.each([1, 2])('is tested %i', () => {}) })
await describeWith(['git', 'unzip'], 'git and unzip', () => { test('are tested', () => {}) })
await describeWith(['bash', 'packages'], 'packages', () => { test('are tested', () => {}) })
await describeWith(['namespaces'], 'namespaces', () => { test('are made', () => {}) })
await describeWith(['root'], 'root', () => { test('is there', () => {}) })
const withChromium = await testWith(['chromium'])
describe('a page', () => { withChromium('is looked at', async () => {}) })
await describeWith(['aws'], 'the AWS CLI', () => {
  beforeAll(() => { throw new Error('no hook of a suite that is skipped is run') })
  test('is tested', () => {})
})
`

/** Runs that suite. Each program is the rest of a script for sh. */
const run = async (programs: Record<string, string>, environment: Record<string, string> = {}) => {
  const [root, found] = await Promise.all([
    directoryWith({ 'some.test.ts': SUITE, 'results.json': '' }),
    directoryWith(),
  ])
  for (const [name, script] of Object.entries(programs))
    await writeFile(join(found, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  const config = {
    rootDir: root,
    extensionsToTreatAsEsm: ['.ts'],
    transform: { '\\.ts$': path('tests/jest/strip-types.ts') },
    globalSetup: path('tests/jest/begin-run.ts'),
    globalTeardown: path('tests/jest/end-run.ts'),
    reporters: ['default', path('tests/jest/report-skipped.ts')],
  }
  const jest = ['--experimental-vm-modules', '--no-warnings', path('node_modules/jest/bin/jest.js')]
  const results = join(root, 'results.json')
  const { stderr } = await promisify(execFile)(
    process.execPath,
    [...jest, '--config', JSON.stringify(config), '--json', '--outputFile', results],
    { cwd: root, env: { PATH: found, HOME: root, ...environment } },
  ).catch((error: { stderr: string }) => error)
  const { numTotalTests, numPassedTests, numPendingTests, numFailedTests } = JSON.parse(
    await readFile(results, 'utf8'),
  ) as Record<string, number>
  const counts = { total: numTotalTests, passed: numPassedTests, skipped: numPendingTests, failed: numFailedTests }
  return { counts, stderr }
}

const ANSWERS = { git: 'echo git version 2.50.0', bash: 'printf 5.2', unzip: 'echo UnZip 6.00', chromium: 'echo 142' }
const NO_GIT_NOR_UNZIP = 'git is not installed and unzip is not installed'
const NO_NAMESPACES = 'this machine makes no namespaces'
/** The only one that no program on `PATH` gives. */
const NO_ROOT = process.getuid?.() === 0 ? {} : { 'the tests are not run by root': 1 }
/** No row has it: a hook of its suite fails if it is run. */
const NO_AWS = { 'the AWS CLI is not installed': 1 }

test.each<[string, Record<string, string>, Record<string, number>]>([
  [
    'nothing',
    {},
    {
      'git is not installed': 2,
      [NO_GIT_NOR_UNZIP]: 1,
      'bash is not installed': 1,
      'Chromium is not installed': 1,
      [NO_NAMESPACES]: 1,
    },
  ],
  [
    'git and bash',
    { git: ANSWERS.git, bash: ANSWERS.bash },
    { 'unzip is not installed': 1, 'python3 is not installed': 1, 'Chromium is not installed': 1, [NO_NAMESPACES]: 1 },
  ],
  [
    'everything but Python, and a Chromium that does not start',
    { ...ANSWERS, chromium: 'exit 127' },
    { 'python3 is not installed': 1, 'Chromium is not installed': 1, [NO_NAMESPACES]: 1 },
  ],
  [
    'Chromium and namespaces, and neither git nor Python',
    { bash: ANSWERS.bash, unzip: ANSWERS.unzip, chromium: ANSWERS.chromium, unshare: 'exit 0' },
    { 'git is not installed': 3, 'python3 is not installed': 1 },
  ],
  [
    'a machine that denies namespaces',
    { ...ANSWERS, unshare: 'exit 1' },
    { 'python3 is not installed': 1, [NO_NAMESPACES]: 1 },
  ],
])('with %s, tests that cannot run count as skipped, with the reason', async (_, programs, lacking) => {
  const skipped = { ...lacking, ...NO_ROOT, ...NO_AWS }
  const { counts, stderr } = await run(programs)
  const sum = Object.values(skipped).reduce((all, count) => all + count, 0)
  expect(counts).toEqual({ total: 9, passed: 9 - sum, skipped: sum, failed: 0 })
  const said = stderr.split('\n').filter((line) => line.startsWith('Skipped '))
  expect(said.sort()).toEqual(
    Object.entries(skipped)
      .map(([why, count]) => `Skipped ${count}: ${why}`)
      .sort(),
  )
  expect(stderr).toContain(`${sum} skipped, `)
})

test('with CI set, a missing need that .ci/run promises fails', async () => {
  const { counts, stderr } = await run({ git: ANSWERS.git }, { CI: '1' })
  const skipped = ['namespaces', 'the AWS CLI', ...Object.keys(NO_ROOT)].length
  expect(counts).toEqual({ total: 9, passed: 9 - skipped - 3, skipped, failed: 3 })
  expect(stderr).toContain('CI is set, and so these must be here: git, unzip (unzip is not installed)')
})

test('suites that look at the same moment get one answer', async () => {
  process.env.GREENLIGHT_TEST_RUN = await directoryWith()
  try {
    const answers = ['first', 'second', 'third'].map((answer) => decidedOnce('who', async () => answer))
    expect(new Set([...(await Promise.all(answers)), await decidedOnce('who', async () => 'late')]).size).toBe(1)
  } finally {
    delete process.env.GREENLIGHT_TEST_RUN
  }
})

test('CONTRIBUTING.md explains every need', async () => {
  const [, section = ''] = (await readFile(path('CONTRIBUTING.md'), 'utf8')).split('## Say what a suite needs')
  const explained = [...section.split('\n## ')[0]!.matchAll(/^\| `([\w ]+)`/gm)].map(([, need]) => need)
  expect(explained.sort()).toEqual([...NEEDS].sort())
})
