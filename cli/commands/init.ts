import { access, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Command } from 'commander'
import { readConfiguration } from '../../functions/config/read-configuration.ts'
import { Failure } from '../failure.ts'
import { placeFrom, withPlace, type Place, type PlaceOptions } from '../place.ts'
import { creationLink, readManifest } from '../setup/manifest.ts'
import { readParameters, storeSecret } from '../setup/parameters.ts'
import { SECRET_NAMES, SECRETS_MANAGER, secretFrom, secretParameters, type SecretName } from '../setup/slack-secrets.ts'
import { startingConfiguration } from '../setup/starting-configuration.ts'
import { slackClient, slackError } from '../slack-access.ts'
import { readStack } from '../stack.ts'
import type { Terminal } from '../terminal.ts'

interface InitOptions extends PlaceOptions {
  botTokenFile?: string
  signingSecretFile?: string
  approvals?: string
  status?: string
  approver?: string[]
  force?: boolean
  manifest?: boolean
}

/** `greenlight init`: what a new installation needs besides a deploy. Each step that is done already is left alone. */
export const init = (terminal: Terminal): Command =>
  withPlace(new Command('init'))
    .description("write a first greenlight.yml, print the Slack app's manifest, and store its two secrets")
    .option('--approvals <channel>', 'for greenlight.yml: the Slack channel that is asked, such as C012AB3CD')
    .option('--status <channel>', 'for greenlight.yml: the Slack channel that sees every run')
    .option('--approver <person...>', 'for greenlight.yml: who may approve, Slack user IDs such as U012AB3CD')
    .option('--force', 'write greenlight.yml although there is one')
    .option('--bot-token-file <file>', "the app's bot token; - reads it from the standard input")
    .option('--signing-secret-file <file>', "the app's signing secret; - reads it from the standard input")
    .option('--manifest', 'print the manifest and do nothing else')
    .addHelpText(
      'after',
      `
The secrets are asked for, or taken from files or from SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET; never from an
argument, which the shell would remember. Run it as often as you like.

Examples:
  npx greenlight init --region eu-west-1
  npx greenlight init --manifest > manifest.yml
  pass slack/greenlight | npx greenlight init --bot-token-file -`,
    )
    .action(async (options: InitOptions) => initialise(options, terminal))

const initialise = async (options: InitOptions, terminal: Terminal): Promise<void> => {
  const place = await placeFrom(options, terminal)
  if (options.manifest) {
    const stack = await readStack(place.connection, place.stackName)
    terminal.print((await readManifest(terminal.directory, stack?.outputs.SlackRequestUrl)).text.trimEnd())
    return
  }
  if (options.botTokenFile === '-' && options.signingSecretFile === '-')
    throw new Failure('Only one secret can come from the standard input: put the other in a file or in its variable.')
  await writeConfiguration(options, terminal)
  const deployed = await printManifest(place, terminal)
  const stored = await storeSecrets(options, place, terminal)
  printNextSteps({ deployed, stored }, place, terminal)
}

const writeConfiguration = async (options: InitOptions, terminal: Terminal): Promise<void> => {
  const path = join(terminal.directory, 'greenlight.yml')
  const there = await access(path).then(
    () => true,
    () => false,
  )
  if (there && !options.force) {
    const read = readConfiguration(await readFile(path, 'utf8'))
    const state = read.kind === 'valid' ? '' : `; ${read.problems.length} to put right in it, see npm run config:check`
    terminal.print(`greenlight.yml   kept as it is (--force writes a new one)${state}`)
    return
  }
  const ask = async (question: string) => (terminal.interactive ? terminal.ask(question) : '')
  const approvals = options.approvals ?? (await ask('Slack channel that is asked for approvals (C012AB3CD): '))
  const approvers =
    options.approver ??
    (await ask('Who may approve, Slack user IDs with spaces between (U012AB3CD): ')).split(/[\s,]+/).filter(Boolean)
  if (!approvals || approvers.length === 0)
    throw new Failure('greenlight.yml cannot be written without a channel and a person: --approvals, --approver.')
  await writeFile(path, startingConfiguration({ approvals, status: options.status, approvers }))
  terminal.print('greenlight.yml   written: it is packaged with the functions, so deploy after every change')
}

const printManifest = async (place: Place, terminal: Terminal): Promise<boolean> => {
  const stack = await readStack(place.connection, place.stackName)
  const requestUrl = stack?.outputs.SlackRequestUrl
  const manifest = await readManifest(terminal.directory, requestUrl)
  terminal.print(`Slack app        the manifest, for an app that is made new:\n\n${manifest.text}`)
  if (requestUrl) terminal.print(`or follow this link, which has it filled in:\n\n${creationLink(manifest)}\n`)
  else
    terminal.print(
      `${place.stackName} is not deployed in ${place.region} yet, so the request URL above is a placeholder.\n` +
        'Deploy first; the app can be made now and its URL be set later, under Interactivity & Shortcuts.\n',
    )
  return requestUrl !== undefined
}

/** @returns whether both secrets are in Parameter Store afterwards. */
const storeSecrets = async (options: InitOptions, place: Place, terminal: Terminal): Promise<boolean> => {
  const { connection, secretsPath } = place
  const parameters = secretParameters(secretsPath)
  const stored = await readParameters(connection, Object.values(parameters))
  const files = { 'bot-token': options.botTokenFile, 'signing-secret': options.signingSecretFile }
  const given = new Map<SecretName, string>()
  for (const name of SECRET_NAMES) {
    const value = await secretFrom(name, files[name], terminal)
    if (value !== null) given.set(name, value)
  }
  const token = given.get('bot-token')
  if (token) await greet(token, terminal)
  if (given.size > 0 && secretsPath.startsWith(SECRETS_MANAGER))
    throw new Failure(`${secretsPath} leads to Secrets Manager: store the secrets there, as docs/install.md says.`)
  for (const name of SECRET_NAMES) {
    const value = given.get(name)
    const there = stored.has(parameters[name]) ? 'kept' : 'not there yet'
    const state = value === undefined ? there : await storeSecret(connection, parameters[name], value)
    terminal.print(`${name.padEnd(16)} ${state}: ${parameters[name]}`)
  }
  return SECRET_NAMES.every((name) => given.has(name) || stored.has(parameters[name]))
}

/** @throws {Failure} when Slack does not take the token for a bot's. */
const greet = async (token: string, { environment, print }: Terminal): Promise<void> => {
  const seen = await slackClient(token, environment)
    .auth.test()
    .catch((error: unknown) => {
      const refusal = slackError(error)
      if (!refusal) throw error
      throw new Failure(`Slack refuses the bot token (${refusal.error}): copy it again. Nothing was stored.`)
    })
  if (!seen.bot_id) throw new Failure("This token is a person's, not the bot's. Nothing was stored.")
  print(`Slack            @${seen.user} in ${seen.team}`)
}

const printNextSteps = (done: { deployed: boolean; stored: boolean }, place: Place, terminal: Terminal): void => {
  const at = `--stage ${place.stage} --region ${place.region}`
  const steps = [
    ...(done.deployed ? [] : [`npx serverless deploy ${at}, then this again`]),
    ...(done.stored ? [] : ['Make the app, install it to the workspace, then run this again to store its secrets']),
    'In each channel that greenlight.yml names: /invite @Greenlight',
    `npx greenlight doctor ${at}`,
  ]
  terminal.print(`Next:\n${steps.map((step) => `  - ${step}`).join('\n')}`)
}
