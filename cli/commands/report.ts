import { Command, Option } from 'commander'
import type { ReportOptions } from '../report/report-delivery.ts'
import { withInstallation } from '../installation-options.ts'
import type { Terminal } from '../terminal.ts'

/** `greenlight report`: how software is delivered, counted from the audit record. */
export const report = (terminal: Terminal): Command =>
  withInstallation(
    new Command('report')
      .description('count deployments, lead time, waiting, failures and time to restore from the audit record')
      .requiredOption('--from <time>', 'the first moment: a UTC date such as 2026-11-01, or 2026-11-01T09:30+01:00')
      .option('--to <time>', 'the end, which is left out (default: now)')
      .option('--pipeline <glob...>', 'only these pipelines, as “match” names them in greenlight.yml: shop-*')
      .option('--account <glob...>', 'only pipelines in these accounts')
      .option('--pipelines-region <glob...>', 'only pipelines in these Regions')
      .addOption(
        new Option('--format <name>', 'the format of the numbers').choices(['table', 'json', 'csv']).default('table'),
      )
      .option('--table <name>', 'the DynamoDB table (default: the table of the installation)'),
  )
    .addHelpText(
      'after',
      `
Counts the deployments that passed an approval. docs/digest.md says what each
number means. JSON and CSV have durations in seconds.

Exit codes:
  0  the numbers are printed
  1  the command failed
  2  wrong arguments

Examples:
  npx greenlight report --from 2026-11-01
  npx greenlight report --from 2026-11-23 --pipeline 'shop-*' 'api-*'
  npx greenlight report --from 2026-10-01 --to 2027-01-01 --format csv`,
    )
    .action(async (options: ReportOptions) => {
      const { reportDelivery } = await import('../report/report-delivery.ts')
      await reportDelivery(options, terminal)
    })
