import { BROKEN_BOTS } from './broken-bots.ts'
import { letHappen } from './history.ts'
import { liveViolations, violations } from './invariants.ts'
import { LIVE_BROKEN_BOTS } from './live-broken-bots.ts'
import { letLive } from './live-history.ts'

/** A check that never fails proves nothing: each of these bots must break its invariant soon. */
const MOST_SEEDS = 100

describe('the simulation notices', () => {
  test.each(Object.keys(BROKEN_BOTS))(
    '%s',
    async (what) => {
      const bot = BROKEN_BOTS[what]!
      const first = bot.seed ?? 1
      for (let seed = first; seed < first + MOST_SEEDS; seed++) {
        const found = await violations(await letHappen(seed, bot))
        if (found.some((violation) => violation.startsWith(`${bot.breaks}:`))) return
      }
      throw new Error(`${what} did not break ${bot.breaks} in ${MOST_SEEDS} histories`)
    },
    60_000,
  )
})

describe('the simulation of drawn pipelines notices', () => {
  test.each(Object.entries(LIVE_BROKEN_BOTS))(
    '%s',
    async (what, bot) => {
      for (let seed = 1; seed <= MOST_SEEDS; seed++) {
        const found = await liveViolations(await letLive(seed, bot))
        if (found.some((violation) => violation.startsWith(`${bot.breaks}:`))) return
      }
      throw new Error(`${what} did not break ${bot.breaks} in ${MOST_SEEDS} histories`)
    },
    60_000,
  )
})
