import fc from 'fast-check'
import type { Execution, RecordedSkip, StageReason, StateChange, Progress } from '../../functions/domain/execution.ts'
import {
  described,
  newExecution,
  applyEvent,
  hasFailed,
  isBetweenStages,
  isOver,
  isPast,
  isRequestedAfter,
  approvalActions,
  failedStageOf,
  stagesFailedByRule,
  waitsForHeld,
  waitsToEnter,
  withItsFailure,
  withStageReasons,
  lastFailure,
  latestActions,
  stageNames,
  withApproval,
} from '../../functions/domain/execution.ts'
import { endNoticesOf } from '../../functions/domain/deployment-notices.ts'
import { skipNotice } from '../../functions/domain/notice-delivery.ts'
import { executionAttentionAt } from '../../functions/domain/execution-attention.ts'
import { needNotBeShown } from '../../functions/domain/showing.ts'
import { executionMessage } from '../../functions/slack/execution-message.ts'
import {
  KEY,
  MINUTE,
  ROUNDING,
  SECOND,
  START,
  actionChange,
  execution,
  inAnotherOrder,
  pipelineChange,
  stageChange,
} from '../support/records.ts'

const T = (seconds: number) => START + seconds * SECOND

const rendered = (execution: Execution) =>
  executionMessage({
    kind: 'execution',
    execution,
    accountName: KEY.accountId,
    consoleUrl: 'https://console.example/shop-web',
    approvalPlaces: new Map(),
  })

/** A rejected approval, the retry of its stage, and a deployment that succeeds. */
const STORY: StateChange[] = [
  pipelineChange('running', T(0)),
  stageChange('Source', 'running', T(0)),
  actionChange('Source', 'Checkout', 'running', T(0)),
  actionChange('Source', 'Checkout', 'succeeded', T(3)),
  stageChange('Source', 'succeeded', T(3)),
  stageChange('Build', 'running', T(3)),
  actionChange('Build', 'Compile', 'running', T(3)),
  actionChange('Build', 'Lint', 'running', T(3)),
  actionChange('Build', 'Lint', 'succeeded', T(20)),
  actionChange('Build', 'Compile', 'succeeded', T(20)),
  stageChange('Build', 'succeeded', T(20)),
  stageChange('Production', 'running', T(21)),
  actionChange('Production', 'Approve', 'running', T(21)),
  actionChange('Production', 'Approve', 'failed', T(80), { summary: 'not today' }),
  stageChange('Production', 'failed', T(80)),
  pipelineChange('failed', T(80)),
  pipelineChange('running', T(200)),
  stageChange('Production', 'running', T(200)),
  actionChange('Production', 'Approve', 'running', T(200), { actionExecutionId: 'second' }),
  actionChange('Production', 'Approve', 'succeeded', T(230), { actionExecutionId: 'second', summary: 'fine' }),
  actionChange('Production', 'Deploy', 'running', T(231)),
  actionChange('Production', 'Deploy', 'succeeded', T(260)),
  stageChange('Production', 'succeeded', T(260)),
  pipelineChange('succeeded', T(260)),
]

