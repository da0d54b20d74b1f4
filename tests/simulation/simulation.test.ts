import { letHappen } from './history.ts'
import { violations } from './invariants.ts'
import { report } from './report.ts'

/** `SEED=123 npm test -- tests/simulation/simulation.test.ts` lets one history happen again. */
const CHOSEN = process.env['SEED']
const GROUP = 25
const GROUPS = CHOSEN ? [] : Array.from({ length: 6 }, (_, group) => group * GROUP + 1)

const mustHold = async (seed: number): Promise<void> => {
  const history = await letHappen(seed)
  const found = await violations(history)
  if (found.length > 0) throw new Error(report(history, found))
}

describe('whatever goes wrong, nobody is asked twice, nothing is decided twice, nothing is lost, and all messages become true', () => {
  test.each(GROUPS)(
    'in twenty-five histories from seed %d',
    async (first) => {
      for (let seed = first; seed < first + GROUP; seed++) await mustHold(seed)
    },
    60_000,
  )

  test.each(CHOSEN ? [Number(CHOSEN)] : [])('in the history of seed %d', (seed) => mustHold(seed), 60_000)
})

describe('the simulation', () => {
  test('gives the same history for the same seed, and another for another', async () => {
    const [one, same, other] = [await letHappen(7), await letHappen(7), await letHappen(8)]
    expect(same.trace).toEqual(one.trace)
    expect(other.trace).not.toEqual(one.trace)
  })

  test('lets approvals end in every way there is', async () => {
    const ends = new Set<string>()
    for (let seed = 1; seed <= 40; seed++) {
      const { ledger } = await letHappen(seed)
      for (const asked of ledger.asked.values()) {
        const truth = ledger.truthOf(asked)
        ends.add(truth.kind === 'decided' ? `${truth.verdict} by ${truth.by}` : truth.kind)
      }
    }
    expect([...ends].sort()).toEqual([
      'Approved by bot',
      'Approved by console',
      'Rejected by bot',
      'Rejected by console',
      'expired',
      'pending',
      'pipeline-edited',
      'stopped',
    ])
  }, 60_000)
})
