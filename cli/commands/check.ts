import { Command } from 'commander'
import type { CheckOptions } from '../check/check-files.ts'
import { withSlackSecrets } from '../installation-options.ts'
import { withNeededOptions } from '../needed-options.ts'
import type { Terminal } from '../terminal.ts'

/** `greenlight check`: what is wrong with greenlight.yml, and with what it names in Slack. */
export const check = (terminal: Terminal): Command =>
  withNeededOptions(
    withSlackSecrets(
      new Command('check')
        .description('say what is wrong with greenlight.yml, before you deploy it')
        .argument('[files...]', 'the files to check (default: greenlight.yml)')
        .option(
          '--online',
          'ask Slack about every name, and CodePipeline which route its newest executions would take',
        ),
    ),
    { '--installation': '--online', '--region': '--online', '--secrets-path': '--online' },
  )
    .addHelpText(
      'after',
      `
--online uses SLACK_BOT_TOKEN, or else the bot token of the installation. With your AWS
credentials, it also lists the newest approvals of each pipeline by the route that
would take them.

Exit codes:
  0  valid; there may be warnings
  1  there are problems, or something could not be checked
  2  wrong arguments

Examples:
  npx greenlight check
  SLACK_BOT_TOKEN=xoxb-… npx greenlight check --online`,
    )
    .action(async (files: string[], options: CheckOptions) => {
      const { checkFiles } = await import('../check/check-files.ts')
      await checkFiles(files, options, terminal)
    })
