import { absenceId, absenceSet } from '../../functions/domain/absence.ts'
import type { Execution } from '../../functions/domain/execution.ts'
import type { SteeringAct } from '../../functions/domain/steering.ts'
import type { HomeCard } from '../../functions/ports/home-tabs.ts'
import { homeView } from '../../functions/slack/home-view.ts'
import { asText } from '../support/as-text.ts'
import { homeProblems } from '../support/block-kit-limits.ts'
import { ROUTE } from '../support/bot-in-memory.ts'
import { WARNED } from '../support/cards.ts'
import { START, WHERE, approval, execution, pipelineChange, revision, stageChange } from '../support/records.ts'

const many = <T>(make: (index: number) => T): T[] => Array.from({ length: 30 }, (_, index) => make(index))
const LONG = { ...WHERE, pipeline: 'p'.repeat(100), stage: 's'.repeat(100) }
const LONG_NEWER = {
  executionId: 'e9',
  startedAt: START,
  revision: revision('9aa01bc', 'x'.repeat(500), { url: `https://example.com/${'y'.repeat(2_900)}` }),
}
const waiting = (refusal: 'frozen' | null) =>
  many((index) => ({
    approval: approval({ ...WARNED.approval, newer: LONG_NEWER, id: String(index).padStart(32, '0'), where: LONG }),
    route: { ...ROUTE, environment: 'e'.repeat(200) },
    refusal: refusal && ({ because: 'already-deciding', verdict: 'Approved' } as const),
  }))
const absence = (index = 0) =>
  absenceSet({
    who: { userId: 'U0DANA', teamId: 'T1', name: 'n'.repeat(200), email: null, from: null },
    at: START,
    id: absenceId(`a${index}`, START + 86_400_000),
    standIn: { userId: 'U0ELI', name: 'Eli Brandt' },
    from: START,
    until: START + 86_400_000,
    signed: { key: 'k', value: 'v' },
    retention: 0,
  })
const executionAt = (kind: string) => (index: number) => ({
  ...execution(),
  key: { ...execution().key, pipeline: 'p'.repeat(100), executionId: `${kind}-${index}` },
})
const HELD = { stage: 'S'.repeat(100), reason: 'x'.repeat(300), since: START, userId: 'U0DANA', name: null }
const aimAt = (act: SteeringAct, { key }: Execution) => ({
  act,
  execution: key,
  stage: act === 'stop' || act === 'release' ? null : HELD.stage,
})
const EMPTY: Extract<HomeCard, { kind: 'told' }> = {
  kind: 'told',
  at: START,
  followedUntil: START + 900_000,
  pending: { kind: 'pending', forYou: [], several: null, forOthers: [], unseen: 0 },
  standIns: { mine: [], theirs: [] },
  mute: null,
  steering: [],
  running: [],
  failed: [],
  held: [],
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
  mute: { patterns: many(() => 'x'.repeat(100)).slice(0, 5), until: START },
  standIns: { mine: many(absence), theirs: many(absence) },
  running: many(executionAt('r')),
  failed: many(executionAt('f')),
  held: many((index) => ({ execution: executionAt('h')(index), stage: HELD })),
  steering: [
    ...many((index) => aimAt('stop', executionAt('r')(index))),
    ...many((index) => (['retry', 'rollback', 'release'] as const).map((act) => aimAt(act, executionAt('f')(index)))),
    ...many((index) => aimAt('resume', executionAt('h')(index))),
  ].flat(),
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
  expect(view.blocks.length).toBeLessThanOrEqual(95)
  const ids = view.blocks.flatMap(({ block_id }) => block_id ?? [])
  expect(new Set(ids).size).toBe(ids.length)
  const text = asText(view)
  expect(text).toContain('# Waiting for you (30)')
  expect(text.match(/and 20 more: \/greenlight (?:pending|status)/g)).toHaveLength(6)
  expect(text).toContain('and 50 more: /greenlight freezes')
  expect(text).toContain('and 20 more: /greenlight away')
})

test('what a tab leaves out is not rendered', () => {
  let rendered = 0
  const configured = many((index) => ({
    frozen: { name: `n${index}`, zone: 'UTC', until: START },
    get pipelines() {
      rendered++
      return ['shop-web']
    },
  }))
  expect(asText(homeView({ ...EMPTY, configured }))).toContain('and 20 more: /greenlight freezes')
  expect(rendered).toBe(10)
})

