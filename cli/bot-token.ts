import { Failure } from './failure.ts'
import { placeFrom } from './place.ts'
import { readParameters } from './setup/parameters.ts'
import { secretParameters } from './setup/slack-secrets.ts'
import type { Terminal } from './terminal.ts'

export interface TokenOptions {
  installation: string
  secretsPath?: string
}

/**
 * The token that the bot uses: SLACK_BOT_TOKEN, or the parameter that an installation reads.
 *
 * @throws {Failure} when there is none.
 */
export const botToken = async ({ installation, ...rest }: TokenOptions, terminal: Terminal): Promise<string> => {
  if (terminal.environment.SLACK_BOT_TOKEN) return terminal.environment.SLACK_BOT_TOKEN
  const { connection, secretsPath } = await placeFrom({ stage: installation, ...rest }, terminal)
  const name = secretParameters(secretsPath)['bot-token']
  const stored = (await readParameters(connection, [name])).get(name)
  if (!stored) throw new Failure(`There is no bot token: set SLACK_BOT_TOKEN, or store it as ${name}.`)
  return stored.value
}
