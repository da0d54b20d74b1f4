import type { Turns } from '../../ports/turns.ts'
import type { Services } from '../../ports/services.ts'

/**
 * The turns to call Slack, for one effect. If its last turn comes later, `turnAt` says when: the turn is kept for it
 * until then.
 *
 * @param hasTurn a turn was kept for the effect, and has come: the first call takes it
 */
export const ownTurns = (
  { turns, clock }: Pick<Services, 'turns' | 'clock'>,
  hasTurn: boolean,
): { turns: Turns; turnAt(): number | null } => {
  let isKept = hasTurn
  let turnAt: number | null = null
  return {
    turns: {
      ...turns,
      take: async (limited, lane, waitMs) => {
        const now = clock.now()
        if (isKept) {
          isKept = false
          if ((await turns.heldUntil(limited)) <= now) return now
        }
        const at = await turns.take(limited, lane, waitMs)
        if (at !== null && at > now) turnAt = at
        return at
      },
    },
    turnAt: () => turnAt,
  }
}
