import { describeExecution } from '../../../functions/flows/execution/describe-execution.ts'
import type { ActionRun } from '../../../functions/ports/pipelines.ts'
import { botInMemory } from '../../support/bot-in-memory.ts'
import { actionRun, executionSummary, pipelinesThatAnswer, stageState } from '../../support/pipeline-answers.ts'
import { KEY } from '../../support/records.ts'

const sourceStage = (...names: string[]) =>
  stageState('Source', { actions: names.map((action) => ({ action, status: null, since: null, token: null })) })
const buildStage = stageState('Build', {
  actions: [{ action: 'Build', status: 'InProgress', since: null, token: null }],
})
const run = (action: string, status: ActionRun['status']): ActionRun =>
  actionRun({ stage: 'Source', action, category: 'Source', status, outputArtifacts: [`${action}Output`] })
const brought = (name: string, revisionId: string) => ({
  ...{ actionName: null, artifactName: `${name}Output`, revisionId, summary: null, url: null },
})

const revisionsOf = async (
  runs: ActionRun[],
  revisions = [brought('Config', 'd'), brought('App', 'a')],
  sources = ['App', 'Config'],
) => {
  const stages = [sourceStage(...sources), buildStage, stageState('Production')]
  const pipelines = pipelinesThatAnswer({ stages, runs, executions: [executionSummary({ revisions })] })
  const { facts } = await describeExecution({ ...botInMemory().services, pipelines }, KEY)
  return facts.revisions?.map(({ source, id }) => `${source}:${id}`)
}

describe('the revisions of an execution', () => {
  test('are those of all its sources, in the order of their names', async () => {
    expect(await revisionsOf([run('Config', 'Succeeded'), run('App', 'Succeeded')])).toEqual(['App:a', 'Config:d'])
  })

  test('are not told while a source runs, or has not begun: the others would pass for all', async () => {
    const first = [brought('App', 'a')]
    expect(await revisionsOf([run('Config', 'InProgress'), run('App', 'Succeeded')], first)).toBeUndefined()
    expect(await revisionsOf([run('App', 'Succeeded')], first)).toBeUndefined()
    expect(await revisionsOf([run('Config', 'Failed'), run('App', 'Succeeded')], first)).toEqual(['App:a'])
  })

  test('are told while a later stage runs', async () => {
    const building = { ...run('Build', 'InProgress'), stage: 'Build', category: 'Build' }
    const all = [building, run('Config', 'Succeeded'), run('App', 'Succeeded')]
    expect(await revisionsOf(all)).toEqual(['App:a', 'Config:d'])
  })

  test('are known of a pipeline with a single source, too', async () => {
    expect(await revisionsOf([run('App', 'Succeeded')], [brought('App', 'a')], ['App'])).toEqual(['App:a'])
  })

  test('are in the order of their names, in whatever order CodePipeline lists them', async () => {
    const names = ['Config', 'App', 'Data']
    const runs = names.map((name) => run(name, 'Succeeded'))
    const inOrder = ['App:App', 'Config:Config', 'Data:Data']
    for (const listed of [names, names.toReversed(), names.toSorted()])
      expect(
        await revisionsOf(
          runs,
          listed.map((name) => brought(name, name)),
          names,
        ),
      ).toEqual(inOrder)
  })

  test('of a rollback, which runs no source, are those that CodePipeline has', async () => {
    expect(await revisionsOf([])).toHaveLength(2)
  })

  test('are not told while CodePipeline has none', async () => {
    expect(await revisionsOf([run('Config', 'Succeeded'), run('App', 'Succeeded')], [])).toBeUndefined()
  })
})

test('the starter has the mode in which the pipeline runs', async () => {
  const pipelines = pipelinesThatAnswer({
    stages: [sourceStage('App')],
    executions: [executionSummary({ executionMode: 'PARALLEL' })],
  })
  const { facts } = await describeExecution({ ...botInMemory().services, pipelines }, KEY)
  expect(facts.starter).toMatchObject({ executionMode: 'PARALLEL' })
})
