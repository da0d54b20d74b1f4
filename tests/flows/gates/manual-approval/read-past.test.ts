import { readPast } from '../../../../functions/flows/gates/manual-approval/read-past.ts'
import type {
  ActionRun,
  ArtifactRevision,
  DeclaredStage,
  ExecutionSummary,
  Pipelines,
  StageState,
} from '../../../../functions/ports/pipelines.ts'
import { botInMemory } from '../../../support/bot-in-memory.ts'
import { actionRun, executionSummary, pipelinesThatAnswer, stageState } from '../../../support/pipeline-answers.ts'
import { MINUTE, START, WHERE } from '../../../support/records.ts'

const at = (minute: number) => START + minute * MINUTE
const revision = (revisionId: string, actionName: string | null = 'Checkout', artifactName: string | null = null) => ({
  ...{ actionName, artifactName, revisionId, summary: null, url: null },
})
const listed = (executionId: string, minute: number, revisions: ArtifactRevision[] | null, more = {}) =>
  executionSummary({
    executionId,
    status: 'Succeeded',
    startedAt: at(minute),
    updatedAt: at(minute),
    revisions,
    ...more,
  })
const sourceRun = (executionId: string, minute: number, more: Partial<ActionRun> = {}): ActionRun =>
  actionRun({
    ...{ executionId, stage: 'Source', action: 'Checkout', category: 'Source', status: 'Succeeded' },
    ...{ startedAt: at(minute), updatedAt: at(minute), ...more },
  })
const deployRun = (executionId: string, minute: number): ActionRun =>
  sourceRun(executionId, minute, { stage: 'Production', action: 'Deploy', category: 'Deploy' })
/** Both actions of the stage, which tell that it was passed even if the execution is on no list. */
const passRuns = (executionId: string, minute: number): ActionRun[] => [
  deployRun(executionId, minute),
  actionRun({ executionId, status: 'Succeeded', startedAt: at(minute), updatedAt: at(minute) }),
]

const STAGES = [
  stageState('Source', { actions: [{ action: 'Checkout', status: 'Succeeded', since: null, token: null }] }),
  stageState('Production', {
    actions: ['Approve', 'Deploy'].map((action) => ({ action, status: null, since: null, token: null })),
  }),
]

/** An approval in a stage of its own lets a change into two stages. */
const TWO = [
  ['Production', 'Approve'],
  ['East', 'Deploy'],
  ['West', 'Deploy'],
].map(([stage, action]) =>
  stageState(stage!, { actions: [{ action: action!, status: 'Succeeded', since: null, token: null }] }),
)
const deployedTo = (stage: string, executionId: string, minute: number): ActionRun => ({
  ...deployRun(executionId, minute),
  stage,
})

/** The past of `asked`: the lists come in pages, and CodePipeline knows more of single executions. */
const past = async (
  asked: string,
  executions: ExecutionSummary[],
  runs: ActionRun[],
  {
    facts = {},
    pageOf = 100,
    hasOlder = false,
    stages = STAGES,
    structure = async () => null,
  }: {
    facts?: Record<string, Partial<ExecutionSummary>>
    pageOf?: number
    hasOlder?: boolean
    stages?: StageState[]
    structure?: Pipelines['structure']
  } = {},
) => {
  const lookedInto: string[] = []
  let lists = 0
  const pagesOf = <T>(all: T[], size: number) =>
    Array.from({ length: Math.ceil(all.length / size) }, (_, page) => all.slice(0, (page + 1) * size))
  const { services } = botInMemory()
  const result = await readPast(
    {
      ...services,
      pipelines: {
        ...pipelinesThatAnswer({ runs }),
        structure,
        executions: async (_, { enough = () => true } = {}) => {
          lists++
          return pagesOf(executions, pageOf).find(enough) ?? executions
        },
        runs: async (_, enough) => {
          const read = pagesOf(runs, 1).find(enough) ?? runs
          return { runs: read, isWhole: !hasOlder && read.length === runs.length }
        },
        execution: async ({ executionId }) => {
          lookedInto.push(executionId)
          const known = facts[executionId]
          return known ? executionSummary({ executionId, ...known }) : null
        },
      },
    },
    WHERE,
    asked,
    stages,
  )
  const broughtBy = (id: string) =>
    result.executions.get(id)?.bySource?.map(({ source, revisionId }) => `${source}:${revisionId}`) ?? null
  return { ...result, lookedInto, lists, broughtBy, ids: [...result.executions.keys()] }
}

