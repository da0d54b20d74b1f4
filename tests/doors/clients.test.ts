import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { jest } from '@jest/globals'
import { WebClient } from '@slack/web-api'
import { APPROVAL, BOT_TOKEN, type BotWorkspace, openBotWorkspace, RELEASES } from '../support/bot-workspace.ts'
import { describeWith } from '../support/needs.ts'
import { botToken } from '../support/secret.ts'

jest.setTimeout(60_000)

const run = promisify(execFile)

let bot: BotWorkspace
beforeAll(async () => {
  bot = await openBotWorkspace()
})
afterAll(() => bot.close())

test('Slack’s own client posts, lists and sees what the bot posted', async () => {
  const { message } = await bot.ask()
  const channel = 'C0GENERAL'
  const client = new WebClient(BOT_TOKEN, { slackApiUrl: `${bot.url}/slack/api/` })
  const { ts } = await client.chat.postMessage({ channel, text: 'Hello from a script' })
  const { messages: own } = await client.conversations.history({ channel })
  expect(own).toMatchObject([{ ts, text: 'Hello from a script' }])
  const { messages: asked } = await client.conversations.history({ channel: RELEASES })
  expect(asked).toMatchObject([{ ts: message.ts, text: message.text }])
  const stranger = new WebClient(botToken('other'), { slackApiUrl: `${bot.url}/slack/api/` })
  await expect(stranger.auth.test()).rejects.toMatchObject({ data: { error: 'invalid_auth' } })
})

await describeWith(['aws'], 'the AWS CLI', () => {
  const aws = async (...command: string[]) => {
    const { stdout } = await run('aws', ['--endpoint-url', `${bot.url}/aws`, '--output', 'json', ...command], {
      env: {
        PATH: process.env.PATH ?? '',
        HOME: '/nowhere',
        AWS_ACCESS_KEY_ID: 'me',
        AWS_SECRET_ACCESS_KEY: 'any',
        AWS_DEFAULT_REGION: 'eu-west-1',
        AWS_EC2_METADATA_DISABLED: 'true',
      },
    })
    return JSON.parse(stdout) as unknown
  }
  test('lists the pipeline, shows what waits, and decides it', async () => {
    const { token } = await bot.ask()
    expect(await aws('codepipeline', 'list-pipelines')).toMatchObject({ pipelines: [{ name: 'flask-app' }] })
    const state = await aws('codepipeline', 'get-pipeline-state', '--name', 'flask-app')
    expect(JSON.stringify(state)).toContain(token)
    const where = ['--pipeline-name', APPROVAL.pipelineName, '--stage-name', APPROVAL.stageName]
    const what = ['--action-name', APPROVAL.actionName, '--token', token, '--result', 'summary=Go,status=Approved']
    expect(await aws('codepipeline', 'put-approval-result', ...where, ...what)).toHaveProperty('approvedAt')
    await bot.until(({ channels }) => /Approved in the AWS console/.test(JSON.stringify(channels)))
  })
})
