import { jest } from '@jest/globals'
import { blockWith, messagesIn, directMessages } from '../support/page-client.ts'
import { type BotWorkspace, RELEASES, openBotWorkspace, shown, wordsOf } from '../support/bot-workspace.ts'
import { answerProblems } from '../support/block-kit-limits.ts'
import { decided, form, pressed } from '../support/slack-payload.ts'

jest.setTimeout(60_000)

let bot: BotWorkspace
beforeEach(async () => {
  bot = await openBotWorkspace()
})
afterEach(() => bot.close())

const toldTo = (userId: string) => directMessages(bot.snapshot(), userId)
/** What they were told privately in the channel. */
const answersIn = (channel: string) =>
  messagesIn(bot.snapshot(), channel).flatMap(({ onlyFor, text }) => (onlyFor === 'U0ANA' ? [text] : []))

const press = (channelId: string, message = messagesIn(bot.snapshot(), channelId).at(-1)!) => {
  const { block_id: blockId } = blockWith(message, 'tell-when-live') as { block_id: string }
  const at = { channelId, ts: message.ts, blockId, actionId: 'tell-when-live' }
  return bot.post('/local/slack/click', { ...at, userId: 'U0ANA' })
}

test('a person who asks twice, from both messages, is told once when it is live, and no one else is', async () => {
  const { approvalId, message } = await bot.ask()
  await press(RELEASES, message)
  await bot.until(() => answersIn(RELEASES).length === 1)
  expect(answersIn(RELEASES)[0]).toMatch(/^Noted: you get one direct message when flask-app is live/)
  const card = () => messagesIn(bot.snapshot(), 'C0DEPLOYS').find((one) => blockWith(one, 'tell-when-live'))
  await bot.until(() => card() !== undefined)
  await press('C0DEPLOYS', card())
  await bot.until(() => answersIn('C0DEPLOYS').length === 1)
  expect(toldTo('U0ANA')).toEqual([])

  bot.disturb.slack.order({ operation: 'chat.postMessage', about: 'U0ANA', times: 1, afterwards: 'lost' })
  await bot.send(form(decided('approve', approvalId, '', 'U0DANA')))
  await bot.until(() => toldTo('U0ANA').length > 0)
  await bot.pass(3 * 60_000)
  const [told, ...more] = toldTo('U0ANA')
  expect(more).toEqual([])
  expect(told!.text).toMatch(/^Live: flask-app, .* after it started/)
  expect(told!.text).toContain('You get no more messages about this execution.')
  expect(wordsOf(told)).toContain('Open its message')
  expect(answerProblems({ text: told!.text, blocks: told!.blocks as object[] })).toEqual([])
  expect(bot.snapshot().channels.flatMap(({ onlyFor }) => onlyFor ?? [])).toEqual(['U0ANA'])
  // What is over has no such button.
  expect(blockWith(shown(bot.snapshot()), 'tell-when-live')).toBeUndefined()
})

test('a rejected approval is told with its reason, and its message then answers that it is over', async () => {
  const { approvalId, message } = await bot.ask()
  await press(RELEASES, message)
  await bot.send(form(decided('reject', approvalId, 'Legal has to see it', 'U0DANA')))
  await bot.until(() => toldTo('U0ANA').length > 0)
  expect(toldTo('U0ANA')[0]!.text).toMatch(
    /^Not approved: flask-app\. It was not deployed further\.\n.*Legal has to see it/,
  )
  await bot.settled()
  const before = answersIn(RELEASES).length
  const responseUrl = `${bot.url}/slack/response/unused`
  await bot.send(form(pressed('tell-when-live', approvalId, { userId: 'U0ANA', responseUrl })))
  expect((await bot.send(form(pressed('tell-when-live', 'no such thing', { userId: 'U0ANA' })))).status).toBe(200)
  expect(answersIn(RELEASES)).toHaveLength(before)
  expect(toldTo('U0ANA')).toHaveLength(1)
})
