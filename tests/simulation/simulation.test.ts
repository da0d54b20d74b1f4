import { letHappen } from './history.ts'
import { violations } from './invariants.ts'
import { report } from './report.ts'

/** `SEED=123 npm test -- tests/simulation/simulation.test.ts` lets one history happen again. */
const CHOSEN = process.env['SEED']
const SEEDS = CHOSEN ? [Number(CHOSEN)] : Array.from({ length: 150 }, (_, index) => index + 1)

describe('whatever goes wrong', () => {
  const broken: string[] = []
  const ends = new Set<string>()

  beforeAll(async () => {
    for (const seed of SEEDS) {
      const history = await letHappen(seed)
      const found = await violations(history)
      if (found.length > 0) broken.push(report(history, found))
      for (const asked of history.ledger.asked.values()) {
        const truth = history.ledger.truthOf(asked)
        ends.add(truth.kind === 'decided' ? `${truth.verdict} by ${truth.by}` : truth.kind)
      }
    }
  }, 120_000)

  test('nobody is asked twice, nothing is decided twice or lost, and every message becomes true', () => {
    // One history is enough to read.
    if (broken[0]) throw new Error(`${broken.length} of ${SEEDS.length} histories are broken. ${broken[0]}`)
  })

  if (!CHOSEN)
    test('and approvals have ended in every way there is', () => {
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
    })
})

test('the same seed gives the same history, and another gives another', async () => {
  const [one, same, other] = [await letHappen(7), await letHappen(7), await letHappen(8)]
  expect(same.trace).toEqual(one.trace)
  expect(other.trace).not.toEqual(one.trace)
})
