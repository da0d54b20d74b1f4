import type { Comparison } from '../../functions/domain/live.ts'
import { compareWithLive } from '../../functions/domain/live.ts'
import type { Past, PastExecution, PastRun } from '../../functions/domain/past.ts'
import { MINUTE, START } from '../support/records.ts'

/** An execution, which began at this minute and brought these revisions, such as `App:a`; null: not listed. */
const execution = (
  executionId: string,
  minute: number,
  revisions: string[] | null,
  more: Partial<PastExecution> = {},
): PastExecution => ({
  executionId,
  status: 'Succeeded',
  startedAt: START + minute * MINUTE,
  isRollback: false,
  brought: revisions && revisions.map(brought),
  ...more,
})
const waiting = (executionId: string, revisions: string[]) =>
  execution(executionId, 2, revisions, { status: 'InProgress' })
const brought = (text: string) => {
  const [source, revisionId] = text.split(':') as [string, string]
  return { source, revisionId }
}

/** A successful run of the stage's only action. */
const passed = (executionId: string, minute: number, stage = 'Production', version = 1): PastRun => ({
  ...{ executionId, stage, action: 'Deploy', category: 'Deploy', status: 'Succeeded', version },
  ...{ startedAt: START + minute * MINUTE, updatedAt: START + minute * MINUTE },
})

/** The action waits in the stage that it lets into. */
const PRODUCTION = { stage: 'Production', actions: ['Approve', 'Deploy'] }
const APPROVAL = { stage: 'Production', action: 'Approve' }

/** What the last of the executions would change. */
const compared = (executions: PastExecution[], runs: PastRun[], more: Partial<Past> = {}): Comparison =>
  compareWithLive(
    { ...APPROVAL, executionId: executions.at(-1)!.executionId },
    {
      executions,
      runs,
      stages: [PRODUCTION],
      isWhole: true,
      declared: new Map(),
      ...more,
    },
  )

const ids = ({ news }: Comparison) => news.map(({ revisionId }) => revisionId)

describe('an execution that follows a live one', () => {
  const past = [execution('e1', 1, ['App:a']), execution('e2', 2, ['App:b']), execution('e3', 3, ['App:c'])]

  test('would bring its revision and those in between, each with the execution that brought it first', () => {
    expect(compared(past, [passed('e1', 5)])).toEqual({
      into: ['Production'],
      liveIn: ['Production'],
      live: [{ stage: 'Production', executionId: 'e1', at: START + 5 * MINUTE }],
      onBranch: [],
      lacksOnBranch: false,
      unknown: null,
      changed: [{ source: 'App', from: 'a', to: 'c' }],
      news: [
        { source: 'App', revisionId: 'c', executionId: 'e3' },
        { source: 'App', revisionId: 'b', executionId: 'e2' },
      ],
      newerLive: null,
      isAllKnown: true,
      hasWhole: false,
    })
  })

  test('whatever the order of the lists', () => {
    const last = past.at(-1)!
    expect(compared([past[1]!, past[0]!, last], [passed('e1', 5)])).toEqual(compared(past, [passed('e1', 5)]))
  })

  test('would bring a revision to one source that is live from another', () => {
    const two = [execution('e1', 1, ['App:a', 'Infra:x']), execution('e2', 2, ['App:a', 'Infra:a'])]
    const comparison = compared(two, [passed('e1', 5)])
    expect(comparison.changed).toEqual([{ source: 'Infra', from: 'x', to: 'a' }])
    expect(comparison.news).toEqual([{ source: 'Infra', revisionId: 'a', executionId: 'e2' }])
  })

  test('has the revision of one that started at the same time and is listed behind it', () => {
    const sameTime = [execution('e3', 3, ['App:c']), execution('e2', 3, ['App:b']), execution('e1', 1, ['App:a'])]
    const comparison = compareWithLive(
      { ...APPROVAL, executionId: 'e3' },
      {
        ...{ executions: sameTime, runs: [passed('e1', 5)], stages: [PRODUCTION], isWhole: true, declared: new Map() },
      },
    )
    expect(ids(comparison)).toEqual(['c', 'b'])
  })

  test('would change nothing with the same revision', () => {
    const again = [past[0]!, execution('e2', 2, ['App:a'])]
    expect(compared(again, [passed('e1', 5)])).toMatchObject({ changed: [], news: [], newerLive: null })
  })

  test('would change only the source whose revision differs', () => {
    const two = [execution('e1', 1, ['App:a', 'Infra:x']), execution('e2', 2, ['App:b', 'Infra:x'])]
    const comparison = compared(two, [passed('e1', 5)])
    expect(comparison.changed).toEqual([{ source: 'App', from: 'a', to: 'b' }])
    expect(ids(comparison)).toEqual(['b'])
  })

  test('brings one commit by another source as well, which is news for that source', () => {
    const two = [execution('e1', 1, ['App:x', 'Config:c']), waiting('e2', ['App:x', 'Config:x'])]
    const { changed, news } = compared(two, [passed('e1', 5)])
    expect(changed).toEqual([{ source: 'Config', from: 'c', to: 'x' }])
    expect(news).toEqual([{ source: 'Config', revisionId: 'x', executionId: 'e2' }])
  })

  test('has every revision of a source that no live execution had: even the first of all', () => {
    const added = [execution('e0', 0, ['Infra:w']), execution('e1', 1, ['App:a']), execution('e2', 2, ['Infra:x'])]
    const comparison = compared(added, [passed('e1', 5)])
    expect(comparison.changed).toEqual([{ source: 'Infra', from: null, to: 'x' }])
    expect(ids(comparison)).toEqual(['x', 'w'])
  })
})