describe('the list of executions', () => {
  const between = (count: number) => Array.from({ length: count }, (_, i) => listed(`m${i}`, 200 - i, [revision('m')]))
  const NEW = listed('new', 300, [revision('n')])
  const LIVE = listed('live', 1, [revision('l')])
  const RUNS = [sourceRun('new', 300), ...passRuns('live', 5), sourceRun('live', 1)]

  test('is read on to the live execution, if the hundred newest do not have it', async () => {
    const { lists, comparison, ids } = await past('new', [NEW, ...between(99), LIVE], RUNS)
    expect([lists, ids.length]).toEqual([2, 101])
    expect(comparison.changed).toEqual([{ source: 'Checkout', from: 'l', to: 'n' }])
  })

  test('is read on to each of the live executions', async () => {
    const runs = [sourceRun('new', 300), deployedTo('East', 'm0', 250), deployedTo('West', 'live', 5)]
    const executions = [NEW, ...between(99), LIVE]
    expect(await past('new', executions, runs, { stages: TWO })).toMatchObject({ lists: 2 })
  })

  test('is read once if it has the live execution, or is complete', async () => {
    expect((await past('new', [NEW, ...between(98), LIVE], RUNS)).lists).toBe(1)
    expect((await past('new', [NEW, ...between(98)], RUNS)).lists).toBe(1)
  })

  test('is read to its end if no execution is live: every revision is news then', async () => {
    const { lists, ids } = await past('new', [NEW, ...between(99), LIVE], [sourceRun('new', 300)])
    expect([lists, ids.length]).toEqual([2, 101])
  })

  test('is read page by page to this execution', async () => {
    const { ids } = await past('m0', [NEW, ...between(3), LIVE], RUNS, { pageOf: 1 })
    expect(ids).toEqual(['new', 'm0'])
  })

  test('may be older than the notification: the execution itself is read then, as the newest', async () => {
    const facts = { new: { revisions: [revision('n')] } }
    const { ids, lookedInto, executions } = await past('new', [LIVE], RUNS, { facts })
    expect([ids, lookedInto]).toEqual([['new', 'live'], ['new']])
    expect(executions.get('new')).toMatchObject({ startedAt: START, updatedAt: START, stopReason: null })
    expect((await past('gone', [LIVE], RUNS)).ids).toEqual(['live'])
  })
})

describe('the runs of actions are read', () => {
  const RUNS = [
    ...[sourceRun('e2', 20), deployRun('e1', 10), sourceRun('e1', 4)],
    ...[deployRun('e0', 3), sourceRun('e0', 2), deployRun('old', 1), sourceRun('old', 0)],
  ]
  const [NEW, LIVE] = [listed('e2', 20, [revision('c')]), listed('e1', 4, [revision('b')])]
  const read = async (...executions: ExecutionSummary[]) => (await past('e2', executions, RUNS)).runs.length

  test('back beyond the start of the live execution, for its sources are among them then', async () => {
    expect(await read(NEW, LIVE)).toBe(4)
  })

  test('back beyond the start of those that changed since it went live: they may have gone live later', async () => {
    const slow = (minute: number) => listed('e0', 2, [revision('a')], { updatedAt: at(minute) })
    expect(await read(NEW, LIVE, slow(9))).toBe(4)
    expect(await read(NEW, LIVE, slow(10))).toBe(6)
    expect(await read(NEW, LIVE, slow(11))).toBe(6)
  })

  test('back beyond the start of those that changed since the first of several stages was passed', async () => {
    const runs = [
      ...[sourceRun('e2', 30), deployedTo('East', 'e1', 20), sourceRun('e1', 19)],
      ...[deployedTo('West', 'e0', 10), sourceRun('e0', 9), sourceRun('older', 3), sourceRun('oldest', 1)],
    ]
    const all = [listed('e2', 30, [revision('c')]), listed('e1', 19, [revision('b')]), listed('e0', 9, [revision('a')])]
    const slow = (minute: number) => listed('slow', 2, [revision('s')], { updatedAt: at(minute) })
    const read = async (minute: number) => (await past('e2', [...all, slow(minute)], runs, { stages: TWO })).runs.length
    expect([await read(9), await read(15)]).toEqual([6, 7])
  })

  test('back beyond the start of the execution itself, even if it is older than the live one', async () => {
    const runs = [deployRun('e1', 10), sourceRun('e1', 9), sourceRun('e2', 8), sourceRun('e0', 2), sourceRun('e0', 1)]
    const executions = [listed('e1', 9, [revision('b')]), listed('e2', 8, [revision('c')])]
    expect((await past('e2', executions, runs)).runs).toHaveLength(4)
  })
})

