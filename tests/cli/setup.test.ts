import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'yaml'
import { installationFrom } from '../../cli/installation.ts'
import { readService } from '../../cli/service.ts'
import { creationLink, readManifest } from '../../cli/setup/manifest.ts'
import { secretFrom } from '../../cli/setup/slack-secrets.ts'
import { startingConfiguration } from '../../cli/setup/starting-configuration.ts'
import type { Terminal } from '../../cli/terminal.ts'
import { shippedService } from '../support/service-copy.ts'
import { botToken } from '../support/secret.ts'

const URL_OF_OURS = 'https://abc.execute-api.eu-west-1.amazonaws.com/slack/events'

describe('the manifest', () => {
  test('is the file in docs, with the installation’s request URL', async () => {
    const { text, scopes } = await readManifest(process.cwd(), URL_OF_OURS)
    const documented = parse(readFileSync('docs/slack-app-manifest.yml', 'utf8')) as {
      features: { slash_commands: object[] }
      settings: { event_subscriptions: object }
    }
    const event_subscriptions = { ...documented.settings.event_subscriptions, request_url: URL_OF_OURS }
    const interactivity = { is_enabled: true, request_url: URL_OF_OURS }
    const slash_commands = documented.features.slash_commands.map((command) => ({ ...command, url: URL_OF_OURS }))
    expect(parse(text)).toEqual({
      ...documented,
      features: { ...documented.features, slash_commands },
      settings: { ...documented.settings, event_subscriptions, interactivity },
    })
    expect(scopes).toContain('chat:write')
    expect(text).not.toContain('First set request_url')
  })

  test('fits into a link', async () => {
    const manifest = await readManifest(process.cwd(), URL_OF_OURS)
    const link = new URL(creationLink(manifest))
    expect(parse(link.searchParams.get('manifest_yaml') ?? '')).toEqual(parse(manifest.text))
    expect(link.searchParams.get('new_app')).toBe('1')
  })
})

describe('a first greenlight.yml', () => {
  test('names who approves where', () => {
    const text = startingConfiguration({ approvals: 'C012AB3CD', status: 'C023BC4DE', approvers: ['U012AB3CD'] })
    expect(parse(text)).toEqual({
      defaults: { approvals: 'C012AB3CD', status: 'C023BC4DE' },
      routes: [{ match: { pipeline: '*' }, approvers: [{ name: 'approvers', people: ['U012AB3CD'] }] }],
    })
  })

  test('is not written if it would not be valid', () => {
    expect(() => startingConfiguration({ approvals: '#releases', approvers: ['dana'] })).toThrow(
      /^greenlight\.yml would not be valid: defaults\.approvals: .*channel ID.*; routes\.0\.approvers\.0\.people\.0: .*user ID/,
    )
  })
})

describe('a secret', () => {
  const terminal = (replaced: Partial<Terminal>): Terminal => ({
    environment: {},
    directory: '',
    interactive: false,
    print: () => {},
    warn: () => {},
    input: () => Promise.resolve(`${botToken('from-input')}\n`),
    ask: (_, kind) => Promise.resolve(kind === 'secret' ? botToken('typed-unseen') : ''),
    fetch,
    now: () => 0,
    ...replaced,
  })

  test.each([
    ['typed, without being shown', undefined, { interactive: true }, botToken('typed-unseen')],
    ['in its variable', undefined, { environment: { SLACK_BOT_TOKEN: botToken('variable') } }, botToken('variable')],
    ['on the standard input', '-', {}, botToken('from-input')],
    ['given nowhere', undefined, {}, null],
    ['left out with Enter', undefined, { interactive: true, ask: () => Promise.resolve('') }, null],
  ])('%s', async (_, file, replaced, value) => {
    expect(await secretFrom('bot-token', file, terminal(replaced))).toBe(value)
  })

  test('of the wrong form is refused, and not repeated', async () => {
    const wrong = secretFrom('signing-secret', '-', terminal({ input: () => Promise.resolve('hunter2') }))
    await expect(wrong).rejects.toThrow(
      /^The value from the standard input is not a Signing Secret: such a secret has 32 characters/,
    )
    await expect(wrong).rejects.not.toThrow(/hunter2/)
  })
})

describe('serverless.yml', () => {
  let directory: string
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'greenlight-service-'))
  })
  afterEach(() => rm(directory, { recursive: true, force: true }))
  const write = (text: string) => writeFile(join(directory, 'serverless.yml'), text)

  const settingsOf = async (installation: string) => {
    const { stackName, secretsPath } = await readService(directory, installation)
    return { stackName, secretsPath: secretsPath() }
  }

  test('names the stack of an installation, and the path of its secrets', async () => {
    await write(await shippedService())
    expect(await settingsOf('test')).toEqual({
      stackName: 'greenlight-test',
      secretsPath: '/greenlight/test/slack',
    })
  })

  test('may have a path of its own for one installation', async () => {
    await write(
      "service: gl\nparams:\n  default: { slackSecretsPath: '/a/${sls:stage}' }\n  prod: { slackSecretsPath: /b/ }\n",
    )
    expect(await settingsOf('prod')).toEqual({ stackName: 'gl-prod', secretsPath: '/b' })
    expect(await settingsOf('test')).toEqual({ stackName: 'gl-test', secretsPath: '/a/test' })
  })

  test('that is not Greenlight’s is refused', async () => {
    await write('service: gl\n')
    await expect(readService(directory, 'prod')).rejects.toThrow(/has no service or no params\.default/)
  })

  test('whose path only serverless can resolve is refused where the path is needed, and no option names it', async () => {
    await write("service: gl\nparams: { default: { slackSecretsPath: '/${env:X}' } }\n")
    const { stackName, secretsPath } = await readService(directory, 'prod')
    expect(stackName).toBe('gl-prod')
    expect(secretsPath).toThrow(/which only serverless can resolve: give the path with --secrets-path/)
    const terminal = { directory, environment: { AWS_REGION: 'eu-west-1' } } as unknown as Terminal
    const named = await installationFrom({ installation: 'prod', secretsPath: '/own/slack' }, terminal)
    expect(named.secretsPath()).toBe('/own/slack')
  })
})