describe('an execution', () => {
  test('is what its events say', () => {
    const told = execution(STORY)
    expect(told.overall).toEqual({ progress: 'succeeded', at: T(260), startedAt: T(200) })
    expect(Object.fromEntries(told.stages)).toEqual({
      Source: { progress: 'succeeded', at: T(3), startedAt: T(0) },
      Build: { progress: 'succeeded', at: T(20), startedAt: T(3) },
      Production: { progress: 'succeeded', at: T(260), startedAt: T(200) },
    })
    expect(latestActions(told, 'Production').map(({ action, summary }) => [action, summary])).toEqual([
      ['Approve', 'fine'],
      ['Deploy', null],
    ])
    expect(approvalActions(told, 'Production').map(({ action }) => action)).toEqual(['Approve'])
    expect(isOver(told)).toBe(true)
  })

  test('runs, without facts and not confirmed, before its first event', () => {
    const overall = { progress: 'running', at: 0, startedAt: null }
    expect(newExecution(KEY, START)).toMatchObject({ overall, firstEventAt: START, confirmed: false })
  })

  test('ignores an event that it has already applied, and returns the same object', () => {
    const told = execution(STORY)
    for (const news of STORY) expect(applyEvent(told, news, T(999))).toBe(told)
  })

  test('keeps the first event of an action, if the same state in the same second comes with other words', () => {
    const told = execution(STORY)
    const again = actionChange('Production', 'Deploy', 'succeeded', T(260), { summary: 'Done' })
    expect(applyEvent(told, again, T(999))).toBe(told)
  })

  test('is the same when the table gives the keys of its maps in another order', () => {
    const told = inAnotherOrder(execution(STORY))
    for (const news of STORY) expect(applyEvent(told, news, T(999))).toBe(told)
    expect(described(told, { revisions: [ROUNDING], starter: { kind: 'push', name: null, arn: null } }, T(999))).toBe(
      told,
    )
  })

  test('has an end after its beginning if both are in the same second', () => {
    const told = execution([pipelineChange('succeeded', T(5)), pipelineChange('running', T(5))])
    expect(told.overall).toEqual({ progress: 'succeeded', at: T(5), startedAt: T(5) })
  })

  test('has, of two states in the same second, the one that comes later in life, whichever event came first', () => {
    const life: Progress[] = ['running', 'stopping', 'superseded', 'canceled', 'stopped', 'failed', 'succeeded']
    life.forEach((progress, index) => {
      for (const earlier of life.slice(0, index)) {
        const changes = [pipelineChange(earlier, T(5)), pipelineChange(progress, T(5))]
        expect(execution(changes).overall.progress).toBe(progress)
        expect(execution(changes.toReversed()).overall.progress).toBe(progress)
      }
    })
  })

  test('has skipped a stage, also if CodePipeline gave it another state in the same second', () => {
    for (const progress of ['running', 'failed', 'succeeded'] as const) {
      const changes = [stageChange('Build', progress, T(5)), stageChange('Build', 'skipped', T(5))]
      for (const news of [changes, changes.toReversed()])
        expect(execution(news).stages.get('Build')?.progress).toBe('skipped')
    }
  })

  test('has a message that an event makes outdated, and has not been looked at since', () => {
    const looked = { ...execution(STORY), confirmed: true }
    const next = applyEvent(looked, pipelineChange('failed', T(300)), T(301))
    expect(next).toMatchObject({ lastEventAt: T(301), confirmed: false })
    expect(next.showing.truth).toBe(looked.showing.truth + 1)
  })

  test('is running again after a retry of its stage', () => {
    const told = execution([...STORY.slice(0, 16), ...STORY.slice(16, 19)])
    expect(isOver(told)).toBe(false)
    expect(told.overall.startedAt).toBe(T(200))
  })

  test.each<[Progress, boolean]>([
    ['running', false],
    ['stopping', false],
    ['stopped', true],
    ['superseded', true],
    ['canceled', true],
    ['failed', true],
    ['succeeded', true],
  ])('that is %s: over is %s', (progress, over) => {
    expect(isOver(execution([pipelineChange(progress, T(1))]))).toBe(over)
  })

  test('lists the actions of a stage in the order in which they began; one that runs again moves to the end', () => {
    const named = (news: StateChange[]) => latestActions(execution(news), 'Build').map(({ action }) => action)
    const parallel = [actionChange('Build', 'Lint', 'running', T(1)), actionChange('Build', 'Compile', 'failed', T(2))]
    expect(named(parallel)).toEqual(['Lint', 'Compile'])
    expect(named([...parallel, actionChange('Build', 'Lint', 'succeeded', T(9))])).toEqual(['Lint', 'Compile'])
    const again = actionChange('Build', 'Lint', 'running', T(10), { actionExecutionId: 'second' })
    expect(named([...parallel, again])).toEqual(['Compile', 'Lint'])
  })

  test('shows stages that the pipeline no longer has after those that it has', () => {
    const told = execution([stageChange('Old', 'succeeded', T(1)), stageChange('Source', 'running', T(2))])
    expect(stageNames(told)).toEqual(['Source', 'Build', 'Production', 'Old'])
    expect(
      stageNames(execution([stageChange('B', 'running', T(2)), stageChange('A', 'running', T(1))], { stageOrder: [] })),
    ).toEqual(['A', 'B'])
  })

  test('shows stages that began in the same second in the order of their ends, and not of their names', () => {
    const quick = [stageChange('Source', 'running', T(1)), stageChange('Source', 'succeeded', T(1))]
    const names = (news: StateChange[]) => stageNames(execution(news, { stageOrder: [] }))
    expect(names([...quick, stageChange('Build', 'running', T(1))])).toEqual(['Source', 'Build'])
    const built = [stageChange('Build', 'running', T(1)), stageChange('Build', 'succeeded', T(2))]
    expect(names([...built, ...quick])).toEqual(['Source', 'Build'])
    expect(names([...built, ...quick, stageChange('Approve', 'running', T(2))])).toEqual(['Source', 'Build', 'Approve'])
  })

  test('changes its message only for new facts and links', () => {
    const told = execution(STORY)
    expect(described(told, { revisions: [{ ...ROUNDING }] }, T(1))).toBe(told)
    for (const facts of [{ revisions: [] }, { starter: null }, { stageOrder: ['Production'] }])
      expect(described(told, facts, T(1))).toMatchObject({ ...facts, showing: { truth: told.showing.truth + 1 } })
    const link = { id: 'a1', requestedAt: T(1), place: null }
    const linked = withApproval(told, 'Production/Approve', link, T(1))
    expect(linked.showing.truth).toBe(told.showing.truth + 1)
    expect(withApproval(linked, 'Production/Approve', link, T(2))).toBe(linked)
    const earlier = { ...link, id: 'a0', requestedAt: T(0) }
    expect(withApproval(linked, 'Production/Approve', earlier, T(2))).toBe(linked)
  })

  test('links to the last of two approvals, and to its message once that has a place', () => {
    const link = (id: string, channel: string | null = null) => ({
      id,
      requestedAt: T(1),
      place: channel === null ? null : { channel, ts: '1.1', link: null },
    })
    const linked = (...links: ReturnType<typeof link>[]) =>
      Object.fromEntries(
        links.reduce((so, one) => withApproval(so, 'Production/Approve', one, T(2)), execution(STORY)).approvals,
      )
    expect(linked(link('a1', 'C1'), link('a2'))).toEqual({ 'Production/Approve': link('a2') })
    expect(linked(link('a1'), link('a1', 'C1'))).toEqual({ 'Production/Approve': link('a1', 'C1') })
    expect(linked(link('a1', 'C1'), link('a1'))).toEqual({ 'Production/Approve': link('a1', 'C1') })
    expect(linked(link('a1', 'C1'), link('a1', 'C2'))).toEqual({ 'Production/Approve': link('a1', 'C2') })
    const again = { ...link('a1', 'C1'), place: { channel: 'C1', ts: '2.2', link: null } }
    expect(linked(link('a1', 'C1'), again)).toEqual({ 'Production/Approve': again })
    const known = withApproval(execution(STORY), 'Production/Approve', link('a1', 'C1'), T(2))
    expect(withApproval(known, 'Production/Approve', link('a1', 'C1'), T(3))).toBe(known)
  })
})

