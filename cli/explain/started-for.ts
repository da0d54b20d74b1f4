import type { Starter } from '../../functions/domain/starter.ts'
import { steeringSessionIn } from '../../functions/domain/starter.ts'
import type { SetFreezes } from './set-freezes.ts'

/**
 * A session that is named like those in which the bot steers counts for its person if it is one of the installation's
 * own, as for the bot. Where the installation was not asked, it counts so, and a line says that this is assumed.
 */
export const startedFor = (
  starter: Starter,
  inSlack: SetFreezes,
  region = '',
): { by: Starter; lines: readonly string[] } => {
  const session = starter.arn === null ? null : steeringSessionIn(starter.arn)
  if (starter.arn === null || !session) return { by: starter, lines: [] }
  const { accountId, role, userId } = session
  const name = `${role}/steer-${userId}`
  if (!inSlack.freezes)
    return {
      by: starter,
      lines: [`Assumed: ${name} is a session in which Greenlight started it for ${userId} (${inSlack.because}).`],
    }
  if (inSlack.steeredFor({ accountId, region }, starter.arn) !== null) return { by: starter, lines: [] }
  const { userId: _, ...other } = starter
  return { by: other, lines: [`${name} is no session of this installation, so it does not count as ${userId}.`] }
}
