import { describeChange } from '../../../../functions/flows/gates/manual-approval/describe-change.ts'
import { LOOKED_INTO } from '../../../../functions/flows/gates/manual-approval/read-past.ts'
import type { ActionRun, ArtifactRevision, ExecutionSummary } from '../../../../functions/ports/pipelines.ts'
import { botInMemory } from '../../../support/bot-in-memory.ts'
import { actionRun, executionSummary, pipelinesThatAnswer, stageState } from '../../../support/pipeline-answers.ts'
import { MINUTE, START, WHERE } from '../../../support/records.ts'

const artifact = (revisionId: string, actionName: string | null = 'Checkout'): ArtifactRevision => ({
  ...{ actionName, artifactName: null, revisionId, summary: null, url: null },
})
const listed = (executionId: string, minute: number, revisions: ArtifactRevision[] | null): ExecutionSummary =>
  executionSummary({ executionId, revisions, startedAt: START + minute * MINUTE })
const sourceRun = (executionId: string, title: string, more: Partial<ActionRun> = {}): ActionRun =>
  actionRun({
    ...{ executionId, stage: 'Source', action: 'Checkout', category: 'Source', status: 'Succeeded' },
    ...{ outputVariables: { CommitMessage: title }, ...more },
  })
/** A build whose action has the name of the source: names are unique within a stage only. */
const namesake = (executionId: string): ActionRun =>
  sourceRun(executionId, 'Built', { stage: 'Build', category: 'Build' })

const passed = actionRun({
  executionId: 'live',
  status: 'Succeeded',
  startedAt: START + 6 * MINUTE,
  updatedAt: START + 6 * MINUTE,
})

/**
 * The change of `new`. `runs` are on the pages of the pipeline's runs; those of `single` executions are told only when
 * CodePipeline is asked for one of these.
 */
const told = async (
  executions: ExecutionSummary[],
  runs: ActionRun[],
  single: Record<string, ActionRun[]> = {},
  stages = [stageState('Source'), stageState('Production')],
  withEvidence?: boolean,
) => {
  const asked: string[] = []
  let [open, mostAtOnce] = [0, 0]
  const pipelines = {
    ...pipelinesThatAnswer({ executions, runs }),
    executions: async () => executions,
    actionRuns: async ({ executionId }: { executionId: string }) => {
      asked.push(executionId)
      mostAtOnce = Math.max(mostAtOnce, ++open)
      await new Promise(setImmediate)
      open--
      return single[executionId] ?? []
    },
  }
  const services = { ...botInMemory().services, pipelines }
  const evidence = withEvidence === undefined ? undefined : { withEvidence }
  const { change } = await describeChange(services, WHERE, 'new', stages, evidence)
  return { change, asked, mostAtOnce, titles: change.revisions.map(({ title }) => title) }
}

describe('a revision is told by', () => {
  const [NEW, OLDER] = [listed('new', 9, [artifact('a')]), listed('older', 5, [artifact('a')])]

  test('a source action on the pages that were read, which costs no further call of CodePipeline', async () => {
    const both = listed('new', 9, [artifact('a'), artifact('c', 'Config')])
    const runs = [sourceRun('new', 'Set up', { action: 'Config' }), namesake('new'), sourceRun('new', 'Fix rounding')]
    expect(await told([both], runs)).toMatchObject({ titles: ['Fix rounding', 'Set up'], asked: [] })
    expect(await told([NEW, OLDER], [sourceRun('new', 'Fix')])).toMatchObject({ titles: ['Fix'], asked: [] })
  })

  test('the first execution that brought it, if no page has its source action: a rollback runs none', async () => {
    const single = { older: [namesake('older'), sourceRun('older', 'Fix rounding')], new: [sourceRun('new', 'No')] }
    const expected = { titles: ['Fix rounding'], asked: ['older'] }
    expect(await told([NEW, OLDER], [namesake('new')], single)).toMatchObject(expected)
    const live = { ...passed, executionId: 'older' }
    expect(await told([NEW, OLDER], [namesake('new'), live], single)).toMatchObject(expected)
  })

  test('its own source action, where an earlier execution brought the same commit from another branch', async () => {
    const from = (executionId: string, BranchName: string, more: Record<string, string> = {}) =>
      sourceRun(executionId, 'Fix', { outputVariables: { CommitMessage: 'Fix', BranchName, ...more } })
    const runs = [from('new', 'hotfix/a', { TagName: 'v1.2.0', PullRequestId: '12' }), from('older', 'main')]
    const { change } = await told([NEW, OLDER], runs)
    expect(change.revisions[0]).toMatchObject({ branch: 'hotfix/a', tag: 'v1.2.0', pullRequest: '12' })
  })

  test('the run that brought it, where the pages end between a retry that failed and that run', async () => {
    const failed = sourceRun('new', '', { status: 'Failed', outputVariables: {} })
    const single = { new: [failed, sourceRun('new', 'Fix rounding')] }
    expect(await told([NEW], [failed], single)).toMatchObject({ titles: ['Fix rounding'], asked: ['new'] })
  })

  test('an execution that is asked once for all of its sources', async () => {
    const both = listed('new', 9, [artifact('a'), artifact('c', 'Config')])
    const runs = { new: [sourceRun('new', 'Set up', { action: 'Config' }), sourceRun('new', 'Fix')] }
    expect(await told([both], [], runs)).toMatchObject({ titles: ['Fix', 'Set up'], asked: ['new'] })
  })
})

