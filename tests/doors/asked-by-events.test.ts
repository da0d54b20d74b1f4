import { jest } from '@jest/globals'
import type { BotWorkspace } from '../support/bot-workspace.ts'
import { forEveryone, notification, openBotWorkspace, wordsOf } from '../support/bot-workspace.ts'
import { decided, form } from '../support/slack-payload.ts'

jest.setTimeout(60_000)

let bot: BotWorkspace
beforeAll(async () => {
  bot = await openBotWorkspace()
  await bot.ask()
  await edit({ CustomData: 'See the basket page of #{codepipeline.PipelineExecutionId}', ExternalEntityLink: REVIEW })
  await bot.untilText(/^Canceled/)
})
afterAll(() => bot.close())

const REVIEW = 'https://review.example/1'

/** Gives the approval action these settings, and no topic. */
const edit = async (configuration: Record<string, string>): Promise<void> => {
  const { pipeline } = bot.codePipeline.getPipeline({ name: 'flask-app' })
  const edited = structuredClone(pipeline)
  Object.assign(edited.stages[2]?.actions[0] ?? {}, { configuration, timeoutInMinutes: 45 })
  bot.codePipeline.updatePipeline(edited)
  await bot.settled()
}

const reject = async (approvalId: string): Promise<void> => {
  await bot.send(form(decided('reject', approvalId, 'Only a test', 'U0DANA')))
  await bot.untilText(/^Rejected/)
}

test('a pipeline whose approval notifies no topic asks, with what its author wrote and when it expires', async () => {
  const { message, token, approvalId } = await bot.ask('Without a topic')
  const words = wordsOf(message)
  expect(message.text).toContain('Without a topic')
  expect(words).toContain('See the basket page of ')
  expect(words).not.toContain('codepipeline.PipelineExecutionId')
  expect(words).toContain(`"url":"${REVIEW}"`)
  const run = bot.codePipeline
    .listActionExecutions({ pipelineName: 'flask-app' })
    .actionExecutionDetails.find(({ output }) => output.executionResult.externalExecutionId === token)
  const expiry = run!.startTime * 1_000 + 45 * 60_000
  expect(words).toContain(`"timestamp":${(expiry - (expiry % 60_000)) / 1_000}`)
  await reject(approvalId)
})

test('a notification that comes as well leads to no second question', async () => {
  const { token, approvalId } = await bot.ask('Told twice')
  const before = forEveryone(bot.snapshot()).length
  await bot.publish(JSON.stringify(notification({ token })))
  await bot.settled()
  expect(forEveryone(bot.snapshot())).toHaveLength(before)
  await reject(approvalId)
})
