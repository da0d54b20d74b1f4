import { jest } from '@jest/globals'
import { asText } from '../support/as-text.ts'
import { type BotWorkspace, RELEASES, forEveryone, openBotWorkspace, shown, wordsOf } from '../support/bot-workspace.ts'
import { blockWith, directMessages, messagesIn, newestExecution } from '../support/page-client.ts'
import { decided, form, pressed, steered } from '../support/slack-payload.ts'
import { toldTo, typedCommand } from '../support/typed-command.ts'

jest.setTimeout(60_000)

let bot: BotWorkspace
beforeAll(async () => {
  bot = await openBotWorkspace(new URL('../local/workspace/released.yml', import.meta.url))
})
afterAll(() => bot.close())

/** The newest status message with the act’s button. */
const messageWith = (button: string) =>
  messagesIn(bot.snapshot(), 'C0DEPLOYS').findLast((one) => blockWith(one, button) !== undefined)

/** The form of the button under the newest execution that is over, as Dana sends it. */
const release = async () => {
  await bot.until(() => messageWith('steer-release') !== undefined)
  const buttons = blockWith(messageWith('steer-release'), 'steer-release')!.elements as {
    value: string
    action_id: string
  }[]
  const { value } = buttons.find(({ action_id }) => action_id === 'steer-release')!
  expect(JSON.parse((await bot.send(form(steered({ act: 'release', value })))).body)).toMatchObject({
    view: { title: { text: 'Being checked' } },
  })
}

const approve = async (approvalId: string, userId: string) => {
  expect((await bot.send(form(pressed('approve', approvalId, { userId })))).status).toBe(200)
  expect((await bot.send(form(decided('approve', approvalId, '', userId)))).status).toBe(200)
  await bot.settled()
}

test('who releases from Slack is the starter: named in the request, kept from approving it, and others are not', async () => {
  const { approvalId: pushed } = await bot.ask('A change')
  await bot.send(form(decided('reject', pushed, 'Not today', 'U0ELI')))
  await bot.untilText(/Rejected/)
  const before = forEveryone(bot.snapshot()).length
  await release()
  await bot.until(
    (current) => forEveryone(current).length > before && blockWith(shown(current), 'approve') !== undefined,
  )
  await bot.settled()
  const request = shown(bot.snapshot())
  expect(wordsOf(request)).toContain('Started by Dana Novak')
  expect(wordsOf(request)).not.toMatch(/steer-|identif/)
  const elements = blockWith(request, 'approve')!.elements as { action_id: string; value: string }[]
  const approvalId = elements.find(({ action_id }) => action_id === 'approve')!.value

  await approve(approvalId, 'U0DANA')
  expect(shown(bot.snapshot())?.text).not.toMatch(/Approved by|Live/)
  await approve(approvalId, 'U0ELI')
  await bot.untilText(/Approved by Eli Brandt/)
})

test('a deployment that failed is rolled back to what was live, by a click and a form that says to what', async () => {
  await bot.until((current) => newestExecution(current)?.status === 'Succeeded')
  const good = newestExecution(bot.snapshot())!
  const { approvalId } = await bot.ask('It will crash')
  await approve(approvalId, 'U0ELI')
  await bot.until(() => messageWith('steer-rollback') !== undefined)
  await bot.settled()
  // Where the failure is read: in the thread of the status message, and of the approval.
  const noticeIn = (channel: string) =>
    messagesIn(bot.snapshot(), channel).findLast((one) => one.threadTs !== null && blockWith(one, 'steer-rollback'))
  for (const channel of ['C0DEPLOYS', 'C0RELEASES']) await bot.until(() => noticeIn(channel) !== undefined)
  const message = noticeIn('C0DEPLOYS')!
  const { block_id: blockId } = blockWith(message, 'steer-rollback') as { block_id: string }
  const at = { channelId: 'C0DEPLOYS', ts: message.ts, blockId, actionId: 'steer-rollback', userId: 'U0DANA' }
  expect(await bot.post('/local/slack/click', at)).toMatchObject({ body: { ok: true } })
  await bot.until((current) => current.modals.length > 0)
  const [modal] = bot.snapshot().modals
  expect(JSON.stringify(modal)).toMatch(
    new RegExp(`Back to.*Start the shop \\(1111111\\).*Execution ${good.id.slice(0, 8)}`),
  )

  await bot.post('/local/slack/submit', { userId: 'U0DANA', viewId: modal!.viewId, values: {} })
  await bot.until((current) => newestExecution(current)?.id !== good.id && wordsOf(shown(current)).includes('rollback'))
  await bot.settled()
  const request = shown(bot.snapshot())
  expect(wordsOf(request)).toContain('Started as a rollback by Dana Novak')
  const again = (blockWith(request, 'approve')!.elements as { action_id: string; value: string }[])[0]!.value
  await approve(again, 'U0DANA')
  expect(newestExecution(bot.snapshot())?.status).toBe('InProgress')
  await approve(again, 'U0ELI')
  await bot.until((current) => newestExecution(current)?.status === 'Succeeded')
  expect(newestExecution(bot.snapshot())?.revision?.id).toBe(good.revision?.id)
})

const answerTo = async (text: string, userId?: string): Promise<string> => (await typedCommand(bot, text, userId)).text