describe('an execution of an older revision', () => {
  const past = [execution('e1', 1, ['App:a']), execution('e2', 2, ['App:b'])]

  test('has a newer one live, and brings its own alone', () => {
    const comparison = compared([...past, execution('e3', 3, ['App:a'])], [passed('e2', 5)])
    expect(comparison.newerLive).toEqual({ source: 'App', revisionId: 'b' })
    expect(comparison.news).toEqual([{ source: 'App', revisionId: 'a', executionId: 'e1' }])
  })

  test('after a rollback, the revision that was rolled back counts as a change again', () => {
    const rollback = execution('e3', 3, ['App:a'], { isRollback: true })
    const comparison = compared([...past, rollback, execution('e4', 4, ['App:c'])], [passed('e2', 5), passed('e3', 6)])
    expect(comparison.changed).toEqual([{ source: 'App', from: 'a', to: 'c' }])
    expect(ids(comparison)).toEqual(['c', 'b'])
  })
})

describe('without a live deployment, all revisions are news, and the reason is', () => {
  const past = [execution('e1', 1, ['App:a'], { status: 'Failed' }), waiting('e2', ['App:b'])]

  test('that there was none, if CodePipeline has no older runs', () => {
    const comparison = compared(past, [])
    expect(comparison).toMatchObject({ unknown: 'first', live: [], isAllKnown: true })
    expect(comparison.changed).toEqual([{ source: 'App', from: null, to: 'b' }])
    expect(ids(comparison)).toEqual(['b', 'a'])
  })

  test('that there was none, if all runs are of the pipeline as it is now, or their version is not known', () => {
    const ran = passed('e2', 2, 'Source')
    expect(compared(past, [ran, passed('e1', 1, 'Source')]).unknown).toBe('first')
    expect(compared(past, [ran, { ...passed('e1', 1, 'Source'), version: null }]).unknown).toBe('first')
    expect(compared(past, [{ ...ran, version: null }, passed('e1', 1, 'Source')]).unknown).toBe('first')
  })

  test('that it is older than the lists, which leaves revisions unknown', () => {
    expect(compared(past, [], { isWhole: false })).toMatchObject({ unknown: 'far', isAllKnown: false })
  })

  test('that the pipeline was edited: an execution that passed all of it was live', () => {
    const runs = [passed('e2', 9, 'Source', 2), passed('e0', 5, 'Old', 1)]
    const edited = compared([execution('e0', 0, ['App:z']), ...past], runs)
    expect(edited).toMatchObject({ unknown: 'edited', isAllKnown: true })
    expect(edited.changed).toEqual([{ source: 'App', from: 'z', to: 'b' }])
    expect(ids(edited)).toEqual(['b', 'a'])
  })
})

