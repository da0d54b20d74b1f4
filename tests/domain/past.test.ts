import type { Past, PastExecution, PastRun } from '../../functions/domain/past.ts'
import { latestPassages, versionsToRead } from '../../functions/domain/past.ts'
import { MINUTE, START } from '../support/records.ts'

const at = (minute: number) => START + minute * MINUTE
const run = (executionId: string, name: string, from: number, to: number, more: Partial<PastRun> = {}): PastRun => {
  const [stage, action] = name.split('/') as [string, string]
  const times = { startedAt: at(from), updatedAt: at(to) }
  return { executionId, stage, action, category: 'Deploy', status: 'Succeeded', ...times, version: 1, ...more }
}
const executionOf = (executionId: string, status: string): PastExecution => ({
  ...{ executionId, status, startedAt: START, isRollback: false, brought: null },
})
const STAGES = [
  { stage: 'Staging', actions: ['Deploy'] },
  { stage: 'Production', actions: ['Deploy', 'Check'] },
]

/** These stages, and the past of a pipeline in version 1. */
const asked = (
  runs: PastRun[],
  executions: PastExecution[] = [],
  stages = ['Production'],
  more: Partial<Past> = {},
): Parameters<typeof latestPassages> => [
  stages.map((stage) => ({ stage, by: new Set(['Deploy']) })),
  { executions, runs, stages: STAGES, isWhole: true, declared: new Map(), ...more },
  1,
]
const passages = (...past: Parameters<typeof asked>) => latestPassages(...asked(...past))

const BOTH = [run('e1', 'Production/Deploy', 1, 3), run('e1', 'Production/Check', 1, 2)]
const PASSED = { stage: 'Production', executionId: 'e1', at: at(3) }

describe('an execution has passed a stage', () => {
  test('when the last of its actions ended, if all of them ran and succeeded', () => {
    expect(passages(BOTH)).toEqual([PASSED])
    expect(passages(BOTH.toReversed())).toEqual([PASSED])
  })

  test('not if one failed, one runs, or one never ran', () => {
    expect(passages([BOTH[0]!, { ...BOTH[1]!, status: 'Failed' }])).toEqual([])
    expect(passages([BOTH[0]!, { ...BOTH[1]!, status: 'InProgress' }])).toEqual([])
    expect(passages([BOTH[0]!])).toEqual([])
    expect(passages([])).toEqual([])
  })

  test('by the newest run of each action, if the stage was retried', () => {
    const retried = run('e1', 'Production/Check', 4, 5)
    const failed = { ...BOTH[1]!, status: 'Failed' }
    expect(passages([retried, BOTH[0]!, failed])).toEqual([{ ...PASSED, at: at(5) }])
    expect(passages([BOTH[0]!, failed, retried])).toEqual([{ ...PASSED, at: at(5) }])
    expect(passages([BOTH[0]!, BOTH[1]!, { ...retried, status: 'Failed' }])).toEqual([])
  })

  test('if an action of another stage began later, whatever ran', () => {
    const [deploy] = BOTH
    expect(passages([deploy!, run('e1', 'Later/Deploy', 4, 5)])).toEqual([PASSED])
    expect(passages([deploy!, run('e1', 'Staging/Deploy', 0, 1)])).toEqual([])
    expect(passages([deploy!, run('e1', 'Staging/Deploy', 1, 1)])).toEqual([])
    expect(passages([deploy!, run('e2', 'Later/Deploy', 4, 5)])).toEqual([])
  })

  test.each([
    ['Succeeded', true],
    ['Superseded', true],
    ['Cancelled', true],
    ['Failed', false],
    ['Stopped', false],
    ['InProgress', false],
  ])('it was in last, if one of its actions never ran and the execution is %s: %s', (status, hasPassed) => {
    expect(passages([BOTH[0]!], [executionOf('e1', status)])).toEqual(hasPassed ? [PASSED] : [])
  })

  test('not if its execution has failed, though all its actions succeeded', () => {
    expect(passages(BOTH, [executionOf('e1', 'Failed')])).toEqual([])
    expect(passages(BOTH, [executionOf('e1', 'Stopped')])).toEqual([PASSED])
  })
})

describe('the latest passage', () => {
  test('is that of the execution that ended last in the stage', () => {
    const other = [run('e2', 'Production/Deploy', 4, 6), run('e2', 'Production/Check', 4, 5)]
    expect(passages([...other, ...BOTH])).toEqual([{ ...PASSED, executionId: 'e2', at: at(6) }])
    expect(passages([...BOTH, ...other])).toEqual([{ ...PASSED, executionId: 'e2', at: at(6) }])
  })

  test('is told for each of the stages, in their order; none of a stage that was never passed', () => {
    const staging = run('e1', 'Staging/Deploy', 0, 1)
    expect(passages([...BOTH, staging], [], ['Staging', 'Production', 'Never'])).toEqual([
      { stage: 'Staging', executionId: 'e1', at: at(1) },
      PASSED,
    ])
  })
})

describe('a stage of an earlier version of the pipeline', () => {
  test('needs the actions that it has now, and those that ran there in that version', () => {
    const earlier = BOTH.map((one) => ({ ...one, version: 0 }))
    const extra = run('e2', 'Production/Smoke', 0, 0, { version: 0 })
    expect(passages(earlier)).toEqual([PASSED])
    expect(passages([...earlier, extra])).toEqual([])
    expect(passages([...BOTH, extra])).toEqual([PASSED])
    expect(passages([earlier[0]!])).toEqual([])
    expect(passages([...earlier, { ...extra, stage: 'Staging' }])).toEqual([PASSED])
  })
})

