import type { Progress, StateChange } from '../../functions/domain/execution.ts'
import type { ExecutionCard } from '../../functions/ports/cards.ts'
import { executionMessage } from '../../functions/slack/execution-message.ts'
import { SECOND, START, actionChange, execution, pipelineChange, revision, stageChange } from '../support/records.ts'
import { asText } from '../support/as-text.ts'
import { addresses, messageProblems } from '../support/block-kit-limits.ts'

const T = (seconds: number) => START + seconds * SECOND
const LINK = 'https://slack.example/archives/C0RELEASES/p11'
const PLACES = new Map([['Production/Approve', { channel: 'C0RELEASES', ts: '1.1', link: LINK }]])

const message = (news: StateChange[], more: Partial<ExecutionCard> = {}, facts = {}) => {
  const rendered = executionMessage({
    kind: 'execution',
    execution: execution(news, facts),
    accountName: 'shop-prod',
    consoleUrl: 'https://console.example/shop-web',
    approvalPlaces: new Map(),
    ...more,
  })
  expect(messageProblems(rendered)).toEqual([])
  return rendered
}
const lines = (...given: Parameters<typeof message>) => asText(message(...given)).split('\n')
/** What a notification says. */
const said = (...given: Parameters<typeof message>) => message(...given).text.replaceAll('\u00a0', ' ')

const BUILDING: StateChange[] = [
  pipelineChange('running', T(0)),
  stageChange('Source', 'running', T(0)),
  stageChange('Source', 'succeeded', T(12)),
  stageChange('Build', 'running', T(12)),
  actionChange('Build', 'Compile', 'running', T(12)),
]
const WAITING: StateChange[] = [
  ...BUILDING,
  stageChange('Build', 'succeeded', T(112)),
  stageChange('Production', 'running', T(113)),
  actionChange('Production', 'Approve', 'running', T(120)),
]

test('an execution shows what is done, what runs and what is to come', () => {
  expect(lines(BUILDING)).toEqual([
    '▶ <shop-web> is running',
    'Fix rounding in basket totals · Ana · <4f9c2e1>',
    '✓  Source 12 sec',
    '▶  Build Compile since Mon, Nov 23 at 09:30 UTC',
    '·  Production',
    '[Tell me when it is live]',
    '(By Ana’s push · shop-prod, eu-west-1)',
  ])
  expect(message(BUILDING).text).toBe('shop-web is running. Fix rounding in basket totals (Ana).')
})

describe('an execution of several sources', () => {
  const APP = revision('4f9c2e1', 'Fix rounding', { source: 'App' })
  const CONFIG = revision('b01d7aa', 'Point at the new database', { source: 'Config', author: 'Ben' })

  test('shows the revision of each, and no author as the one who pushed', () => {
    const facts = { revisions: [APP, CONFIG] }
    expect(lines(BUILDING, {}, facts).slice(1, 3)).toEqual([
      'Fix rounding · Ana · <4f9c2e1>',
      'Point at the new database · Ben · <b01d7aa>',
    ])
    expect(lines(BUILDING, {}, facts).at(-1)).toBe('(Started by a push · shop-prod, eu-west-1)')
    expect(said(BUILDING, {}, facts)).toBe('shop-web is running. Fix rounding (Ana). Point at the new database (Ben).')
  })

  test('shows one commit that several bring once', () => {
    const facts = { revisions: [APP, { ...APP, source: 'Infra' }] }
    expect(lines(BUILDING, {}, facts).filter((line) => line.includes('4f9c2e1'))).toHaveLength(1)
    expect(lines(BUILDING, {}, facts).at(-1)).toContain('By Ana’s push')
  })

  test('shows six, and counts the rest', () => {
    const revisions = Array.from({ length: 9 }, (_, index) => revision(`${index}`.repeat(7), `Change ${index}`))
    expect(lines(BUILDING, {}, { revisions }).slice(6, 8)).toEqual(['Change 5 · Ana · <5555555>', 'and 3 more changes'])
  })
})