describe('without a deployment under the stage’s name since an edit, the last execution of the whole pipeline counts', () => {
  const past = [
    execution('e1', 1, ['App:a']),
    execution('e2', 2, ['App:b']),
    execution('e3', 3, ['App:c'], { status: 'Failed' }),
  ]
  const asked = execution('e9', 9, ['App:d'], { status: 'InProgress' })
  const runs = [passed('e9', 9, 'Source', 2), passed('e1', 1, 'Old', 1)]

  test('and what was approved after it does not', () => {
    const comparison = compared([...past, asked], runs)
    expect(comparison.hasWhole).toBe(true)
    expect(ids(comparison)).toEqual(['d', 'c'])
  })

  test('as far as no later rollback has undone it', () => {
    const rollback = execution('e4', 4, ['App:a'], { isRollback: true })
    expect(ids(compared([...past, rollback, asked], runs))).toEqual(['d', 'c', 'b'])
    expect(ids(compared([...past, { ...rollback, status: 'Failed' }, asked], runs))).toEqual(['d', 'c'])
    const now = passed('e4', 9, 'Source', 2)
    expect(ids(compared([...past, rollback, asked], [now, ...runs]))).toEqual(['d', 'c'])
    expect(ids(compared([...past, rollback, asked], [runs[1]!, now, runs[0]!]))).toEqual(['d', 'c'])
    expect(ids(compared([{ ...rollback, startedAt: START }, ...past, asked], runs))).toEqual(['d', 'c'])
  })

  test('unless none is listed, or the pipeline was not edited', () => {
    expect(compared([past[2]!, asked], runs).hasWhole).toBe(false)
    expect(compared([...past, asked], [passed('e9', 9, 'Source', 2)]).hasWhole).toBe(false)
  })
})

describe('while CodePipeline leaves out times, no order is taken for granted', () => {
  const past = [waiting('e3', ['App:c']), execution('e2', 2, ['App:b']), execution('e1', 1, ['App:a'])]
  const compare = (executions: PastExecution[], runs: PastRun[]) =>
    compareWithLive(
      { ...APPROVAL, executionId: 'e3' },
      { executions, runs, stages: [PRODUCTION], isWhole: true, declared: new Map() },
    )

  test.each<[string, PastExecution[], PastRun[]]>([
    ['of executions', past.map((one) => ({ ...one, startedAt: 0 })), [passed('e1', 5)]],
    ['of one execution', past.map((one, index) => (index === 1 ? { ...one, startedAt: 0 } : one)), [passed('e1', 5)]],
    ['of the start of a run', past, [{ ...passed('e1', 5), startedAt: 0 }]],
    ['of the end of a run', past, [{ ...passed('e1', 5), updatedAt: 0 }]],
  ])('%s: every revision is news, and some are unknown', (_, executions, runs) => {
    const comparison = compare(executions, runs)
    expect(comparison).toMatchObject({ unknown: 'far', live: [], isAllKnown: false, newerLive: null })
    expect(ids(comparison).toSorted()).toEqual(['a', 'b', 'c'])
  })
})