describe('events in any order, any of them repeated,', () => {
  const facts = ({ overall, stages, actions }: Execution) => ({ overall, stages, actions })
  const disorder = (news: readonly StateChange[]) =>
    fc
      .tuple(fc.shuffledSubarray([...news], { minLength: news.length }), fc.array(fc.constantFrom(...news)))
      .chain(([all, again]) => fc.shuffledSubarray([...all, ...again], { minLength: all.length + again.length }))

  test('give the same execution and the same message', () => {
    const calm = execution(STORY)
    fc.assert(
      fc.property(disorder(STORY), (news) => {
        const told = execution(news)
        expect(facts(told)).toEqual(facts(calm))
        expect(rendered(told)).toEqual(rendered(calm))
      }),
    )
  })

  test('also if actions begin, and fail, in the same second', () => {
    const news = [
      stageChange('Build', 'running', T(3)),
      actionChange('Build', 'Compile', 'running', T(3)),
      actionChange('Build', 'Lint', 'running', T(3)),
    ]
    expect(rendered(execution(news.toReversed()))).toEqual(rendered(execution(news)))
    const failed = [
      stageChange('Build', 'failed', T(9)),
      actionChange('Build', 'Compile', 'failed', T(9), { summary: 'exit 1' }),
      actionChange('Build', 'Lint', 'failed', T(9), { summary: 'exit 2' }),
    ]
    const ended = execution([...news, ...failed])
    expect(rendered(execution([...failed.toReversed(), ...news.toReversed()]))).toEqual(rendered(ended))
  })

  test('of two runs of an action that began and ended in the same second, the one with the later ID is the newest', () => {
    const ran = (actionExecutionId: string, progress: Progress) =>
      actionChange('Build', 'Compile', progress, T(3), { actionExecutionId })
    const runs = [ran('a', 'failed'), ran('b', 'succeeded')]
    for (const news of [runs, runs.toReversed()])
      expect(latestActions(execution(news), 'Build')).toMatchObject([{ progress: 'succeeded' }])
  })

  test('also if stages begin in the same second and their order is not known yet', () => {
    const news = [stageChange('Test', 'running', T(3)), stageChange('Build', 'succeeded', T(3))]
    const unordered = { stageOrder: [] }
    expect(stageNames(execution(news.toReversed(), unordered))).toEqual(stageNames(execution(news, unordered)))
  })

  test('also in random histories with few different seconds', () => {
    const progress = fc.constantFrom<Progress[]>('running', 'succeeded', 'failed', 'stopped', 'stopping', 'canceled')
    const at = fc.nat({ max: 5 }).map(T)
    const stage = fc.constantFrom('Build', 'Production')
    const one: fc.Arbitrary<StateChange> = fc.oneof(
      fc.tuple(progress, at).map(([state, when]) => pipelineChange(state, when)),
      fc.tuple(stage, progress, at).map(([name, state, when]) => stageChange(name, state, when)),
      fc
        .tuple(stage, fc.constantFrom('Approve', 'Deploy', 'Lint'), progress, at, fc.constantFrom('1', '2'))
        .map(([name, action, state, when, run]) =>
          actionChange(name, action, state, when, { actionExecutionId: `${name}/${action}/${run}` }),
        ),
    )
    const story = fc.uniqueArray(one, { minLength: 1, maxLength: 20, selector: (news) => JSON.stringify(news) })
    fc.assert(
      fc.property(
        story.chain((news) => fc.tuple(fc.constant(news), disorder(news))),
        ([news, others]) => {
          expect(facts(execution(others))).toEqual(facts(execution(news)))
          expect(rendered(execution(others))).toEqual(rendered(execution(news)))
        },
      ),
    )
  })
})

