import { Command } from 'commander'
import type { DoctorOptions } from '../doctor/examine.ts'
import { withSlackSecrets } from '../installation-options.ts'
import type { Terminal } from '../terminal.ts'

/** `greenlight doctor`: checks everything that an approval needs, and changes nothing. */
export const doctor = (terminal: Terminal): Command =>
  withSlackSecrets(
    new Command('doctor')
      .description('check an installation, and say how to mend what is wrong')
      .option('--before', 'check what a first deploy would meet in this account: rights, quotas, names, Slack app')
      .option('--config <file>', 'the configuration file (default: greenlight.yml)')
      .option('--json', 'print the outcome of every check as JSON')
      .option('--spoke-profile <account=profile...>', 'AWS profiles that may read in joined accounts'),
  )
    .addHelpText(
      'after',
      `
The doctor only reads.

Exit codes:
  0  every check was made and found nothing wrong
  1  something is wrong, or could not be checked
  2  wrong arguments

Examples:
  npx greenlight doctor --before --region eu-west-1
  npx greenlight doctor --region eu-west-1
  npx greenlight doctor --spoke-profile 444455556666=payments
  npx greenlight doctor --installation test --json | jq '.checks[] | select(.kind != "ok")'`,
    )
    .action(async (options: DoctorOptions) => {
      const { examine } = await import('../doctor/examine.ts')
      await examine(options, terminal)
    })
