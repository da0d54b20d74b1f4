import type { Config, Reporter } from '@jest/reporters'
import { openFunctionRoles } from '../../local/workspace/function-roles.ts'
import { earlierRun } from './earlier-run.ts'
import { leftOut } from './left-to-ci.ts'
import { unusedRights, usesIn } from './rights-of-run.ts'

/** Fails a run of all suites if a role of the bot has a permission that none of them used. */
export default class ReportRights implements Pick<Reporter, 'onRunComplete' | 'getLastError'> {
  readonly #isWhole: boolean
  #error: Error | undefined

  constructor({ testNamePattern, onlyChanged, shard }: Config.GlobalConfig) {
    const given = process.argv.slice(2)
    const isChosen = given.some((one) => !one.startsWith('-')) || Boolean(testNamePattern) || onlyChanged
    this.#isWhole = !isChosen && shard === undefined && leftOut(process.env, given).length === 0
  }

  async onRunComplete(): Promise<void> {
    const directory = process.env['GREENLIGHT_TEST_RUN']
    if (!this.#isWhole || directory === undefined) return
    const { functions, decider } = await openFunctionRoles()
    const earlier = earlierRun(process.env)
    const uses = [await usesIn(directory), earlier === undefined ? [] : await usesIn(earlier)].flat()
    const unused = unusedRights([...functions.values(), decider], uses)
    if (unused.length === 0) return
    this.#error = new Error(`No suite used these permissions of infra/:\n  ${unused.join('\n  ')}`)
    process.stderr.write(`${this.#error.message}\n`)
  }

  getLastError(): Error | undefined {
    return this.#error
  }
}
