import { liveViolations } from './invariants.ts'
import type { LiveHistory } from './live-history.ts'
import { letLive } from './live-history.ts'
import { firstSeeds } from './seeds.ts'
import { testOfWhole } from '../support/needs.ts'

/** `SEED=123 npm test -- tests/simulation/live.test.ts` repeats one history. */
const CHOSEN = process.env['SEED']
/** Few people roll back: this history has it. */
const WITH_ROLLBACK = 31
const SEEDS = CHOSEN ? [Number(CHOSEN)] : [...firstSeeds(25, 8), WITH_ROLLBACK]

describe('drawn pipelines', () => {
  const histories: LiveHistory[] = []
  beforeAll(async () => {
    for (const seed of SEEDS) histories.push(await letLive(seed))
  }, 120_000)

  test('break no invariant', async () => {
    for (const history of histories) {
      const found = await liveViolations(history)
      if (found.length > 0) throw new Error([`seed ${history.seed}`, ...found, ...history.trace].join('\n'))
    }
  })

  if (CHOSEN) return

  testOfWhole('have every difficulty that the bot must handle', () => {
    const traces = histories.flatMap(({ trace }) => trace)
    const text = traces.join('\n')
    for (const part of [
      'V1 SUPERSEDED',
      'V2 SUPERSEDED',
      'V2 QUEUED',
      'V2 PARALLEL',
      '"basis":"first"',
      '"basis":"release"',
      '"basis":"edited"',
      '"isOvertaken":true',
      'edit: ',
      'delete and create',
    ])
      expect(text).toContain(part)
    for (const deed of [/^roll \S+ back to \S+$/, /^retry \S+ of \S+ \(\w+\)$/, /^stop \S+$/, /^start with \S+ \S+$/])
      expect([deed.source, traces.some((line) => deed.test(line))]).toEqual([deed.source, true])
  })
})