test('a stage is held and resumed by a command, and its status says by whom and why', async () => {
  expect(await answerTo('hold flask-app Production because no', 'U0ELI')).toMatch(/was not held\. You may not hold/)
  expect(await answerTo('hold flask-app Production')).toContain('Say why: because')
  expect(await answerTo('resume flask-app Production')).toContain('was not resumed. The stage is not held.')
  expect(await answerTo('hold flask-app production because Ärger: stock, 4711')).toContain(
    'Production of flask-app is held',
  )
  expect(await answerTo('status flask-app')).toMatch(/Production is held by .*: “Arger stock 4711”/)
  expect(await answerTo('hold flask-app Production because I say so')).toContain('The stage is held already.')
  expect(await answerTo('hold flask-app Source because no')).toContain('first stage, which cannot be held')
  const waiting = forEveryone(bot.snapshot()).length
  await bot.push('It waits in front')
  await bot.until((current) => JSON.stringify(newestExecution(current)).includes('It waits in front'))
  await bot.settled()
  expect(forEveryone(bot.snapshot())).toHaveLength(waiting)
  await bot.until(() => messageWith('steer-resume') !== undefined)
  const card = messageWith('steer-resume')!
  expect(asText({ blocks: card.blocks as object[] })).toMatch(
    /flask-app> waits: Production is held[^]*Production is held by @U0DANA since .*stock 4711”/,
  )
  expect(card.text).toMatch(/^flask-app waits: Production is held\. Arger stock 4711\./)

  const { block_id: blockId } = blockWith(card, 'steer-resume') as { block_id: string }
  const at = { channelId: 'C0DEPLOYS', ts: card.ts, blockId, actionId: 'steer-resume', userId: 'U0DANA' }
  expect(await bot.post('/local/slack/click', at)).toMatchObject({ body: { ok: true } })
  await bot.until((current) => current.modals.length > 0)
  const { viewId } = bot.snapshot().modals.at(-1)!
  await bot.post('/local/slack/submit', { userId: 'U0DANA', viewId, values: {} })
  await bot.until((current) => forEveryone(current).length > waiting)
  await bot.until(() => messageWith('steer-resume') === undefined)
  expect(await answerTo('status flask-app')).not.toContain('is held')
})

test('a command offers the button that starts the pipeline to who may, and says to others who may', async () => {
  expect(await answerTo('release flask-app', 'U0ELI')).toMatch(
    /^No new execution of flask-app was started\. You may not start this pipeline\. These people may: Dana Novak\./,
  )
  expect(await answerTo('relese flask-app')).toContain('Did you mean /greenlight release flask-app?')
  const offered = await typedCommand(bot, 'release flask-app')
  const { block_id: blockId } = blockWith(offered, 'steer-release') as { block_id: string }
  const at = { channelId: RELEASES, ts: offered.ts, blockId, actionId: 'steer-release', userId: 'U0DANA' }
  const before = newestExecution(bot.snapshot())?.id
  expect(await bot.post('/local/slack/click', at)).toMatchObject({ body: { ok: true } })
  await bot.until((current) => current.modals.length > 0)
  const { viewId } = bot.snapshot().modals.at(-1)!
  await bot.post('/local/slack/submit', { userId: 'U0DANA', viewId, values: {} })
  await bot.until(() => toldTo(bot, 'U0DANA').some(({ text }) => text === 'A new execution of flask-app has started.'))
  expect(newestExecution(bot.snapshot())?.id).not.toBe(before)
})

test('a held stage is resumed in the Home tab by who may, and a direct message says how that ended', async () => {
  await answerTo('hold flask-app Production because incident 4711')
  const viewOf = (userId: string) =>
    bot.snapshot().homes.find((one) => one.userId === userId)?.view as { blocks: HomeBlock[] } | undefined
  const buttonsOf = (userId: string) =>
    (viewOf(userId)?.blocks ?? []).flatMap(({ block_id, elements = [] }) =>
      elements.map(({ action_id, value }) => ({ block_id, action_id, value })),
    )
  for (const userId of ['U0DANA', 'U0ELI']) {
    await bot.post('/local/slack/home', { userId })
    await bot.until(() => JSON.stringify(viewOf(userId) ?? '').includes('Held stages (1)'))
  }
  expect(buttonsOf('U0ELI').filter(({ action_id }) => /^steer-/.test(action_id ?? ''))).toEqual([])
  const resume = buttonsOf('U0DANA').find(({ action_id }) => action_id === 'steer-resume')!

  // A tab that is out of date is answered in a dialog.
  const atHome = { ...pressed('steer-resume', resume.value!, { userId: 'U0ELI' }), channel: undefined }
  const opened = bot.snapshot().modals.length
  expect((await bot.send(form({ ...atHome, response_url: undefined }))).status).toBe(200)
  expect(bot.snapshot().modals).toHaveLength(opened)

  const press = { userId: 'U0DANA', blockId: resume.block_id, actionId: 'steer-resume' }
  expect(await bot.post('/local/slack/home-click', press)).toMatchObject({ body: { ok: true } })
  const modal = () => bot.snapshot().modals.find(({ view }) => JSON.stringify(view).includes('Resume the stage'))
  await bot.until(() => modal() !== undefined)
  await bot.post('/local/slack/submit', { userId: 'U0DANA', viewId: modal()!.viewId, values: {} })
  const direct = () => directMessages(bot.snapshot(), 'U0DANA').map(({ text }) => text)
  await bot.until(() => direct().includes('Production of flask-app takes executions in again.'))
  await bot.until(() => !JSON.stringify(viewOf('U0DANA')).includes('Held stages'))
})

interface HomeBlock {
  block_id: string
  elements?: { action_id?: string; value?: string }[]
}
