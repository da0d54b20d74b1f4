import { jest } from '@jest/globals'
import { type BotWorkspace, openBotWorkspace } from '../support/bot-workspace.ts'
import { blockWith, messagesIn } from '../support/page-client.ts'
import { form, pressed, steered } from '../support/slack-payload.ts'

jest.setTimeout(60_000)

const DEPLOYMENTS = 'C0DEPLOYS'

let bot: BotWorkspace
beforeAll(async () => {
  bot = await openBotWorkspace(new URL('../local/workspace/retry.yml', import.meta.url))
})
afterAll(() => bot.close())

const status = () => messagesIn(bot.snapshot(), DEPLOYMENTS).find(({ text }) => /failed/.test(text))
const buttonValue = (): string => {
  const elements = blockWith(status(), 'steer-retry')?.elements as { value?: string }[] | undefined
  return elements?.[0]?.value ?? ''
}
const inThread = () =>
  messagesIn(bot.snapshot(), DEPLOYMENTS).findLast(
    (one) => one.threadTs !== null && blockWith(one, 'steer-retry') !== undefined,
  )
const submitted = (value: string, choice: string | null, userId: string) =>
  form(steered({ act: 'retry', value, choice, userId }))
const privately = () =>
  messagesIn(bot.snapshot(), DEPLOYMENTS).flatMap(({ onlyFor, text }) => (onlyFor === null ? [] : [text]))
const buildRuns = () => JSON.stringify(bot.snapshot()).match(/pytest exited 1/g)?.length ?? 0

test('a failed stage is retried from its status message, by a person who may, and they are told', async () => {
  await bot.push('It will fail')
  await bot.until(() => blockWith(status(), 'steer-retry') !== undefined)
  await bot.settled()
  const value = buttonValue()
  expect(value).toMatch(/^111122223333\/eu-west-1\/flask-app\/[0-9a-f-]{36}\/Build$|\/Test$/)
  expect(buildRuns()).toBeGreaterThan(0)

  const message = status()!
  const { block_id: blockId } = blockWith(message, 'steer-retry') as { block_id: string }
  const at = { channelId: DEPLOYMENTS, ts: message.ts, blockId, actionId: 'steer-retry' }
  expect(await bot.post('/local/slack/click', { ...at, userId: 'U0DANA' })).toMatchObject({ body: { ok: true } })
  expect(JSON.stringify(bot.snapshot())).toContain('Which actions')
  await bot.post('/local/slack/click', { ...at, userId: 'U0FINN' })
  await bot.until(() => privately().some((text) => /was not retried\. You may not retry this stage/.test(text)))

  const refused = await bot.send(submitted(value, 'ALL_ACTIONS', 'U0FINN'))
  expect(JSON.parse(refused.body)).toMatchObject({
    response_action: 'update',
    view: { title: { text: 'Not retried' } },
  })

  const taken = await bot.send(submitted(value, 'ALL_ACTIONS', 'U0DANA'))
  expect(JSON.parse(taken.body)).toMatchObject({ view: { title: { text: 'Being checked' } } })
  await bot.until(() => privately().some((text) => / runs again/.test(text)))
  expect(privately().at(-1)).toMatch(/^(?:Build|Test) of flask-app runs again\.$/)
})

test('who presses a button in the thread of the failure is answered in that thread', async () => {
  await bot.until(() => inThread() !== undefined)
  await bot.settled()
  const { ts, threadTs } = inThread()!
  const { block_id: blockId } = blockWith(inThread(), 'steer-retry') as { block_id: string }
  const at = { channelId: DEPLOYMENTS, ts, blockId, actionId: 'steer-retry' }
  const answered = (userId: string) =>
    messagesIn(bot.snapshot(), DEPLOYMENTS).filter((one) => one.onlyFor === userId && one.threadTs === threadTs)

  await bot.post('/local/slack/click', { ...at, userId: 'U0FINN' })
  await bot.until(() => answered('U0FINN').length > 0)

  await bot.post('/local/slack/click', { ...at, userId: 'U0DANA' })
  const { viewId } = bot.snapshot().modals.findLast((one) => one.userId === 'U0DANA')!
  const values = { choice: { which: { type: 'radio_buttons', selected_option: { value: 'ALL_ACTIONS' } } } }
  await bot.post('/local/slack/submit', { userId: 'U0DANA', viewId, values })
  await bot.until(() => answered('U0DANA').length > 0)
  await bot.settled()
})

test('a form that is refused keeps the reason that its person has written', async () => {
  const value = buttonValue().replace(/[^/]*$/, '')
  const stop = steered({ act: 'stop', value, userId: 'U0FINN', choice: 'wait', reason: 'Wrong branch' })
  const refused = await bot.send(form(stop))
  expect(JSON.parse(refused.body)).toEqual({
    response_action: 'errors',
    errors: {
      reason: expect.stringMatching(/^(?:No one|You) may (?:not )?stop this execution|^This execution is over/),
    },
  })
})

test('a form that Greenlight did not open, and one without a choice, have nothing retried', async () => {
  const before = privately().length
  const value = buttonValue() || '111122223333/eu-west-1/flask-app/e/Build'
  expect((await bot.send(submitted('no place', 'ALL_ACTIONS', 'U0DANA'))).status).toBe(400)
  expect((await bot.send(submitted(value, 'SOME_ACTIONS', 'U0DANA'))).status).toBeGreaterThanOrEqual(400)
  await bot.settled()
  expect(privately()).toHaveLength(before)
})

test('a button whose stage does not stand failed any more opens no form, and says why', async () => {
  const body = form(pressed('steer-retry', '111122223333/eu-west-1/flask-app/e-unknown/Build', { userId: 'U0DANA' }))
  expect((await bot.send(body)).status).toBe(200)
})
