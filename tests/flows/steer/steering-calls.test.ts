import type { SteeringAct } from '../../../functions/domain/steering.ts'
import { STEERING_ACTS, steeringId } from '../../../functions/domain/steering.ts'
import type { SteeringOutcome } from '../../../functions/ports/pipeline-steering.ts'
import type { ActionRun, FailedRule } from '../../../functions/ports/pipelines.ts'
import { actionRun, executionSummary, stageState } from '../../support/pipeline-answers.ts'
import { SECOND, START } from '../../support/records.ts'
import { standingAct } from './standing-act.ts'

const OWN_REFUSALS: [SteeringAct, SteeringOutcome['kind'], string][] = [
  ['retry', 'not-latest', 'A newer execution has been in this stage since, so CodePipeline does not retry this one.'],
  ['retry', 'unable', 'CodePipeline cannot retry this stage: it did not fail, or the pipeline has changed since.'],
  ['retry', 'already', 'CodePipeline refused it.'],
  ['rollback', 'outdated', 'The pipeline was edited since that execution, so CodePipeline does not roll back to it.'],
  [
    'rollback',
    'unable',
    'CodePipeline cannot roll this stage back: an execution is in it, its transition is disabled, or the pipeline is not of type V2 or runs in PARALLEL mode.',
  ],
  ['stop', 'already', 'It is being stopped in this way already.'],
  ['stop', 'unable', 'CodePipeline cannot stop this execution: it is over, or about to be.'],
  ['hold', 'unable', 'CodePipeline cannot hold this stage.'],
  ['resume', 'unable', 'CodePipeline cannot let this stage go on.'],
  ['release', 'unable', 'CodePipeline runs as many executions of this pipeline as it can already.'],
]
const REFUSALS = STEERING_ACTS.flatMap((act): [SteeringAct, SteeringOutcome['kind'], string][] => [
  [act, 'gone', 'CodePipeline no longer has this pipeline, stage or execution.'],
  [act, 'busy', 'CodePipeline was busy with this pipeline. Look there, and request it again.'],
  [act, 'refused', 'AWS does not let Greenlight do this: the role lacks x.'],
])

test.each([...OWN_REFUSALS, ...REFUSALS])(
  '%s that CodePipeline answers with %s: the person reads why',
  async (act, kind, because) => {
    const answer = { kind, ...(kind === 'refused' && { because: 'the role lacks x' }) } as SteeringOutcome
    const { request, steer, told } = await standingAct(act, { answers: [answer] })
    await steer(request(), { isLast: true })
    expect(told()).toMatchObject([{ answer: 'refused', because }])
  },
)

/** How often CodePipeline is called, if the answer of the first call was lost and it then shows what `change` makes of it. */
const callsAfterLost = async (
  act: SteeringAct,
  {
    pipelines = {},
    change = () => null,
  }: {
    pipelines?: NonNullable<Parameters<typeof standingAct>[1]>['pipelines']
    change?: (world: Awaited<ReturnType<typeof standingAct>>) => unknown
  } = {},
): Promise<number> => {
  const world = await standingAct(act, {
    answers: [new Error('no answer'), { kind: 'taken' }],
    ...(pipelines && { pipelines }),
  })
  const one = world.request()
  await expect(world.steer(one)).rejects.toThrow('no answer')
  await change(world)
  world.pass(20 * SECOND)
  await world.steer(one)
  return world.calls.length
}

/** An earlier version has begun the request: it stored the run alone. */
const begunBefore =
  (before: string | null) =>
  ({ services }: Awaited<ReturnType<typeof standingAct>>) =>
    services.steerings.change(steeringId('s1'), (record) => [
      record.state.name === 'begun' ? { ...record, state: { ...record.state, before } } : record,
      null,
    ])

const rule = (stage: string, at: number): FailedRule => ({ stage, rule: 'Window', summary: null, updatedBy: null, at })

test.each<[string, FailedRule[], FailedRule[], number]>([
  ['no rule had failed, and one has since', [], [rule('Production', START)], 1],
  ['a rule of another stage has failed since', [], [rule('Source', START)], 2],
  [
    'a rule had failed, and has again',
    [rule('Production', START)],
    [rule('Production', START + SECOND), rule('Production', START)],
    1,
  ],
  ['a rule had failed, and no other has', [rule('Production', START)], [rule('Production', START)], 2],
])('a retry whose answer was lost: %s', async (_, before, now, times) => {
  let rules = before
  const calls = await callsAfterLost('retry', {
    pipelines: { failedRules: async () => rules },
    change: () => (rules = now),
  })
  expect(calls).toBe(times)
})

test('a retry that an earlier version began is known by its run alone', async () => {
  const failedRules = async () => [rule('Production', START)]
  expect(await callsAfterLost('retry', { pipelines: { failedRules }, change: begunBefore('run-1') })).toBe(2)
  expect(await callsAfterLost('retry', { pipelines: { failedRules }, change: begunBefore('run-0') })).toBe(1)
})

test('a retry that an earlier version began, of a stage in which nothing ran, is not taken while nothing runs there', async () => {
  let runs = [actionRun({ stage: 'Source' })]
  const pipelines = { actionRuns: async () => runs }
  expect(await callsAfterLost('retry', { pipelines, change: begunBefore(null) })).toBe(2)
  const change = (world: Parameters<ReturnType<typeof begunBefore>>[0]) => {
    runs = [actionRun(), ...runs]
    return begunBefore(null)(world)
  }
  expect(await callsAfterLost('retry', { pipelines, change })).toBe(1)
})

const STOPPED = executionSummary({ status: 'Stopped' })