describe('an execution brought', () => {
  const LIVE = listed('live', 1, [revision('l')])
  const NEW = listed('new', 9, [revision('n')])
  const RUNS = [sourceRun('new', 9), deployRun('live', 2), sourceRun('live', 1)]
  /** What the execution between the two brought, and whether CodePipeline was asked about it alone. */
  const between = async (
    revisions: ArtifactRevision[] | null,
    ran: ActionRun[],
    facts: Record<string, Partial<ExecutionSummary>> = {},
  ) => {
    const executions = [NEW, listed('mid', 5, revisions), LIVE]
    const { broughtBy, lookedInto } = await past('new', executions, [RUNS[0]!, ...ran, RUNS[1]!, RUNS[2]!], { facts })
    return [broughtBy('mid'), lookedInto]
  }

  test('a revision of the source that the list names, or that put out this commit', async () => {
    const run = sourceRun('mid', 5, { outputVariables: { CommitId: 'm' } })
    expect(await between([revision('m', 'Other')], [run])).toEqual([['Other:m'], []])
    expect(await between([revision('m', null)], [run])).toEqual([['Checkout:m'], []])
  })

  test('a revision without a source, if it is the only one; of several, each needs its own', async () => {
    expect(await between([revision('m', null)], [sourceRun('mid', 5)])).toEqual([[':m'], []])
    const two = [revision('m', 'Other'), revision('k', null)]
    expect(await between(two, [sourceRun('mid', 5)])).toEqual([null, ['mid']])
    expect(await between([two[0]!, revision('k')], [sourceRun('mid', 5)])).toEqual([['Other:m', 'Checkout:k'], []])
  })

  test('nothing, if it never ran, or all its sources have failed or still run', async () => {
    expect(await between(null, [])).toEqual([[], []])
    const failed = sourceRun('mid', 5, { status: 'Failed' })
    const running = sourceRun('mid', 5, { action: 'Other', status: 'InProgress' })
    expect(await between(null, [failed, running])).toEqual([[], []])
  })

  test('a revision that is asked for, if one of its sources has succeeded, or has a status not known', async () => {
    const facts = { mid: { revisions: [revision('m', 'Checkout')] } }
    const failed = sourceRun('mid', 5, { action: 'Other', status: 'Failed' })
    expect(await between(null, [failed, sourceRun('mid', 5)], facts)).toEqual([['Checkout:m'], ['mid']])
    expect(await between(null, [sourceRun('mid', 5, { status: 'Unknown' })], facts)).toEqual([['Checkout:m'], ['mid']])
    expect(await between(null, [sourceRun('mid', 5)])).toEqual([null, ['mid']])
  })

  test('something unknown, if it is older than the runs that were read, and the list has no revisions', async () => {
    const old = (revisions: ArtifactRevision[] | null, hasOlder: boolean, minute = 8) =>
      past('new', [NEW, listed('mid', minute, revisions)], [sourceRun('new', 8)], { hasOlder })
    expect((await old(null, true)).broughtBy('mid')).toBeNull()
    expect((await old(null, true, 8.5)).broughtBy('mid')).toEqual([])
    expect((await old([], true)).broughtBy('mid')).toEqual([])
    expect((await old(null, false)).broughtBy('mid')).toEqual([])
  })
})

