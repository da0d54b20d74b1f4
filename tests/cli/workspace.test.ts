import { parse } from 'yaml'
import { openBotWorkspace, type BotWorkspace } from '../support/bot-workspace.ts'
import { runGreenlight } from './scripted-terminal.ts'

/** The command line against the local workspace, with the settings that README.md gives. */
let workspace: BotWorkspace
beforeAll(async () => {
  workspace = await openBotWorkspace()
})
afterAll(() => workspace.close())

const CONFIG = 'tests/local/workspace/one-approval.yml'

/** With any Region: a person may have set one for their own work. */
const run = (...argv: string[]) =>
  runGreenlight(argv, {
    environment: {
      AWS_ENDPOINT_URL: `${workspace.url}/aws`,
      AWS_ACCESS_KEY_ID: 'me',
      AWS_SECRET_ACCESS_KEY: 'any',
      AWS_REGION: 'ap-southeast-2',
      SLACK_API_URL: `${workspace.url}/slack/api/`,
    },
  })

test('check --online finds the bot, and everything in Slack', async () => {
  expect(await run('check', '--online', CONFIG)).toEqual({
    exitCode: 0,
    out: [
      `${CONFIG}: ok (1 route)`,
      `${CONFIG}: ok: Slack channels`,
      `${CONFIG}: ok: Slack people and user groups`,
      '',
    ].join('\n'),
    err: '',
    asked: [],
  })
})

test('explain asks the workspace’s Slack', async () => {
  const where = ['--pipeline', 'flask-app', '--stage', 'Production', '--config', CONFIG]
  const { exitCode, out } = await run('explain', ...where, '--person', 'dana@shop.example')
  expect(exitCode).toBe(0)
  expect(out).toContain('Dana Novak (U0DANA) could approve.')
})

test('audit finds the table, and exports what the bot recorded', async () => {
  await workspace.ask()
  const { exitCode, out, err } = await run(
    'audit',
    '--from',
    new Date(workspace.clock.now()).toISOString().slice(0, 10),
  )
  expect(err).toMatch(/^\d+ entries of 1 approval: every approval passed verification\.\n$/)
  expect(exitCode).toBe(0)
  expect(out).toContain('"what":"requested"')
})

test('init finds the request URL and both secrets', async () => {
  expect(parse((await run('init', '--manifest')).out)).toMatchObject({
    settings: { interactivity: { request_url: `${workspace.url}/slack/events` } },
  })
  const { exitCode, out } = await run('init')
  expect(exitCode).toBe(0)
  expect(out).toContain('kept: /greenlight/prod/slack/bot-token')
  expect(out).toContain('kept: /greenlight/prod/slack/signing-secret')
  expect(out).not.toContain('First set request_url')
})

test('doctor checks what the workspace has, and says once what it does not have', async () => {
  const { exitCode, out } = await run('doctor', '--config', CONFIG)
  const ok = [...out.matchAll(/^ok +(.+)$/gm)].map(([, title]) => title)
  expect(ok).toEqual([
    'Clock',
    'AWS credentials',
    'Stack',
    'greenlight.yml',
    'Signing key',
    'Dead-letter queues',
    'Slack secrets',
    'Request URL',
    'Slack bot token',
    'Slack scopes',
    'Slack channels',
    'Slack people and user groups',
  ])
  expect(out).not.toMatch(/^wrong/m)
  expect(out.match(/Reason: /g)).toHaveLength(1)
  expect(out).toContain('Reason: The AWS endpoint does not offer everything that this needs: it is not AWS itself.')
  expect(out).toMatch(/^12 checks not made, for 1 reason\.$/m)
  expect(exitCode).toBe(1)
})
