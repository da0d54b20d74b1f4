import { describedLastGood, lastGood } from '../../../functions/flows/steer/last-good.ts'
import type { ActionRun, ExecutionSummary, StageState } from '../../../functions/ports/pipelines.ts'
import { actionRun, executionSummary, pipelinesThatAnswer, stageState } from '../../support/pipeline-answers.ts'
import { botInMemory } from '../../support/bot-in-memory.ts'
import { KEY, MINUTE, START } from '../../support/records.ts'

const AIM = { execution: KEY, stage: 'Production' }
const OWN = executionSummary({ status: 'Failed' })
const NEWER = executionSummary({ executionId: 'newer', status: 'Succeeded', startedAt: START + 1 })
const GOOD = executionSummary({ executionId: 'good', status: 'Succeeded', startedAt: START - MINUTE })

interface World {
  all?: ExecutionSummary[]
  succeeded?: ExecutionSummary[]
  stage?: Partial<StageState>
  runs?: ActionRun[]
}

const world = ({ all = [OWN, GOOD], succeeded = [GOOD], stage = {}, runs = [] }: World = {}) => {
  const { services } = botInMemory()
  const stages = [stageState('Source'), stageState('Production', { status: 'Failed', ...stage })]
  return { ...services, pipelines: pipelinesThatAnswer({ stages, executions: all, succeeded, runs }) }
}

test.each<[string, World, string]>([
  [
    'another is in the stage',
    { stage: { status: 'InProgress' } },
    'Another execution is in the stage Production. Wait until it has left.',
  ],
  [
    'it has not left the stage',
    { stage: { status: 'InProgress', executionId: KEY.executionId } },
    'The stage Production has not ended yet. Ask again once it has.',
  ],
  [
    'no other has succeeded there',
    { succeeded: [OWN] },
    'No other execution has succeeded in the stage Production since the pipeline was last edited.',
  ],
  ['a newer one has', { succeeded: [NEWER, GOOD] }, 'A newer execution has succeeded in the stage Production since.'],
  ['it is gone', { all: [GOOD] }, 'CodePipeline no longer has this pipeline, stage or execution.'],
])('none is good if %s', async (_, more, because) => {
  expect(await lastGood(world(more), AIM)).toEqual({ kind: 'none', because })
})

test('without a stage none is good', async () => {
  expect(await lastGood(world(), { ...AIM, stage: null })).toMatchObject({ kind: 'none' })
})

test('one that began at the same moment is no newer one', async () => {
  const twin = { ...GOOD, startedAt: START }
  expect(await lastGood(world({ succeeded: [twin] }), AIM)).toEqual({
    kind: 'found',
    target: 'good',
    deployedBy: 'good',
  })
})

test('the list is read until it has the execution', async () => {
  const services = world()
  const { executions } = services.pipelines
  const isEnough: boolean[] = []
  services.pipelines.executions = (pipeline, options = {}) => {
    if (options.enough) isEnough.push(options.enough([NEWER]), options.enough([NEWER, OWN]))
    return executions(pipeline, options)
  }
  await lastGood(services, AIM)
  expect(isEnough).toEqual([false, true])
})

const run = (more: Partial<ActionRun>) =>
  actionRun({ executionId: 'good', actionExecutionId: `${more.updatedAt}`, status: 'Succeeded', ...more })

test('it is good since its last action of the stage succeeded', async () => {
  const runs = [
    run({ updatedAt: START - 5 * MINUTE }),
    run({ updatedAt: START - 3 * MINUTE }),
    run({ updatedAt: START - 4 * MINUTE }),
    run({ updatedAt: START - 2 * MINUTE, status: 'Failed' }),
    run({ updatedAt: START - MINUTE, stage: 'Source' }),
  ]
  expect(await describedLastGood(world({ runs }), AIM)).toEqual({
    kind: 'found',
    good: { executionId: 'good', since: START - 3 * MINUTE, revisions: [] },
  })
})

test('since when is not said if CodePipeline shows no action of it', async () => {
  expect(await describedLastGood(world(), AIM)).toMatchObject({ good: { since: null } })
})

test('after a rollback it is good since that, to what it went back', async () => {
  const back = { ...GOOD, executionId: 'back', rollbackTo: 'good' }
  const runs = [run({ updatedAt: START - 9 * MINUTE }), run({ executionId: 'back', updatedAt: START - 3 * MINUTE })]
  expect(await describedLastGood(world({ succeeded: [back, GOOD], runs }), AIM)).toMatchObject({
    good: { executionId: 'good', since: START - 3 * MINUTE },
  })
})
