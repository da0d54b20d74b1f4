import { BROKEN_BOTS } from './broken-bots.ts'
import { MOST_SEEDS, brokenLength, firstBroken } from './first-broken.ts'
import { liveViolations } from './invariants.ts'
import { LIVE_BROKEN_BOTS } from './live-broken-bots.ts'
import { letLive } from './live-history.ts'

const FIRST = firstBroken()

describe('the simulation notices', () => {
  test.each(Object.keys(BROKEN_BOTS))(
    '%s',
    async (what) => {
      const first = FIRST[what] ?? 1
      for (let seed = first; seed < first + MOST_SEEDS; seed++) if ((await brokenLength(what, seed)) !== null) return
      throw new Error(`${what} did not break ${BROKEN_BOTS[what]!.breaks} in ${MOST_SEEDS} histories`)
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