test('runs of a kind that this code does not know may have deployed, so the deployment is not the first', () => {
  const past = [execution('e1', 1, ['App:a']), waiting('e2', ['App:b'])]
  const untold = { ...passed('e1', 1), category: '' }
  expect(compared(past, [untold])).toMatchObject({ unknown: 'far', live: [] })
  expect(ids(compared(past, [untold]))).toEqual(['b', 'a'])
  for (const category of ['Source', 'Build', 'Test', 'Invoke', 'Approval', 'Compute'])
    expect(compared(past, [{ ...passed('e1', 1, 'Before'), category }])).toMatchObject({ unknown: 'first' })
})

describe('with several stages to deploy to', () => {
  const stages = [
    { stage: 'Ask', actions: ['Approve'] },
    { stage: 'Europe', actions: ['Deploy'] },
    { stage: 'America', actions: ['Deploy'] },
  ]
  const past = [execution('e1', 1, ['App:a']), execution('e2', 2, ['App:b']), waiting('e3', ['App:b'])]
  const both = (executions: PastExecution[], runs: PastRun[], more: Partial<Past> = {}) =>
    compareWithLive(
      { executionId: 'e3', stage: 'Ask', action: 'Approve' },
      { executions, runs, stages, isWhole: true, declared: new Map(), ...more },
    )

  test.each([
    [passed('e1', 4, 'Europe'), passed('e2', 5, 'America')],
    [passed('e2', 4, 'Europe'), passed('e1', 5, 'America')],
  ])('a change is live once it is live in all of them', (...runs) => {
    const comparison = both(past, runs)
    expect(comparison.into).toEqual(['Europe', 'America'])
    expect(comparison.changed).toEqual([{ source: 'App', from: 'a', to: 'b' }])
    expect(ids(comparison)).toEqual(['b'])
  })

  test('a revision that is live in some of them is news for the others, and is not newer than itself', () => {
    const runs = [passed('e2', 4, 'Europe'), passed('e1', 5, 'America')]
    const again = [...past.slice(0, 2), waiting('e3', ['App:a'])]
    const behind = both(again, runs)
    expect(behind).toMatchObject({ newerLive: { revisionId: 'b' }, changed: [{ from: 'a', to: 'a' }] })
    expect(ids(behind)).toEqual(['a'])
    const ahead = both(past, runs)
    expect(ahead).toMatchObject({ newerLive: null, changed: [{ from: 'a', to: 'b' }] })
  })

  test('of which one has no known deployment, some revisions are unknown', () => {
    const runs = [passed('e1', 4, 'Europe'), { ...passed('e1', 5, 'America'), status: 'Failed' }]
    expect(both(past, runs, { isWhole: false })).toMatchObject({ into: ['Europe', 'America'], isAllKnown: false })
  })
})