test.each<[string, string[], ReturnType<typeof executionSummary>[], number]>([
  ['it does not stop', ['InProgress', 'InProgress'], [], 2],
  ['it stops, and the list does not have it', ['InProgress', 'Stopping'], [], 1],
  ['it was stopping, and the list does not have it', ['Stopping', 'Stopped'], [], 2],
  ['it was stopping, and the list is older', ['Stopping', 'Stopped'], [executionSummary()], 2],
  ['it was stopping, and has stopped without a reason', ['Stopping', 'Stopped'], [STOPPED], 2],
  ['it has failed since, by itself or when it was retried', ['InProgress', 'Failed'], [], 1],
  ['it has succeeded since', ['InProgress', 'Succeeded'], [], 1],
  ['it is stopped without a reason', ['InProgress', 'Stopped'], [STOPPED], 1],
])('a stop whose answer was lost: %s', async (_, [before, now], listed, times) => {
  let status = before
  const shown = () => executionSummary({ status: status as 'Stopped' })
  const calls = await callsAfterLost('stop', {
    pipelines: { execution: async () => shown(), executions: async () => listed },
    change: () => (status = now),
  })
  expect(calls).toBe(times)
})

test.each(['Failed', 'Succeeded'] as const)(
  'a stop whose answer was lost, of an execution that has %s since, is not said to be taken',
  async (status) => {
    let shown = executionSummary()
    const world = await standingAct('stop', {
      answers: [new Error('no answer')],
      pipelines: { execution: async () => shown },
    })
    const one = world.request()
    await expect(world.steer(one)).rejects.toThrow('no answer')
    shown = executionSummary({ status })
    world.pass(20 * SECOND)
    await world.steer(one)
    expect(world.told()).toMatchObject([{ because: 'CodePipeline did not answer. Look there whether it was done.' }])
  },
)

test.each<[string, Partial<ActionRun>, number]>([
  ['it was stopped and retried since, and runs', {}, 1],
  ['it has gone on to an action that had not run', { stage: 'Archive' }, 2],
  ['it has gone on to one whose names run together as those of another', { stage: 'ProductionApp', action: 'rove' }, 2],
])('a stop whose answer was lost: %s', async (_, more, times) => {
  let runs = [actionRun()]
  const calls = await callsAfterLost('stop', {
    pipelines: { execution: async () => executionSummary(), actionRuns: async () => runs },
    change: () => (runs = [actionRun({ actionExecutionId: 'run-2', ...more }), ...runs]),
  })
  expect(calls).toBe(times)
})

test('a stop that an earlier version began is known by the status alone', async () => {
  const runs = [actionRun({ actionExecutionId: 'run-2' }), actionRun()]
  const pipelines = { execution: async () => executionSummary(), actionRuns: async () => runs }
  expect(await callsAfterLost('stop', { pipelines, change: begunBefore('InProgress') })).toBe(2)
})

test.each(['hold', 'resume'] as const)('%s that CodePipeline does not show is sent again', async (act) => {
  expect(await callsAfterLost(act)).toBe(2)
})

test.each<[string, number | null, number | null, number]>([
  ['is held as before', START, START, 2],
  ['has been held again since', START, START + SECOND, 1],
  ['does not say since when it is held', null, null, 2],
])('a resume whose answer was lost, of a stage that %s', async (_, before, now, times) => {
  let since = before
  const held = () => ({ reason: 'incident 4711', userId: 'U0ELI', name: null, since })
  const calls = await callsAfterLost('resume', {
    pipelines: { stages: async () => [stageState('Source'), stageState('Production', { held: held() })] },
    change: () => (since = now),
  })
  expect(calls).toBe(times)
})

test.each<[string, number | undefined, number | undefined, number]>([
  ['was let go on before', START, START, 2],
  ['has been let go on since', START, START + SECOND, 1],
  ['has been let go on for the first time since', undefined, START, 1],
])('a hold whose answer was lost, of a stage that %s', async (_, before, now, times) => {
  let resumedAt = before
  const production = () => stageState('Production', resumedAt === undefined ? {} : { resumedAt })
  const calls = await callsAfterLost('hold', {
    pipelines: { stages: async () => [stageState('Source'), production()] },
    change: () => (resumedAt = now),
  })
  expect(calls).toBe(times)
})

test.each(['hold', 'resume'] as const)(
  '%s whose answer was lost, of a stage that an edit has taken away since, is not said to be refused',
  async (act) => {
    const held = { reason: 'incident 4711', userId: 'U0ELI', name: null, since: null }
    let stages = [stageState('Source'), stageState('Production', act === 'resume' ? { held } : {})]
    const world = await standingAct(act, {
      answers: [new Error('no answer')],
      pipelines: { stages: async () => stages },
    })
    const one = world.request()
    await expect(world.steer(one)).rejects.toThrow('no answer')
    stages = [stageState('Source')]
    world.pass(20 * SECOND)
    await world.steer(one)
    expect(world.calls).toHaveLength(1)
    expect(world.told()).toMatchObject([{ because: 'CodePipeline did not answer. Look there whether it was done.' }])
  },
)

test('a stage that is gone is neither held nor resumed', async () => {
  for (const act of ['hold', 'resume'] as const) {
    const stages = [stageState('Source')]
    const { request, steer, told, calls } = await standingAct(act, { pipelines: { stages: async () => stages } })
    await steer(request())
    expect(calls).toEqual([])
    expect(told()).toMatchObject([
      { answer: 'refused', because: 'CodePipeline no longer has this pipeline, stage or execution.' },
    ])
  }
})
