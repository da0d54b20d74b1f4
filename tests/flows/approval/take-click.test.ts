import { approvalKey } from '../../../functions/aws/records.ts'
import type { Act } from '../../../functions/domain/act.ts'
import type { Effect } from '../../../functions/domain/effect.ts'
import { actOnApproval } from '../../../functions/flows/approval/act-on-approval.ts'
import { readApproval } from '../../../functions/flows/approval/change-approval.ts'
import { takeClick } from '../../../functions/flows/approval/take-click.ts'
import { loggedEffect } from '../../../functions/flows/effects/perform-effect.ts'
import type { Services } from '../../../functions/ports/services.ts'
import { MINUTE, actor, approval } from '../../support/records.ts'
import { botInMemory } from '../../support/bot-in-memory.ts'
import { MemoryTable, memoryTables } from '../../support/memory/table.ts'

/* Many people click at once: a click that finds others writing each time is taken by the queue. */

const YES: Act = { do: 'vote', verdict: 'Approved', comment: 'seen' }
const CHEN = actor('U0CHEN')
const { id } = approval()

/** A bot whose every write to the approval meets another one, for so many writes. */
const crowdedBot = async (others: number) => {
  const bot = botInMemory()
  const table = new MemoryTable()
  let left = others
  const calls: string[] = []
  const { approvals } = memoryTables(table, {
    read: async (what, land) => {
      calls.push(what)
      return land()
    },
    write: async (what, land) => {
      calls.push(what)
      if (left > 0) {
        left -= 1
        return false
      }
      return land()
    },
  })
  left = 0
  const { showing, ...asked } = approval()
  await approvals.create({ ...asked, showing: { ...showing, place: { channel: 'C0RELEASES', ts: '1.1', link: null } } })
  left = others
  calls.length = 0
  const whispered: string[] = []
  const slack = {
    ...bot.services.slack,
    whisper: (_: string, userId: string) => Promise.resolve(void whispered.push(userId)),
  }
  const services: Services = { ...bot.services, approvals, slack }
  return {
    ...bot,
    services,
    calls,
    whispered,
    act: (act: Act = YES, who = CHEN) => actOnApproval(services, { approvalId: id, who, act }),
    quiet: () => void (left = 0),
    read: async () => (await readApproval(services, id))!,
    /** What is in the queue. */
    taken: () => bot.queued.map(({ due }) => due.effect as Extract<Effect, { do: 'take-click' }>),
  }
}

const ROUNDS = 8

test('a click that meets fewer writers than it has patience for counts at once', async () => {
  const { act, taken, read } = await crowdedBot(ROUNDS)
  expect(await act()).toMatchObject({ kind: 'done' })
  expect(taken()).toEqual([])
  expect((await read()).votes).toMatchObject([{ userId: 'U0CHEN' }])
})

test('the answer to a click takes no more calls of the table, however many others write', async () => {
  const bot = await crowdedBot(1_000)
  expect(await bot.act()).toMatchObject({ kind: 'deferred', effects: [] })
  // Read once, written once, then read and written for each round, and read once to see whether the last write was its own.
  expect(bot.calls.filter((what) => what.includes(approvalKey(id).pk))).toHaveLength(3 + 2 * ROUNDS)
  expect(bot.taken()).toMatchObject([
    { do: 'take-click', approval: id, click: { who: CHEN, act: YES, waitsFor: 'others' } },
  ])
  expect(bot.counted).toEqual(['VoteNoted'])
  expect(await bot.read()).toMatchObject({ votes: [], deferredClicks: [] })
})

test('the queue counts it, with the time of the click, and records it', async () => {
  const bot = await crowdedBot(1_000)
  const at = bot.services.clock.now()
  await bot.act()
  bot.quiet()
  bot.pass(MINUTE)
  const { kind, next } = await takeClick(bot.services, id, bot.taken()[0]!.click)
  expect(kind).toBe('done')
  expect(next).not.toContainEqual({ do: 'weigh-deferred-clicks', approval: id })
  const { votes, deferredClicks, journal } = await bot.read()
  expect(votes).toMatchObject([{ userId: 'U0CHEN', comment: 'seen', at }])
  expect(deferredClicks).toEqual([])
  expect(journal.unfiled.map(({ happened }) => happened.what)).toEqual(expect.arrayContaining(['noted', 'voted']))
})

test('a click that the queue delivers twice counts once, and its person is told nothing', async () => {
  const bot = await crowdedBot(1_000)
  await bot.act()
  bot.quiet()
  const { click } = bot.taken()[0]!
  await takeClick(bot.services, id, click)
  const once = await bot.read()
  await takeClick(bot.services, id, click)
  expect(await bot.read()).toEqual(once)
  expect(bot.whispered).toEqual([])
})

test('a click counts no more once its person has withdrawn, or clicked again', async () => {
  const bot = await crowdedBot(1_000)
  await bot.act()
  bot.quiet()
  const { click } = bot.taken()[0]!
  bot.pass(MINUTE)
  await bot.act({ ...YES, verdict: 'Rejected', comment: 'no' })
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
  await bot.act()
  bot.quiet()
  const before = await bot.read()
  expect(await takeClick(bot.services, id, forged(bot.taken()[0]!.click))).toEqual({ kind: 'done', next: [] })
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
  expect(bot.taken()).toMatchObject([{ click: { waitsFor: 'slack' } }])
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
  await bot.act()
  expect(loggedEffect(bot.taken()[0]!)).toEqual({ do: 'take-click', approval: id, user: 'U0CHEN' })
})
