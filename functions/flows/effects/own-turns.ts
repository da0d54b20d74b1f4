import type { Turns } from '../../ports/turns.ts'
import type { Services } from '../../ports/services.ts'

/** When an effect that could not call Slack comes again. `hasTurn`: a turn is kept for it until then. */
interface Later {
  at: number
  hasTurn: boolean
}

/**
 * The turns to call Slack, for one effect. If the last one that it asked for comes later, `later` says when.
 *
 * @param hasTurn a turn was kept for the effect, and has come: the first call takes it
 */
export const ownTurns = (
  { turns, clock }: Pick<Services, 'turns' | 'clock'>,
  hasTurn: boolean,
): { turns: Turns; later(): Later | null } => {
  let isKept = hasTurn
  let later: Later | null = null
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
        if (at !== null && at > now) later = { at, hasTurn: lane === 'calls' }
        return at
      },
    },
    later: () => later,
  }
}
