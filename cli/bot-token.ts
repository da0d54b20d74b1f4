import { Failure } from './failure.ts'
import { installationFrom } from './installation.ts'
import type { InstallationOptions } from './installation-options.ts'
import { readParameters } from './setup/parameters.ts'
import { secretParameters } from './setup/slack-secrets.ts'
import type { Terminal } from './terminal.ts'

/**
 * The bot's token: SLACK_BOT_TOKEN, or the parameter of the installation.
 *
 * @throws {Failure} if neither exists.
 */
export const botToken = async (options: InstallationOptions, terminal: Terminal): Promise<string> => {
  if (terminal.environment.SLACK_BOT_TOKEN) return terminal.environment.SLACK_BOT_TOKEN
  const { connection, region, secretsPath } = await installationFrom(options, terminal)
  const name = secretParameters(secretsPath())['bot-token']
  const stored = (await readParameters(connection, [name])).get(name)
  if (!stored)
    throw new Failure(`There is no bot token: set SLACK_BOT_TOKEN, or store the token as ${name} in ${region}.`)
  return stored.value
}
