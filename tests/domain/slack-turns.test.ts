import fc from 'fast-check'
import type { Lane, Limited } from '../../functions/domain/slack-turns.ts'
import {
  FURTHEST_TURN_MS,
  LANES,
  burstMs,
  limitName,
  LANES_TRIED,
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

test('progress leaves enough turns for what is urgent: two posts at once, and seven updates', () => {
  for (const [limited, most] of [
    [POST, 2],
    [UPDATE, 7],
  ] as const) {
    const lane = shareOf(limited, 'urgent')
    let given = nextTurn(null, lane, START, -Infinity)!.given
    for (let time = 0; time < most; time++) given = nextTurn(given, lane, START, 0)!.given
    expect(nextTurn(given, lane, START, 0)).toBeNull()
  }
})

test('a question never waits behind progress, nor more than two seconds behind failures', () => {
  const [first] = LANES_TRIED.failure
  expect(first).toEqual({ lane: 'urgent', waitMs: 2 * SECOND })
  expect(LANES_TRIED.progress.filter(({ lane }) => lane === 'urgent')).toEqual([{ lane: 'urgent', waitMs: -Infinity }])
})

test('each channel has its own limit of posts, and all channels together one of updates', () => {
  expect([UPDATE, POST].map(limitName)).toEqual(['chat.update', 'chat.postMessage#C0RELEASES'])
})

/** The most calls in any minute or second, by Slack's published limits. */
test.each([
  [UPDATE, 60 * SECOND, 50],
  [POST, 10 * SECOND, 10 + 3],
])('in no time do all lanes of %o together give more turns than Slack takes', (limited, window, most) => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom<Lane[]>(...LANES), fc.nat({ max: 3 * SECOND })), { maxLength: 200 }),
      (asks) => {
        const lanes = new Map<Lane, TurnsGiven>()
        const times: number[] = []
        let now = START
        for (const [lane, ms] of asks) {
          now += ms
          const turn = nextTurn(lanes.get(lane) ?? null, shareOf(limited, lane), now, FURTHEST_TURN_MS)
          if (!turn) continue
          lanes.set(lane, turn.given)
          times.push(turn.at)
        }
        for (const from of times)
          expect(times.filter((at) => at >= from && at < from + window).length).toBeLessThanOrEqual(most)
      },
    ),
  )
})

test('a rest of a whole burst is needed before the next one', () => {
  expect(burstMs(share)).toBe(4 * SECOND)
})
