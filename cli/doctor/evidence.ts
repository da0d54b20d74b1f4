import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import type { WebClient } from '@slack/web-api'
import { readConfiguration, type ReadConfiguration } from '../../functions/config/read-configuration.ts'
import type { ConfigurationFile } from '../../functions/config/schema.ts'
import { besideFile } from '../beside-file.ts'
import type { ClientConnection, Installation } from '../installation.ts'
import { readText } from '../read-text.ts'
import { readManifest } from '../setup/manifest.ts'
import { readParameters, type StoredParameter } from '../setup/parameters.ts'
import { secretParameters, type SecretName } from '../setup/slack-secrets.ts'
import { slackClient, slackError } from '../slack-access.ts'
import { readStack, type DeployedStack } from '../stack.ts'
import type { Terminal } from '../terminal.ts'
import { NotChecked } from './not-checked.ts'

/** What the checks look at. Each part is read when a check first asks for it, and once. */
export interface Evidence {
  installation: Installation
  terminal: Terminal
  /** The configuration file, as messages name it. */
  configurationFile: string
  /** Account → the AWS profile that may read there. */
  spokeProfiles: Readonly<Record<string, string>>
  /** Whose credentials these are, as AWS says. */
  caller(): Promise<Caller>
  /** The connection to AWS, once AWS has accepted the credentials. */
  aws(): Promise<ClientConnection>
  /** null if the stack is not deployed. */
  findStack(): Promise<DeployedStack | null>
  /** @throws {NotChecked} if the stack is not deployed; the check of the stack says so. */
  stack(): Promise<DeployedStack>
  parameters(): Promise<Partial<Record<SecretName, StoredParameter>>>
  readConfiguration(): Promise<ReadConfiguration>
  /** @throws {NotChecked} if the file is not valid; the check of the file says so. */
  configuration(): Promise<ConfigurationFile>
  /** The Slack scopes that the manifest requests. */
  scopes(): Promise<string[]>
  /** What Slack says of the bot's token. @throws {NotChecked} if there is none. */
  testToken(): Promise<TestedToken>
  /** Whether there is a bot's token: SLACK_BOT_TOKEN before a deploy, or a stored one. */
  hasToken(): Promise<boolean>
  /** Slack, with the bot's token. @throws {NotChecked} if there is none, or Slack refuses it. */
  slack(): Promise<WebClient>
}

export interface Caller {
  account: string
  /** Of the user, or of the session of a role. */
  arn: string
}

export interface TestedToken {
  /** What Slack refuses the token with, such as `invalid_auth`; null if it accepts the token. */
  refusal: string | null
  /** The token's scopes; null if Slack does not name them. */
  granted: readonly string[] | null
}

interface Source {
  installation: Installation
  configurationFile: string
  spokeProfiles?: Readonly<Record<string, string>>
  /** A bot's token that need not be stored yet. */
  token?: string | undefined
}

export const gatherEvidence = (
  { installation, configurationFile, spokeProfiles = {}, token: given }: Source,
  terminal: Terminal,
): Evidence => {
  const { connection, stackName, secretsPath } = installation
  // Without this call, each check would wait for an unreachable AWS on its own, and name its own host.
  const caller = once(async (): Promise<Caller> => {
    const { Account = '', Arn = '' } = await new STSClient(connection).send(new GetCallerIdentityCommand({}))
    return { account: Account, arn: Arn }
  })
  const aws = once(async () => {
    await caller()
    return connection
  })
  const findStack = once(async () => readStack(await aws(), stackName))
  const parameters = once(async (): Promise<Partial<Record<SecretName, StoredParameter>>> => {
    const names = secretParameters(secretsPath())
    const stored = await readParameters(await aws(), Object.values(names))
    const entries = Object.entries(names).flatMap(([name, full]) => {
      const parameter = stored.get(full)
      return parameter ? [[name, parameter] as const] : []
    })
    return Object.fromEntries(entries)
  })
  const findToken = once(async () => given ?? (await parameters())['bot-token']?.value)
  const client = once(async () => {
    const token = await findToken()
    if (!token) throw new NotChecked('The bot token is missing')
    return slackClient(token, terminal.environment)
  })
  const testToken = once(async (): Promise<TestedToken> => {
    const bot = await client()
    try {
      return { refusal: null, granted: (await bot.auth.test()).response_metadata?.scopes ?? null }
    } catch (error) {
      const refusal = slackError(error)
      if (!refusal) throw error
      return { refusal: refusal.error, granted: null }
    }
  })
  const read = once(async () =>
    readConfiguration(await readText(configurationFile), besideFile(configurationFile, terminal.now())),
  )
  return {
    installation,
    terminal,
    configurationFile,
    spokeProfiles,
    caller,
    aws,
    findStack,
    stack: async () => {
      const stack = await findStack()
      if (!stack) throw new NotChecked(`${stackName} is not deployed`)
      return stack
    },
    parameters,
    readConfiguration: read,
    configuration: async () => {
      const result = await read()
      if (result.kind === 'valid') return result.configuration
      throw new NotChecked(`${configurationFile} is not valid`)
    },
    scopes: once(async () => (await readManifest(terminal.directory)).scopes),
    testToken,
    hasToken: () =>
      findToken().then(
        (token) => token !== undefined,
        () => false,
      ),
    slack: async () => {
      const { refusal } = await testToken()
      if (refusal) throw new NotChecked('Slack refuses the bot token')
      return client()
    },
  }
}

const once = <T>(read: () => Promise<T>): (() => Promise<T>) => {
  let answer: Promise<T> | undefined
  return () => (answer ??= read())
}
