import { jest } from '@jest/globals'
import { type BotWorkspace, openBotWorkspace } from '../support/bot-workspace.ts'
import { directMessages } from '../support/page-client.ts'
import { form } from '../support/slack-payload.ts'
import { asText } from '../support/as-text.ts'

jest.setTimeout(60_000)

let bot: BotWorkspace
beforeAll(async () => {
  bot = await openBotWorkspace(new URL('../local/workspace/may-freeze.yml', import.meta.url))
})
afterAll(() => bot.close())

interface Block {
  block_id: string
  elements?: { action_id?: string; value?: string }[]
}
const homeOf = (userId: string) =>
  bot.snapshot().homes.find((one) => one.userId === userId)?.view as { blocks: Block[] } | undefined
const shownTo = (userId: string): string => asText(homeOf(userId) ?? { blocks: [] })
const open = (userId: string) => bot.post('/local/slack/home', { userId })
const until = (userId: string, words: RegExp) => bot.until(() => words.test(shownTo(userId)))
const press = (userId: string, actionId: string) => {
  const block = homeOf(userId)!.blocks.find(({ elements }) => elements?.some((one) => one.action_id === actionId))!
  return bot.post('/local/slack/home-click', { userId, blockId: block.block_id, actionId })
}
const modalOf = (userId: string) => bot.snapshot().modals.findLast((one) => one.userId === userId)
const json = { headers: { 'content-type': 'application/json' } }
const event = (given: object) => bot.send(JSON.stringify({ type: 'event_callback', event: given }), json)

test('Slack verifies the address of events', async () => {
  const verification = JSON.stringify({ type: 'url_verification', challenge: 'abc', token: 't' })
  expect(await bot.send(verification, json)).toEqual({ status: 200, body: JSON.stringify({ challenge: 'abc' }) })
})

test('an event of another kind, or of the messages of the app, is answered and does nothing', async () => {
  expect((await event({ type: 'message', user: 'U0DANA' })).status).toBe(200)
  expect((await event({ type: 'app_home_opened', user: 'U0DANA', tab: 'messages' })).status).toBe(200)
  await bot.settled()
  expect(homeOf('U0DANA')).toBeUndefined()
})

test('an event that Slack has not signed, or of a form that it has not, is refused', async () => {
  const opened = JSON.stringify({
    type: 'event_callback',
    event: { type: 'app_home_opened', user: 'U0DANA', tab: 'home' },
  })
  const forged = { headers: { ...json.headers, 'x-slack-signature': 'v0=f' } }
  expect((await bot.send(opened, forged)).status).toBe(401)
  expect((await event({ user: 'U0DANA' })).status).toBe(400)
  expect((await bot.send('{', json)).status).toBe(400)
})

test('the tab shows each person what waits for them, and follows what changes', async () => {
  await bot.ask('Start the shop')
  await open('U0DANA')
  await until('U0DANA', /Waiting for you \(1\)/)
  expect(shownTo('U0DANA')).toMatch(/As of .*Until .*, what changes is shown here within a minute/s)
  expect(shownTo('U0DANA')).toMatch(/flask-app to Production> · Start the shop · 0 of 1 approved/)
  expect(shownTo('U0DANA')).toMatch(/Running \(1\)/)

  await open('U0ANA')
  await until('U0ANA', /Waiting for others \(1\)/)
  expect(shownTo('U0ANA')).toMatch(/No approval waits for you\./)
  expect(shownTo('U0ANA')).not.toContain('Start the shop')
  expect(JSON.stringify(homeOf('U0ANA'))).not.toContain('"approve"')

  await bot.post('/local/slack/command', {
    userId: 'U0DANA',
    channelId: 'C0RELEASES',
    text: 'freeze flask-* for 2h because incident 4711',
  })
  await bot.pass(60_000)
  await until('U0DANA', /Change freezes \(1\)/)
  expect(shownTo('U0DANA')).toMatch(/incident 4711/)
  expect(shownTo('U0DANA')).toMatch(/Waiting for others \(1\).*change freeze/s)
  await bot.post('/local/slack/command', { userId: 'U0DANA', channelId: 'C0RELEASES', text: 'lift flask-*' })
  await bot.pass(60_000)
  await until('U0DANA', /Waiting for you \(1\)/)
})

test('a person from another company sees nothing of it', async () => {
  await open('U0IVO')
  await until('U0IVO', /Only people of this Slack workspace can do this\. So Greenlight shows you nothing here\./)
  expect(shownTo('U0IVO')).not.toContain('flask-app')
})

test('its buttons open the usual form or act at once, and the tab shows what became of it', async () => {
  expect(await press('U0DANA', 'reject')).toMatchObject({ body: { ok: true } })
  const { view, viewId } = modalOf('U0DANA')!
  expect(view).toMatchObject({ title: { text: 'Reject deployment' } })
  await bot.post('/local/slack/close', { userId: 'U0DANA', viewId })

  expect(await press('U0DANA', 'approve')).toMatchObject({ body: { ok: true } })
  await until('U0DANA', /No approval waits for you\./)
  await bot.pass(60_000)
  await until('U0DANA', /Recent deployments.*flask-app: .* to Production, live/s)
})

test('a click that can open no form any more is answered in a direct message', async () => {
  const opened = bot.snapshot().modals.length
  const payload = {
    type: 'block_actions',
    user: { id: 'U0DANA', name: 'dana', team_id: 'T0SHOPTEAM' },
    team: { id: 'T0SHOPTEAM' },
    container: { type: 'view', view_id: 'V1' },
    trigger_id: 'gone',
    actions: [{ type: 'button', action_id: 'approve', block_id: 'b', value: 'f'.repeat(32) }],
  }
  expect((await bot.send(form(payload))).status).toBe(200)
  expect(bot.snapshot().modals).toHaveLength(opened)
  expect(directMessages(bot.snapshot(), 'U0DANA').at(-1)?.text).toContain('no record of this approval')
})

test('a tab that was opened over a quarter of an hour ago is left as it is', async () => {
  await bot.pass(16 * 60_000)
  const before = shownTo('U0DANA')
  await bot.ask('Another change')
  await bot.pass(120_000)
  expect(shownTo('U0DANA')).toBe(before)
  await open('U0DANA')
  await until('U0DANA', /Another change/)
})
