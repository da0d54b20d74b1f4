import type { Reporter } from '@jest/reporters'
import { leftOut } from './left-to-ci.ts'

/** Prints above the closing lines how many suites this run leaves to CI. */
export default class ReportLeftOut implements Pick<Reporter, 'onRunComplete'> {
  onRunComplete(): void {
    const { length } = leftOut(process.env, process.argv.slice(2))
    if (length > 0)
      process.stderr.write(
        `Left to CI: ${length} suites (CI=1 npm test runs them; tests/jest/left-to-ci.ts names them)\n`,
      )
  }
}