describe('of executions without a list of revisions, one by one are read', () => {
  const untold = (id: string, minute: number, more = {}) => listed(id, minute, null, more)
  const ran = (all: ExecutionSummary[]) => all.map(({ executionId }) => sourceRun(executionId, 60))
  const looked = async (asked: string, executions: ExecutionSummary[], live: ActionRun[] = [deployRun('live', 50)]) =>
    (await past(asked, executions, [...ran(executions), ...live, sourceRun('older', 0)])).lookedInto

  test('the execution, the live one and those that began between them', async () => {
    const all = [untold('later', 9), untold('new', 8), untold('mid', 5), untold('live', 3), untold('old', 2)]
    expect(await looked('new', all)).toEqual(['new', 'mid', 'live'])
  })

  test('those that began at the very moment of one of them too', async () => {
    const all = [untold('twin', 8), untold('new', 8), untold('live', 3), untold('other', 3)]
    expect(await looked('new', all)).toEqual(['new', 'twin', 'live', 'other'])
  })

  test('the live one, though it began later than the execution', async () => {
    expect(await looked('new', [untold('live', 9), untold('mid', 8), untold('new', 7)])).toEqual(['new', 'live'])
  })

  test('all up to the execution, if none is live, or the live one is not listed', async () => {
    const all = [untold('later', 9), untold('new', 8), untold('old', 2)]
    expect(await looked('new', all, [])).toEqual(['new', 'old'])
    expect(await looked('new', all, passRuns('live', 50))).toEqual(['new', 'old'])
  })

  test.each(['ManualRollback', 'AutomatedRollback'])(
    'all before it, if it or the live one is a %s: that deploys revisions of long ago',
    async (type) => {
      const trigger = { type, detail: '' }
      const [live, old] = [untold('live', 3), untold('old', 2)]
      expect(await looked('new', [untold('new', 8, { trigger }), live, old])).toEqual(['new', 'live', 'old'])
      const rolledBack = untold('live', 3, { trigger })
      expect(await looked('new', [untold('new', 8), rolledBack, old])).toEqual(['new', 'live', 'old'])
      const between = [untold('new', 8), untold('mid', 5, { trigger }), live, old]
      expect(await looked('new', between)).toEqual(['new', 'mid', 'live'])
    },
  )

  test('twenty at most, the execution itself first', async () => {
    const many = Array.from({ length: 30 }, (_, i) => untold(`m${i}`, 40 - i))
    const lookedInto = await looked('new', [...many.slice(0, 25), untold('new', 41), ...many.slice(25)], [])
    expect(lookedInto).toEqual(['new', ...many.slice(0, 19).map(({ executionId }) => executionId)])
  })

  test('a rollback has no source actions: its artifacts are named as those of other executions', async () => {
    const live = listed('live', 1, [revision('l')])
    const output = { outputArtifacts: ['SourceOutput'] }
    const build = sourceRun('older', 0, { ...output, stage: 'Build', action: 'Build', category: 'Build' })
    const runs = [deployRun('live', 4), sourceRun('live', 1, output), build]
    const two = [revision('n', null, 'SourceOutput'), revision('k', null, 'Other')]
    const told = (revisions: ArtifactRevision[]) =>
      past('new', [untold('new', 8), live], [actionRun({ executionId: 'new', startedAt: at(9) }), ...runs], {
        facts: { new: { revisions } },
      })
    expect((await told(two.slice(0, 1))).broughtBy('new')).toEqual(['Checkout:n'])
    expect((await told(two)).broughtBy('new')).toBeNull()
    expect((await told([])).broughtBy('new')).toBeNull()
  })
})

