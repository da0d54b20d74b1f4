import { jest } from '@jest/globals'
import { blockWith, directMessages } from '../support/page-client.ts'
import { type BotWorkspace, openBotWorkspace, wordsOf } from '../support/bot-workspace.ts'
import { decided, form } from '../support/slack-payload.ts'

jest.setTimeout(60_000)

let bot: BotWorkspace
beforeEach(async () => {
  bot = await openBotWorkspace(new URL('../local/workspace/direct.yml', import.meta.url))
})
afterEach(() => bot.close())

const toldTo = (userId: string) => directMessages(bot.snapshot(), userId)

test('each person whose approval is needed gets one direct message, with the buttons, and no one else does', async () => {
  await bot.ask()
  await bot.until(() => toldTo('U0DANA').length + toldTo('U0ELI').length === 2)
  for (const userId of ['U0DANA', 'U0ELI']) {
    const [message, ...more] = toldTo(userId)
    expect(more).toEqual([])
    expect(message!.text).toMatch(/^⏸? ?Your approval is needed: flask-app to Production/)
    expect(blockWith(message, 'approve')).toBeDefined()
    expect(wordsOf(message)).toContain('Open the approval')
  }
  expect(bot.snapshot().channels.flatMap(({ onlyFor }) => onlyFor ?? [])).toHaveLength(2)
})

test('the direct messages say who has approved since, and close together with the approval', async () => {
  const { approvalId } = await bot.ask()
  await bot.until(() => toldTo('U0DANA').length + toldTo('U0ELI').length === 2)
  await bot.send(form(decided('approve', approvalId, '', 'U0DANA')))
  await bot.until(() => wordsOf(toldTo('U0ELI')[0]).includes('1 of 2 approved'))
  await bot.until(() => wordsOf(toldTo('U0DANA')[0]).includes('Waiting for release managers'))
  expect(wordsOf(toldTo('U0ELI')[0])).toContain('Your approval is needed')
  await bot.send(form(decided('reject', approvalId, 'Not today', 'U0ELI')))
  await bot.until(() => ['U0DANA', 'U0ELI'].every((userId) => /Rejected/.test(wordsOf(toldTo(userId)[0]))))
  for (const userId of ['U0DANA', 'U0ELI']) {
    expect(toldTo(userId)).toHaveLength(1)
    expect(blockWith(toldTo(userId)[0], 'approve')).toBeUndefined()
  }
})

test('a direct message that was sent and never confirmed is found again, not sent twice', async () => {
  bot.disturb.slack.order({ operation: 'chat.postMessage', about: 'U0DANA', times: 1, afterwards: 'lost' })
  await bot.ask()
  await bot.pass(3 * 60_000)
  await bot.until(() => toldTo('U0DANA').length === 1 && toldTo('U0ELI').length === 1)
})
