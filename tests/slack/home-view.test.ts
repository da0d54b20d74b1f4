import type { HomeCard } from '../../functions/ports/home-tabs.ts'
import { homeView } from '../../functions/slack/home-view.ts'
import { asText } from '../support/as-text.ts'
import { homeProblems } from '../support/block-kit-limits.ts'
import { ROUTE } from '../support/bot-in-memory.ts'
import { START, WHERE, approval, execution } from '../support/records.ts'

const many = <T>(make: (index: number) => T): T[] => Array.from({ length: 30 }, (_, index) => make(index))
const LONG = { ...WHERE, pipeline: 'p'.repeat(100), stage: 's'.repeat(100) }
const waiting = (refusal: 'frozen' | null) =>
  many((index) => ({
    approval: approval({ id: String(index).padStart(32, '0'), where: LONG }),
    route: { ...ROUTE, environment: 'e'.repeat(200) },
    refusal: refusal && ({ because: 'already-deciding', verdict: 'Approved' } as const),
  }))
const EMPTY: Extract<HomeCard, { kind: 'told' }> = {
  kind: 'told',
  at: START,
  followedUntil: START + 900_000,
  pending: { kind: 'pending', forYou: [], several: null, forOthers: [], unseen: 0 },
  running: [],
  failed: [],
  releases: [],
  freezes: [],
  configured: [],
}
const FULL: HomeCard = {
  ...EMPTY,
  pending: {
    kind: 'pending',
    forYou: waiting(null),
    several: {
      approvals: many((index) => String(index).padStart(32, '0')).slice(0, 10),
      rest: 20,
      seal: 'f'.repeat(64),
    },
    forOthers: waiting('frozen'),
    unseen: 0,
  },
  running: many(() => execution()),
  failed: many(() => execution()),
  releases: many(() => ({ stage: 's'.repeat(100), execution: execution(), at: START, startedAt: null })),
  freezes: many(() => ({ kind: 'unreadable' as const, because: 'x'.repeat(500) })),
  configured: many((index) => ({
    frozen: { name: `n${index}`, zone: 'UTC', until: START },
    pipelines: many((one) => `p${one}`).sort(),
  })),
}

test('a tab with more of everything than it shows keeps Slack’s limits, and says how many more there are', () => {
  const view = homeView(FULL)
  expect(homeProblems(view)).toEqual([])
  expect(view.blocks.length).toBeLessThan(50)
  const text = asText(view)
  expect(text).toContain('# Waiting for you (30)')
  expect(text.match(/and 20 more: \/greenlight (?:pending|status)/g)).toHaveLength(5)
  expect(text).toContain('and 50 more: /greenlight freezes')
})

test('a tab with nothing says what it is for', () => {
  expect(asText(homeView(EMPTY))).toBe(
    [
      'As of Mon, Nov 23 at 09:30 UTC. Until 09:45 UTC, what changes is shown here within a minute. After that, open this tab again.',
      'Nothing waits, runs, failed or is frozen. Here you will see the approvals that wait for you, with their buttons, those that wait for others, what runs and failed, change freezes, and the recent releases.',
    ].join('\n'),
  )
})

test('a freeze of many pipelines names some of them, and approvals that were not looked at are counted', () => {
  const { configured } = FULL
  const text = asText(
    homeView({ ...EMPTY, configured: configured.slice(0, 1), pending: { ...EMPTY.pending, unseen: 12 } }),
  )
  expect(text).toContain('It holds for p0, p1, p10, p11, p12, p13, and 24 more.')
  expect(text).toContain('12 more approvals were not looked at')
})

test('what waits for others is shown without the titles of its changes', () => {
  const shown = asText(homeView({ ...EMPTY, pending: { ...EMPTY.pending, forOthers: waiting('frozen').slice(0, 1) } }))
  expect(shown).toContain('No approval waits for you.')
  expect(shown).not.toContain('Fix rounding')
  expect(shown).not.toContain('[Approve')
})
