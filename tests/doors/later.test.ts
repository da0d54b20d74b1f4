import { jest } from '@jest/globals'
import type { Snapshot } from '../../local/page/contract.ts'
import { messagesIn } from '../support/page-client.ts'
import { type BotWorkspace, executionStatus, openBotWorkspace, RELEASES, shown } from '../support/bot-workspace.ts'

jest.setTimeout(60_000)

const HOUR = 3_600_000

let bot: BotWorkspace
beforeAll(async () => {
  bot = await openBotWorkspace(new URL('../local/workspace/later.yml', import.meta.url))
})
afterAll(() => bot.close())

const press = (actionId: string, ts = shown(bot.snapshot())!.ts, blockId = 'approval') =>
  bot.post('/local/slack/click', { userId: 'U0DANA', channelId: RELEASES, ts, blockId, actionId })

/** Sends the form of "Approve…" with these values of its inputs, as the local Slack sends them. */
const approve = async (values: Record<string, Record<string, unknown>>) => {
  await press('approve')
  const { modals } = await bot.until((snapshot) => snapshot.modals.length > 0)
  const { viewId } = modals[0]!
  await bot.post('/local/slack/submit', { userId: 'U0DANA', viewId, values })
  return bot.snapshot()
}

const chosen = (time: unknown) => ({
  comment: { text: { type: 'plain_text_input', value: null } },
  later: { at: { type: 'datetimepicker', selected_date_time: time } },
})

const told = (snapshot: Snapshot): string =>
  messagesIn(snapshot, RELEASES).findLast(({ onlyFor }) => onlyFor === 'U0DANA')?.text ?? ''

const inHours = (hours: number) => Math.floor((bot.clock.now() + hours * HOUR) / 1_000)

test('a time that does not count is said in the form, and nothing is approved', async () => {
  await bot.ask()
  const errorsOf = async (time: number) => {
    const { modals } = await approve(chosen(time))
    await bot.post('/local/slack/close', { userId: 'U0DANA', viewId: modals[0]!.viewId })
    return modals[0]!.errors
  }
  expect(await errorsOf(inHours(-1))).toEqual({
    later: 'This time has passed. Choose a later time, or leave it empty to deploy at once.',
  })
  expect(await errorsOf(inHours(25))).toEqual({
    later: 'That is further ahead than this route allows. Choose an earlier time.',
  })
  expect(executionStatus(bot.snapshot())).toBe('InProgress')
  expect(told(bot.snapshot())).toBe('')
})

test('a form that lost its time approves nothing', async () => {
  const { comment } = chosen(null)
  await approve({ comment })
  await bot.settled()
  expect(told(bot.snapshot())).toBe('')
  expect(shown(bot.snapshot())?.text).toMatch(/0 of 1 approved/)
})

test('the deployment starts at the chosen time, and not before', async () => {
  await approve(chosen(inHours(2)))
  const counted = await bot.until((snapshot) => /deploys later/i.test(shown(snapshot)?.text ?? ''))
  expect(told(counted)).toMatch(/^Your approval counts\. Deploys /)
  await bot.pass(1.9 * HOUR)
  expect(shown(bot.snapshot())?.text).toMatch(/deploys later/i)
  await bot.pass(0.2 * HOUR)
  await bot.untilText(/Live/)
})
