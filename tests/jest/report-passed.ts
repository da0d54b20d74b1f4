import type { Reporter } from '@jest/reporters'
import type { Test, TestResult } from '@jest/test-result'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { isIndependent } from './machine-use.ts'
import { passedBefore, type Passed } from './passed-before.ts'

/** From the root of the project. */
const FILE = join('node_modules', '.cache', 'greenlight', 'passed.json')

/** Whether all of its tests ran and passed. */
export const hasPassed = (result: TestResult): boolean =>
  result.testExecError == null &&
  !result.skipped &&
  result.numPassingTests > 0 &&
  result.numFailingTests + result.numPendingTests + result.numTodoTests === 0

/**
 * Keeps which suites passed that depend on nothing of this machine, for another run of the same sources
 * (passed-before.ts). Prints above the closing lines how many suites this run leaves out for such a list.
 */
export default class ReportPassed implements Pick<Reporter, 'onTestResult' | 'onRunComplete'> {
  readonly #root: string
  readonly #suites: string[] = []

  constructor({ rootDir }: { rootDir: string }) {
    this.#root = rootDir
  }

  async onTestResult({ path }: Test, result: TestResult): Promise<void> {
    if (hasPassed(result) && (await isIndependent(path))) this.#suites.push(relative(this.#root, path))
  }

  async onRunComplete(): Promise<void> {
    const passed: Passed = { node: process.version, suites: this.#suites.sort() }
    const file = join(this.#root, FILE)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, JSON.stringify(passed))
    const { length } = passedBefore(process.env)
    if (length > 0)
      process.stderr.write(
        `Left out: ${length} suites that passed with the same sources and Node, and use nothing else of the machine (${process.env['GREENLIGHT_PASSED']} names them)\n`,
      )
  }
}
