import { dynamoTurns } from '../../functions/aws/turns.ts'
import type { Limited } from '../../functions/domain/slack-turns.ts'
import type { Turns } from '../../functions/ports/turns.ts'
import { openAws } from '../support/aws-endpoint.ts'
import { memoryTurns } from '../support/memory/turns.ts'
import { SECOND, START } from '../support/records.ts'

const UPDATE: Limited = { method: 'chat.update' }
const post = (channel: string): Limited => ({ method: 'chat.postMessage', channel })

let aws: Awaited<ReturnType<typeof openAws>>
beforeAll(async () => {
  aws = await openAws()
})
afterAll(() => aws.close())

let now = START
const clock = { now: () => now, newId: () => 'id', sleep: async () => {} }

/** Both must give the same turns: the simulation trusts the fake. */
const TURNS: Record<string, () => Turns> = {
  'the fake of the simulation': () => memoryTurns(() => now),
  'the turns of the bot over DynamoDB': () => dynamoTurns(aws.client, 'greenlight', clock),
}

describe.each(Object.keys(TURNS))('%s', (name) => {
  let turns: Turns
  let channels = 0
  const channel = () => post(`C${name.length}${++channels}`)
  beforeEach(() => {
    now = START
    turns = TURNS[name]!()
  })
  const seconds = async (limited: Limited, times: number, waitMs = 60 * SECOND) => {
    const found: (number | null)[] = []
    for (let time = 0; time < times; time++) {
      const at = await turns.take(limited, 'calls', waitMs)
      found.push(at && (at - START) / SECOND)
    }
    return found
  }

  test('give some at once, then one after another, and none beyond the time that the call may wait', async () => {
    expect(await seconds(channel(), 5)).toEqual([0, 0, 0, 1, 2])
    expect(await seconds(channel(), 6, 2 * SECOND)).toEqual([0, 0, 0, 1, 2, null])
    expect(await seconds(channel(), 2, -Infinity)).toEqual([0, null])
  })

  test('give them at once again after a rest', async () => {
    const limited = channel()
    await seconds(limited, 4)
    now = START + 60 * SECOND
    expect(await seconds(limited, 4)).toEqual([60, 60, 60, 61])
  })

  test('count each channel and each lane by itself', async () => {
    const limited = channel()
    await seconds(limited, 3)
    expect(await seconds(channel(), 1)).toEqual([0])
    expect(await turns.take(limited, 'line', 0)).toBe(START)
  })

  test('give none in both lanes for as long as Slack asks to wait, and say until when that is', async () => {
    const limited = channel()
    expect(await turns.heldUntil(limited)).toBe(0)
    await turns.take(limited, 'calls', 0)
    await turns.hold(limited, START + 30 * SECOND)
    expect(await turns.heldUntil(limited)).toBe(START + 30 * SECOND)
    expect(await turns.take(limited, 'calls', 60 * SECOND)).toBe(START + 30 * SECOND)
    expect(await turns.take(limited, 'line', 29 * SECOND)).toBeNull()
    expect(await turns.take(limited, 'line', 30 * SECOND)).toBe(START + 30 * SECOND)
  })

  test('keep those that were given for later, if Slack asks to wait for a shorter time', async () => {
    const limited = channel()
    expect((await seconds(limited, 11)).at(-1)).toBe(8)
    await turns.hold(limited, START + 3 * SECOND)
    expect(await turns.heldUntil(limited)).toBe(START + 3 * SECOND)
    expect(await seconds(limited, 1)).toEqual([9])
  })
})

test('functions that ask in the same moment get different turns', async () => {
  now = START
  const functions = Array.from({ length: 20 }, () => dynamoTurns(aws.client, 'greenlight', clock))
  const at = await Promise.all(functions.map((one) => one.take(UPDATE, 'calls', 60 * SECOND)))
  const later = at.filter((time) => time !== START)
  expect(later.toSorted()).toEqual(Array.from({ length: 10 }, (_, index) => START + (index + 1) * 1_500))
  expect(at.filter((time) => time === START)).toHaveLength(10)
})
