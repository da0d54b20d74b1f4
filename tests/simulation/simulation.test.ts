import type { Entry } from '../../functions/domain/journal.ts'
import { letHappen } from './history.ts'
import { violations } from './invariants.ts'
import { report } from './report.ts'

/** `SEED=123 npm test -- tests/simulation/simulation.test.ts` repeats one history. */
const CHOSEN = process.env['SEED']
const SEEDS = CHOSEN ? [Number(CHOSEN)] : Array.from({ length: 110 }, (_, index) => index + 1)

const nameOf = ({ happened }: Entry): string => {
  if (happened.what === 'told') return `told of ${happened.notice}`
  return happened.what === 'voted' && happened.comment.startsWith('Superseded') ? 'superseded' : happened.what
}

describe('under all faults', () => {
  const broken: string[] = []
  const ends = new Set<string>()
  const happened = new Set<string>()

  beforeAll(async () => {
    for (const seed of SEEDS) {
      const history = await letHappen(seed)
      const found = await violations(history)
      if (found.length > 0) broken.push(report(history, found))
      for (const asked of history.ledger.asked.values()) {
        const truth = history.ledger.truthOf(asked)
        ends.add(truth.kind === 'decided' ? `${truth.verdict} by ${truth.by}` : truth.kind)
        for (const entry of await history.tables.entriesOf(asked.id)) happened.add(nameOf(entry))
      }
    }
  }, 240_000)

  test('approval is requested once, nothing is decided twice or lost, and every message becomes true', () => {
    // One history is enough to read.
    if (broken[0]) throw new Error(`${broken.length} of ${SEEDS.length} histories are broken. ${broken[0]}`)
  })

  if (!CHOSEN)
    test('and people have done everything that they can do', () => {
      expect([...happened].sort()).toEqual([
        'announced',
        'answered',
        'automatic-stopped',
        'decided',
        'glass-broken',
        'live-changed',
        'not-sent',
        'noted',
        'override-confirmed',
        'past-policy',
        'policy-seen',
        'refused',
        'released',
        'requested',
        'settled',
        'superseded',
        'told of deployment',
        'told of escalation',
        'told of glass-broken',
        'told of last-call',
        'told of outcome',
        'told of override-confirmed',
        'told of past-policy',
        'told of reminder',
        'told of review',
        'told of review-overdue',
        'told of turn',
        'verified',
        'voted',
        'withdrawn',
      ])
    })

  if (!CHOSEN)
    test('and approvals have ended in every way that there is', () => {
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