describe('a revision that is not listed', () => {
  const LIVE = execution('e1', 1, ['App:a'])
  const isAllKnown = (executions: PastExecution[], live = 'e1') => compared(executions, [passed(live, 9)]).isAllKnown

  test('may be one between, if the live execution is not listed', () => {
    const approved = { ...passed('e0', 8), action: 'Approve', category: 'Approval' }
    const comparison = compared([LIVE, execution('e2', 2, ['App:b'])], [passed('e0', 9), approved])
    expect(comparison).toMatchObject({ live: [{ executionId: 'e0' }], isAllKnown: false })
  })

  test('of the execution itself, or of one in between, leaves some unknown', () => {
    expect(isAllKnown([LIVE, execution('e2', 2, null)])).toBe(false)
    expect(isAllKnown([LIVE, execution('e2', 2, null), execution('e3', 3, ['App:c'])])).toBe(false)
  })

  test('between two that are listed, leaves some unknown', () => {
    expect(
      isAllKnown([LIVE, execution('e2', 2, ['App:b']), execution('e3', 3, null), execution('e4', 4, ['App:c'])]),
    ).toBe(false)
  })

  test('counts since the oldest of the live revisions began, whichever execution deployed it last', () => {
    const again = execution('e3', 3, ['App:a'])
    expect(isAllKnown([LIVE, execution('e2', 2, null), again, execution('e4', 4, ['App:c'])], 'e3')).toBe(false)
    const two = [execution('e1', 1, ['App:a', 'Infra:x']), execution('e2', 2, null)]
    const live = execution('e3', 3, ['App:a', 'Infra:y'])
    expect(isAllKnown([...two, live, execution('e4', 4, ['App:c', 'Infra:z'])], 'e3')).toBe(false)
  })

  test('counts for an execution that brings nothing as well', () => {
    expect(isAllKnown([LIVE, execution('e2', 2, null), execution('e3', 3, [])])).toBe(false)
    expect(compared([execution('e1', 1, null, { status: 'Failed' }), waiting('e2', [])], []).isAllKnown).toBe(false)
    const runs = [passed('e2', 9, 'Source', 2), passed('e1', 5, 'Old', 1)]
    const edited = compared([execution('e1', 1, null), waiting('e2', [])], runs)
    expect(edited).toMatchObject({ unknown: 'edited', isAllKnown: false })
  })

  test('of one before the live one does not matter', () => {
    expect(isAllKnown([execution('e0', 0, null), LIVE, execution('e2', 2, ['App:b'])])).toBe(true)
  })

  test('of the very first execution matters, if none has been live', () => {
    const first = execution('e1', 1, null)
    expect(compared([first, execution('e2', 2, ['App:b'])], []).isAllKnown).toBe(false)
  })

  test('of the live one: every revision up to it counts as live, and those after it are news', () => {
    const past = [LIVE, execution('e2', 2, null), execution('e3', 3, ['App:c']), execution('e4', 4, ['App:d'])]
    const comparison = compared(past, [passed('e2', 9)])
    expect(comparison.changed).toEqual([{ source: 'App', from: null, to: 'd' }])
    expect(ids(comparison)).toEqual(['d', 'c'])
    expect(comparison.isAllKnown).toBe(true)
  })

  test('of one before a live rollback matters: the rollback may have deployed it again', () => {
    const rollback = execution('e3', 3, ['App:a'], { isRollback: true })
    const next = execution('e4', 4, ['App:d'])
    expect(isAllKnown([execution('e0', 0, null), rollback, next], 'e3')).toBe(false)
    expect(isAllKnown([LIVE, rollback, next, execution('e5', 5, ['App:e'])], 'e3')).toBe(true)
    const other = execution('e1', 1, ['App:b'])
    expect(isAllKnown([execution('e0', 0, null), other, rollback, next], 'e3')).toBe(false)
  })

  test('of one that began after the execution does not matter', () => {
    const rollback = execution('e2', 2, ['App:a'], { isRollback: true })
    const executions = [LIVE, rollback, execution('e3', 3, ['App:c']), execution('e4', 4, null)]
    const past = { executions, runs: [passed('e2', 9)], stages: [PRODUCTION], isWhole: true, declared: new Map() }
    expect(compareWithLive({ ...APPROVAL, executionId: 'e3' }, past).isAllKnown).toBe(true)
  })
})

describe('an approval behind the work of its own stage', () => {
  const stages = [
    { stage: 'QA', actions: ['Check', 'Approve'] },
    { stage: 'Production', actions: ['Deploy'] },
  ]
  const ran = (
    executionId: string,
    action: string,
    category: string,
    minute: number,
    more: Partial<PastRun> = {},
  ): PastRun => ({
    ...passed(executionId, minute, 'QA'),
    ...{ action, category, ...more },
  })
  const executions = [
    execution('e0', 0, ['App:m']),
    execution('e1', 1, ['App:a'], { status: 'Failed' }),
    waiting('e2', ['App:b']),
  ]

  test('is compared with what was deployed behind it: a change whose deployment failed there is not live', () => {
    const runs = [
      ...[ran('e0', 'Check', 'Test', 1), ran('e0', 'Approve', 'Approval', 2), passed('e0', 3)],
      ...[ran('e1', 'Check', 'Test', 4), ran('e1', 'Approve', 'Approval', 5)],
      { ...passed('e1', 6), status: 'Failed' },
      ...[ran('e2', 'Check', 'Test', 7), ran('e2', 'Approve', 'Approval', 8, { status: 'InProgress' })],
    ]
    const comparison = compareWithLive(
      { executionId: 'e2', stage: 'QA', action: 'Approve' },
      { executions, runs, stages, isWhole: true, declared: new Map() },
    )
    expect(comparison.into).toEqual(['Production'])
    expect(comparison.live.map(({ executionId }) => executionId)).toEqual(['e0'])
    expect(ids(comparison)).toEqual(['b', 'a'])
  })
})

