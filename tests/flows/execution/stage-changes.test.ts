import type { StateChange } from '../../../functions/domain/execution.ts'
import { applyEvent, newExecution } from '../../../functions/domain/execution.ts'
import { stageChanges } from '../../../functions/flows/execution/stage-changes.ts'
import type { ActionRun, ExecutionSummary, StageState } from '../../../functions/ports/pipelines.ts'
import { actionRun, executionSummary, stageState } from '../../support/pipeline-answers.ts'
import { KEY, MINUTE, START } from '../../support/records.ts'

const at = (minute: number) => START + minute * MINUTE
const run = (stage: string, from: number, to: number, more: Partial<ActionRun> = {}): ActionRun =>
  actionRun({ stage, action: `${stage}-${from}`, status: 'Succeeded', startedAt: at(from), updatedAt: at(to), ...more })

/** The changes of stages, from runs that are given oldest first: `Build running 3`. */
const told = (
  runs: ActionRun[],
  execution: Partial<ExecutionSummary> = {},
  stages: StageState[] = [stageState('Source'), stageState('Build'), stageState('Production')],
): string[] =>
  stageChanges(runs.toReversed(), executionSummary(execution), stages).map((change) => {
    const { stage, progress, at } = change as Extract<StateChange, { level: 'stage' }>
    return `${stage} ${progress} ${(at - START) / MINUTE}`
  })

const SOURCE = run('Source', 0, 1)

