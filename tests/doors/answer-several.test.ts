import { jest } from '@jest/globals'
import { type BotWorkspace, forEveryone, openBotWorkspace } from '../support/bot-workspace.ts'
import { blockWith, newestExecution } from '../support/page-client.ts'
import { decided, form, pressed } from '../support/slack-payload.ts'
import { toldTo, typedCommand } from '../support/typed-command.ts'

jest.setTimeout(60_000)

const RELEASES = 'C0RELEASES'

let bot: BotWorkspace
let offer: { ts: string; value: string; blockId: string }
beforeAll(async () => {
  bot = await openBotWorkspace()
  await bot.ask()
  const { pipeline } = bot.codePipeline.getPipeline({ name: 'flask-app' })
  const edited = structuredClone(pipeline)
  const production = edited.stages[2]!.actions
  production.splice(1, 0, { ...structuredClone(production[0]!), name: 'Product-owner', runOrder: 1 })
  production[2]!.runOrder = 9
  bot.codePipeline.updatePipeline(edited)
  await bot.push('Two must agree')
  await bot.until(
    (snapshot) => forEveryone(snapshot).filter(({ text }) => /^Approve flask-app.*Two/.test(text)).length === 2,
  )
  await bot.settled()
})
afterAll(() => bot.close())

const modalOf = (userId: string) => bot.snapshot().modals.findLast((one) => one.userId === userId)
const optionsIn = (userId: string): { value: string; text: { text: string }; description: { text: string } }[] => {
  const { blocks } = modalOf(userId)!.view as { blocks: { element?: { type: string; options: never[] } }[] }
  return blocks.find(({ element }) => element?.type === 'checkboxes')!.element!.options
}
const press = (userId: string, value = offer.value) => bot.send(form(pressed('answer-several', value, { userId })))
const values = (approvals: readonly string[], verdict: string | null, comment = '') => ({
  approvals: { which: { type: 'checkboxes', selected_options: approvals.map((value) => ({ value })) } },
  verdict: { which: { type: 'radio_buttons', selected_option: verdict === null ? null : { value: verdict } } },
  comment: { text: { type: 'plain_text_input', value: comment || null } },
})
const sent = (filled: object, userId = 'U0DANA', value = offer.value) => {
  const payload = decided('approve', 'x', '', userId)
  const view = {
    ...payload.view,
    callback_id: 'several',
    private_metadata: JSON.stringify({ offer: value, from: RELEASES }),
    state: { values: filled },
  }
  return bot.send(form({ ...payload, view }))
}
const idsIn = (value: string) => value.split('.')[2]!.match(/.{32}/g)!
const tokensWaiting = () =>
  newestExecution(bot.snapshot())!.stages[2]!.actions.filter(({ approval }) => approval !== null).length

test('the list of what waits for a person has a button for several, and for others it has none', async () => {
  const list = await typedCommand(bot, 'pending', 'U0DANA')
  expect(list.text).toMatch(/^2 approvals wait for you:/)
  const block = blockWith(list, 'answer-several') as { block_id: string; elements: { value: string }[] }
  offer = { ts: list.ts, value: block.elements[0]!.value, blockId: block.block_id }
  expect(offer.value).toMatch(/^0\.[0-9a-f]{64}\.[0-9a-f]{64}$/)
  expect(blockWith(await typedCommand(bot, 'pending', 'U0ANA'), 'answer-several')).toBeUndefined()
})

test('the button opens a form with these approvals, and another person cannot use it', async () => {
  const at = { channelId: RELEASES, ts: offer.ts, blockId: offer.blockId, actionId: 'answer-several' }
  expect(await bot.post('/local/slack/click', { ...at, userId: 'U0DANA' })).toMatchObject({ body: { ok: true } })
  expect(optionsIn('U0DANA').map(({ value }) => value)).toEqual(idsIn(offer.value))
  expect(optionsIn('U0DANA')[0]).toMatchObject({ description: { text: 'Two must agree · 0 of 1 approved' } })

  expect((await press('U0CHEN')).status).toBe(200)
  expect(
    (
      await press(
        'U0DANA',
        offer.value.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
      )
    ).status,
  ).toBe(200)
  expect((await press('U0DANA', 'not an offer')).status).toBe(200)
  expect(modalOf('U0CHEN')).toBeUndefined()
})

test('what is missing is said under its input, and nothing counts', async () => {
  const [first] = idsIn(offer.value)
  const errorsOf = async (filled: object) => (JSON.parse((await sent(filled)).body) as { errors?: object }).errors
  expect(await errorsOf(values([], null))).toEqual({ approvals: 'Choose at least one.', verdict: 'Choose one.' })
  expect(await errorsOf(values([first], 'Rejected', ' \u200b '))).toEqual({
    comment: 'Enter a reason: the authors read it.',
  })
  expect(await errorsOf(values([first], 'Approved', 'x'.repeat(301)))).toMatchObject({
    comment: expect.stringContaining('301 characters'),
  })
  expect(tokensWaiting()).toBe(2)
})

test('an approval that was not offered, a verdict that there is not, and another person’s offer are refused', async () => {
  const [first] = idsIn(offer.value)
  expect((await sent(values(['f'.repeat(32)], 'Approved'))).status).toBeGreaterThanOrEqual(400)
  expect((await sent(values([first], 'Perhaps'))).status).toBeGreaterThanOrEqual(400)
  const foreign = JSON.parse((await sent(values([first], 'Approved'), 'U0CHEN')).body) as object
  expect(JSON.stringify(foreign)).toContain('is not one that Greenlight made for you')
  expect(tokensWaiting()).toBe(2)
})

test('one answer to both counts for each, and the person is told of each in one message', async () => {
  const before = toldTo(bot, 'U0DANA').length
  const taken = await sent(values(idsIn(offer.value), 'Approved', 'Both are fine'))
  expect(JSON.parse(taken.body)).toMatchObject({
    response_action: 'update',
    view: { title: { text: 'Being checked' } },
  })
  await bot.until(() => toldTo(bot, 'U0DANA').length > before)
  expect(toldTo(bot, 'U0DANA').at(-1)!.text).toMatch(
    /^You approved 2 of 2:\n• flask-app to Production \(.*\): Your approval counts, and CodePipeline is told to deploy\.\n• flask-app to /,
  )
  await bot.until((snapshot) => newestExecution(snapshot)?.status === 'Succeeded')
  expect(toldTo(bot, 'U0DANA')).toHaveLength(before + 1)
})

test('the same form sent again changes nothing, and says why', async () => {
  const before = toldTo(bot, 'U0DANA').length
  await sent(values(idsIn(offer.value), 'Approved', 'Both are fine'))
  await bot.until(() => toldTo(bot, 'U0DANA').length > before)
  expect(toldTo(bot, 'U0DANA').at(-1)!.text).toMatch(
    /^You approved 0 of 2:\n• .*: Your approval is on record .*This approval is closed: Dana Novak approved it/,
  )
})

test('nothing is offered any more', async () => {
  expect((await press('U0DANA')).status).toBe(200)
  expect(blockWith(await typedCommand(bot, 'pending', 'U0DANA'), 'answer-several')).toBeUndefined()
})
