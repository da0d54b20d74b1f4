import type { Mutes } from '../../functions/domain/mute.ts'
import { NO_MUTES } from '../../functions/domain/mute.ts'
import { Chance } from './chance.ts'

const MINUTE = 60_000
const PEOPLE_WHO_MUTE = ['U0ANA', 'U0BEN', 'U0CHEN', 'U0DANA', 'U0ELI', 'U0FAY', 'U0ZOE']
const PATTERNS = [['shop-*'], ['shop-web'], ['*'], ['payments-*', 'shop-*'], ['payments-*']]

/**
 * What people have muted when the history begins. They have a chance of their own: other histories stay as they were. `has`:
 * whether anyone has; drawn if it is undefined.
 */
export const drawnMutes = (seed: number, has: boolean | undefined, begun: number): Mutes => {
  const chance = new Chance(seed + 0xd000000)
  const drawn = chance.is(0.15)
  if (!(has ?? drawn)) return NO_MUTES
  const who = PEOPLE_WHO_MUTE.filter(() => chance.is(0.6))
  const mutes = who.map((userId) => {
    const [patterns, until] = [chance.pick(PATTERNS), begun + chance.between(3, 60) * MINUTE]
    return [userId, { patterns, until }] as const
  })
  return { by: Object.fromEntries(mutes) }
}