describe('a stage', () => {
  test('has succeeded if the execution entered another after it; stages come in the order of entry', () => {
    const build = run('Build', 2, 3)
    const waits = run('Production', 4, 4, { status: 'InProgress' })
    const expected = [
      'Source running 0',
      'Source succeeded 1',
      'Build running 2',
      'Build succeeded 3',
      'Production running 4',
    ]
    expect(told([SOURCE, build, waits])).toEqual(expected)
    expect(told([waits, SOURCE, build])).toEqual(expected)
  })

  test('of several actions runs from the first, until the last has ended', () => {
    const [one, two] = [run('Source', 1, 5), run('Source', 2, 3)]
    expect(told([one, two], { status: 'Succeeded' })).toEqual(['Source running 1', 'Source succeeded 5'])
    expect(told([one, run('Source', 2, 3, { status: 'InProgress' })])).toEqual(['Source running 1'])
    const after = run('Source', 6, 7)
    expect(told([one, after], { status: 'Succeeded' })).toEqual(['Source running 1', 'Source succeeded 7'])
  })

  test('that a condition failed after its actions runs again once the stage is retried, from its first action on', () => {
    const [approve, deploy] = ['Approve', 'Deploy'].map((action, from) =>
      run('Production', 2 + from, 3 + from, { action }),
    )
    const again = (from: number, more: Partial<ActionRun> = {}) =>
      run('Production', from, from + 1, { action: 'Approve', ...more })
    const running = { status: 'InProgress' } as const
    expect(told([approve!, deploy!, again(6, running)])).toEqual(['Production running 6'])
    expect(told([approve!, deploy!, again(6), { ...deploy!, ...running, startedAt: at(7) }])).toEqual([
      'Production running 6',
    ])
    const inAnotherOrder = [again(6, running), approve!, deploy!]
    expect(told(inAnotherOrder)).toEqual(['Production running 6'])
    const third = [approve!, deploy!, again(6), { ...deploy!, startedAt: at(7), updatedAt: at(8) }, again(9, running)]
    expect(told(third)).toEqual(['Production running 9'])
  })

  test('has times in whole seconds, as events have', () => {
    const [running] = stageChanges([run('Source', 0, 1, { startedAt: START + 999 })], executionSummary(), [])
    expect(running).toEqual({ level: 'stage', stage: 'Source', progress: 'running', at: START })
  })

  test('that the execution waits to leave has succeeded', () => {
    const stages = [stageState('Source'), stageState('Build', { inbound: ['another', KEY.executionId] })]
    expect(told([SOURCE], {}, stages)).toEqual(['Source running 0', 'Source succeeded 1'])
    const others = [stageState('Source'), stageState('Build', { inbound: ['another'] })]
    expect(told([SOURCE], {}, others)).toEqual(['Source running 0'])
  })

  test('has succeeded if a rule failed the execution behind it, in a stage that an edit has removed since', () => {
    const rule = { stage: 'Gate', rule: 'only-by', summary: null, updatedBy: null }
    const ends = (ruledAt: number | null) =>
      stageChanges(
        [SOURCE],
        executionSummary({ status: 'Failed' }),
        [stageState('Source')],
        [{ ...rule, at: ruledAt }],
      ).map((change) => change.level === 'stage' && change.progress)
    expect(ends(at(1))).toEqual(['running', 'succeeded'])
    expect(ends(at(0))).toEqual(['running'])
    expect(ends(null)).toEqual(['running'])
  })

  test('in which an action failed has failed', () => {
    const failed = run('Source', 0, 1, { status: 'Failed' })
    expect(told([failed, run('Source', 0, 2)], { status: 'Failed' })).toEqual(['Source running 0', 'Source failed 2'])
  })

  test('that was retried has the state of its last attempt', () => {
    const failed = run('Build', 2, 3, { status: 'Failed' })
    expect(told([SOURCE, failed, run('Build', 4, 5)], { status: 'Succeeded' })).toEqual([
      'Source running 0',
      'Source succeeded 1',
      'Build running 4',
      'Build succeeded 5',
    ])
    const abandoned = run('Build', 2, 3, { status: 'Abandoned' })
    expect(told([abandoned, run('Build', 4, 5)], { status: 'Succeeded' })).toEqual([
      'Build running 4',
      'Build succeeded 5',
    ])
    const again = run('Build', 6, 7, { status: 'Failed' })
    expect(told([failed, again, run('Build', 8, 9, { status: 'InProgress' })])).toEqual(['Build running 8'])
  })

  test('that was retried beside an approval which waited runs since the retry, and ends with that approval', () => {
    const approve = (to: number, status: ActionRun['status']) => run('Build', 2, to, { action: 'Approve', status })
    const [failed, again] = [
      run('Build', 2, 3, { action: 'Unit', status: 'Failed' }),
      run('Build', 5, 6, { action: 'Unit' }),
    ]
    expect(told([approve(2, 'InProgress'), failed, again])).toEqual(['Build running 5'])
    const stopping = { status: 'Stopping', updatedAt: at(7) } as const
    expect(told([approve(2, 'InProgress'), failed, again], stopping)).toEqual(['Build running 5', 'Build stopping 7'])
    const ended = { status: 'Failed', updatedAt: at(8) } as const
    expect(told([approve(8, 'Failed'), failed, again], ended)).toEqual(['Build running 5', 'Build failed 8'])
    const next = run('Production', 8, 9, { status: 'InProgress' })
    expect(told([approve(8, 'Succeeded'), failed, again, next])).toEqual([
      'Build running 5',
      'Build succeeded 8',
      'Production running 8',
    ])
    const abandoned = { status: 'Stopped', updatedAt: at(8) } as const
    expect(told([approve(8, 'Abandoned'), failed, again], abandoned)).toEqual(['Build running 5', 'Build stopped 8'])
  })

  test('that was retried after an approval had ended has the state of the retry alone', () => {
    const rejected = run('Build', 2, 8, { action: 'Approve', status: 'Failed' })
    const [failed, again] = [
      run('Build', 2, 3, { action: 'Unit', status: 'Failed' }),
      run('Build', 5, 6, { action: 'Unit' }),
    ]
    const anew = run('Build', 8, 9, { action: 'Approve' })
    expect(told([rejected, failed, again, anew], { status: 'Succeeded', updatedAt: at(9) })).toEqual([
      `Build running ${8 + 1 / MINUTE}`,
      'Build succeeded 9',
    ])
  })
})

