import { Command, Option } from 'commander'
import { QUEUES } from '../redrive/queues.ts'
import type { RedriveOptions } from '../redrive/redrive-messages.ts'
import { withInstallation } from '../installation-options.ts'
import type { Terminal } from '../terminal.ts'

/** `greenlight redrive`: what is in the dead-letter queues, and another try at it. */
export const redrive = (terminal: Terminal): Command =>
  withInstallation(
    new Command('redrive')
      .description('show the messages in the dead-letter queues, or process them again')
      .option('--yes', 'process them again, and delete those that succeed (default: only show them)')
      .addOption(new Option('--queue <name...>', 'only these queues').choices(QUEUES)),
  )
    .addHelpText(
      'after',
      `
Each message goes to the function that failed, which is safe to repeat: a
message that is processed twice takes effect once. One that fails again stays in
its queue. While the command shows messages, they are hidden from others for up
to a minute.

Exit codes:
  0  no message waits any more
  1  messages wait, or the command failed
  2  wrong arguments

Examples:
  npx greenlight redrive --region eu-west-1
  npx greenlight redrive --yes --queue EffectDueDead --region eu-west-1`,
    )
    .action(async (options: RedriveOptions) => {
      const { redriveMessages } = await import('../redrive/redrive-messages.ts')
      await redriveMessages(options, terminal)
    })