test('an execution that waits for approval links to it', () => {
  expect(lines(WAITING, { approvalPlaces: PLACES }).slice(2, 5)).toEqual([
    '✓  Source 12 sec',
    '✓  Build 1 min, 40 sec',
    '⏸  Production waits for <approval> since Mon, Nov 23 at 09:32 UTC',
  ])
  expect(addresses(message(WAITING, { approvalPlaces: PLACES }).blocks)).toContain(LINK)
  expect(lines(WAITING)[0]).toBe('⏸ <shop-web> waits for approval')
  expect(lines(WAITING)[4]).toBe('⏸  Production waits for approval since Mon, Nov 23 at 09:32 UTC')
  expect(message(WAITING).text).toBe('shop-web waits for approval. Fix rounding in basket totals (Ana).')
})

test('a failure names the action and the reason, and links to the log', () => {
  const failed: StateChange[] = [
    actionChange('Build', 'Compile', 'failed', T(46), { summary: 'exit status 1', url: 'https://logs.example/1' }),
    stageChange('Build', 'failed', T(46)),
    pipelineChange('failed', T(47)),
  ]
  expect(lines([...BUILDING, ...failed])).toEqual([
    '✗ <shop-web> failed after 47 sec',
    'Fix rounding in basket totals · Ana · <4f9c2e1>',
    '✓  Source 12 sec',
    '✗  Build failed after 34 sec',
    '·  Production',
    'Build › Compile failed · <Log>',
    '```exit status 1```',
    '(By Ana’s push · shop-prod, eu-west-1)',
  ])
  expect(said([...BUILDING, ...failed])).toBe(
    'shop-web failed after 47 sec. Compile failed: exit status 1. Fix rounding in basket totals (Ana).',
  )
})

test('the failure of an earlier try is left out once the stage runs again', () => {
  const again: StateChange[] = [
    actionChange('Build', 'Compile', 'failed', T(46)),
    stageChange('Build', 'failed', T(46)),
    stageChange('Build', 'running', T(60)),
    actionChange('Build', 'Compile', 'running', T(60), { actionExecutionId: 'second' }),
  ]
  expect(lines([...BUILDING, ...again]).join('\n')).not.toContain('failed')
})

test('an execution that waits for a held stage says so first, and by whom, since when and why', () => {
  const left = [...BUILDING, stageChange('Build', 'succeeded', T(112))]
  const held = { stage: 'Production', reason: 'incident 4711', since: T(0), userId: 'U0DANA', name: null }
  const behind = { executionId: '9aa01bc0-1', revision: null }
  const shown = lines(left, {}, { held, behind })
  expect(shown[0]).toBe('⏸ <shop-web> waits: Production is held')
  expect(shown).toContain('⏸ Production is held by @U0DANA since Mon, Nov 23 at 09:30 UTC: “incident 4711”')
  expect(said(left, {}, { held })).toMatch(/^shop-web waits: Production is held\. incident 4711\./)
  const inAws = { ...held, userId: null, name: 'finn', reason: '' }
  expect(lines(left, {}, { held: inAws })).toContain(
    '⏸ Production is held in AWS by finn since Mon, Nov 23 at 09:30 UTC',
  )
  const aim = { act: 'resume', stage: 'Production', execution: execution().key } as const
  expect(lines(left, { steering: [aim] }, { held })).toContain('[Resume…] [Tell me when it is live]')
  const entered = [...left, stageChange('Production', 'running', T(120))]
  expect(lines(entered, {}, { held }).join()).not.toContain('held')
})

test('a new message names no one who held a stage: it would notify them', () => {
  const held = { stage: 'Production', reason: 'incident', since: null, userId: 'U0DANA', name: null }
  const card: ExecutionCard = {
    kind: 'execution',
    execution: { ...execution([...BUILDING, stageChange('Build', 'succeeded', T(112))]), held },
    accountName: 'shop-prod',
    consoleUrl: 'https://console.example/shop-web',
    approvalPlaces: new Map(),
  }
  expect(asText(executionMessage(card, { mentions: false }))).toContain('⏸ Production is held: “incident”')
})

test.each<[Progress, string]>([
  ['succeeded', '✓ <shop-web> succeeded in 4 min, 5 sec'],
  ['failed', '✗ <shop-web> failed after 4 min, 5 sec'],
  ['stopped', '■ <shop-web> was stopped after 4 min, 5 sec'],
  ['canceled', '■ <shop-web> was canceled after 4 min, 5 sec'],
  ['stopping', '■ <shop-web> is stopping'],
])('an execution that is %s says: %s', (progress, words) => {
  const news = [pipelineChange('running', T(0)), pipelineChange(progress, T(245))]
  expect(lines(news)[0]).toBe(words)
  expect(said(news)).toBe(`${words.slice(2).replace(/[<>]/g, '')}. Fix rounding in basket totals (Ana).`)
})

