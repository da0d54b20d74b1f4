import type { Entry } from '../../functions/domain/journal.ts'
import { CALM } from './climate.ts'
import type { Differently } from './history.ts'
import { letHappen } from './history.ts'
import { violations } from './invariants.ts'
import { report } from './report.ts'
import { firstSeeds } from './seeds.ts'
import { stored } from './stored.ts'
import { testOfWhole } from '../support/needs.ts'

/** `SEED=123 npm test -- tests/simulation/simulation.test.ts` repeats one history. */
const CHOSEN = process.env['SEED']
/** A person confirms an override of a freeze: few do. */
const CONFIRMS_AN_OVERRIDE = 260
/** A stage is rolled back: seldom has it failed after an execution that it can return to. */
const ROLLS_BACK = 601
const SEEDS = CHOSEN ? [Number(CHOSEN)] : [...firstSeeds(110, 40), CONFIRMS_AN_OVERRIDE, ROLLS_BACK]

const nameOf = ({ happened }: Entry): string => {
  if (happened.what === 'told') return `told of ${happened.notice}`
  return happened.what === 'voted' && happened.comment.startsWith('Superseded') ? 'superseded' : happened.what
}

describe('under all faults', () => {
  const broken: string[] = []
  const ends = new Set<string>()
  const happened = new Set<string>()
  const steered = new Set<string>()

  beforeAll(async () => {
    for (const seed of SEEDS) {
      const history = await letHappen(seed)
      const found = await violations(history)
      if (found.length > 0) broken.push(report(history, found))
      for (const { from, act, isTyped } of history.ledger.pressed.values())
        for (const { answer } of history.ledger.toldSteering.filter((told) => told.from === from))
          steered.add(`${act} ${answer}${isTyped ? ', typed' : ''}`)
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
    testOfWhole('and people have done everything that they can do', () => {
      expect([...happened].sort()).toEqual([
        'announced',
        'answered',
        'automatic-stopped',
        'decided',
        'glass-broken',
        'live-changed',
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
        'told of direct',
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
    testOfWhole('and people have steered the pipeline in every way', () => {
      const acts = ['hold', 'release', 'resume', 'retry', 'rollback', 'stop']
      const buttons = acts.flatMap((act) => [`${act} refused`, `${act} taken`])
      const typed = ['hold', 'resume'].flatMap((act) => [`${act} refused, typed`, `${act} taken, typed`])
      expect([...steered].sort()).toEqual([...buttons, ...typed].sort())
    })

  if (!CHOSEN)
    testOfWhole('and approvals have ended in every way that there is', () => {
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

/** One minute of three, while people decide. */
const SHORT_FREEZES = Array.from({ length: 14 }, (_, index) => {
  const from = 9 * 60 + 32 + 3 * index
  return { name: `freeze ${index}`, zone: 'UTC', span: { every: 'day', from, to: from + 1 } } as const
})

const BEFORE_A_FREEZE: Differently = {
  route: {
    approvers: [{ name: 'engineers', people: [], groups: ['S0ENGINEERS', 'S0MANAGERS'], count: 1 }],
    anyOf: [],
    consoleOnly: null,
    forbid: [],
    commentForm: null,
    freezes: SHORT_FREEZES,
    calendars: [],
  },
  climate: { ...CALM, crash: 0.1, fail: 0.06, outage: 0.1 },
}

test('a verdict is not sent, and the approval waits again, where a freeze begins in between', async () => {
  for (let seed = 1; seed <= 60; seed++) {
    const history = await letHappen(seed, BEFORE_A_FREEZE)
    const found = await violations(history)
    if (found.length > 0) throw new Error(report(history, found))
    for (const { entries } of await stored(history))
      if (entries.some(({ happened }) => happened.what === 'not-sent')) return
  }
  throw new Error('No freeze has begun between a decision and its verdict')
}, 60_000)

test('the same seed gives the same history, and another gives another', async () => {
  const [one, same, other] = [await letHappen(7), await letHappen(7), await letHappen(8)]
  expect(same.trace).toEqual(one.trace)
  expect(other.trace).not.toEqual(one.trace)
})
