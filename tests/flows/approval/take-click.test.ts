import { approvalKey } from '../../../functions/aws/records.ts'
import type { Act } from '../../../functions/domain/act.ts'
import type { Effect } from '../../../functions/domain/effect.ts'
import { actOnApproval } from '../../../functions/flows/approval/act-on-approval.ts'
import { takeClick } from '../../../functions/flows/approval/take-click.ts'
import { fileEntries } from '../../../functions/flows/effects/file-entries.ts'
import { loggedEffect } from '../../../functions/flows/effects/perform-effect.ts'
import { MINUTE, actor, approval } from '../../support/records.ts'
import { crowdedBot } from '../../support/crowded-bot.ts'

/* Many people click at once: a click that finds others writing each time is taken by the queue. */

const YES: Act = { do: 'vote', verdict: 'Approved', comment: 'seen' }
const CHEN = actor('U0CHEN')
const { id } = approval()
const act = ({ services }: Awaited<ReturnType<typeof crowdedBot>>, how = YES) =>
  actOnApproval(services, { approvalId: id, who: CHEN, act: how })

const ROUNDS = 8

test('a click that meets fewer writers than it has patience for counts at once', async () => {
  const bot = await crowdedBot(ROUNDS)
  const { taken, read } = bot
  expect(await act(bot)).toMatchObject({ kind: 'done' })
  expect(taken('take-click')).toEqual([])
  expect((await read()).votes).toMatchObject([{ userId: 'U0CHEN' }])
})

test('the answer to a click takes no more calls of the table, however many others write', async () => {
  const bot = await crowdedBot(1_000)
  expect(await act(bot)).toMatchObject({ kind: 'deferred', effects: [] })
  // Read once, written once, then read and written for each round, and read once to see whether the last write was its own.
  expect(bot.calls.filter((what) => what.includes(approvalKey(id).pk))).toHaveLength(3 + 2 * ROUNDS)
  expect(bot.taken('take-click')).toMatchObject([
    { do: 'take-click', approval: id, click: { who: CHEN, act: YES, waitsFor: 'others' } },
  ])
  expect(bot.queued).toMatchObject([{ due: { attempt: 1 }, delaySeconds: 0 }])
  expect(bot.counted).toEqual(['VoteNoted'])
  expect(await bot.read()).toMatchObject({ votes: [], deferredClicks: [] })
})

test('the queue counts it, with the time of the click, and records it', async () => {
  const bot = await crowdedBot(1_000)
  const at = bot.services.clock.now()
  await act(bot)
  bot.quiet()
  bot.pass(MINUTE)
  const { kind, next } = await takeClick(bot.services, id, bot.taken('take-click')[0]!.click)
  expect(kind).toBe('done')
  expect(next).not.toContainEqual({ do: 'weigh-deferred-clicks', approval: id })
  const { votes, deferredClicks, journal } = await bot.read()
  expect(votes).toMatchObject([{ userId: 'U0CHEN', comment: 'seen', at }])
  expect(deferredClicks).toEqual([])
  expect(journal.unfiled.map(({ happened }) => happened.what)).toEqual(expect.arrayContaining(['noted', 'voted']))
})

test('a click of the queue that KMS does not sign waits as a deferred click, and the message says so', async () => {
  const bot = await crowdedBot(1_000)
  await act(bot)
  bot.quiet()
  const signatures = { ...bot.services.signatures, sign: () => Promise.reject(new Error('KMS is down')) }
  expect(await takeClick({ ...bot.services, signatures }, id, bot.taken('take-click')[0]!.click)).toEqual({
    kind: 'done',
    next: [
      { do: 'show-approval', approval: id },
      { do: 'weigh-deferred-clicks', approval: id },
    ],
  })
  expect(await bot.read()).toMatchObject({ votes: [], deferredClicks: [{ who: CHEN, waitsFor: 'kms' }] })
})

