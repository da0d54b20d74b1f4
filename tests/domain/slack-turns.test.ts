import fc from 'fast-check'
import type { Concern, Limited } from '../../functions/domain/slack-turns.ts'
import {
  FURTHEST_TURN_MS,
  LANES,
  burstMs,
  limitName,
  mostAheadMs,
  mostWaitMs,
  shareOf,
} from '../../functions/domain/slack-turns.ts'
import type { TurnsGiven } from '../support/memory/turns.ts'
import { nextTurn } from '../support/memory/turns.ts'
import { SECOND, START } from '../support/records.ts'

const UPDATE: Limited = { method: 'chat.update' }
const POST: Limited = { method: 'chat.postMessage', channel: 'C0RELEASES' }
const share = { everyMs: 2 * SECOND, burst: 3 }

/** The times of the turns that a lane gives, if all are asked for at once. */
const turns = (count: number, waitMs = FURTHEST_TURN_MS) => {
  let given: TurnsGiven | null = null
  return Array.from({ length: count }, () => {
    const turn = nextTurn(given, share, START, waitMs)
    given = turn?.given ?? given
    return turn && (turn.at - START) / SECOND
  })
}

test('after a rest, a lane gives a few turns at once, and then one after another', () => {
  expect(turns(6)).toEqual([0, 0, 0, 2, 4, 6])
})

test('a turn that comes later than the call may wait is not taken', () => {
  expect(turns(5, 2 * SECOND)).toEqual([0, 0, 0, 2, null])
  expect(turns(4, 0)).toEqual([0, 0, 0, null])
})

test('a lane that rested long gives no more turns at once than after a short rest', () => {
  const given = { freeAt: START - 3_600 * SECOND }
  expect(nextTurn(given, share, START, 0)).toEqual({ at: START, given: { freeAt: START + 2 * SECOND } })
})

test('a lane that has not had its whole rest gives no turn to a call that needs one', () => {
  expect(turns(2, -Infinity)).toEqual([0, null])
})

test.each([
  [POST, 2, 1],
  [UPDATE, 3, 7],
] as const)('of a burst of %o, progress takes %i, and %i are left for questions', (limited, taken, left) => {
  const lane = shareOf(limited, 'calls')
  const given: (number | null)[] = []
  let now: TurnsGiven | null = null
  const ask = (waitMs: number) => {
    const turn = nextTurn(now, lane, START, waitMs)
    now = turn?.given ?? now
    given.push(turn && turn.at - START)
  }
  for (let time = 0; time <= taken; time++) ask(mostWaitMs(limited, 'progress'))
  expect(given).toEqual([...Array.from({ length: taken }, () => 0), null])
  for (let time = 0; time <= left; time++) ask(mostWaitMs(limited, 'question'))
  expect(given.slice(taken + 1)).toEqual([...Array.from({ length: left }, () => 0), lane.everyMs])
})

test('a question waits up to a minute for its turn, and a failure waits in front of it for two seconds at most', () => {
  expect(mostWaitMs(POST, 'question')).toBe(60 * SECOND)
  expect(mostWaitMs(POST, 'failure')).toBe(2 * SECOND)
})

test('the line has progress ask again a little slower than calls are given, so that it finds one', () => {
  for (const limited of [POST, UPDATE]) {
    const [calls, line] = LANES.map((lane) => shareOf(limited, lane))
    expect(line!.everyMs).toBeGreaterThan(calls!.everyMs)
    expect(line!.everyMs).toBeLessThan(1.2 * calls!.everyMs)
    expect(line!.burst).toBe(1)
  }
})

test('each channel has its own limit of posts, and all channels together one of updates', () => {
  expect([UPDATE, POST].map(limitName)).toEqual(['chat.update', 'chat.postMessage#C0RELEASES'])
})

/** The most calls in any minute or second, by Slack's published limits. */
test.each([
  [UPDATE, 60 * SECOND, 50],
  [POST, 10 * SECOND, 10 + 3],
])('in no time are more turns of %o given than Slack takes', (limited, window, most) => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom<Concern[]>('question', 'failure', 'progress'), fc.nat({ max: 3 * SECOND })), {
        maxLength: 200,
      }),
      (asks) => {
        let given: TurnsGiven | null = null
        const times: number[] = []
        let now = START
        for (const [concern, ms] of asks) {
          now += ms
          const turn = nextTurn(given, shareOf(limited, 'calls'), now, mostWaitMs(limited, concern))
          if (!turn) continue
          given = turn.given
          times.push(turn.at)
        }
        for (const from of times)
          expect(times.filter((at) => at >= from && at < from + window).length).toBeLessThanOrEqual(most)
      },
    ),
  )
})

test('a lane gives turns a burst ahead, and what cannot wait only as far as it comes at once', () => {
  expect(mostAheadMs(share, 0)).toBe(4 * SECOND)
  expect(mostAheadMs(share, -4 * SECOND)).toBe(0)
  expect(mostAheadMs(share, -5 * SECOND)).toBe(0)
})

test('a rest of a whole burst is needed before the next one', () => {
  expect(burstMs(share)).toBe(4 * SECOND)
})