describe('between its stages', () => {
  const begun = [pipelineChange('running', T(0)), stageChange('Source', 'succeeded', T(3))]
  const isBetween = (...news: StateChange[]) => isBetweenStages(execution(news))

  test('is an execution that has left a stage and is in none', () => {
    expect(isBetween(...begun)).toBe(true)
    expect(isBetween(...begun, stageChange('Build', 'succeeded', T(5)))).toBe(true)
  })

  test.each<[string, StateChange[]]>([
    ['that has not left its first stage', [pipelineChange('running', T(0)), stageChange('Source', 'running', T(0))]],
    ['of which no stage is known', [pipelineChange('running', T(0))]],
    [
      'whose later stage is known before its first',
      [pipelineChange('running', T(0)), stageChange('Build', 'succeeded', T(3))],
    ],
    ['that is in a stage', [...begun, stageChange('Build', 'running', T(5))]],
    ['of which a stage failed', [...begun, stageChange('Build', 'failed', T(5))]],
    [
      'that has left its last stage',
      [...begun, stageChange('Build', 'succeeded', T(5)), stageChange('Production', 'succeeded', T(9))],
    ],
    ['that is over', [...begun, pipelineChange('stopped', T(9))]],
  ])('is not one %s', (_, news) => {
    expect(isBetween(...news)).toBe(false)
  })
})

test('an execution has failed by the state of its pipeline, not of its stages', () => {
  expect(hasFailed(execution([pipelineChange('failed', T(9))]))).toBe(true)
  expect(hasFailed(execution([pipelineChange('stopped', T(9)), stageChange('Build', 'failed', T(9))]))).toBe(false)
})

test('of two approvals, the one with the later time, or in the same moment the later ID, was requested after', () => {
  const link = (id: string, requestedAt: number) => ({ id, requestedAt })
  expect(isRequestedAfter(link('a', T(1)), link('b', T(0)))).toBe(true)
  expect(isRequestedAfter(link('b', T(0)), link('a', T(1)))).toBe(false)
  expect(isRequestedAfter(link('b', T(1)), link('a', T(1)))).toBe(true)
  expect(isRequestedAfter(link('a', T(1)), link('a', T(1)))).toBe(false)
})

