import { jest } from '@jest/globals'
import { type BotWorkspace, openBotWorkspace, saidUnder, wordsOf } from '../support/bot-workspace.ts'
import { directMessages } from '../support/page-client.ts'
import { typedCommand } from '../support/typed-command.ts'

jest.setTimeout(60_000)

const MINUTE = 60_000

let bot: BotWorkspace
beforeAll(async () => {
  bot = await openBotWorkspace(new URL('../local/workspace/muted.yml', import.meta.url))
})
afterAll(() => bot.close())

const directTo = (userId: string) => directMessages(bot.snapshot(), userId)
const said = (word: string) => saidUnder(bot.snapshot()).find(({ text }) => text.includes(word))
const mentioned = (word: string) =>
  [...new Set(wordsOf(said(word)).match(/(?<="user_id":")U0[A-Z]+/g) ?? [])].toSorted()

test('who has muted the pipeline gets no direct message and is not in the reminder; others are, and the escalation mentions them', async () => {
  expect((await typedCommand(bot, 'mute flask-* for 2h')).text).toMatch(/^Muted: flask-\* until /)
  await bot.ask()
  await bot.until(() => directTo('U0ELI').length > 0)
  await bot.pass(11 * MINUTE)
  expect(mentioned('Still waiting')).toEqual(['U0ANA', 'U0CHEN', 'U0ELI'])
  await bot.pass(24 * MINUTE)
  expect(mentioned('Escalated')).toEqual(['U0DANA'])
  expect(directTo('U0DANA')).toEqual([])
  expect(directTo('U0ELI')).toHaveLength(1)
})

test('what was kept back comes when the muted time is over, if it still waits', async () => {
  await bot.pass(90 * MINUTE)
  expect(directTo('U0DANA')).toHaveLength(1)
})
