import { jest } from '@jest/globals'
import { type BotWorkspace, RELEASES, openBotWorkspace, saidUnder, shown, wordsOf } from '../support/bot-workspace.ts'
import { messagesIn } from '../support/page-client.ts'
import { decided, form } from '../support/slack-payload.ts'

jest.setTimeout(60_000)

let bot: BotWorkspace
beforeAll(async () => {
  bot = await openBotWorkspace(new URL('../local/workspace/reviewed-override.yml', import.meta.url))
})
afterAll(() => bot.close())

const MINUTE = 60_000

/** The approval's id, from the value of one of its buttons. */
const idIn = (words: string): string => /"value":"([0-9a-f]{32})"/.exec(words)?.[1] ?? ''

test('an override is confirmed after the end by another person, who is reminded before', async () => {
  const frozen = await bot.until((current) => wordsOf(shown(current)).includes('"break-glass"'))
  const approvalId = idIn(wordsOf(shown(frozen)))
  await bot.send(form(decided('break-glass', approvalId, 'Checkout is down', 'U0ELI')))
  await bot.until((current) => wordsOf(shown(current)).includes('"confirm-override"'))
  await bot.send(form(decided('reject', approvalId, 'Not this one', 'U0DANA')))
  await bot.until((current) => /^Rejected/.test(shown(current)?.text ?? ''))
  await bot.settled()

  await bot.pass(40 * MINUTE)
  await bot.until((current) => saidUnder(current).some(({ text }) => text.startsWith('Override not confirmed yet')))

  const own = await bot.send(form(decided('confirm-override', approvalId, '', 'U0ELI')))
  expect(own.body).toContain('you overrode the freeze yourself')
  expect(await bot.send(form(decided('confirm-override', approvalId, 'It was', 'U0DANA')))).toEqual({
    status: 200,
    body: '',
  })
  const confirmed = await bot.until((current) =>
    (shown(current)?.text ?? '').includes('Override confirmed by Dana Novak'),
  )
  expect(wordsOf(shown(confirmed))).not.toContain('"confirm-override"')
  await bot.until((current) => saidUnder(current).some(({ text }) => text.startsWith('Override confirmed by')))
  expect(messagesIn(confirmed, RELEASES).filter(({ text }) => /not confirmed in time/.test(text))).toEqual([])
})
