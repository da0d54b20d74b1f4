import { Command, CommanderError } from 'commander'
import { audit } from './commands/audit.ts'
import { check } from './commands/check.ts'
import { checkpoint } from './commands/checkpoint.ts'
import { doctor } from './commands/doctor.ts'
import { test } from './commands/test.ts'
import { explain } from './commands/explain.ts'
import { init } from './commands/init.ts'
import { Failure, WRONG_ARGUMENTS } from './failure.ts'
import { problemOf } from './problem.ts'
import { redrive } from './commands/redrive.ts'
import { reconcile } from './commands/reconcile.ts'
import { report } from './commands/report.ts'
import { verify } from './commands/verify.ts'
import type { Terminal } from './terminal.ts'
import { VERSION } from './version.ts'

/**
 * The commands, in the order of the help. Each file here only declares its options, and loads the command itself when
 * it runs: the help needs neither the AWS SDK nor Slack's.
 */
const COMMANDS: readonly ((terminal: Terminal) => Command)[] = [
  init,
  doctor,
  check,
  explain,
  test,
  audit,
  checkpoint,
  reconcile,
  report,
  verify,
  redrive,
]

/**
 * Runs `greenlight` with these arguments (without `node` and the file).
 *
 * @returns the exit code: 0; 1 if something is wrong or failed; 2 for wrong arguments.
 */
export const greenlight = async (argv: readonly string[], terminal: Terminal): Promise<number> => {
  try {
    await programFor(terminal).parseAsync([...argv], { from: 'user' })
    return 0
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_ARGUMENTS
    const { sentence } = problemOf(error)
    if (sentence) terminal.warn(sentence)
    if (error instanceof Failure) return error.exitCode
    if (terminal.environment.GREENLIGHT_DEBUG)
      terminal.warn(error instanceof Error ? String(error.stack) : String(error))
    return 1
  }
}

const programFor = (terminal: Terminal): Command => {
  const program = new Command('greenlight')
    .description('Deployment approvals in Slack for AWS CodePipeline')
    .version(VERSION, '--version', 'print the version of Greenlight')
    .helpCommand('help [command]', 'display help for a command')
    .addHelpText(
      'after',
      `
Exit codes:
  0  all is right
  1  something is wrong, or the command failed
  2  wrong arguments

Environment:
  AWS_PROFILE, AWS_REGION, …  credentials and Region, as in every AWS tool
  AWS_ENDPOINT_URL            another AWS endpoint, such as the local workspace's
  SLACK_API_URL               another Slack API, such as the local workspace's
  SLACK_BOT_TOKEN             the bot token for check --online and explain
  GREENLIGHT_DEBUG=1          print the details of an unexpected error`,
    )
    .showHelpAfterError('“greenlight --help” lists the commands, and “greenlight <command> --help” their options.')
  for (const command of COMMANDS) program.addCommand(command(terminal))
  for (const command of [program, ...program.commands])
    command
      .exitOverride()
      .configureOutput({
        writeOut: (text) => terminal.print(text.trimEnd()),
        writeErr: (text) => terminal.warn(text.trimEnd()),
      })
      .copyInheritedSettings(program)
  return program
}