const deployed = (executionId: string, stage: string, minute: number) =>
  actionRun({
    ...{ executionId, stage, action: 'Deploy', category: 'Deploy', status: 'Succeeded', externalId: null },
    ...{ startedAt: START + minute * MINUTE, updatedAt: START + minute * MINUTE },
  })
const deployingTo = (...names: string[]) => {
  const action = { status: null, since: null, token: null }
  return [
    stageState('Production', { actions: [{ action: 'Approve', ...action }] }),
    ...names.map((stage) => stageState(stage, { actions: [{ action: 'Deploy', ...action }] })),
  ]
}

test('what is live in each of three stages is read for a message, and for a verdict only the oldest that would change', async () => {
  const ids = ['new', 'first', 'second', 'third']
  const executions = ids.map((id, minute) => listed(id, minute, [artifact(id)])).toReversed()
  const stages = ['East', 'West', 'North']
  const runs = stages.map((stage, index) => deployed(ids[index + 1]!, stage, index + 10))
  const single = Object.fromEntries(ids.map((id) => [id, [sourceRun(id, `Title of ${id}`)]]))
  const evidenced = async (withEvidence?: boolean) => {
    const made = await told(
      executions,
      [sourceRun('new', 'Fix'), ...runs],
      single,
      deployingTo(...stages),
      withEvidence,
    )
    const titles = made.change.live.flatMap(({ revisions }) => revisions.map(({ title }) => title))
    return { titles, asked: made.asked.toSorted() }
  }
  const titles = ['Title of first', 'Title of second', 'Title of third']
  expect(await evidenced(true)).toEqual({ titles, asked: ['first', 'second', 'third'] })
  expect(await evidenced()).toEqual({ titles: [], asked: ['first'] })
})

test('what is live is told as well as what is new, in each stage that the approval lets it into', async () => {
  const stages = deployingTo('East', 'West')
  const executions = [
    listed('newer', 9, [artifact('n')]),
    listed('new', 5, [artifact('a')]),
    listed('live', 1, [artifact('l')]),
  ]
  const { change } = await told(
    executions,
    [deployed('newer', 'East', 10), deployed('live', 'West', 4), sourceRun('new', 'Fix')],
    { newer: [sourceRun('newer', 'Fix it better')], live: [sourceRun('live', 'Begin')] },
    stages,
  )
  expect(change.into).toEqual(['East', 'West'])
  expect(change.since).toMatchObject({
    ...{ releasedAt: START + 4 * MINUTE, newer: { title: 'Fix it better' } },
    changed: [{ from: { title: 'Begin' }, to: { title: 'Fix' } }],
  })
})

test('what was deployed last and failed is told, also where the change brings back what is live', async () => {
  const executions = [
    listed('new', 9, [artifact('l')]),
    listed('bad', 5, [artifact('b')]),
    listed('live', 1, [artifact('l')]),
  ]
  const runs = [{ ...deployed('bad', 'East', 6), status: 'Failed' as const }, deployed('live', 'East', 4)]
  const single = { bad: [sourceRun('bad', 'Break it')] }
  const { change } = await told(executions, [sourceRun('new', 'Begin'), ...runs], single, deployingTo('East'), true)
  expect(change.last).toMatchObject({ how: 'failed', executionId: 'bad', revisions: [{ id: 'b', title: 'Break it' }] })
})

test('a live revision that no source action tells is compared in the repository of the new one', async () => {
  const url = 'https://github.com/shop/web/commit/a'
  const executions = [listed('new', 9, [{ ...artifact('a'), url }]), listed('live', 1, [artifact('l')])]
  const { change } = await told(executions, [passed])
  expect(change.since?.changed.map(({ from }) => from.repository?.name)).toEqual(['shop/web'])
})

test('of many changes that no page tells, a limited number is asked for, five at a time: CodePipeline limits its calls', async () => {
  const between = Array.from({ length: LOOKED_INTO + 5 }, (_, i) => listed(`m${i}`, i + 2, [artifact(`m${i}`)]))
  const executions = [...between, listed('new', 99, [artifact('a')]), listed('live', 1, [artifact('l')])]
  const runs = [sourceRun('new', 'Fix'), passed, sourceRun('live', 'Begin')]
  const { asked, change, mostAtOnce } = await told(executions, runs)
  expect(change.since?.count).toBe(LOOKED_INTO + 6)
  expect(asked).toHaveLength(LOOKED_INTO)
  expect(mostAtOnce).toBe(5)
})

test('a rollback is compared by the source of its artifact, though no action of its own names it', async () => {
  const output = { outputArtifacts: ['SourceOutput'] }
  const rollback = { ...listed('new', 9, null), trigger: { type: 'ManualRollback', detail: '' } }
  const live = listed('live', 5, [artifact('l')])
  const pipelines = {
    ...pipelinesThatAnswer({
      runs: [
        actionRun({ executionId: 'new', startedAt: START + 9 * MINUTE }),
        passed,
        sourceRun('live', 'Fix rounding', output),
      ],
    }),
    executions: async () => [rollback, live],
    execution: async () => ({ ...rollback, revisions: [{ ...artifact('old', null), artifactName: 'SourceOutput' }] }),
  }
  const stages = [stageState('Source'), stageState('Production')]
  const { change } = await describeChange({ ...botInMemory().services, pipelines }, WHERE, 'new', stages)
  expect(change.since?.changed).toMatchObject([
    { from: { id: 'l', source: 'Checkout' }, to: { id: 'old', source: 'Checkout' } },
  ])
})
