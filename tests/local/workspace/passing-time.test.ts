import { jest } from '@jest/globals'
import { type BotWorkspace, openBotWorkspace, shown } from '../../support/bot-workspace.ts'
import { messagesIn } from '../../support/page-client.ts'

/*
 * One move of the workspace's clock past everything that is due for an approval, with the real bot.
 */

jest.setTimeout(60_000)

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** From a message's due time to the moment at which Slack has it. */
const MINUTE = 60_000

let workspace: BotWorkspace
beforeAll(async () => {
  workspace = await openBotWorkspace(new URL('./due-times.yml', import.meta.url))
})
afterAll(() => workspace.close())

test('one move past an approval’s whole life sends each message at its own time, in order', async () => {
  const { message } = await workspace.ask()
  const before = workspace.clock.aheadByMs()
  await workspace.post('/local/clock', { aheadByMs: 8 * DAY })
  const snapshot = workspace.snapshot()
  const all = ['C0RELEASES', 'C0GENERAL'].flatMap((channel) => messagesIn(snapshot, channel))
  const notices = all.filter(({ ts }) => ts !== message.ts).sort((one, other) => one.at - other.at)
  const hoursUntil = notices.map(({ at }) => Math.floor((at - message.at + MINUTE) / HOUR))
  // The reminder, the escalation in the thread and in the other channel, the last call, and the end.
  expect(hoursUntil).toEqual([2, 24, 24, 7 * 24 - 1, 7 * 24])
  // The end has changed all of them.
  for (const { text } of notices) expect(text).toMatch(/^Expired/)
  expect(shown(snapshot)?.text).toMatch(/^Expired/)
  expect(Math.floor((shown(snapshot)!.editedAt! - message.at + MINUTE) / DAY)).toBe(7)
  // A checkpoint for each day in which something was recorded.
  const sizes = messagesIn(snapshot, 'C0AUDIT').map(({ text = '' }) => Number(text.split('\n')[1]))
  expect(sizes.length).toBeGreaterThan(1)
  expect(sizes).toEqual([...sizes].sort((a, b) => a - b))
  expect(snapshot.clockAheadMs).toBe(before + 8 * DAY)
  expect(workspace.deadLetters).toEqual([])
})
