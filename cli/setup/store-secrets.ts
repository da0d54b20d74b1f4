import { Failure } from '../failure.ts'
import type { Installation } from '../installation.ts'
import { slackClient, slackError } from '../slack-access.ts'
import type { Terminal } from '../terminal.ts'
import type { Deployment } from './deployment.ts'
import type { InitOptions } from './init-options.ts'
import { readParameters, storeSecret } from './parameters.ts'
import { SECRET_NAMES, SECRETS_MANAGER, secretFrom, secretParameters, type SecretName } from './slack-secrets.ts'

interface Place {
  installation: Installation
  deployment: Deployment
}

/**
 * Stores the secrets that are given, typed, or in their variables.
 *
 * @returns whether both secrets are stored afterwards; null if AWS cannot say and no secret was given.
 */
export const storeSecrets = async (
  options: InitOptions,
  { installation: { connection, secretsPath }, deployment }: Place,
  terminal: Terminal,
): Promise<boolean | null> => {
  const path = secretsPath()
  const parameters = secretParameters(path)
  const given = await givenSecrets(options, deployment.isReached ? terminal : { ...terminal, interactive: false })
  if (!deployment.isReached && given.size === 0) {
    terminal.print('Slack secrets    not stored, because AWS cannot be asked\n')
    return null
  }
  const token = given.get('bot-token')
  if (token) await greet(token, terminal)
  if (given.size > 0 && path.startsWith(SECRETS_MANAGER))
    throw new Failure(`${path} is in Secrets Manager: store the secrets there, as docs/install.md says.`)
  const stored = await readParameters(connection, Object.values(parameters))
  for (const name of SECRET_NAMES) {
    const value = given.get(name)
    const before = stored.has(parameters[name]) ? 'kept' : 'not stored yet'
    const state = value === undefined ? before : await storeSecret(connection, parameters[name], value)
    terminal.print(`${name.padEnd(16)} ${state}: ${parameters[name]}`)
  }
  return SECRET_NAMES.every((name) => given.has(name) || stored.has(parameters[name]))
}

const givenSecrets = async (options: InitOptions, terminal: Terminal): Promise<Map<SecretName, string>> => {
  const files = { 'bot-token': options.botTokenFile, 'signing-secret': options.signingSecretFile }
  const given = new Map<SecretName, string>()
  for (const name of SECRET_NAMES) {
    const value = await secretFrom(name, files[name], terminal)
    if (value !== null) given.set(name, value)
  }
  return given
}

/** @throws {Failure} if Slack does not accept the token as a bot's. */
const greet = async (token: string, { environment, print }: Terminal): Promise<void> => {
  const seen = await slackClient(token, environment)
    .auth.test()
    .catch((error: unknown) => {
      const refusal = slackError(error)
      if (!refusal) throw error
      throw new Failure(`Slack refuses the bot token (${refusal.error}): copy it again. Nothing was stored.`)
    })
  if (!seen.bot_id) throw new Failure('This token belongs to a person, not to the bot. Nothing was stored.')
  print(`Slack            @${seen.user} in ${seen.team}`)
}
