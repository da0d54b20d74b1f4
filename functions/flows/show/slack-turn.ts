import { chanceOf } from '../../clock.ts'
import { isOfCause, isOfFailure } from '../../domain/deployment-notices.ts'
import { hasFailed } from '../../domain/execution.ts'
import type { Concern, Limited } from '../../domain/slack-turns.ts'
import { FURTHEST_TURN_MS, mostWaitMs } from '../../domain/slack-turns.ts'
import type { Card } from '../../ports/cards.ts'
import type { Services } from '../../ports/services.ts'
import type { SlackRefusal } from '../../ports/slack.ts'

type Pacing = Pick<Services, 'turns' | 'clock' | 'log'>
type Busy = Extract<SlackRefusal, { kind: 'busy' }>
/** `isKept`: the turn then is the card's; else it must ask for one then. */
type Wait = Busy & { isKept: boolean }

/**
 * Takes a turn to write the card, so that all functions together stay within Slack's limits. Null if Slack may be
 * called now. Else the answer that Slack would give: busy. If the table does not tell, Slack itself limits the call.
 * `hasTurn`: a turn was kept for the card, and has come. It counts unless Slack has asked to wait meanwhile.
 */
export const takeTurn = async (
  services: Pacing,
  limited: Limited,
  card: Card,
  hasTurn = false,
): Promise<Wait | null> => {
  const { clock, log } = services
  try {
    if (hasTurn && (await services.turns.heldUntil(limited)) <= clock.now()) return null
    const at = await services.turns.take(limited, 'calls', mostWaitMs(limited, concernOf(card)))
    const now = clock.now()
    if (at !== null && at <= now) return null
    const comesAt = at ?? (await placeInLine(services, limited))
    return { kind: 'busy', afterSeconds: (comesAt - now) / 1_000, isKept: at !== null }
  } catch (error) {
    log.warn('The table did not tell whether Slack takes a message now', { limited, error })
    return null
  }
}

/** When the call asks again. Those for whom the line has no place come back one after another. */
const placeInLine = async ({ turns, clock }: Pacing, limited: Limited): Promise<number> =>
  (await turns.take(limited, 'line', FURTHEST_TURN_MS)) ?? clock.now() + FURTHEST_TURN_MS * (1 + chanceOf(clock) / 2)

/** Counts what Slack has answered: whether it asks to wait, and the update that follows a new approval. */
export const countAnswer = async (
  { turns, clock, log }: Pacing,
  limited: Limited,
  card: Card,
  answer: { kind: string } | Busy,
): Promise<void> => {
  try {
    if ('afterSeconds' in answer) await turns.hold(limited, clock.now() + answer.afterSeconds * 1_000)
    // A new approval names people a moment after its post.
    if (answer.kind === 'posted' && card.kind === 'approval')
      await turns.take({ method: 'chat.update' }, 'calls', FURTHEST_TURN_MS)
  } catch (error) {
    log.warn('The table did not count a call of Slack', { limited, error })
  }
}

/** Questions go first, then failures. */
const concernOf = (card: Card): Concern => {
  switch (card.kind) {
    case 'approval':
    case 'continued':
    case 'freeze':
    case 'absence':
      return 'question'
    case 'execution':
      return hasFailed(card.execution) ? 'failure' : 'progress'
    case 'notice':
      return card.notice.kind === 'deployment' ? endConcern(card.notice.key) : 'question'
    case 'digest':
      return 'progress'
    case 'execution-notice':
      return endConcern(card.notice.key)
  }
}

const endConcern = (key: string): Concern => (isOfFailure(key) || isOfCause(key) ? 'failure' : 'progress')