describe('a stage was passed without a deployment', () => {
  const asked = run('e1', 'Production/Approve', 1, 3, { category: 'Approval', version: 0 })

  test('if only approvals ran there, as it was then', () => {
    expect(passages([asked, run('e1', 'Later/Deploy', 4, 5)])).toEqual([])
    expect(passages([asked, { ...BOTH[0]!, version: 0 }, run('e1', 'Later/Deploy', 4, 5)])).toEqual([PASSED])
  })

  test('if the kinds of its actions are not known', () => {
    expect(passages(BOTH.map((one) => ({ ...one, category: '' })))).toEqual([])
  })
})

describe('in an earlier version, a stage had only the actions that ran there', () => {
  const stopped = [executionOf('e1', 'Stopped')]
  const earlier = { ...BOTH[0]!, version: 0 }
  const other = run('e0', 'Production/Deploy', 0, 0, { version: 0 })
  const left = run('e0', 'Later/Deploy', 1, 1, { version: 0 })

  test('if an execution of that version went on with them', () => {
    expect(passages([earlier], stopped)).toEqual([])
    expect(passages([earlier, other, left], stopped)).toEqual([PASSED])
    expect(passages([earlier, run('e1', 'Production/Smoke', 0, 0, { version: 0 }), other, left], stopped)).toEqual([
      PASSED,
    ])
    expect(passages([earlier, other, left, run('e0', 'Production/Smoke', 0, 0, { version: 0 })], stopped)).toEqual([
      { ...PASSED, executionId: 'e0', at: at(0) },
    ])
  })

  test('which is not so of the version that the pipeline has now', () => {
    const runs = [earlier, other, left].map((one) => ({ ...one, version: 1 }))
    expect(passages(runs, stopped).map(({ executionId }) => executionId)).toEqual(['e0'])
  })

  test('which needs a known version', () => {
    const untold = [earlier, other, left].map((one) => ({ ...one, version: null }))
    expect(passages(untold, stopped).map(({ executionId }) => executionId)).toEqual(['e0'])
  })
})

describe('of an earlier version that no execution is known to have passed', () => {
  const stopped = [executionOf('e1', 'Stopped')]
  const earlier = { ...BOTH[0]!, version: 0 }
  const wanted = (...past: Parameters<typeof asked>) => versionsToRead(...asked(...past))
  const declaredAs = (...actions: string[]): Partial<Past> => ({
    declared: new Map([[0, [{ stage: 'Production', actions }]]]),
  })

  test('the stages are wanted, where an execution may have passed one', () => {
    expect(wanted([earlier], stopped)).toEqual([0])
    const versions = [3, 0, 2].map((version) => run(`v${version}`, 'Production/Deploy', 1, 3, { version }))
    expect(wanted([...versions, { ...versions[0]!, executionId: 'again' }])).toEqual([3, 2, 0])
  })

  test('they say whether it has', () => {
    expect(passages([earlier], stopped)).toEqual([])
    expect(passages([earlier], stopped, ['Production'], declaredAs('Deploy'))).toEqual([PASSED])
    expect(passages([earlier], stopped, ['Production'], declaredAs('Deploy', 'Smoke'))).toEqual([])
    // It has what the stage has now, and not all of what it had then.
    const both = BOTH.map((one) => ({ ...one, version: 0 }))
    expect(passages(both, stopped)).toEqual([PASSED])
    expect(passages(both, stopped, ['Production'], declaredAs('Deploy', 'Check', 'Smoke'))).toEqual([])
    // Those of another version, or without this stage, say nothing.
    expect(passages([{ ...earlier, version: 2 }], stopped, ['Production'], declaredAs('Deploy'))).toEqual([])
    expect(passages([earlier], stopped, ['Production'], { declared: new Map([[0, []]]) })).toEqual([])
  })

  test.each<[string, PastRun[], PastExecution[], Partial<Past>?]>([
    ['the version is the one that the pipeline has now', [BOTH[0]!], stopped],
    ['no version is told', [{ ...earlier, version: null }], stopped],
    ['they were read', [earlier], stopped, declaredAs('Deploy')],
    ['nothing was deployed', [{ ...earlier, category: 'Approval' }], stopped],
    ['an action failed', [{ ...earlier, status: 'Failed' }], stopped],
    ['it is known to have gone on', [earlier, run('e1', 'Later/Deploy', 4, 5, { version: 0 })], stopped],
    ['it is known to have failed', [earlier], [executionOf('e1', 'Failed')]],
    ['another has passed later', [earlier, { ...BOTH[0]!, executionId: 'e2' }], [executionOf('e2', 'Succeeded')]],
    [
      'another of that version has passed, which deployed nothing',
      [
        earlier,
        run('e0', 'Production/Deploy', 0, 0, { version: 0, category: 'Approval' }),
        run('e0', 'Later/Deploy', 1, 1, { version: 0 }),
      ],
      stopped,
    ],
    [
      'another of that version has passed',
      [earlier, run('e0', 'Production/Deploy', 0, 0, { version: 0 }), run('e0', 'Later/Deploy', 1, 1, { version: 0 })],
      stopped,
    ],
  ])('the stages are not wanted if %s', (_, runs, executions, more = {}) => {
    expect(wanted(runs, executions, ['Production'], more)).toEqual([])
  })
})
