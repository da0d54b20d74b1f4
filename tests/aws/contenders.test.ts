import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { GetCommand } from '@aws-sdk/lib-dynamodb'
import type { Clock } from '../../functions/clock.ts'
import { dynamoRecords } from '../../functions/aws/records.ts'
import type { Approval, Tombstone } from '../../functions/domain/approval.ts'
import type { Effect } from '../../functions/domain/effect.ts'
import { considerAct } from '../../functions/flows/approval/act-on-approval.ts'
import { readApproval } from '../../functions/flows/approval/change-approval.ts'
import { performDue } from '../../functions/flows/effects/perform-effect.ts'
import type { Services } from '../../functions/ports/services.ts'
import { Chance } from '../simulation/chance.ts'
import { START, VirtualTime } from '../simulation/virtual-time.ts'
import { botInMemory } from '../support/bot-in-memory.ts'
import { actor, approval } from '../support/records.ts'
import { wholeInCi } from '../support/whole-in-ci.ts'

const SECOND = 1_000
const WRITERS = 50

interface Votes {
  id: string
  votes: number[]
}

interface Conflicting {
  Item?: { version: number }
  ExpressionAttributeValues?: { ':known': number }
}

/** One item, in a time that passes only where its readers and writers wait; each answer takes half of `answersWithin` to all of it. */
const slowItem = (seed: number, answersWithin: number) => {
  const time = new VirtualTime()
  const chance = new Chance(seed)
  const clock: Clock = {
    now: time.now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const cancel = time.in(ms, resolve)
        signal?.addEventListener('abort', () => (cancel(), reject(new Error('aborted'))), { once: true })
      }),
    newId: () => chance.between(0, 0xffffffff).toString(16).padStart(8, '0'),
  }
  let item: Conflicting['Item'] | undefined
  const made = { calls: 0 }
  const send = async (command: { input: Conflicting }): Promise<object> => {
    made.calls += 1
    const half = () => clock.sleep(chance.between(answersWithin / 4, answersWithin / 2))
    await half()
    if (command instanceof GetCommand) {
      const found = item
      await half()
      return { Item: found }
    }
    const { Item, ExpressionAttributeValues } = command.input
    const isFirst = item?.version === ExpressionAttributeValues?.[':known']
    if (isFirst) item = Item
    await half()
    if (!isFirst) throw Object.assign(new Error('conflict'), { name: 'ConditionalCheckFailedException' })
    return {}
  }
  const records = <T extends { id: string }>() =>
    dynamoRecords<T, string>(
      { send } as unknown as DynamoDBDocumentClient,
      'table',
      {
        keyOf: (id) => id,
        idOf: ({ id }) => id,
        indexed: () => ({ expireAt: 0 }),
        stored: (record) => record,
        restored: (record: T) => record,
      },
      clock,
    )
  return { time, chance, clock, records, made }
}

/** Fifty functions that each change one record once. */
const race = async (seed: number, answersWithin: number, patience?: { rounds: number; ms: number }) => {
  const { time, chance, clock, records: recordsOf, made } = slowItem(seed, answersWithin)
  const records = () => recordsOf<Votes>()
  const create = records().create({ id: 'approval', votes: [] })
  await time.runUntil(START + SECOND)
  await create
  const ended: number[] = []
  const took: number[] = []
  const gaveUp: number[] = []
  made.calls = 0
  const writing = Array.from({ length: WRITERS }, async (_, writer) => {
    await clock.sleep(chance.between(0, 100))
    const began = time.now()
    const result = await records().change<'written' | 'given up'>(
      'approval',
      (known) => [{ ...known, votes: [...known.votes, writer] }, 'written'],
      patience && { patience: { rounds: patience.rounds, until: began + patience.ms, result: 'given up' } },
    )
    if (result === 'given up') gaveUp.push(writer)
    took.push(time.now() - began)
    ended.push(time.now() - START - SECOND)
  })
  await time.runUntil(START + 60 * SECOND)
  await Promise.all(writing)
  const { calls } = made
  const after = await (async () => {
    const reading = records().read('approval')
    await time.runUntil(START + 61 * SECOND)
    return (await reading)!
  })()
  return { last: Math.max(...ended), longest: Math.max(...took), calls, gaveUp, votes: after.votes }
}

const SEEDS = Array.from({ length: wholeInCi(20, 8) }, (_, index) => index + 1)

