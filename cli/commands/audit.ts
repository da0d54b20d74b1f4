import { Command, Option } from 'commander'
import type { AuditOptions } from '../audit/export-record.ts'
import { FORMAT_NAMES } from '../formats.ts'
import { withInstallation } from '../installation-options.ts'
import { withNeededOptions } from '../needed-options.ts'
import type { Terminal } from '../terminal.ts'

/** `greenlight audit`: the audit record of a time range, with the chain of every approval verified. */
export const audit = (terminal: Terminal): Command =>
  withNeededOptions(
    withInstallation(
      new Command('audit')
        .description('export the audit record of a time range, and verify that it was not altered')
        .requiredOption('--from <time>', 'the first moment: a UTC date such as 2026-11-01, or 2026-11-01T09:30+01:00')
        .option('--to <time>', 'the end, which is left out (default: now)')
        .option('--pipeline <name>', 'only entries of this pipeline')
        .option('--person <id>', 'only entries by or about this person: Slack user ID or e-mail address')
        .addOption(new Option('--format <name>', 'the format of the entries').choices(FORMAT_NAMES).default('jsonl'))
        .option('--output <file>', 'a new file for the entries (default: print them)')
        .option('--verify-only', 'print no entries')
        .option('--key <arn...>', 'the ARN of a key that signed before (the key of the installation is known)')
        .option('--log <folder>', 'compare with the log that “greenlight checkpoint” writes')
        .option('--log-key <arn>', 'the ARN of the key that signs its checkpoints')
        .option('--checkpoint <file...>', 'checkpoints that others hold: the log must contain each')
        .addOption(
          new Option(
            '--proof <approval>',
            'write the proof that the log has the verdict of one approval, instead of entries',
          ).conflicts(['to', 'pipeline', 'person', 'format', 'verifyOnly']),
        )
        .option('--table <name>', 'the DynamoDB table (default: the table of the installation)'),
    ),
    { '--log': '--log-key', '--log-key': '--log', '--checkpoint': '--log', '--proof': '--log' },
  )
    .addHelpText(
      'after',
      `
Every approval in the time range is verified as a whole, whatever the filters
leave out.

Exit codes:
  0  every entry is intact
  1  an approval failed verification, or the command failed
  2  wrong arguments

Examples:
  npx greenlight audit --from 2026-10-01 --to 2027-01-01 --format csv \\
    --output q4.csv
  npx greenlight audit --from 2026-11-23 --person dana@example.com \\
    | jq 'select(.happened.what == "voted")'`,
    )
    .action(async (options: AuditOptions) => {
      const { exportRecord } = await import('../audit/export-record.ts')
      const { proveApproval } = await import('../log/prove-approval.ts')
      await (options.proof === undefined ? exportRecord(options, terminal) : proveApproval(options, terminal))
    })
