import type { Command } from 'commander'
import { wrongArgument } from './failure.ts'

/** The options that name an installation: one deployed Greenlight. */
export interface InstallationOptions {
  installation: string
  region?: string | undefined
  secretsPath?: string | undefined
}

/** Gives a command the options that name an installation, after its own options. */
export const withInstallation = (command: Command): Command =>
  withoutStage(
    command
      .optionsGroup('Installation:')
      .option('--installation <name>', 'its name, which serverless calls the stage', 'prod')
      .option('--region <name>', 'its AWS Region (default: AWS_REGION, AWS_DEFAULT_REGION, us-east-1)'),
  )

/** The same, for a command that reads Slack's secrets. */
export const withSlackSecrets = (command: Command): Command =>
  withInstallation(command).option(
    '--secrets-path <path>',
    'the path of the Slack secrets (default: slackSecretsPath of serverless.yml)',
  )

/** A stage belongs to a pipeline: for an installation, `--stage` is refused. */
const withoutStage = (command: Command): Command => {
  command.addOption(command.createOption('--stage [name]').hideHelp())
  return command.on('option:stage', (name: string | null) => {
    throw wrongArgument(`${command.name()} takes --installation ${name ?? '<name>'}, not --stage.`)
  })
}