test('fifty functions that change one record at once have all written within a second, in a few calls each', async () => {
  for (const seed of SEEDS) {
    const { last, calls, votes } = await race(seed, 10)
    expect([...votes].sort((a, b) => a - b)).toEqual(Array.from({ length: WRITERS }, (_, index) => index))
    expect(last).toBeLessThan(SECOND)
    expect(calls / WRITERS).toBeLessThan(9)
  }
})

test('if the table answers slowly, they wait longer, and not many more calls are made', async () => {
  for (const seed of SEEDS) {
    const { last, calls } = await race(seed, 50)
    expect(last).toBeLessThan(5 * SECOND)
    expect(calls / WRITERS).toBeLessThan(11)
  }
})

const CLICK = { rounds: 8, ms: 1_500 }

test('a click beside forty-nine others is stored at a usual table, and no one is kept waiting for a slow one', async () => {
  for (const seed of SEEDS) {
    const usual = await race(seed, 10, CLICK)
    const slow = await race(seed, 100, CLICK)
    for (const { votes, gaveUp, calls } of [usual, slow]) {
      // Each is either stored or known not to be, and never both.
      expect([...votes, ...gaveUp].sort((a, b) => a - b)).toEqual(Array.from({ length: WRITERS }, (_, index) => index))
      expect(calls).toBeLessThanOrEqual(WRITERS * (2 * CLICK.rounds + 1))
    }
    expect(usual.gaveUp.length).toBeLessThan(WRITERS / 10)
    // A round that has begun is ended: a read, a write, and the read that looks whether the write was its own.
    expect(slow.longest).toBeLessThan(CLICK.ms + 3 * 100)
    expect(slow.gaveUp.length).toBeGreaterThan(0)
  }
})

/** Fifty people who may not approve click at once, each on a function of their own. */
const refuse = async (seed: number, answersWithin: number) => {
  const { time, chance, clock, records, made } = slowItem(seed, answersWithin)
  const bot = botInMemory()
  const queued: Effect[] = []
  const services = (): Services => ({
    ...bot.services,
    clock,
    approvals: records<Approval | Tombstone>(),
    queue: { send: async ({ effect }) => void queued.push(effect) },
  })
  const asked = approval()
  const create = services().approvals.create(asked)
  await time.runUntil(START + SECOND)
  await create
  made.calls = 0
  const took: number[] = []
  const told: string[] = []
  const clicking = Array.from({ length: WRITERS }, async (_, index) => {
    await clock.sleep(chance.between(0, 100))
    const began = time.now()
    const { kind } = await considerAct(services(), asked.id, actor(`U0PERSON${index}`), 'Approved')
    told.push(kind)
    took.push(time.now() - began)
  })
  await time.runUntil(START + 60 * SECOND)
  await Promise.all(clicking)
  const { calls } = made
  // The queue delivers each, and one of them once more, to functions that have time.
  const due = [...queued, ...queued.slice(0, 1)].map(async (effect) => {
    await clock.sleep(SECOND)
    await performDue(services(), { effect, attempt: 1 })
  })
  await time.runUntil(START + 120 * SECOND)
  await Promise.all(due)
  const reading = readApproval(services(), asked.id)
  await time.runUntil(START + 121 * SECOND)
  const refused = (await reading)!.journal.unfiled.filter(({ happened }) => happened.what === 'refused')
  return { longest: Math.max(...took), calls, queued, told, refused }
}

test('fifty people who are refused at once are all answered in time, in as many calls, and each is recorded once', async () => {
  for (const seed of SEEDS) {
    const usual = await refuse(seed, 10)
    const slow = await refuse(seed, 100)
    for (const { told, refused, calls } of [usual, slow]) {
      expect(told).toEqual(Array.from({ length: WRITERS }, () => 'refused'))
      const people = refused.map(({ happened }) => 'who' in happened && happened.who.userId)
      expect(people.toSorted()).toEqual(Array.from({ length: WRITERS }, (_, index) => `U0PERSON${index}`).toSorted())
      // Read once, written once, a read and a write for each round, and a read that looks whether the last was its own.
      expect(calls).toBeLessThanOrEqual(WRITERS * (3 + 2 * CLICK.rounds))
    }
    expect(usual.queued.length).toBeLessThan(WRITERS / 10)
    expect(slow.longest).toBeLessThan(CLICK.ms + 4 * 100)
    expect(slow.queued.length).toBeGreaterThan(0)
  }
})
