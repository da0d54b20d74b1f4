import { jest } from '@jest/globals'
import { APPROVAL, type BotWorkspace, openBotWorkspace, saidUnder, shown, wordsOf } from '../support/bot-workspace.ts'

jest.setTimeout(60_000)

let bot: BotWorkspace
afterEach(() => bot.close())

const approveInConsole = async (userId: string) => {
  const { token } = await bot.ask()
  await bot.post('/local/console/decide', { userId, ...APPROVAL, token, status: 'Approved', summary: 'Looks fine' })
  await bot.untilText(/^Live/)
  await bot.settled()
}

const file = (name: string) => new URL(`../local/workspace/${name}.yml`, import.meta.url)

test('an approval in the AWS console by a person who is no approver is marked, and told to the approvers', async () => {
  bot = await openBotWorkspace(file('console-people'))
  await approveInConsole('U0FINN')
  const words = wordsOf(shown(bot.snapshot()))
  expect(words).toContain('"text":"⚠ Live: flask-app to Production"')
  expect(words).toMatch(/Past the policy:.*"user_id":"U0FINN".* is not an approver of this deployment\./)
  const notice = saidUnder(bot.snapshot()).find(({ text }) => text.includes('Approved past the policy'))
  expect(notice?.text).toContain('is not an approver of this deployment.')
  expect(notice?.text).toMatch(/<@U0DANA>.*<@U0ELI>/)
  expect(bot.reported.join('\n')).not.toContain('arn:aws')
})

test('a person who is not known is told as AWS names them', async () => {
  bot = await openBotWorkspace()
  await approveInConsole('U0FINN')
  expect(wordsOf(shown(bot.snapshot()))).toMatch(/Past the policy:.*finn.*is not known in Slack/)
})

test('an approver who approves in the AWS console passes by nothing', async () => {
  bot = await openBotWorkspace(file('console-people'))
  await approveInConsole('U0DANA')
  expect(wordsOf(shown(bot.snapshot()))).not.toContain('⚠')
  expect(
    saidUnder(bot.snapshot())
      .map(({ text }) => text)
      .join(),
  ).not.toContain('past the policy')
})

test('a route may allow it', async () => {
  bot = await openBotWorkspace(file('console-allowed'))
  await approveInConsole('U0FINN')
  expect(wordsOf(shown(bot.snapshot()))).not.toContain('⚠')
})
