import type { Reporter } from '@jest/reporters'

/** Prints the seed of the property tests above the closing lines, so that a run with another one can be repeated. */
export default class ReportSeed implements Pick<Reporter, 'onRunComplete'> {
  onRunComplete(): void {
    process.stderr.write(`Property tests: FC_SEED=${process.env['FC_SEED']} (FC_SEED=random draws another)\n`)
  }
}
