import { Command, Option } from 'commander'
import { withSlackSecrets } from '../installation-options.ts'
import type { InitOptions } from '../setup/init-options.ts'
import type { Terminal } from '../terminal.ts'

/** `greenlight init`: everything that a new installation needs besides a deploy. */
export const init = (terminal: Terminal): Command =>
  withSlackSecrets(
    new Command('init')
      .description("write a first greenlight.yml, print the Slack app's manifest, and store its two secrets")
      .option('--approvals <channel>', 'for greenlight.yml: the Slack channel for approval requests, such as C012AB3CD')
      .option('--status <channel>', 'for greenlight.yml: the Slack channel for the status of every execution')
      .option('--approver <person...>', 'for greenlight.yml: who may approve, Slack user IDs such as U012AB3CD')
      .option('--force', 'replace greenlight.yml if it exists')
      .option('--bot-token-file <file>', "the app's bot token; - reads it from the standard input")
      .option('--signing-secret-file <file>', "the app's signing secret; - reads it from the standard input")
      .addOption(
        new Option('--manifest', 'print the manifest and do nothing else').conflicts([
          'approvals',
          'status',
          'approver',
          'force',
          'botTokenFile',
          'signingSecretFile',
        ]),
      ),
  )
    .addHelpText(
      'after',
      `
init asks for the secrets, or takes them from files, or from SLACK_BOT_TOKEN and
SLACK_SIGNING_SECRET. It takes no secret as an argument, because shells remember
arguments. It leaves alone what is done already: run it as often as you like.
greenlight.yml and the manifest need no AWS credentials.

Exit codes:
  0  done, or nothing left to do
  1  the command failed
  2  wrong arguments

Examples:
  npx greenlight init --region eu-west-1
  npx greenlight init --manifest > manifest.yml
  pass slack/greenlight | npx greenlight init --bot-token-file -`,
    )
    .action(async (options: InitOptions) => {
      const { initialise } = await import('../setup/initialise.ts')
      await initialise(options, terminal)
    })