test('the action that failed last is the newest run that failed, of all stages', () => {
  const failed = (stage: string, action: string, at: number) => actionChange(stage, action, 'failed', T(at))
  const last = (...news: StateChange[]) => lastFailure(execution(news))?.action
  expect(last(failed('Build', 'Compile', 9), failed('Production', 'Deploy', 8))).toBe('Compile')
  expect(last(failed('Build', 'Compile', 8), failed('Production', 'Deploy', 9))).toBe('Deploy')
  expect(last(failed('Build', 'Compile', 8), failed('Build', 'Lint', 8))).toBe('Lint')
  expect(last(actionChange('Build', 'Compile', 'succeeded', T(9)))).toBeUndefined()
})

describe('what a rule said of a stage', () => {
  const because = 'Rule only-by: No'
  const stage = (progress: StateChange['progress'], at: number, reason: StageReason = {}): StateChange =>
    Object.assign(stageChange('Build', progress, T(at)), reason)
  const told = (...news: StateChange[]) => execution(news).stages.get('Build')

  test('stays when a person overrides it, and when the stage is retried', () => {
    const failed = stage('failed', 5, { because })
    expect(told(failed)).toEqual({ progress: 'failed', at: T(5), startedAt: null, because })
    expect(told(failed, stage('succeeded', 9, { overriddenBy: 'dana' }))).toEqual({
      ...{ progress: 'succeeded', at: T(9), startedAt: null },
      ...{ because, overriddenBy: 'dana' },
    })
    expect(told(failed, stage('running', 9))).toEqual({ progress: 'running', at: T(9), startedAt: T(9), because })
  })

  test('is no reason of a later failure, until a rule says one again', () => {
    const failed = stage('failed', 5, { because })
    const again = [failed, stage('running', 9), stage('failed', 12)]
    expect(told(...again)).toMatchObject({ progress: 'failed', at: T(12), because, saysEarlier: true })
    expect(told(...again, stage('failed', 13))).toMatchObject({ because, saysEarlier: true })
    const known = told(...again, stage('failed', 13, { because: 'Rule other: No' }))
    expect(known).toEqual({ progress: 'failed', at: T(13), startedAt: T(9), because: 'Rule other: No' })
    expect(told(failed, stage('failed', 6))).not.toHaveProperty('saysEarlier')
    expect(told(stage('running', 4), stage('failed', 5))).not.toHaveProperty('saysEarlier')
  })

  test('is kept from an answer that is older than the last event, and a newer one counts before it', () => {
    expect(told(stage('running', 9), stage('failed', 5, { because }))).toEqual({
      ...{ progress: 'running', at: T(9), startedAt: T(9) },
      because,
    })
    const both = [stage('succeeded', 9, { because: 'newer' }), stage('failed', 5, { because: 'older' })]
    expect(told(...both)).toMatchObject({ progress: 'succeeded', because: 'newer' })
  })

  test('is what CodePipeline says now, whenever its last event was', () => {
    const of = execution([stage('running', 9), stageChange('Source', 'succeeded', T(3))])
    const told = withStageReasons(of, new Map([['Build', { because }]]), T(20))
    expect(told.stages.get('Build')).toEqual({ progress: 'running', at: T(9), startedAt: T(9), because })
    expect(told.stages.get('Source')).toEqual(of.stages.get('Source'))
    expect(told).toMatchObject({ lastEventAt: T(20), showing: { truth: of.showing.truth + 1 } })
    const looked = { ...of, confirmed: true }
    expect(withStageReasons(looked, new Map([['Build', { because }]]), T(20)).confirmed).toBe(false)
    expect(withStageReasons({ ...told, confirmed: true }, new Map([['Build', { because }]]), T(30)).lastEventAt).toBe(
      T(20),
    )
    const gone = withStageReasons(told, new Map([['Build', {}]]), T(30))
    expect(gone.stages.get('Build')).not.toHaveProperty('because')
  })

  test('names the stages that it failed, unless an action failed them or it is said of an earlier failure', () => {
    const byRule = (...news: StateChange[]) => stagesFailedByRule(execution(news))
    const failed = stage('failed', 5, { because })
    const source = { ...stageChange('Source', 'failed', T(5)), because: 'Rule source: No' } as StateChange
    expect(byRule(failed, source)).toEqual([
      { stage: 'Source', because: 'Rule source: No' },
      { stage: 'Build', because },
    ])
    expect(byRule(failed, actionChange('Build', 'Lint', 'succeeded', T(4)))).toHaveLength(1)
    expect(byRule(failed, actionChange('Build', 'Lint', 'failed', T(4)))).toEqual([])
    expect(byRule(failed, stage('running', 9), stage('failed', 12))).toEqual([])
    expect(byRule(stage('failed', 5))).toEqual([])
    expect(byRule(stage('succeeded', 5, { because }))).toEqual([])
  })
})

