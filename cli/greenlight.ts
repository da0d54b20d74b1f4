import { Command, CommanderError } from 'commander'
import { wordsFor } from './aws-errors.ts'
import { audit } from './commands/audit.ts'
import { check } from './commands/check.ts'
import { doctor } from './commands/doctor.ts'
import { explain } from './commands/explain.ts'
import { init } from './commands/init.ts'
import { Failure } from './failure.ts'
import type { Terminal } from './terminal.ts'

/** What `greenlight` can do, in the order in which its help lists it. */
const COMMANDS: readonly ((terminal: Terminal) => Command)[] = [init, doctor, check, explain, audit]

const USAGE = 2

/**
 * Runs `greenlight` with these arguments (without `node` and the file).
 *
 * @returns the exit code: 0, 1 for anything that went wrong or was found wrong, 2 for arguments it does not understand.
 */
export const greenlight = async (argv: readonly string[], terminal: Terminal): Promise<number> => {
  const program = new Command('greenlight')
    .description('Deployment approvals in Slack for AWS CodePipeline')
    .helpCommand(false)
    .showHelpAfterError('greenlight --help lists every command; with a command before it, what that one takes.')
  for (const command of COMMANDS) program.addCommand(command(terminal))
  for (const command of [program, ...program.commands])
    command
      .exitOverride()
      .configureOutput({
        writeOut: (text) => terminal.print(text.trimEnd()),
        writeErr: (text) => terminal.warn(text.trimEnd()),
      })
      .copyInheritedSettings(program)
  try {
    await program.parseAsync([...argv], { from: 'user' })
    return 0
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE
    if (error instanceof Failure) {
      if (error.message) terminal.warn(error.message)
      return error.exitCode
    }
    terminal.warn(wordsFor(error))
    return 1
  }
}
