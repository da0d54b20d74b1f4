import { checksOf } from './checks.ts'
import type { Checks, Explored } from './explore.ts'
import { explore } from './explore.ts'
import type { Limits } from './limits.ts'
import type { Differently, Size } from './scenario.ts'
import { scenario } from './scenario.ts'

/** All orders of one size, and what they break. `foundAtRest`: of the same size and bot. */
export const enumerate = async (
  size: Size,
  limits: Limits,
  bot: { services?: Differently; isUnconditional?: true } = {},
  foundAtRest: Checks['foundAtRest'] = new Map(),
): Promise<Explored> => {
  const made = await scenario(size, bot)
  return explore(made.world, made.actors, limits, { ...checksOf(made), foundAtRest }, made.pairs)
}