describe('where a revision of another branch is live', () => {
  const on = (branch: string, more: Partial<ActionRun> = {}) => ({ outputVariables: { BranchName: branch }, ...more })
  const NEW = sourceRun('new', 9, on('main'))
  const HOTFIX = [deployRun('fix', 7), sourceRun('fix', 6, on('hotfix'))]
  const RUNS = [NEW, ...HOTFIX, deployRun('main', 4), sourceRun('main', 3, on('main'))]
  const [ASKED, FIX] = [listed('new', 9, [revision('n')]), listed('fix', 6, [revision('f')])]
  const MAIN = listed('main', 3, [revision('m')])
  const PASSED = { stage: 'Production', executionId: 'main', at: at(4), broughtFirstBy: 'main' }

  test('what its own branch brought last is compared as well', async () => {
    const { comparison } = await past('new', [ASKED, FIX, MAIN], RUNS)
    expect(comparison).toMatchObject({ live: [{ executionId: 'fix' }], onBranch: [PASSED] })
    const asOne = RUNS.map((run) => ({ ...run, outputVariables: {} }))
    expect((await past('new', [ASKED, FIX, MAIN], asOne)).comparison.onBranch).toEqual([])
  })

  test('the branch is that of the source action, also of an execution that is read alone', async () => {
    const untold = { ...FIX, revisions: null }
    const facts = { fix: { revisions: [revision('f')] } }
    const { comparison, executions } = await past('new', [ASKED, untold, MAIN], RUNS, { facts })
    expect(executions.get('fix')?.bySource).toMatchObject([{ revisionId: 'f', branch: 'hotfix' }])
    expect(comparison.onBranch).toEqual([PASSED])
  })

  test('what its own branch has brought since is counted, also if the other branch is told by an execution read alone', async () => {
    const stopped = (id: string, minute: number) => listed(id, minute, [revision(id)], { status: 'Stopped' })
    const between = [sourceRun('x', 5, on('main')), sourceRun('y', 4.5, on('main'))]
    const runs = [NEW, ...HOTFIX, ...between, ...RUNS.slice(3), sourceRun('old', 2), sourceRun('older', 1)]
    const facts = { fix: { revisions: [revision('f')] } }
    for (const revisions of [FIX.revisions, null]) {
      const executions = [ASKED, { ...FIX, revisions }, stopped('x', 5), stopped('y', 4.5), MAIN]
      const { comparison, lists } = await past('new', executions, runs, { facts })
      expect(comparison.news.map(({ revisionId }) => revisionId)).toEqual(['n', 'x', 'y'])
      expect(comparison).toMatchObject({ onBranch: [PASSED], isAllKnown: true })
      expect(lists).toBe(revisions ? 1 : 2)
    }
  })

  describe('and its own was never deployed, all that it has brought counts', () => {
    const others = Array.from({ length: 99 }, (_, i) => listed(`m${i}`, 8 - i / 100, [revision('o')]))
    const OLD = listed('old', 2, [revision('o')], { status: 'Stopped' })
    const ran = [NEW, ...HOTFIX, ...others.map(({ executionId }) => sourceRun(executionId, 5, on('other')))]
    const since = sourceRun('old', 2, on('main'))
    const ids = ({ comparison }: Awaited<ReturnType<typeof past>>) =>
      comparison.news.map(({ executionId }) => executionId)

    test('before the hundred newest executions as well', async () => {
      const all = [ASKED, ...others, FIX, { ...OLD, revisions: [revision('x')] }]
      expect(ids(await past('new', all, [...ran, since]))).toContain('old')
    })

    test('as far back as runs tell of a branch: the list is read no further', async () => {
      const older = Array.from({ length: 199 }, (_, i) => listed(`o${i}`, 1 - i / 100, [revision('p')]))
      const all = [ASKED, ...others, FIX, OLD, ...older]
      const passes = [...ran, since, actionRun({ executionId: 'fix', status: 'Succeeded', startedAt: at(7) })]
      const { ids } = await past('new', all, passes, { hasOlder: true })
      expect(ids).toHaveLength(200)
    })

    test('also if the other branch is told by an execution that is read alone', async () => {
      const all = [ASKED, { ...FIX, revisions: null }, ...others, { ...OLD, revisions: [revision('x')] }]
      const facts = { fix: { revisions: [revision('f')] } }
      for (const runs of [
        [...ran, since],
        [NEW, ...HOTFIX, since],
      ])
        expect(ids(await past('new', all, runs, { facts }))).toContain('old')
    })

    test('and executions without a list of revisions are read one by one', async () => {
      const all = [ASKED, FIX, { ...OLD, revisions: null }, listed('older', 1, null)]
      const facts = { old: { revisions: [revision('x')] } }
      const read = await past('new', all, [NEW, ...HOTFIX, since], { facts, hasOlder: true })
      expect(read.lookedInto).toEqual(['old'])
      expect(ids(read)).toEqual(['new', 'old'])
      expect(read.comparison.isAllKnown).toBe(true)
      expect((await past('new', all, [NEW, ...HOTFIX, since])).comparison.isAllKnown).toBe(false)
    })
  })

  test('the runs of actions are read back beyond all that changed since its own branch was deployed', async () => {
    const fix = [deployRun('fix', 7), sourceRun('fix', 2.6, on('hotfix'))]
    const older = [2.4, 1.5, 0.5, 0].map((minute) => sourceRun(`old-${minute}`, minute))
    const runs = [NEW, fix[0]!, ...RUNS.slice(3), fix[1]!, ...older]
    const slow = listed('slow', 1, [revision('s')], { updatedAt: at(5) })
    const facts = { fix: { revisions: [revision('f')] } }
    for (const revisions of [FIX.revisions, null]) {
      const executions = [ASKED, { ...FIX, startedAt: at(2.5), revisions }, MAIN, slow]
      const read = await past('new', executions, runs, { facts })
      expect(read.runs.at(-1)).toMatchObject({ executionId: 'old-0.5' })
      expect(read.comparison.onBranch).toEqual([PASSED])
    }
  })

  test('executions without a list of revisions are read from the last one of its own branch on', async () => {
    const untold = (id: string, minute: number) => listed(id, minute, null)
    const runs = [...RUNS.slice(0, 3), sourceRun('mid', 5), ...RUNS.slice(3), sourceRun('old', 2)]
    const { lookedInto } = await past('new', [ASKED, FIX, untold('mid', 5), MAIN, untold('old', 2)], runs)
    expect(lookedInto).toEqual(['mid'])
  })

  test('the runs of actions are read back to the execution that brought its own branch’s revision first', async () => {
    const first = listed('first', 1, [revision('m')], { status: 'Stopped' })
    const runs = [...RUNS, sourceRun('first', 1, on('main')), sourceRun('old', 0), sourceRun('older', -1)]
    const { comparison, ...read } = await past('new', [ASKED, FIX, MAIN, first], runs)
    expect(comparison.onBranch).toEqual([{ ...PASSED, broughtFirstBy: 'first' }])
    expect(read.runs.at(-1)).toMatchObject({ executionId: 'old' })
    expect(read.runs).toHaveLength(RUNS.length + 2)
  })
})

