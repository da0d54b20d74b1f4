import type { Limited, Share } from '../../../functions/domain/slack-turns.ts'
import { LANES, burstMs, limitName, mostAheadMs, shareOf } from '../../../functions/domain/slack-turns.ts'
import type { Turns } from '../../../functions/ports/turns.ts'

/** The turns that a lane has given: `freeAt` is when it will have had a whole rest. Epoch milliseconds. */
export interface TurnsGiven {
  freeAt: number
}

/** The lane's next turn, and the lane once it is taken; null if it comes after `waitMs`. */
export const nextTurn = (
  given: TurnsGiven | null,
  share: Share,
  now: number,
  waitMs: number,
): { at: number; given: TurnsGiven } | null => {
  const freeAt = Math.max(given?.freeAt ?? now, now)
  const at = Math.max(now, freeAt - burstMs(share))
  return freeAt > now + mostAheadMs(share, waitMs) ? null : { at, given: { freeAt: freeAt + share.everyMs } }
}

/** Turns to call Slack, in memory; `tests/aws/turns.test.ts` holds them to what functions/aws/turns.ts does. */
export const memoryTurns = (now: () => number): Turns => {
  const lanes = new Map<string, TurnsGiven>()
  const held = new Map<string, number>()
  const keyOf = (limited: Limited, lane: string) => `${limitName(limited)}#${lane}`
  return {
    take: async (limited, lane, waitMs) => {
      const turn = nextTurn(lanes.get(keyOf(limited, lane)) ?? null, shareOf(limited, lane), now(), waitMs)
      if (!turn) return null
      lanes.set(keyOf(limited, lane), turn.given)
      return turn.at
    },
    hold: async (limited, until) => {
      held.set(limitName(limited), until)
      for (const lane of LANES) {
        const freeAt = until + burstMs(shareOf(limited, lane))
        lanes.set(keyOf(limited, lane), { freeAt: Math.max(freeAt, lanes.get(keyOf(limited, lane))?.freeAt ?? 0) })
      }
    },
    heldUntil: async (limited) => held.get(limitName(limited)) ?? 0,
  }
}
