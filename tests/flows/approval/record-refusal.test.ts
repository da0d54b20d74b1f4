import { approvalKey } from '../../../functions/aws/records.ts'
import { parseDue } from '../../../functions/aws/queued-effect.ts'
import { queueMessage } from '../../../functions/aws/queue-message.ts'
import type { RefusedClick } from '../../../functions/domain/queued-click.ts'
import { deferredStatement } from '../../../functions/domain/statement.ts'
import { considerAct } from '../../../functions/flows/approval/act-on-approval.ts'
import { recordRefusal } from '../../../functions/flows/approval/record-refusal.ts'
import { fileEntries } from '../../../functions/flows/effects/file-entries.ts'
import { loggedEffect } from '../../../functions/flows/effects/perform-effect.ts'
import { slowly } from '../../support/bot-in-memory.ts'
import { crowdedBot } from '../../support/crowded-bot.ts'
import { MINUTE, actor, approval } from '../../support/records.ts'

/* Many people who may not act click at once: a refusal that finds others writing each time is recorded by the queue. */

const { id } = approval()
const ROUNDS = 8

/** Ana wrote the change. */
const refusedBot = async (others: number) => {
  const bot = await crowdedBot(others)
  const at = bot.services.clock.now()
  const considered = await considerAct(bot.services, id, actor('U0ANA'), 'Approved')
  return { ...bot, at, considered }
}

const refusals = async ({ read }: Awaited<ReturnType<typeof refusedBot>>) =>
  (await read()).journal.unfiled.filter(({ happened }) => happened.what === 'refused')

test('a refusal that meets fewer writers than the click has patience for is recorded before it is told', async () => {
  const bot = await refusedBot(ROUNDS)
  expect(bot.considered).toMatchObject({ kind: 'refused', refusal: { because: 'author' }, effects: [] })
  expect(await refusals(bot)).toHaveLength(1)
  expect(bot.queued).toEqual([])
})

test('it is told after no more calls of the table, however many others write, and the queue has it then', async () => {
  const bot = await refusedBot(1_000)
  expect(bot.considered).toMatchObject({ kind: 'refused', refusal: { because: 'author' }, effects: [] })
  expect(bot.calls.filter((what) => what.includes(approvalKey(id).pk))).toHaveLength(3 + 2 * ROUNDS)
  expect(bot.counted).toEqual(['VoteRefused'])
  bot.quiet()
  expect(await refusals(bot)).toEqual([])
  bot.pass(MINUTE)
  // As the queue gives it back.
  const { effect } = parseDue(queueMessage(bot.queued[0]!.due))
  if (effect.do !== 'record-refusal') throw new Error(effect.do)
  await recordRefusal(bot.services, id, effect.refused)
  expect(await refusals(bot)).toMatchObject([
    { at: bot.at, happened: { who: { userId: 'U0ANA', name: 'ANA' }, act: 'vote', refusal: { because: 'author' } } },
  ])
})

test('it is told only when the queue has it, which records it at once', async () => {
  const { services, queued } = await crowdedBot(1_000)
  const queue = { send: slowly(services.queue.send) }
  await considerAct({ ...services, queue }, id, actor('U0ANA'), 'Approved')
  expect(queued).toMatchObject([{ due: { effect: { do: 'record-refusal' }, attempt: 1 }, delaySeconds: 0 }])
})

test('a refusal that the queue delivers again is recorded once, also if its entry was filed in between', async () => {
  const bot = await refusedBot(1_000)
  bot.quiet()
  const { refused } = bot.taken('record-refusal')[0]!
  await recordRefusal(bot.services, id, refused)
  await fileEntries(bot.services, id)
  const once = await bot.read()
  await recordRefusal(bot.services, id, refused)
  expect(await bot.read()).toEqual(once)
})

test('the queue is answered only when it is recorded', async () => {
  const bot = await refusedBot(1_000)
  bot.quiet()
  const { approvals } = bot.services
  const slow = { ...approvals, change: slowly(approvals.change) } as typeof approvals
  await recordRefusal({ ...bot.services, approvals: slow }, id, bot.taken('record-refusal')[0]!.refused)
  expect(await refusals(bot)).toHaveLength(1)
})

test.each<[string, (refused: RefusedClick) => RefusedClick]>([
  ['without its seal', (refused) => ({ ...refused, seal: '' })],
  ['of another person', (refused) => ({ ...refused, who: actor('U0DANA') })],
  ['for another reason', (refused) => ({ ...refused, refusal: { because: 'expired' } })],
  ['at another time', (refused) => ({ ...refused, at: refused.at + 1 })],
])('a refusal in the queue %s is not recorded, and an alarm rings', async (_, forged) => {
  const bot = await refusedBot(1_000)
  bot.quiet()
  await recordRefusal(bot.services, id, forged(bot.taken('record-refusal')[0]!.refused))
  expect(await refusals(bot)).toEqual([])
  expect(bot.counted).toContain('VerdictNotProven')
  expect(bot.logged.at(-1)).toMatchObject({ level: 'error', about: { approval: id, act: 'vote' } })
})

test('its seal is no seal of a click', async () => {
  const bot = await refusedBot(1_000)
  const { refused } = bot.taken('record-refusal')[0]!
  const { who, at, seal } = refused
  const click = { who, at, seal, act: { do: 'vote', verdict: 'Approved', comment: '' } } as const
  const { seals } = bot.services
  expect(await seals.holds(deferredStatement(id, click), seal)).toBe(false)
})

test('many refusals of one person do not fill the approval: its entries are filed', async () => {
  const bot = await refusedBot(0)
  let filed = 0
  for (let click = 0; click < 300 && filed === 0; click++) {
    const considered = await considerAct(bot.services, id, actor('U0ANA'), 'Approved')
    if ('effects' in considered) filed += considered.effects.length
  }
  expect(filed).toBe(1)
})

test('a log line about it has neither reasons nor addresses', async () => {
  const bot = await refusedBot(1_000)
  expect(loggedEffect(bot.taken('record-refusal')[0]!)).toEqual({
    do: 'record-refusal',
    approval: id,
    user: 'U0ANA',
  })
})