test('of a pipeline that CodePipeline no longer knows, it is not known what is live', async () => {
  const pipelines = pipelinesThatAnswer({ runs: null, executions: null })
  const { comparison } = await readPast({ ...botInMemory().services, pipelines }, WHERE, 'new', STAGES)
  expect(comparison).toMatchObject({ unknown: 'far', isAllKnown: false })
})

describe('the stages of earlier versions', () => {
  const runOf = (version: number) => ({ ...deployRun(`e${version}`, version), version })
  const NEW = sourceRun('new', 300, { version: 8 })
  const executions = (versions: number[]) => [
    listed('new', 300, [revision('n')]),
    ...versions.map((version) => listed(`e${version}`, version, [revision(`r${version}`)], { status: 'Stopped' })),
  ]
  const declared: DeclaredStage = {
    stage: 'Production',
    actions: [{ action: 'Deploy', category: 'Deploy', provider: 'ECS', runOrder: 1, configuration: {} }],
  }

  test('are read where a stopped execution may have deployed before the pipeline was edited', async () => {
    const asked: unknown[] = []
    const runs = [NEW, runOf(7)]
    const { comparison } = await past('new', executions([7]), runs, {
      structure: async (pipeline, version) => {
        asked.push([pipeline.pipeline, version])
        return [declared]
      },
    })
    expect(asked).toEqual([[WHERE.pipeline, 7]])
    expect(comparison).toMatchObject({ unknown: null, changed: [{ source: 'Checkout', from: 'r7', to: 'n' }] })
    // A role that may not read them leaves it unknown.
    expect((await past('new', executions([7]), runs)).comparison).toMatchObject({ unknown: 'edited', live: [] })
  })

  test('are read of the five newest versions at most', async () => {
    const asked: unknown[] = []
    const versions = [7, 6, 5, 4, 3, 2]
    await past('new', executions(versions), [NEW, ...versions.map(runOf)], {
      structure: async (_, version) => {
        asked.push(version)
        return null
      },
    })
    expect(asked).toEqual([7, 6, 5, 4, 3])
  })
})