test('the cause of a failure is taken from a later answer where the event lacks it, and from no other', () => {
  const ran = (progress: Progress, at: number, summary: string | null = null) =>
    actionChange('Build', 'Lint', progress, T(at), { summary })
  const summary = (...news: StateChange[]) => [...execution(news).actions.values()][0]!.summary
  expect(summary(ran('failed', 5), ran('failed', 5, 'exit 1'))).toBe('exit 1')
  expect(summary(ran('failed', 5, 'exit 1'), ran('failed', 5))).toBe('exit 1')
  expect(summary(ran('failed', 5, 'exit 1'), ran('failed', 5, 'exit 2'))).toBe('exit 1')
  expect(summary(ran('failed', 5), ran('failed', 4, 'exit 1'))).toBeNull()
  expect(summary(ran('failed', 5), ran('running', 5, 'runs'))).toBeNull()
  expect(summary(ran('succeeded', 5), ran('failed', 5, 'exit 1'))).toBeNull()
  expect(summary(ran('succeeded', 5), ran('succeeded', 5, 'fine'))).toBeNull()
})

describe('an execution that waits', () => {
  const begun = [pipelineChange('running', T(0)), stageChange('Source', 'succeeded', T(3))]
  const held = { stage: 'Build', reason: 'party', since: null, userId: null, name: null }
  const behind = { executionId: 'e0', revision: null }
  const between = execution(begun)
  const inStage = execution([...begun, stageChange('Build', 'running', T(5))])

  test('waits for a held stage while it is between stages', () => {
    expect(waitsForHeld({ ...between, held })).toBe(true)
    expect(waitsForHeld(between)).toBe(false)
    expect(waitsForHeld({ ...inStage, held })).toBe(false)
  })

  test('waits in front of the held stage, or of the next where another execution is', () => {
    expect(waitsToEnter({ ...between, held: { ...held, stage: 'Production' } })).toBe('Production')
    expect(waitsToEnter({ ...between, behind })).toBe('Build')
    expect(waitsToEnter({ ...between, behind, held: { ...held, stage: 'Production' } })).toBe('Production')
    expect(waitsToEnter(between)).toBeNull()
    expect(waitsToEnter({ ...inStage, behind, held })).toBeNull()
  })

  test('is between stages also behind one that was skipped', () => {
    expect(isBetweenStages(execution([...begun, stageChange('Build', 'skipped', T(5))]))).toBe(true)
  })
})

describe('the failure of the last action that failed', () => {
  const lint = actionChange('Build', 'Lint', 'failed', T(9))
  const after = (...news: StateChange[]) => {
    const { overall, stages } = withItsFailure(execution(news))
    return [overall.progress, stages.get('Build')?.progress]
  }
  const running = [pipelineChange('running', T(0)), stageChange('Build', 'running', T(5))]

  test('is that of its stage and of the execution, before their events have come', () => {
    expect(after(...running, lint)).toEqual(['failed', 'failed'])
    expect(after(lint)).toEqual(['failed', 'failed'])
    expect(after(pipelineChange('failed', T(9)), stageChange('Build', 'failed', T(9)), lint)).toEqual([
      'failed',
      'failed',
    ])
    const of = execution([...running, stageChange('Source', 'succeeded', T(3)), lint])
    const told = withItsFailure(of)
    expect(told.overall).toEqual({ ...of.overall, progress: 'failed' })
    expect(told.stages.get('Build')).toEqual({ progress: 'failed', at: T(5), startedAt: T(5) })
    expect(told.stages.get('Source')).toEqual(of.stages.get('Source'))
    expect(withItsFailure(execution([lint])).stages.get('Build')).toEqual({
      ...{ progress: 'failed', at: T(9), startedAt: null },
    })
  })

  test.each<[string, StateChange[]]>([
    ['no action failed', running],
    ['the execution was stopped', [...running, lint, pipelineChange('stopped', T(10))]],
    ['the stage has succeeded since', [...running, lint, stageChange('Build', 'succeeded', T(10))]],
    ['the stage was retried', [...running, lint, stageChange('Build', 'running', T(10))]],
  ])('is not, if %s', (_, news) => {
    const of = execution(news)
    expect(withItsFailure(of)).toBe(of)
  })

  test('is, if the stage began in its very second', () => {
    expect(after(pipelineChange('running', T(0)), stageChange('Build', 'running', T(9)), lint)).toEqual([
      'failed',
      'failed',
    ])
  })
})

