import { jest } from '@jest/globals'
import { blockWith, messagesIn } from '../support/page-client.ts'
import { type BotWorkspace, openBotWorkspace, saidUnder, wordsOf } from '../support/bot-workspace.ts'
import { decided, form } from '../support/slack-payload.ts'

jest.setTimeout(60_000)

const LEADS = 'C0GENERAL'
const MINUTE = 60_000

let bot: BotWorkspace
beforeEach(async () => {
  bot = await openBotWorkspace(new URL('../local/workspace/escalated.yml', import.meta.url))
})
afterEach(() => bot.close())

const escalation = () => messagesIn(bot.snapshot(), LEADS).at(-1)
const reminder = () => saidUnder(bot.snapshot()).find(({ ts }) => ts === reminded)
let reminded = ''

/** An approval that was reminded of, and escalated to another channel. */
const escalated = async () => {
  const { approvalId } = await bot.ask()
  await bot.pass(35 * MINUTE)
  expect(escalation()?.text).toMatch(/^⏸? ?Escalated: flask-app to Production/)
  reminded = saidUnder(bot.snapshot()).find(({ text }) => text.includes('Still waiting'))!.ts
  return approvalId
}

test('an escalation can be answered where it is read, and says what is still missing', async () => {
  const approvalId = await escalated()
  expect(wordsOf(escalation())).toContain('0 of 2 approved')
  expect(blockWith(escalation(), 'approve')).toBeDefined()
  await bot.send(form(decided('approve', approvalId, '', 'U0DANA')))
  await bot.until(() => wordsOf(escalation()).includes('1 of 2 approved'))
  expect(wordsOf(reminder())).toContain('1 of 2 approved')
})

test('the escalation and the reminder close together with the approval', async () => {
  const approvalId = await escalated()
  await bot.send(form(decided('reject', approvalId, 'Not today', 'U0DANA')))
  await bot.untilText(/^Rejected/)
  await bot.until(() => /Rejected/.test(wordsOf(escalation())))
  for (const notice of [escalation(), reminder()]) {
    expect(wordsOf(notice)).toMatch(/Rejected.* by Dana Novak: flask-app to Production/)
    expect(wordsOf(notice)).not.toMatch(/of 2 approved|[Ee]xpires/)
    expect(blockWith(notice, 'approve')).toBeUndefined()
  }
})
