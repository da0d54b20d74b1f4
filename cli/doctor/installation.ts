import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { WebClient } from '@slack/web-api'
import { readConfiguration, type ReadConfiguration } from '../../functions/config/read-configuration.ts'
import type { ConfigurationFile } from '../../functions/config/schema.ts'
import type { Place } from '../place.ts'
import { readManifest } from '../setup/manifest.ts'
import { readParameters, type StoredParameter } from '../setup/parameters.ts'
import { secretParameters, type SecretName } from '../setup/slack-secrets.ts'
import { slackClient } from '../slack-access.ts'
import { readStack, type DeployedStack } from '../stack.ts'
import type { Terminal } from '../terminal.ts'
import { NotChecked } from './check.ts'

/** What checks look at. Each part is read when a check first asks for it, and once. */
export interface Installation extends Place {
  terminal: Terminal
  /** Account → the AWS profile that may look around there. */
  spokeProfiles: Readonly<Record<string, string>>
  /** null when it is not deployed. */
  findStack(): Promise<DeployedStack | null>
  /** @throws {NotChecked} when it is not deployed, which the check of the stack says. */
  stack(): Promise<DeployedStack>
  parameters(): Promise<Partial<Record<SecretName, StoredParameter>>>
  readConfiguration(): Promise<ReadConfiguration>
  /** @throws {NotChecked} when greenlight.yml is not valid, which the check of the file says. */
  configuration(): Promise<ConfigurationFile>
  scopes(): Promise<string[]>
  /** Slack, with the token that the functions use. @throws {NotChecked} when there is none. */
  slack(): Promise<WebClient>
}

export const installationAt = (
  place: Place,
  terminal: Terminal,
  spokeProfiles: Readonly<Record<string, string>> = {},
): Installation => {
  const findStack = once(() => readStack(place.connection, place.stackName))
  const parameters = once(async (): Promise<Partial<Record<SecretName, StoredParameter>>> => {
    const names = secretParameters(place.secretsPath)
    const stored = await readParameters(place.connection, Object.values(names))
    const entries = Object.entries(names).flatMap(([name, full]) => {
      const parameter = stored.get(full)
      return parameter ? [[name, parameter] as const] : []
    })
    return Object.fromEntries(entries)
  })
  const read = once(async () => readConfiguration(await readFile(join(terminal.directory, 'greenlight.yml'), 'utf8')))
  return {
    ...place,
    terminal,
    spokeProfiles,
    findStack,
    stack: async () => {
      const stack = await findStack()
      if (!stack) throw new NotChecked('nothing is deployed')
      return stack
    },
    parameters,
    readConfiguration: read,
    configuration: async () => {
      const result = await read()
      if (result.kind === 'valid') return result.configuration
      throw new NotChecked('greenlight.yml is not valid')
    },
    scopes: once(async () => (await readManifest(terminal.directory)).scopes),
    slack: once(async () => {
      const { 'bot-token': token } = await parameters()
      if (!token) throw new NotChecked('there is no bot token')
      return slackClient(token.value, terminal.environment)
    }),
  }
}

const once = <T>(read: () => Promise<T>): (() => Promise<T>) => {
  let answer: Promise<T> | undefined
  return () => (answer ??= read())
}
