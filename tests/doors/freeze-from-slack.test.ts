import { jest } from '@jest/globals'
import { type BotWorkspace, forEveryone, openBotWorkspace } from '../support/bot-workspace.ts'
import { messagesIn } from '../support/page-client.ts'
import { decided, form, pressed } from '../support/slack-payload.ts'
import { typedCommand } from '../support/typed-command.ts'

jest.setTimeout(30_000)

let bot: BotWorkspace
beforeAll(async () => {
  bot = await openBotWorkspace(new URL('../local/workspace/may-freeze.yml', import.meta.url))
})
afterAll(() => bot.close())

/** The newest message of an approval: freezes are told of in the same channel. */
const question = () => forEveryone(bot.snapshot()).findLast(({ text }) => text.includes('Production'))!
const untilAsked = (text: RegExp) => bot.until(() => text.test(question()?.text ?? ''))

const answerTo = async (text: string, userId?: string): Promise<string> => (await typedCommand(bot, text, userId)).text

const announced = (): string[] =>
  messagesIn(bot.snapshot(), 'C0RELEASES').flatMap(({ onlyFor, text }) =>
    onlyFor === null && /change freeze/i.test(text) && !text.includes('Production') ? text : [],
  )

test('a freeze from Slack holds an approval that waits, until it is lifted', async () => {
  const { approvalId } = await bot.ask()
  expect(await answerTo('freeze flask-app for 2h because incident 4711', 'U0ELI')).toContain(
    'You may not do this on routes.0 (flask-app)',
  )
  expect(await answerTo('freeze flask-app for 2h because incident 4711')).toMatch(
    /^Frozen: flask-app until .*“incident 4711”/,
  )
  await untilAsked(/^Frozen/)
  expect(JSON.stringify(question().blocks)).toContain('set in Slack')

  await bot.send(form(pressed('approve', approvalId, { userId: 'U0DANA' })))
  expect(question().text).toMatch(/^Frozen/)

  expect(await answerTo('freezes', 'U0ANA')).toContain('1 freeze was set in Slack:')
  expect(await answerTo('lift flask-app because solved')).toContain('The freeze is lifted: flask-app')
  await untilAsked(/^Approve flask-app/)
  await bot.settled()
  expect(announced()).toEqual([
    expect.stringContaining('Change freeze: flask-app until'),
    expect.stringContaining('The change freeze is lifted: flask-app, by <@U0DANA>'),
  ])
  await bot.send(form(pressed('approve', approvalId, { userId: 'U0DANA' })))
  await untilAsked(/^(Deploying|Live|Approved)/)
})

test('it can be overridden for one approval, and ends by itself', async () => {
  const { approvalId } = await bot.ask('Another change')
  await answerTo('freeze flask* for 3h because stocktaking')
  await untilAsked(/^Frozen/)
  await bot.send(form(decided('break-glass', approvalId, 'Checkout is down', 'U0ELI')))
  await untilAsked(/^Approve flask-app/)
  const before = announced().length
  await bot.pass(4 * 3_600_000)
  await bot.settled()
  expect(announced().slice(before)).toEqual([expect.stringContaining('The change freeze is over: flask*')])
})

test('what is typed wrong comes back with a sentence', async () => {
  expect(await answerTo('freze flask-app')).toBe(
    'There is no command “freze”. Did you mean /greenlight freeze flask-app?',
  )
  expect(await answerTo('freeze flask-app until yesterday because x')).toContain(
    'You typed: /greenlight freeze flask-app until yesterday because x',
  )
  expect(await answerTo('help')).toContain('/greenlight lift shop-*: the freeze ends now')
})

test('a command that Slack has not signed is refused', async () => {
  const body = new URLSearchParams({
    command: '/greenlight',
    text: 'freeze * for 1h because x',
    user_id: 'U0DANA',
    response_url: 'https://hooks.slack.com/1',
  }).toString()
  expect(await bot.send(body, { headers: { 'x-slack-signature': `v0=${'0'.repeat(64)}` } })).toMatchObject({
    status: 401,
  })
  await bot.settled()
  expect(await answerTo('freezes')).toContain('No freeze that was set in Slack is in force')
})
