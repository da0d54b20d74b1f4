import { jest } from '@jest/globals'
import { type BotWorkspace, forEveryone, openBotWorkspace } from '../support/bot-workspace.ts'
import { asText } from '../support/as-text.ts'
import { form, pressed } from '../support/slack-payload.ts'
import { typedCommand } from '../support/typed-command.ts'

jest.setTimeout(30_000)

let bot: BotWorkspace
beforeAll(async () => {
  bot = await openBotWorkspace(new URL('../local/workspace/stand-ins.yml', import.meta.url))
})
afterAll(() => bot.close())

const question = () => forEveryone(bot.snapshot()).findLast(({ text }) => text.includes('Production'))!
const blocks = () => JSON.stringify(question().blocks)

const answerTo = async (text: string, userId: string): Promise<string> => (await typedCommand(bot, text, userId)).text

const press = (approvalId: string, userId: string) => bot.send(form(pressed('approve', approvalId, { userId })))

test('a person who is away names who approves for them, and the message says for whom', async () => {
  const { approvalId } = await bot.ask()
  await press(approvalId, 'U0ELI')
  await bot.settled()
  expect(blocks()).not.toContain('U0ELI')

  expect(await answerTo('away until Fri 18:00 @dana', 'U0DANA')).toContain('You cannot stand in for yourself.')
  expect(await answerTo('away until Fri 18:00', 'U0DANA')).toContain('Say who answers for you')
  expect(await answerTo('away @eli', 'U0DANA')).toContain('Say until when')
  expect(await answerTo('away', 'U0DANA')).toContain('No one stands in for you')
  expect(await answerTo('away until Fri 18:00 @eli', 'U0DANA')).toMatch(/^You are away until .* and <@U0ELI> stands in/)
  expect(await answerTo('away for 2d @eli', 'U0DANA')).toContain('You have named a stand-in already')
  expect(await answerTo('away', 'U0ELI')).toMatch(/^You stand in for <@U0DANA> until/)

  await bot.until(() => blocks().includes('U0ELI'))
  await press(approvalId, 'U0ELI')
  await bot.until(() => question().text.includes('1 of 2'))
  expect(blocks()).toMatch(/U0ELI.*" for ".*U0DANA/)

  expect(await answerTo('back', 'U0DANA')).toContain('You are back')
  await press(approvalId, 'U0CHEN')
  await bot.until(() => /^(Deploying|Live|Approved)/.test(question().text))
  expect(blocks()).toMatch(/U0ELI.*" for ".*U0DANA/)
})

test('once they are back, no one stands in for them', async () => {
  const { approvalId } = await bot.ask('Another change')
  expect(await answerTo('away off', 'U0DANA')).toContain('No one stands in for you.')
  await press(approvalId, 'U0ELI')
  await press(approvalId, 'U0CHEN')
  await bot.until(() => question().text.includes('1 of 2'))
  await bot.settled()
  expect(blocks()).not.toContain('U0ELI')
  expect(await answerTo('why flask-app', 'U0ELI')).toContain('You are not an approver')
})

interface Block {
  block_id: string
  elements?: { action_id?: string }[]
}
const homeOf = (userId: string) =>
  bot.snapshot().homes.find((one) => one.userId === userId)?.view as { blocks: Block[] } | undefined
const shownTo = (userId: string): string => asText(homeOf(userId) ?? { blocks: [] })

test('the Home tab says who stands in for whom, and takes that a person is back', async () => {
  await answerTo('away for 1d @eli', 'U0DANA')
  await bot.post('/local/slack/home', { userId: 'U0DANA' })
  await bot.post('/local/slack/home', { userId: 'U0ELI' })
  await bot.until(() => /@U0ELI stands in for you until .*\n\[I am back\]/.test(shownTo('U0DANA')))
  await bot.until(() => /You stand in for @U0DANA until /.test(shownTo('U0ELI')))
  expect(shownTo('U0ELI')).not.toContain('I am back')

  const block = homeOf('U0DANA')!.blocks.find(({ elements }) => elements?.some((one) => one.action_id === 'come-back'))!
  const click = { userId: 'U0DANA', blockId: block.block_id, actionId: 'come-back' }
  expect(await bot.post('/local/slack/home-click', click)).toMatchObject({ body: { ok: true } })
  await bot.until(() => homeOf('U0DANA') !== undefined && !shownTo('U0DANA').includes('Stand-ins'))
  await bot.until(({ channels }) =>
    channels
      .filter(({ onlyFor }) => onlyFor === 'U0DANA')
      .some(({ messages }) => messages.some(({ text }) => text.includes('You are back'))),
  )
})
