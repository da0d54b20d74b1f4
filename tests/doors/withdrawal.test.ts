import { jest } from '@jest/globals'
import type { MessageView, Snapshot } from '../../local/page/contract.ts'
import { messagesIn } from '../support/page-client.ts'
import {
  type BotWorkspace,
  RELEASES,
  TWO_APPROVALS,
  openBotWorkspace,
  shown,
  wordsOf,
} from '../support/bot-workspace.ts'
import { decided, form } from '../support/slack-payload.ts'

jest.setTimeout(60_000)

let bot: BotWorkspace
beforeAll(async () => {
  bot = await openBotWorkspace(TWO_APPROVALS)
})
afterAll(() => bot.close())

const told = (snapshot: Snapshot): MessageView[] =>
  messagesIn(snapshot, RELEASES).filter(({ onlyFor }) => onlyFor === 'U0DANA')

const press = (ts: string, blockId: string, actionId: string) =>
  bot.post('/local/slack/click', { userId: 'U0DANA', channelId: RELEASES, ts, blockId, actionId })

const approve = (approvalId: string) => bot.send(form(decided('approve', approvalId, 'Checked', 'U0DANA')))

const count = (snapshot: Snapshot) => /\d of 2 approved/.exec(wordsOf(shown(snapshot)))?.[0]

test('an approval that counts, while more are required, is acknowledged to its approver alone', async () => {
  const { approvalId } = await bot.ask()
  expect(await approve(approvalId)).toEqual({ status: 200, body: '' })
  const snapshot = await bot.until((current) => told(current).length > 0 && count(current) === '1 of 2 approved')
  expect(told(snapshot)).toHaveLength(1)
  expect(told(snapshot)[0]?.text).toBe('Your approval counts. 1 of 2 approved, waiting for engineers.')
  expect(wordsOf(shown(snapshot))).not.toContain('"withdraw"')
})

test('it is withdrawn from there, and the answer is replaced by the result', async () => {
  const [counts] = told(bot.snapshot())
  await press(counts!.ts, 'withdraw', 'withdraw')
  const snapshot = await bot.until((current) => count(current) === '0 of 2 approved')
  const after = told(await bot.until((current) => /withdrawn/.test(told(current)[0]?.text ?? '')))
  expect(after).toHaveLength(1)
  expect(after[0]).toMatchObject({ ts: counts!.ts, text: expect.stringMatching(/^Your approval was withdrawn\./) })
  expect(wordsOf(after[0])).not.toContain('"withdraw"')
  expect(snapshot.modals).toEqual([])
})

test('if the private answer does not reach them, Approve… gives it again and opens no form', async () => {
  const { approvalId, message } = await bot.ask()
  const lost = { status: 200, body: { ok: false, error: 'user_not_in_channel' } }
  bot.disturb.slack.order({ operation: 'chat.postEphemeral', times: 1, answer: lost })
  const before = told(bot.snapshot()).length
  expect(await approve(approvalId)).toEqual({ status: 200, body: '' })
  await bot.until((current) => count(current) === '1 of 2 approved')
  expect(told(bot.snapshot())).toHaveLength(before)
  await press(message.ts, 'approval', 'approve')
  const snapshot = await bot.until((current) => told(current).length > before)
  expect(told(snapshot).at(-1)?.text).toMatch(/^You approved this already \(.*\)\.\nWaiting for engineers: /)
  expect(wordsOf(told(snapshot).at(-1))).toContain('"action_id":"withdraw"')
  expect(snapshot.modals).toEqual([])
  await press(told(snapshot).at(-1)!.ts, 'withdraw', 'withdraw')
  await bot.until((current) => count(current) === '0 of 2 approved')
})
