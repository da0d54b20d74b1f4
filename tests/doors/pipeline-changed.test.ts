import { CodePipelineClient, GetPipelineCommand, UpdatePipelineCommand } from '@aws-sdk/client-codepipeline'
import { jest } from '@jest/globals'
import type { Snapshot } from '../../local/page/contract.ts'
import { blockWith, messagesIn, newestExecution } from '../support/page-client.ts'
import {
  APPROVAL,
  type BotWorkspace,
  executionStatus,
  forEveryone,
  openBotWorkspace,
  shown,
  wordsOf,
} from '../support/bot-workspace.ts'

jest.setTimeout(60_000)

let bot: BotWorkspace
beforeAll(async () => {
  bot = await openBotWorkspace()
})
afterAll(() => bot.close())

const pipelineName = 'flask-app'
const person = { userId: 'U0ELI', pipelineName }

const decideInConsole = async (status: 'Approved' | 'Rejected', summary: string) => {
  const { token } = await bot.ask()
  expect(await bot.post('/local/console/decide', { ...person, ...APPROVAL, token, status, summary })).toMatchObject({
    status: 200,
  })
}

/** The message once it has this text; it has no button to decide any more. */
const closedAs = async (text: RegExp) => {
  const message = shown(await bot.untilText(text))
  expect(blockWith(message, 'approve')).toBeUndefined()
  return wordsOf(message)
}

describe('an approval that ends outside Greenlight closes its message by itself', () => {
  test('rejected in the AWS console: with the person and the reason', async () => {
    await decideInConsole('Rejected', 'Not <!here> today')
    const words = await closedAs(/^Rejected: flask-app to Production/)
    expect(words).toContain('Rejected in the AWS console')
    expect(words).toContain(' by eli')
    expect(words).toContain('“Not <!here> today”')
  })

  test('approved in the AWS console without a comment: with the person and the deployment', async () => {
    await decideInConsole('Approved', '')
    const words = await closedAs(/^Live: flask-app to Production/)
    expect(words).toContain('Approved in the AWS console')
    expect(words).toContain(' by eli')
    expect(words).not.toContain('arn:aws')
  })

  test('stopped and abandoned', async () => {
    await bot.ask()
    const executionId = newestExecution(bot.snapshot())?.id
    await bot.post('/local/console/stop', { ...person, executionId, abandon: true })
    expect(await closedAs(/^Stopped: flask-app to Production/)).toContain('Stopped in the AWS console')
  })

  test('the pipeline edited', async () => {
    await bot.ask()
    const client = new CodePipelineClient({
      endpoint: `${bot.url}/aws`,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'eli', secretAccessKey: 'any' },
    })
    const { pipeline } = await client.send(new GetPipelineCommand({ name: pipelineName }))
    await client.send(new UpdatePipelineCommand({ pipeline }))
    expect(await closedAs(/^Canceled: flask-app to Production/)).toContain('The pipeline was edited')
  })
})

describe('an approval', () => {
  test('is requested again, in a message of its own, when its stage is retried', async () => {
    await decideInConsole('Rejected', 'First not')
    await closedAs(/^Rejected/)
    const before = forEveryone(bot.snapshot())
    const executionId = newestExecution(bot.snapshot())?.id
    await bot.post('/local/console/retry', { ...person, executionId, stageName: 'Production' })
    await bot.ask()
    expect(forEveryone(bot.snapshot()).slice(0, -1)).toEqual(before)
    await decideInConsole('Approved', 'Then yes')
    await closedAs(/^Live/)
  })

  test('names the newer change that waits behind it, until it is decided', async () => {
    const { message } = await bot.ask('The older one')
    await bot.push('The newer one')
    const warned = await bot.until((snapshot) => /newer change waits/.test(wordsOf(shown(snapshot))))
    expect(shown(warned)?.ts).toBe(message.ts)
    expect(wordsOf(shown(warned))).toMatch(/newer change waits.*The newer one/)
    const older = warned.pipelines[0]?.executions[1]?.stages[2]?.actions[0]?.approval?.token
    const decision = { ...person, ...APPROVAL, token: older, status: 'Rejected', summary: 'The newer one, please' }
    await bot.post('/local/console/decide', decision)
    const next = await bot.ask()
    expect(next.message.text).toContain('The newer one')
    const asked = (snapshot: Snapshot) => forEveryone(snapshot).find(({ ts }) => ts === message.ts)
    const closed = await bot.until((snapshot) => /^Rejected/.test(asked(snapshot)?.text ?? ''))
    expect(wordsOf(asked(closed))).not.toContain('newer change waits')
    await decideInConsole('Approved', '')
    await bot.until((snapshot) => executionStatus(snapshot) === 'Succeeded')
  })

  test('of a deleted pipeline is closed by the next sweep, without an event, and its status card with it', async () => {
    await bot.ask()
    bot.codePipeline.deletePipeline({ name: pipelineName })
    await bot.pass(7 * 60_000)
    expect(await closedAs(/^Canceled/)).toContain('The pipeline was deleted')
    const [reply, card] = messagesIn(bot.snapshot(), 'C0DEPLOYS').reverse().map(wordsOf)
    expect(reply).toMatch(/Canceled:/)
    expect(card).toMatch(/ was canceled.*Production.* canceled/)
    expect(card).not.toContain('waits for')
  })
})