test('an execution that was superseded is one line', () => {
  const news = [...WAITING, pipelineChange('superseded', T(245))]
  expect(lines(news)).toEqual([
    '» <shop-web> superseded by a newer execution · Fix rounding in basket totals · Ana · <4f9c2e1>',
  ])
  expect(said(news)).toBe('shop-web superseded by a newer execution. Fix rounding in basket totals (Ana).')
})

test('an execution that waits for a stage says behind which other', () => {
  const left = [...BUILDING, stageChange('Build', 'succeeded', T(112))]
  const behind = { executionId: '9aa01bc0-1', revision: revision('9aa01bc', 'Hotfix') }
  const heading = (more: Partial<ExecutionCard['execution']>, news = left) =>
    lines(news, { execution: { ...execution(news), ...more } })[0]
  expect(heading({ behind })).toBe('⏸ <shop-web> waits behind <9aa01bc>')
  expect(heading({ behind: { ...behind, revision: null } })).toBe('⏸ <shop-web> waits behind execution 9aa01bc0')
  expect(heading({})).toBe('▶ <shop-web> is running')
  expect(heading({ behind }, [...left, stageChange('Production', 'running', T(120))])).toBe('▶ <shop-web> is running')
})

test.each<[Progress, string]>([
  ['failed', '✗  Build failed after 34 sec'],
  ['stopped', '■  Build stopped after 34 sec'],
  ['canceled', '■  Build canceled after 34 sec'],
  ['stopping', '■  Build stopping'],
])('a stage that is %s says: %s', (progress, words) => {
  expect(lines([...BUILDING, stageChange('Build', progress, T(46))])[3]).toBe(words)
})

test('an execution with few known facts is shown all the same', () => {
  const facts = { stageOrder: [], revisions: [], starter: null }
  expect(lines([pipelineChange('running', T(0))], { accountName: '111122223333' }, facts)).toEqual([
    '▶ <shop-web> is running',
    '[Tell me when it is live]',
    '(account 111122223333, eu-west-1)',
  ])
  const heardEndOnly = [stageChange('Build', 'succeeded', T(9))]
  expect(lines(heardEndOnly, {}, facts)[1]).toBe('✓  Build')
})

test('of a pipeline with more stages than fit, those around the newest are shown', () => {
  const stageOrder = Array.from({ length: 50 }, (_, index) => `${'s'.repeat(90)}-${index}`)
  const news = stageOrder.slice(0, 30).map((name, index) => stageChange(name, 'succeeded', T(index)))
  const log = { summary: '"'.repeat(2_000) }
  const failed = [1, 2, 3, 4].map((run) => actionChange(stageOrder[30]!, `Test-${run}`, 'failed', T(40), log))
  const told = lines([...news, ...failed, stageChange(stageOrder[30]!, 'failed', T(40))], {}, { stageOrder })
  expect(told.find((line) => line.startsWith('✗'))).toContain('-30 failed')
  const [before, after] = told
    .flatMap((line) => /^· {2}(\d+) stages (?:before|after)$/.exec(line)?.[1] ?? [])
    .map(Number)
  const shown = told.filter((line) => /^[✓✗·] .*sss/.test(line)).length
  expect(before! + shown + after!).toBe(50)
})

test('of more failures than fit, the rest is counted', () => {
  const failures = Array.from({ length: 30 }, (_, index) =>
    actionChange('Build', `Test-${index}`, 'failed', T(20), { summary: 'x'.repeat(2_000) }),
  )
  const told = lines([...BUILDING, ...failures, stageChange('Build', 'failed', T(21))]).join('\n')
  expect(told).toMatch(/\d+ more actions failed/)
})

test.each([
  ['half a character', '☠\ud83d'],
  ['an invisible one', 'v\u200b1'],
])('the version that was rolled back to is shown without %s', (_, version) => {
  const failure = actionChange('Build', 'Test', 'failed', T(20), { summary: `It failed. Rolled back to ${version}.` })
  const told = lines([...BUILDING, failure, stageChange('Build', 'failed', T(21))]).join('\n')
  // In a line of its own.
  expect(told).toMatch(/^Rolled back to (?:☠\W?|v1)$/m)
  expect(told).not.toContain('\u200b')
})