test('a stage that was retried in the second in which it was stopped runs: of the same second, the end would count', () => {
  const stopped = run('Build', 2, 3, { status: 'Abandoned' })
  const again = (more: Partial<ActionRun>) =>
    run('Build', 3, 3, { startedAt: at(3) + 57, updatedAt: at(3) + 57, ...more })
  const shown = (more: Partial<ActionRun>) => {
    const stages = [stageState('Source'), stageState('Build'), stageState('Production')]
    const changes = stageChanges([again(more), stopped, SOURCE], executionSummary(), stages)
    const execution = [{ level: 'stage', stage: 'Build', progress: 'stopped', at: at(3) } as const, ...changes].reduce(
      (known, change) => applyEvent(known, change, START),
      newExecution(KEY, START),
    )
    return execution.stages.get('Build')!.progress
  }
  expect(shown({ status: 'InProgress' })).toBe('running')
  expect(shown({ status: 'Failed' })).toBe('failed')
})

describe('the stage that an execution was in last', () => {
  const abandoned = run('Source', 0, 1, { status: 'Abandoned' })

  test.each([
    ['Cancelled', 'canceled'],
    ['Stopped', 'stopped'],
    ['Failed', 'stopped'],
  ] as const)('with an action that was abandoned, when the execution is %s, is %s', (status, progress) => {
    const stopped = at(9)
    const expected = ['Source running 0', `Source ${progress} 1`]
    expect(told([abandoned], { status, updatedAt: stopped })).toEqual(expected)
    const other = run('Source', 0, 1, { action: 'Other' })
    expect(told([abandoned, other], { status, updatedAt: stopped })).toEqual(expected)
  })

  test.each(['Succeeded', 'Superseded', 'Stopped', 'Cancelled'] as const)(
    'has succeeded if its actions succeeded and the execution ended later: %s',
    (status) => {
      expect(told([SOURCE], { status, updatedAt: at(9) })).toEqual(['Source running 0', 'Source succeeded 1'])
    },
  )

  test('was stopped if the stop waited for its last action, in the same second', () => {
    const stopped = { status: 'Stopped', updatedAt: at(1) + 400 } as const
    expect(told([SOURCE], stopped)).toEqual(['Source running 0', 'Source stopped 1'])
    expect(told([SOURCE], { ...stopped, status: 'Superseded' })).toEqual(['Source running 0', 'Source succeeded 1'])
    expect(told([SOURCE], { ...stopped, updatedAt: at(1) + 1_000 })).toEqual(['Source running 0', 'Source succeeded 1'])
  })

  test('has succeeded if each of its actions ran and succeeded, and the stop came later', () => {
    const runs = [SOURCE, run('Source', 0, 1, { action: 'Config' })]
    for (const ran of [runs, runs.slice(1)]) {
      const actions = ran.map(({ action }) => ({ action, status: null, since: null, token: null }))
      const stopped = { status: 'Stopped', updatedAt: at(9) } as const
      const expected = ['Source running 0', 'Source succeeded 1']
      expect(told(ran, stopped, [stageState('Source', { actions })])).toEqual(expected)
    }
  })

  test.each([
    ['Stopped', 'stopped'],
    ['Cancelled', 'canceled'],
    ['Succeeded', 'succeeded'],
  ] as const)('has not succeeded if an action of it never ran, but is %s: %s', (status, progress) => {
    const action = (name: string) => ({ action: name, status: null, since: null, token: null })
    const source = stageState('Source', { actions: [action(SOURCE.action), action('Never')] })
    expect(told([SOURCE], { status, updatedAt: at(9) }, [source])).toEqual(['Source running 0', `Source ${progress} 1`])
  })

  test('is being stopped while an action still runs, and running otherwise', () => {
    const runs = [run('Source', 0, 1), run('Source', 0, 0, { status: 'InProgress' })]
    expect(told(runs, { status: 'Stopping', updatedAt: at(2) })).toEqual(['Source running 0', 'Source stopping 2'])
    expect(told(runs, { updatedAt: at(2) })).toEqual(['Source running 0'])
  })

  test('is not being stopped if the execution had left it before the stop, and the list of actions is older', () => {
    const runs = [run('Source', 0, 0, { status: 'InProgress' })]
    const executionId = KEY.executionId
    const stopped = { status: 'Stopping', updatedAt: at(2) } as const
    const inside = (stage: string, status: 'Stopping' | 'Succeeded') => stageState(stage, { executionId, status })
    const elsewhere = stageState('Build', { executionId: 'other', status: 'InProgress' })
    expect(told(runs, stopped, [stageState('Source'), inside('Build', 'Stopping')])).toEqual(['Source running 0'])
    expect(told(runs, stopped, [inside('Source', 'Succeeded'), elsewhere])).toEqual(['Source running 0'])
    for (const source of [inside('Source', 'Stopping'), stageState('Source')])
      expect(told(runs, stopped, [source, elsewhere])).toEqual(['Source running 0', 'Source stopping 2'])
  })

  test('is left open if the execution continues', () => {
    expect(told([SOURCE], { status: 'InProgress' })).toEqual(['Source running 0'])
    expect(told([SOURCE], { status: 'Failed' })).toEqual(['Source running 0'])
  })
})