describe('while a revision of another branch is live', () => {
  const on = (executionId: string, minute: number, revisionId: string, branch: string | undefined): PastExecution => ({
    ...execution(executionId, minute, []),
    brought: [{ source: 'App', revisionId, ...(branch && { branch }) }],
  })
  const [m0, m1, hotfix] = [on('e0', 0, 'm0', 'main'), on('e1', 1, 'm1', 'main'), on('e3', 3, 'h1', 'hotfix/x')]
  const undeployed = on('e2', 2, 'm2', 'main')

  test('what its own branch brought since its last deployment counts as well', () => {
    const comparison = compared(
      [m0, m1, undeployed, hotfix, on('e4', 4, 'm4', 'main')],
      [passed('e1', 2), passed('e3', 5)],
    )
    expect(ids(comparison)).toEqual(['m4', 'm2'])
    expect(comparison.onBranch.map(({ executionId }) => executionId)).toEqual(['e1'])
    expect(comparison.changed).toEqual([{ source: 'App', from: 'h1', to: 'm4' }])
  })

  test('and are not all known if CodePipeline does not list what an execution brought since then', () => {
    const untold = execution('e2', 2, null)
    const comparison = compared([m0, m1, untold, hotfix, on('e4', 4, 'm4', 'main')], [passed('e1', 2), passed('e3', 5)])
    expect(comparison.isAllKnown).toBe(false)
    expect(compared([m0, m1, hotfix, on('e4', 4, 'm4', 'main')], [passed('e1', 2), passed('e3', 5)]).isAllKnown).toBe(
      true,
    )
  })

  test('also if it waited before the other was deployed', () => {
    const asked = { ...on('e2', 2, 'm2', 'main'), status: 'InProgress' }
    const before = on('e1', 1, 'm1', 'main')
    const runs = [passed('e0', 1), passed('e3', 5)]
    const past = {
      executions: [m0, before, asked, hotfix],
      runs,
      stages: [PRODUCTION],
      isWhole: true,
      declared: new Map(),
    }
    expect(ids(compareWithLive({ ...APPROVAL, executionId: 'e2' }, past))).toEqual(['m2', 'm1'])
  })

  test('of a branch that was never deployed, all that is told of it counts', () => {
    const comparison = compared(
      [m0, m1, on('e2', 2, 'x2', 'hotfix/y'), hotfix, on('e4', 4, 'x4', 'hotfix/y')],
      [passed('e1', 2), passed('e3', 5)],
    )
    expect(ids(comparison)).toEqual(['x4', 'x2'])
    expect(comparison.lacksOnBranch).toBe(true)
  })

  test('a revision of which no branch is told counts for it, and is no deployment of it', () => {
    const comparison = compared(
      [m0, on('e1', 1, 'u1', undefined), on('e2', 2, 'u2', undefined), hotfix, on('e4', 4, 'm4', 'main')],
      [passed('e0', 1), passed('e1', 2), passed('e3', 5)],
    )
    expect(ids(comparison)).toEqual(['m4', 'u2', 'u1'])
  })

  test('of a branch that was never deployed, what CodePipeline does not list of any time may be its own', () => {
    const untold = execution('e1', 1, null)
    const asked = on('e4', 4, 'x4', 'hotfix/y')
    const runs = [passed('e3', 5), passed('e1', 1, 'Build')]
    expect(compared([untold, hotfix, asked], runs)).toMatchObject({ lacksOnBranch: true, isAllKnown: false })
    expect(compared([untold, hotfix, on('e4', 4, 'h4', 'hotfix/x')], runs).isAllKnown).toBe(true)
  })

  test('except of the time whose runs were not read, which tell of no branch', () => {
    const all = [execution('e0', 0, null), m1, hotfix, on('e4', 4, 'x4', 'hotfix/y')]
    const compare = (runs: PastRun[], isWhole: boolean) => compared(all, runs, { isWhole }).isAllKnown
    expect(compare([passed('e3', 5), passed('e1', 2)], false)).toBe(true)
    expect(compare([passed('e3', 5), passed('e1', 2), passed('e0', 1, 'Build')], false)).toBe(true)
    expect(compare([passed('e3', 5), passed('e1', 2)], true)).toBe(false)
  })

  test('of several stages with another branch, what one of them has not yet counts', () => {
    const stages = ['Europe', 'America'].map((stage) => ({ stage, actions: ['Deploy'] }))
    const runs = [
      ...[passed('e0', 1, 'Europe'), passed('e2', 3, 'America')],
      ...[passed('e3', 5, 'Europe'), passed('e3', 6, 'America')],
    ]
    const comparison = compareWithLive(
      { executionId: 'e4', stage: 'Ask', action: 'Approve' },
      {
        ...{ executions: [m0, m1, undeployed, hotfix, on('e4', 4, 'm4', 'main')], runs, isWhole: true },
        ...{ stages: [{ stage: 'Ask', actions: ['Approve'] }, ...stages], declared: new Map() },
      },
    )
    expect(comparison.onBranch.map(({ executionId }) => executionId)).toEqual(['e0', 'e2'])
    expect(ids(comparison)).toEqual(['m4', 'm2', 'm1'])
  })

  test('and all that came since the first of them are known only if each lists what it brought', () => {
    const stages = ['Europe', 'America'].map((stage) => ({ stage, actions: ['Deploy'] }))
    const runs = [passed('e2', 3, 'Europe'), passed('e3', 5, 'Europe'), passed('e3', 6, 'America')]
    const isAllKnown = (between: PastExecution) =>
      compareWithLive(
        { executionId: 'e4', stage: 'Ask', action: 'Approve' },
        {
          ...{ executions: [m0, between, on('e2', 2, 'm0', 'main'), hotfix, on('e4', 4, 'm4', 'main')], runs },
          ...{ stages: [{ stage: 'Ask', actions: ['Approve'] }, ...stages], declared: new Map(), isWhole: false },
        },
      ).isAllKnown
    expect([m1, execution('e1', 1, null)].map(isAllKnown)).toEqual([true, false])
  })

  test('a branch of one of several sources that was never deployed is told', () => {
    const both = (one: PastExecution, branch: string): PastExecution => ({
      ...one,
      brought: [...one.brought!, { source: 'Infra', revisionId: `i-${one.executionId}`, branch }],
    })
    const [first, other, asked] = [m1, hotfix, on('e4', 4, 'm4', 'main')]
    const runs = [passed('e1', 2), passed('e3', 5)]
    const lacks = (branch: string) =>
      compared([both(first, 'main'), both(other, 'hotfix/x'), both(asked, branch)], runs).lacksOnBranch
    expect([lacks('main'), lacks('hotfix/y')]).toEqual([false, true])
  })

  test('nothing more counts where no branch is told', () => {
    const untold = on('e3', 3, 'h1', undefined)
    expect(
      ids(compared([m0, m1, undeployed, untold, on('e4', 4, 'm4', 'main')], [passed('e1', 2), passed('e3', 5)])),
    ).toEqual(['m4'])
  })
})
