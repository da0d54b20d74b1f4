import { jest } from '@jest/globals'
import { type BotWorkspace, forEveryone, openBotWorkspace, shown, wordsOf } from '../support/bot-workspace.ts'
import { blockWith, messagesIn } from '../support/page-client.ts'
import { decided, form, pressed } from '../support/slack-payload.ts'

jest.setTimeout(60_000)

let bot: BotWorkspace
beforeAll(async () => {
  bot = await openBotWorkspace(new URL('../local/workspace/released.yml', import.meta.url))
})
afterAll(() => bot.close())

/** The form of the button under the newest execution that is over, as Dana sends it. */
const release = async () => {
  const isOver = () => messagesIn(bot.snapshot(), 'C0DEPLOYS').findLast((one) => blockWith(one, 'steer-release'))
  await bot.until(() => isOver() !== undefined)
  const [button] = blockWith(isOver(), 'steer-release')!.elements as { value: string }[]
  const payload = decided('approve', 'x', '', 'U0DANA')
  const metadata = JSON.stringify({ act: 'release', value: button!.value, from: 'C0DEPLOYS' })
  const view = { ...payload.view, callback_id: 'steer', private_metadata: metadata, state: { values: {} } }
  expect(JSON.parse((await bot.send(form({ ...payload, view }))).body)).toMatchObject({
    view: { title: { text: 'Being checked' } },
  })
}

const approve = async (approvalId: string, userId: string) => {
  expect((await bot.send(form(pressed('approve', approvalId, { userId })))).status).toBe(200)
  expect((await bot.send(form(decided('approve', approvalId, '', userId)))).status).toBe(200)
  await bot.settled()
}

test('who releases from Slack is the starter: named in the request, kept from approving it, and others are not', async () => {
  const { approvalId: pushed } = await bot.ask('A change')
  await bot.send(form(decided('reject', pushed, 'Not today', 'U0ELI')))
  await bot.untilText(/Rejected/)
  const before = forEveryone(bot.snapshot()).length
  await release()
  await bot.until(
    (current) => forEveryone(current).length > before && blockWith(shown(current), 'approve') !== undefined,
  )
  await bot.settled()
  const request = shown(bot.snapshot())
  expect(wordsOf(request)).toContain('Started by Dana Novak')
  expect(wordsOf(request)).not.toMatch(/steer-|identif/)
  const elements = blockWith(request, 'approve')!.elements as { action_id: string; value: string }[]
  const approvalId = elements.find(({ action_id }) => action_id === 'approve')!.value

  await approve(approvalId, 'U0DANA')
  expect(shown(bot.snapshot())?.text).not.toMatch(/Approved by|Live/)
  await approve(approvalId, 'U0ELI')
  await bot.untilText(/Approved by Eli Brandt/)
})