describe('a stage whose rule failed', () => {
  const ruled = (stage: string, more: object = {}) => ({
    ...{ stage, rule: 'only-by', summary: null, updatedBy: null, at: at(9), ...more },
  })
  const STAGES = [stageState('Source'), stageState('Build'), stageState('Production')]
  const ends = (runs: ActionRun[], rules: ReturnType<typeof ruled>[], updated = 20) =>
    stageChanges(runs.toReversed(), executionSummary({ status: 'Failed', updatedAt: at(updated) }), STAGES, rules)
      .filter((change) => change.level === 'stage' && change.progress !== 'running')
      .map((change) => (change.level === 'stage' ? `${change.stage} ${(change.at - START) / MINUTE}` : ''))
  const build = run('Build', 2, 3)

  test('is behind another by its place, and not by the time of its rule', () => {
    expect(ends([SOURCE, build], [ruled('Production')])).toEqual(['Source 1', 'Build 3'])
    expect(ends([SOURCE, build], [ruled('Source')])).toEqual(['Source 1'])
    expect(ends([SOURCE, build], [ruled('Build')])).toEqual(['Source 1'])
  })

  test('and whose rule a person overrode ends when the first action behind it begins', () => {
    const overridden = ruled('Source', { updatedBy: 'arn' })
    const [first, second] = [run('Build', 5, 8), run('Build', 6, 7)]
    const last = run('Production', 10, 11)
    expect(ends([SOURCE, first, second, last], [overridden])).toEqual(['Source 5', 'Build 8'])
    expect(ends([SOURCE, first, last], [ruled('Source')])).toEqual(['Source 1', 'Build 8'])
    expect(ends([SOURCE, first, last], [ruled('Source'), ruled('Build', { updatedBy: 'arn' })])).toEqual([
      'Source 1',
      'Build 10',
    ])
  })

  test('and whose rule a person overrode ends when the execution is updated, while no action behind it begins', () => {
    expect(ends([SOURCE], [ruled('Source', { updatedBy: 'arn' }), ruled('Production')])).toEqual(['Source 20'])
  })
})

test('a retry that begins at the moment of the failure is another attempt, one millisecond newer than that', () => {
  const failed = run('Build', 2, 3, { status: 'Failed' })
  const again = run('Build', 3, 5, { status: 'InProgress' })
  expect(stageChanges([again, failed], executionSummary(), [stageState('Build')])).toEqual([
    { level: 'stage', stage: 'Build', progress: 'running', at: at(3) + 1 },
  ])
})
