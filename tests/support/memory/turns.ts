import type { TurnsGiven, Limited } from '../../../functions/domain/slack-turns.ts'
import { LANES, burstMs, limitName, nextTurn, shareOf } from '../../../functions/domain/slack-turns.ts'
import type { Turns } from '../../../functions/ports/turns.ts'

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
