import { Command, Option } from 'commander'
import type { ReconcileOptions } from '../reconcile/reconcile-record.ts'
import { FORMAT_NAMES } from '../formats.ts'
import { withInstallation } from '../installation-options.ts'
import type { Terminal } from '../terminal.ts'

/** `greenlight reconcile`: what CodePipeline let through, beside the approvals in the audit record. */
export const reconcile = (terminal: Terminal): Command =>
  withInstallation(
    new Command('reconcile')
      .description('compare what CodePipeline released with the approvals in the audit record')
      .requiredOption('--from <time>', 'the first moment: a UTC date such as 2026-11-01, or 2026-11-01T09:30+01:00')
      .option('--to <time>', 'the end, which is left out (default: now)')
      .option('--pipeline <name>', 'only this pipeline')
      .option('--pipelines-region <name>', 'the Region of the pipelines (default: the Region of the installation)')
      .option('--pipelines-profile <name>', 'the AWS profile of their account (default: as for the installation)')
      .option('--only-stage <pattern...>', 'only these stages, such as Prod* (default: all)')
      .addOption(new Option('--format <name>', 'the format of the lines').choices(FORMAT_NAMES).default('jsonl'))
      .option('--output <file>', 'a new file for the lines (default: print them)')
      .option('--table <name>', 'the DynamoDB table (default: the table of the installation)'),
  )
    .addHelpText(
      'after',
      `
Reads all pipelines of one account and Region: run it once for each that the
installation serves. CodePipeline keeps the executions of twelve months.

Exit codes:
  0  each release has its approval
  1  a release has none, or the command failed
  2  wrong arguments

Examples:
  npx greenlight reconcile --from 2026-10-01 --to 2027-01-01 --format csv \\
    --output q4-releases.csv
  npx greenlight reconcile --from 2026-11-23 --only-stage 'Prod*' \\
    | jq 'select(.exception)'`,
    )
    .action(async (options: ReconcileOptions) => {
      const { reconcileRecord } = await import('../reconcile/reconcile-record.ts')
      await reconcileRecord(options, terminal)
    })
