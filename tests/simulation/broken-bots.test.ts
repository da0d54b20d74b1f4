import { BROKEN_BOTS } from './broken-bots.ts'
import { MOST_SEEDS, brokenLength, firstBroken } from './first-broken.ts'
import { liveViolations } from './invariants.ts'
import { LIVE_BROKEN_BOTS } from './live-broken-bots.ts'
import { letLive } from './live-history.ts'
import { wholeInCi } from '../support/whole-in-ci.ts'

const FIRST = firstBroken()

/** Or the first that breaks each invariant. */
const chosen = <T extends { breaks: string }>(bots: Record<string, T>): [string, T][] => {
  const all = Object.entries(bots)
  return wholeInCi(
    all,
    all.filter(([, { breaks }], at) => all.findIndex(([, other]) => other.breaks === breaks) === at),
  )
}

describe('the simulation notices', () => {
  test.each(chosen(BROKEN_BOTS))(
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
  test.each(chosen(LIVE_BROKEN_BOTS))(
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
