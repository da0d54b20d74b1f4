import { jest } from '@jest/globals'
import { type BotWorkspace, openBotWorkspace, RELEASES } from '../support/bot-workspace.ts'

jest.setTimeout(60_000)

let bot: BotWorkspace
beforeAll(async () => {
  bot = await openBotWorkspace()
})
afterAll(() => bot.close())

/** The workspace's Slack gives up after three seconds, as Slack does, and then shows the person a failure. */
test('Slack is answered within its three seconds when CodePipeline takes ten, and the verdict still arrives', async () => {
  const { message } = await bot.ask()
  const click = { userId: 'U0DANA', channelId: RELEASES, ts: message.ts, blockId: 'approval', actionId: 'approve' }
  expect(await bot.post('/local/slack/click', click)).toMatchObject({ body: { ok: true } })
  const modal = bot.snapshot().modals.find(({ userId }) => userId === 'U0DANA')
  bot.disturb.aws.order({ operation: 'PutApprovalResult', times: 1, delayMs: 10_000 })

  const submission = { userId: 'U0DANA', viewId: modal?.viewId, values: { comment: { text: { value: 'slowly' } } } }
  expect(await bot.post('/local/slack/submit', submission)).toMatchObject({ body: { ok: true } })

  await bot.pass(5 * 60_000)
  await bot.untilText(/^Live/)
  expect(bot.deadLetters).toEqual([])
})