test('a failed execution failed in the last of its stages that did, and work outside a pipeline in none', () => {
  const failed = (...stages: string[]) =>
    execution([pipelineChange('failed', T(9)), ...stages.map((stage) => stageChange(stage, 'failed', T(9)))])
  expect(failedStageOf(failed('Production', 'Build'))).toBe('Production')
  expect(failedStageOf(failed('Build'))).toBe('Build')
  expect(failedStageOf(failed())).toBeNull()
  expect(failedStageOf(execution([stageChange('Build', 'failed', T(9))]))).toBeNull()
  const outside = { service: 'CodeBuild', group: null, version: null } as const
  expect(failedStageOf({ ...failed('Build'), outside })).toBeNull()
})

describe('the sweep looks at an execution', () => {
  const calm = (of: Execution): Execution => ({ ...of, showing: needNotBeShown(of.showing) })

  test('a minute after an event while an approval that was skipped is not filed', () => {
    const { lastEventAt, ...rest } = { ...calm(execution(STORY)), confirmed: true, notices: {} }
    const over = skipNotice({ ...rest, lastEventAt }, endNoticesOf({ ...rest, lastEventAt })[0]!.key, START)
    const skip = { entry: {}, keptUntil: START } as unknown as RecordedSkip
    expect(executionAttentionAt({ ...over, skips: { skipped: skip } })).toBe(lastEventAt + MINUTE)
    expect(executionAttentionAt({ ...over, skips: { skipped: 'filed' } })).toBeNull()
  })

  test('an hour after the last look while it runs, once more after its end, and then never again', () => {
    expect(executionAttentionAt(calm(newExecution(KEY, START)))).toBe(START + 60 * MINUTE)
    const ended = calm(execution(STORY))
    const over = skipNotice(ended, endNoticesOf(ended)[0]!.key, START)
    expect(executionAttentionAt(over)).toBe(over.lastEventAt + 2 * MINUTE)
    expect(executionAttentionAt({ ...over, confirmed: true })).toBeNull()
  })

  test('again after its end if an event or an approval came after the last look', () => {
    const looked = { ...execution(STORY), confirmed: true }
    const retried = applyEvent(looked, pipelineChange('failed', T(300)), T(301))
    expect(executionAttentionAt(calm(retried))).toBe(T(301) + 2 * MINUTE)
    const linked = withApproval(looked, 'Production/Approve', { id: 'a1', requestedAt: T(1), place: null }, T(301))
    expect(executionAttentionAt(calm(linked))).toBe(looked.lastEventAt + 2 * MINUTE)
  })

  test('before the next minute after its message became outdated, or after the turn that its message has', () => {
    expect(executionAttentionAt(execution(STORY))).toBe(START + 0.75 * MINUTE)
    const { showing, ...rest } = execution(STORY)
    const turnAt = START + MINUTE
    expect(executionAttentionAt({ ...rest, showing: { ...showing, turnAt } })).toBe(turnAt + 0.75 * MINUTE)
    const heardAgain = applyEvent(execution(STORY), pipelineChange('failed', T(300)), T(301))
    expect(executionAttentionAt(heardAgain)).toBe(T(301) + 0.75 * MINUTE)
  })

  test('when its notice is due, and a minute later if an event has come since', () => {
    const ended = calm({ ...execution(STORY), confirmed: true })
    const { dueAt } = endNoticesOf(ended)[0]!
    expect(executionAttentionAt({ ...ended, lastEventAt: dueAt - 1 })).toBe(dueAt)
    expect(executionAttentionAt({ ...ended, lastEventAt: dueAt })).toBe(dueAt + MINUTE)
  })
})

test('an execution is past each stage that lies before one that it has entered', () => {
  const of = execution([stageChange('Source', 'succeeded', T(1)), stageChange('Build', 'running', T(2))], {
    stageOrder: ['Source', 'Build', 'Production'],
  })
  expect(['Source', 'Build', 'Production', 'Gone'].map((stage) => isPast(of, stage))).toEqual([
    true,
    false,
    false,
    false,
  ])
})
