import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { GetCommand } from '@aws-sdk/lib-dynamodb'
import type { Clock } from '../../functions/clock.ts'
import { dynamoRecords } from '../../functions/aws/records.ts'
import { Chance } from '../simulation/chance.ts'
import { START, VirtualTime } from '../simulation/virtual-time.ts'

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

/** Fifty functions that each change one record once, in a time that passes only where they wait; the table as slow as told. */
const race = async (seed: number, answersWithin: number, patience?: { rounds: number; ms: number }) => {
  const time = new VirtualTime()
  const chance = new Chance(seed)
  const clock: Clock = {
    now: time.now,
    sleep: (ms) => new Promise((resolve) => time.in(ms, resolve)),
    newId: () => chance.between(0, 0xffffffff).toString(16).padStart(8, '0'),
  }
  let item: Conflicting['Item'] | undefined
  let calls = 0
  const send = async (command: { input: Conflicting }): Promise<object> => {
    calls += 1
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
  const records = () =>
    dynamoRecords<Votes, string>(
      { send } as unknown as DynamoDBDocumentClient,
      'table',
      {
        keyOf: (id) => id,
        idOf: ({ id }) => id,
        indexed: () => ({ expireAt: 0 }),
        stored: (votes) => votes,
        restored: (votes: Votes) => votes,
      },
      clock,
    )
  const ended: number[] = []
  const took: number[] = []
  const gaveUp: number[] = []
  const create = records().create({ id: 'approval', votes: [] })
  await time.runUntil(START + SECOND)
  await create
  calls = 0
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
  const after = await (async () => {
    const reading = records().read('approval')
    await time.runUntil(START + 61 * SECOND)
    return (await reading)!
  })()
  return { last: Math.max(...ended), longest: Math.max(...took), calls, gaveUp, votes: after.votes }
}

const SEEDS = Array.from({ length: 20 }, (_, index) => index + 1)

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
