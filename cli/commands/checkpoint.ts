import { Command } from 'commander'
import { withSlackSecrets } from '../installation-options.ts'
import type { CheckpointOptions } from '../log/write-checkpoint.ts'
import { withNeededOptions } from '../needed-options.ts'
import type { Terminal } from '../terminal.ts'

/** `greenlight checkpoint`: adds the new entries of the audit record to a log, and signs its state. */
export const checkpoint = (terminal: Terminal): Command =>
  withNeededOptions(
    withSlackSecrets(
      new Command('checkpoint')
        .description('add the new entries of the audit record to a log, and sign its state')
        .requiredOption('--log <folder>', 'the folder of the log; the command creates a missing one')
        .requiredOption('--from <time>', 'since when entries may be missing in the log: a UTC date such as 2026-11-01')
        .requiredOption('--log-key <arn>', 'the ARN of the key in KMS that signs checkpoints')
        .option('--key <arn...>', 'the ARN of a key that signed votes before')
        .option('--bucket <name>', 'also keep the checkpoint and what it adds in this S3 bucket, which has Object Lock')
        .option('--channel <id>', 'also post the checkpoint in this Slack channel')
        .option('--entries', 'also keep the entries themselves, with names and comments: by default only their hashes')
        .option('--origin <name>', 'the name of the log (default: the stack, account and Region)')
        .option('--table <name>', 'the DynamoDB table (default: the table of the installation)'),
    ),
    { '--secrets-path': '--channel' },
  )
    .addHelpText(
      'after',
      `
Prints the checkpoint, and keeps it in the folder. Copy the folder to where the
writers of the table cannot change it, such as a bucket with Object Lock.

Exit codes:
  0  the log has every entry
  1  the record or the log failed verification, or the command failed
  2  wrong arguments

Example:
  npx greenlight checkpoint --log greenlight-log --from 2026-11-01 \\
    --log-key arn:aws:kms:eu-west-1:111122223333:key/1234abcd`,
    )
    .action(async (options: CheckpointOptions) => {
      const { writeCheckpoint } = await import('../log/write-checkpoint.ts')
      await writeCheckpoint(options, terminal)
    })
