import { jest } from '@jest/globals'
import { messagesIn } from '../support/page-client.ts'
import { type BotWorkspace, forEveryone, openBotWorkspace, RELEASES, shown, wordsOf } from '../support/bot-workspace.ts'
import { decided, form } from '../support/slack-payload.ts'

jest.setTimeout(60_000)

let bot: BotWorkspace
beforeAll(async () => {
  bot = await openBotWorkspace()
})
afterAll(() => bot.close())

/** Approves the waiting approval, so that the next push requests one. */
const release = async () => {
  const { approvalId } = await bot.ask()
  await bot.send(form(decided('approve', approvalId, '', 'U0DANA')))
  await bot.untilText(/^Live/)
  await bot.settled()
  return forEveryone(bot.snapshot()).length
}

const waits = () => bot.until((snapshot) => /"approval":{"token"/.test(JSON.stringify(snapshot.pipelines)))

test('approval is requested once, though Slack was busy at first', async () => {
  const before = await release()
  const busy = { status: 429, headers: { 'retry-after': '30' }, body: { ok: false, error: 'ratelimited' } }
  bot.disturb.slack.order({ operation: 'chat.postMessage', times: 2, answer: busy })
  await bot.push('While Slack is busy')
  await waits()
  await bot.pass(5 * 60_000)
  expect((await bot.ask()).message.text).toContain('While Slack is busy')
  await bot.pass(5 * 60_000)
  expect(forEveryone(bot.snapshot())).toHaveLength(before + 1)
})

test('approval is requested once, though Slack’s answer was lost', async () => {
  const before = await release()
  bot.disturb.slack.order({ operation: 'chat.postMessage', times: 2, afterwards: 'lost' })
  await bot.push('While answers are lost')
  await bot.until((snapshot) => forEveryone(snapshot).length > before)
  await bot.pass(5 * 60_000)
  expect(forEveryone(bot.snapshot())).toHaveLength(before + 1)
  await release()
})

test('a click is not lost when no modal can be opened: the person is told, and may press again', async () => {
  const { message } = await bot.ask()
  const click = { userId: 'U0DANA', channelId: RELEASES, ts: message.ts, blockId: 'approval', actionId: 'approve' }
  const expired = { status: 200, body: { ok: false, error: 'expired_trigger_id' } }
  bot.disturb.slack.order({ operation: 'views.open', times: 1, answer: expired })
  const first = await bot.post('/local/slack/click', click)
  const told = messagesIn(bot.snapshot(), RELEASES).some(({ onlyFor }) => onlyFor === 'U0DANA')
  expect(!first.body.ok || told).toBe(true)
  expect(await bot.post('/local/slack/click', click)).toMatchObject({ body: { ok: true } })
  await bot.until(({ modals }) => modals.some(({ userId }) => userId === 'U0DANA'))
})

test('a click is deferred while Slack does not list a group, and counts once Slack does', async () => {
  const { approvalId } = await bot.ask()
  bot.disturb.slack.order({ operation: 'users.info', times: 1, delayMs: 1_500 })
  const sent = await bot.send(form(decided('approve', approvalId, 'in time', 'U0ELI')))
  expect(sent).toMatchObject({ status: 200 })
  expect(sent.body).toContain('Got it: your approval is being checked.')
  await bot.pass(2 * 60_000)
  expect(wordsOf(shown(await bot.untilText(/^Live/)))).toContain('in time')
})

test.each(['cant_update_message', 'edit_window_closed'])(
  'a message that can never be changed (%s) is posted again, and a reply under it says so',
  async (error) => {
    const { message, approvalId } = await bot.ask()
    const answer = { status: 200, body: { ok: false, error } }
    bot.disturb.slack.order({ operation: 'chat.update', about: message.ts, times: 1, answer })
    await bot.send(form(decided('approve', approvalId, '', 'U0DANA')))
    const live = shown(await bot.untilText(/^Live/))
    await bot.settled()
    expect(live?.ts).not.toBe(message.ts)
    const replies = messagesIn(bot.snapshot(), RELEASES).filter(({ threadTs }) => threadTs === message.ts)
    expect(replies.map(({ text }) => text).join('\n')).toMatch(/This message is out of date\..* See the new message\./)
    // The workspace shows times of its own clock; the digits after the second are the message's own.
    expect(replies.map(wordsOf).join()).toMatch(new RegExp(`/p\\d{10}${live!.ts.split('.')[1]}"`))
  },
)
