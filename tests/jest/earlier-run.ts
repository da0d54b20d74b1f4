import { readFileSync } from 'node:fs'
import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { Config, Reporter } from '@jest/reporters'
import type { AggregatedResult, TestContext, TestResult } from '@jest/test-result'
import { seenInPart } from '../support/seen-in-part.ts'
import { USES_DIRECTORY } from './rights-of-run.ts'

/**
 * The variable with the directory in which a run without `CI` leaves which suites it has shown whole, and what the roles
 * were used for. A run with `CI` leaves these suites out. `.ci/run` runs README's `npm test` first, and the rest after it.
 */
const DIRECTORY = 'GREENLIGHT_EARLIER_RUN'

const SUITES = 'suites.json'

/** Every test of it ran and passed. */
const isWhole = ({
  numFailingTests,
  numPendingTests,
  numTodoTests,
  numPassingTests,
  testExecError,
}: TestResult): boolean =>
  numPassingTests > 0 && numFailingTests + numPendingTests + numTodoTests === 0 && !testExecError

export const earlierRun = (environment: Record<string, string | undefined>): string | undefined =>
  environment['CI'] ? environment[DIRECTORY] : undefined

/** The suites that an earlier run has shown, as paths from the project's directory. */
export const shownEarlier = (environment: Record<string, string | undefined>): string[] => {
  const directory = earlierRun(environment)
  return directory === undefined ? [] : (JSON.parse(readFileSync(join(directory, SUITES), 'utf8')) as string[])
}

/** With the variable, leaves the suites that this run has shown to a later one; or says how many an earlier one showed. */
export default class EarlierRun implements Pick<Reporter, 'onRunComplete'> {
  readonly #rootDir: string

  constructor({ rootDir }: Config.GlobalConfig) {
    this.#rootDir = rootDir
  }

  async onRunComplete(_: Set<TestContext>, { testResults }: Pick<AggregatedResult, 'testResults'>): Promise<void> {
    const shown = shownEarlier(process.env)
    if (shown.length > 0) process.stderr.write(`Shown by an earlier run: ${shown.length} suites\n`)
    const [run, left] = [process.env['GREENLIGHT_TEST_RUN'], process.env[DIRECTORY]]
    if (process.env['CI'] || run === undefined || left === undefined) return
    const inPart = await seenInPart(run)
    const whole = testResults.filter((one) => isWhole(one) && !inPart.has(one.testFilePath))
    await mkdir(join(run, USES_DIRECTORY), { recursive: true })
    await cp(join(run, USES_DIRECTORY), join(left, USES_DIRECTORY), { recursive: true })
    await writeFile(
      join(left, SUITES),
      JSON.stringify(whole.map(({ testFilePath }) => relative(this.#rootDir, testFilePath)).sort()),
    )
  }
}