test('a tab with nothing says what it is for', () => {
  expect(asText(homeView(EMPTY))).toBe(
    [
      'As of Mon, Nov 23 at 09:30 UTC. Until 09:45 UTC, what changes is shown here within a minute. After that, open this tab again.',
      'Nothing waits, runs, failed or is frozen. Here you will see the approvals that wait for you, with their buttons, those that wait for others, who stands in for you, what runs, failed and is held, change freezes, and the recent deployments.',
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

test('what waits for the person names its newest change, and counts the others', () => {
  const one = { approval: approval(), route: ROUTE, refusal: null }
  expect(asText(homeView({ ...EMPTY, pending: { ...EMPTY.pending, forYou: [one] } }))).toContain(
    'shop-web to Production · 2 changes: Fix rounding in basket totals and 1 more · 0 of 2 approved',
  )
})

test('what waits for the person has the warnings of the request, above its buttons', () => {
  const one = { approval: WARNED.approval, route: ROUTE, refusal: null }
  const shown = asText(homeView({ ...EMPTY, pending: { ...EMPTY.pending, forYou: [one] } }))
  expect(shown).toContain(`\n⚠ ${WARNED.warnings.join('\n⚠ ')}\n[Approve…]`)
})

test.each([
  [{ because: 'absent-forbidden', for: 'U0BEN', own: 'starter' }, 'the person you stand in for wrote or started it'],
  [{ because: 'absent-decided', for: 'U0BEN', by: 'U0HALA' }, 'already decided for the person you stand in for'],
] as const)('what waits for others says why a stand-in cannot approve it: %j', (refusal, why) => {
  const forOthers = [{ approval: approval(), route: null, refusal }]
  expect(asText(homeView({ ...EMPTY, pending: { ...EMPTY.pending, forOthers } }))).toContain(` · ${why} · `)
})

test('a person sees who stands in for them, with a button that ends it, and for whom they do', () => {
  const mine = { ...absence(), setAt: START - 60_000 }
  const view = homeView({ ...EMPTY, standIns: { mine: [mine], theirs: [absence(1)] } })
  const text = asText(view)
  expect(text).toContain('# Stand-ins')
  expect(text).toMatch(/@U0ELI stands in for you from .* until .*\.\n\[I am back\]/)
  expect(text).toMatch(/- You stand in for @U0DANA until /)
  expect(view.blocks.find(({ type }) => type === 'actions')).toMatchObject({
    elements: [
      {
        accessibility_label: 'I am back: Eli Brandt does not stand in for me any more',
        confirm: { text: { text: 'Eli Brandt does not stand in for you any more. What they decided before stays.' } },
      },
    ],
  })
})

test('a tab says if it cannot tell who stands in', () => {
  const because = 'Greenlight cannot tell who stands in for you: it cannot be read.'
  expect(asText(homeView({ ...EMPTY, standIns: because }))).toContain(`# Stand-ins\n${because}`)
})

test('an execution that waits in front of a stage is said to wait, not to run', () => {
  const waits = {
    ...execution([
      pipelineChange('running', START),
      stageChange('Source', 'succeeded', START),
      stageChange('Build', 'succeeded', START + 60_000),
    ]),
    stageOrder: ['Source', 'Build', 'Production'],
  }
  const shown = (more: Partial<Execution>) => asText(homeView({ ...EMPTY, running: [{ ...waits, ...more }] }))
  const held = { stage: 'Production', reason: 'x', since: null, userId: null, name: null }
  for (const more of [{ behind: { executionId: 'e9', revision: null } }, { held }])
    expect(shown(more)).toMatch(/waits to enter Production since Mon, Nov 23 at 09:31 UTC/)
  expect(shown({})).not.toContain('waits to enter')
})

test('what the person can do something about comes first, with its buttons, and the rest follows as a list', () => {
  const [running, failed] = [executionAt('r')(0), executionAt('f')(0)]
  const other = executionAt('f')(1)
  const held = { execution: running, stage: { ...HELD, stage: 'Production', reason: 'incident 4711' } }
  const steering = [
    aimAt('stop', running),
    aimAt('retry', failed),
    aimAt('rollback', failed),
    { act: 'resume', execution: running.key, stage: 'Production' } as const,
  ]
  const text = asText(homeView({ ...EMPTY, running: [running], failed: [other, failed], held: [held], steering }))
  expect(text).toMatch(
    /# Running \(1\)\n[^\n]*\n\[Stop…\]\n# Failed \(2\)\n[^\n]*\n\[Retry the failed stage…\] \[Roll back…\]\n- /,
  )
  expect(text).toMatch(
    /# Held stages \(1\)\n[^\n]*Production is held by @U0DANA since [^\n]*“incident 4711”\n\[Resume…\]/,
  )
  const none = asText(homeView({ ...EMPTY, running: [running], failed: [other, failed], held: [held] }))
  expect(none).not.toMatch(/\[(?:Stop|Retry|Roll|Resume)/)
})