test('a click that the queue delivers twice counts once, and its person is told nothing', async () => {
  const bot = await crowdedBot(1_000)
  await act(bot)
  bot.quiet()
  const { click } = bot.taken('take-click')[0]!
  await takeClick(bot.services, id, click)
  const once = await bot.read()
  await takeClick(bot.services, id, click)
  expect(await bot.read()).toEqual(once)
  expect(bot.whispered).toEqual([])
})

test('a click that is refused is recorded as refused once, also if the queue delivers it again when that is filed', async () => {
  const bot = await crowdedBot(1_000)
  await act(bot)
  bot.quiet()
  const { click } = bot.taken('take-click')[0]!
  const gone = async () => ({ kind: 'not-found' }) as const
  const services = { ...bot.services, directory: { ...bot.services.directory, person: gone } }
  await takeClick(services, id, click)
  expect(bot.whispered).toEqual(['U0CHEN'])
  await fileEntries(services, id)
  const once = await bot.read()
  await takeClick(services, id, click)
  expect(await bot.read()).toEqual(once)
  expect(bot.whispered).toEqual(['U0CHEN'])
})

test('a click counts no more once its person has withdrawn, or clicked again', async () => {
  const bot = await crowdedBot(1_000)
  await act(bot)
  bot.quiet()
  const { click } = bot.taken('take-click')[0]!
  bot.pass(MINUTE)
  await act(bot, { ...YES, verdict: 'Rejected', comment: 'no' })
  const { votes } = await bot.read()
  await takeClick(bot.services, id, click)
  const after = await bot.read()
  expect(after).toMatchObject({ votes, deferredClicks: [] })
  expect(after.journal.unfiled.at(-1)!.happened).toMatchObject({ what: 'noted', who: { userId: 'U0CHEN' } })
})

test.each([
  ['without its seal', ({ seal: _, ...click }: Extract<Effect, { do: 'take-click' }>['click']) => click],
  [
    'of another person',
    (click: Extract<Effect, { do: 'take-click' }>['click']) => ({ ...click, who: actor('U0DANA') }),
  ],
])('a click in the queue %s counts for no one', async (_, forged) => {
  const bot = await crowdedBot(1_000)
  await act(bot)
  bot.quiet()
  const before = await bot.read()
  expect(await takeClick(bot.services, id, forged(bot.taken('take-click')[0]!.click))).toEqual({
    kind: 'done',
    next: [],
  })
  const { votes, deferredClicks, journal } = await bot.read()
  expect({ votes, deferredClicks }).toEqual({ votes: [], deferredClicks: [] })
  // Nor is it recorded as a click.
  expect(journal).toEqual(before.journal)
})

test('a click that others overtake while Slack is slow is taken by the queue too', async () => {
  const bot = await crowdedBot(1_000)
  const services = {
    ...bot.services,
    directory: { ...bot.services.directory, person: () => new Promise<never>(() => {}) },
  }
  const acting = actOnApproval(services, { approvalId: id, who: CHEN, act: YES })
  await new Promise((resolve) => setImmediate(resolve))
  bot.pass(900)
  expect(await acting).toMatchObject({ kind: 'deferred', effects: [] })
  expect(bot.taken('take-click')).toMatchObject([{ click: { waitsFor: 'slack' } }])
})

test('if the queue does not take it either, the click is not answered', async () => {
  const bot = await crowdedBot(1_000)
  const queue = { send: () => Promise.reject(new Error('SQS is down')) }
  await expect(actOnApproval({ ...bot.services, queue }, { approvalId: id, who: CHEN, act: YES })).rejects.toThrow(
    'SQS is down',
  )
})

test('a log line about it has neither words nor addresses', async () => {
  const bot = await crowdedBot(1_000)
  await act(bot)
  expect(loggedEffect(bot.taken('take-click')[0]!)).toEqual({ do: 'take-click', approval: id, user: 'U0CHEN' })
})
