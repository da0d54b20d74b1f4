import { jest } from '@jest/globals'
import { type BotWorkspace, forEveryone, openBotWorkspace } from '../support/bot-workspace.ts'
import { form, pressed } from '../support/slack-payload.ts'
import { toldTo, typedCommand } from '../support/typed-command.ts'

jest.setTimeout(30_000)

let bot: BotWorkspace
beforeAll(async () => {
  bot = await openBotWorkspace(new URL('../local/workspace/may-freeze.yml', import.meta.url))
})
afterAll(() => bot.close())

const answerTo = (text: string, userId?: string) => typedCommand(bot, text, userId)

const question = () => forEveryone(bot.snapshot()).findLast(({ text }) => text.includes('Production'))!

test('what waits is listed for the person who asks, with the link to its message, and why they cannot approve', async () => {
  const { approvalId } = await bot.ask()

  const forDana = await answerTo('pending')
  expect(forDana.text).toMatch(
    /^1 approval waits for you:\n• flask-app to Production · Start the shop · 0 of 1 approved, waiting for release managers · expires /,
  )
  expect(JSON.stringify(forDana.blocks)).toContain(`/archives/C0RELEASES/p${question().ts.replace('.', '')}`)
  expect((await answerTo('why flask-*')).text).toMatch(
    /^Can you approve\?\n• flask-app to Production: You can approve it/,
  )

  const forAna = await answerTo('pending', 'U0ANA')
  expect(forAna.text).toMatch(
    /^No approval waits for you.\n1 approval waits for others:\n• flask-app to Production · 0 of/,
  )
  expect(forAna.text).not.toContain('Start the shop')
  expect((await answerTo('why flask-app', 'U0ANA')).text).toContain('You are not an approver of this deployment.')

  await answerTo('freeze flask-app for 2h because incident 4711')
  expect((await answerTo('pending')).text).toMatch(/1 approval waits for others:\n• .* · change freeze · /)
  expect((await answerTo('why flask-app')).text).toContain('Change freeze “incident 4711”, set in Slack')
  await answerTo('lift flask-app')

  await bot.send(form(pressed('approve', approvalId, { userId: 'U0DANA' })))
  await bot.settled()
  expect((await answerTo('pending')).text).toBe('No approval waits.')
  expect((await answerTo('why flask-app')).text).toContain('No approval waits there: flask-app.')
})

test('what runs, failed and is live is told, with who approved it', async () => {
  expect((await answerTo('status')).text).toMatch(/^flask-app\n(• .*\n)*• Live in Production: [0-9a-f]{7} since /)
  expect((await answerTo('history flask-app production')).text).toMatch(
    /^The last deployments of flask-app:\n• [0-9a-f]{7} to Production, live since .* · approved by Dana Novak · .* from the request/,
  )
  expect((await answerTo('diff flask-app')).text).toContain('there is nothing to compare')
  expect((await answerTo('status payments-*')).text).toContain('No execution of payments-* is known since')
})

test('the shortcut of a message says why its reader cannot approve, and of a reply in its thread as well', async () => {
  await bot.ask('Another change')
  const choose = (ts: string) =>
    bot.post('/local/slack/shortcut', { userId: 'U0ANA', channelId: 'C0RELEASES', ts, callbackId: 'why_not' })
  const before = toldTo(bot, 'U0ANA').length
  expect(await choose(question().ts)).toMatchObject({ body: { ok: true } })
  await bot.until(() => toldTo(bot, 'U0ANA').length > before)
  expect(toldTo(bot, 'U0ANA').at(-1)!.text).toContain('You are not an approver of this deployment.')

  const older = forEveryone(bot.snapshot())[0]!
  await choose(older.ts)
  await bot.until(() => toldTo(bot, 'U0ANA').length > before + 1)
  expect(toldTo(bot, 'U0ANA').at(-1)!.text).toBe('This is not the message of an approval that waits.')
})

test('a shortcut that Slack cannot have sent is refused', async () => {
  const shortcut = {
    type: 'message_action',
    callback_id: 'why_not',
    user: { id: 'U0ANA' },
    channel: { id: 'C0RELEASES' },
  }
  const url = { response_url: 'https://hooks.slack.com/actions/1' }
  for (const payload of [
    { ...shortcut, ...url, message: { ts: 'x' } },
    { ...shortcut, message: { ts: '1764201600.000200' }, response_url: 'https://evil.example/' },
    { ...shortcut, ...url, message: { ts: '1764201600.000200' }, callback_id: 'another' },
  ])
    expect(await bot.send(form(payload))).toMatchObject({ status: 400 })
})
