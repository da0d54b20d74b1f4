import type { Reach } from '../../functions/domain/deploys-to.ts'
import { deploysTo } from '../../functions/domain/deploys-to.ts'
import type { PastRun } from '../../functions/domain/past.ts'
import { START } from '../support/records.ts'

/** A pipeline's stages, each with its actions and their kinds; an action that never ran has none. */
type Stages = Record<string, Record<string, string | null>>

const reach = (stages: Stages, stage: string, action = 'Approve'): Reach => {
  const all = Object.entries(stages)
  const runs = all.flatMap(([stage, actions]) =>
    Object.entries(actions).flatMap(([action, category]): PastRun[] =>
      category === null
        ? []
        : [
            {
              ...{ executionId: 'e1', stage, action, category, status: 'Succeeded' },
              ...{ startedAt: START, updatedAt: START, version: 1 },
            },
          ],
    ),
  )
  return deploysTo(
    { executionId: 'asked', stage, action },
    { stages: all.map(([stage, actions]) => ({ stage, actions: Object.keys(actions) })), runs },
  )
}

const into = (...asked: Parameters<typeof reach>): string[] => reach(...asked).into

/** `Production: Deploy` for a stage in which a deployment must have run. */
const liveIn = (...asked: Parameters<typeof reach>): string[] =>
  reach(...asked).liveIn.map(
    ({ stage, by }) => `${stage}: ${by.has('Approval') ? 'any' : by.has('Build') ? 'work' : [...by].join()}`,
  )

const SOURCE = { Checkout: 'Source' }
const ASK = { Approve: 'Approval' }
const DEPLOY = { Deploy: 'Deploy' }

describe('an approval deploys to', () => {
  test('its own stage, if that does more than ask', () => {
    expect(into({ Source: SOURCE, Production: { ...ASK, ...DEPLOY }, Later: DEPLOY }, 'Production')).toEqual([
      'Production',
    ])
  })

  test('the stages behind it that deploy, if it only asks', () => {
    const stages = { Source: SOURCE, Gate: ASK, Test: { Check: 'Test' }, One: DEPLOY, Two: DEPLOY }
    expect(into(stages, 'Gate')).toEqual(['One', 'Two'])
  })

  test('the only one of them that deploys', () => {
    expect(into({ Gate: ASK, Test: { Check: 'Test' }, One: DEPLOY }, 'Gate')).toEqual(['One'])
    expect(liveIn({ Gate: ASK, Test: { Check: 'Test' }, One: DEPLOY }, 'Gate')).toEqual(['One: Deploy'])
  })

  test('a stage behind the first whose other actions are new', () => {
    expect(into({ Gate: ASK, One: DEPLOY, Two: { ...DEPLOY, Smoke: null } }, 'Gate')).toEqual(['One', 'Two'])
  })

  test('what the newest runs of its actions say', () => {
    const stages = ['Gate', 'Old', 'Live'].map((stage) => ({ stage, actions: ['Do'] }))
    const run = (stage: string, category: string): PastRun => ({
      ...{ executionId: 'e1', stage, action: 'Do', category, status: 'Succeeded' },
      ...{ startedAt: START, updatedAt: START, version: 1 },
    })
    const runs = [run('Live', 'Deploy'), run('Old', 'Test'), run('Old', 'Deploy'), run('Live', 'Approval')]
    expect(deploysTo({ executionId: 'asked', stage: 'Gate', action: 'Do' }, { stages, runs }).into).toEqual(['Live'])
  })

  test('all stages behind it, if none is known to deploy', () => {
    expect(into({ Gate: ASK, Test: { Check: 'Test' }, Run: { Call: 'Invoke' } }, 'Gate')).toEqual(['Test', 'Run'])
  })

  test('stages up to the next that asks again', () => {
    expect(into({ Gate: ASK, Staging: DEPLOY, Next: ASK, Production: DEPLOY }, 'Gate')).toEqual(['Staging'])
    expect(into({ Gate: ASK, Staging: DEPLOY, Production: { ...ASK, ...DEPLOY } }, 'Gate')).toEqual(['Staging'])
  })

  test('the next stage alone, if that asks and deploys', () => {
    expect(into({ Gate: ASK, Production: { ...ASK, ...DEPLOY }, Later: DEPLOY }, 'Gate')).toEqual(['Production'])
  })

  test('stages behind the gates that follow one another', () => {
    expect(into({ Gate: ASK, Sign: ASK, Production: DEPLOY }, 'Gate')).toEqual(['Production'])
  })

  test('stages up to one in which nothing has ever run: it may ask as well', () => {
    expect(into({ Gate: ASK, Staging: DEPLOY, New: { Check: null }, Late: DEPLOY }, 'Gate')).toEqual(['Staging'])
    expect(into({ Gate: ASK, New: { Check: null }, Newer: { Check: null } }, 'Gate')).toEqual(['New'])
  })

  test('stages beyond one in which an action is new, if others have run there', () => {
    expect(into({ Gate: ASK, One: { ...DEPLOY, Smoke: null }, Two: DEPLOY }, 'Gate')).toEqual(['One', 'Two'])
  })

  test('its own stage, if nothing is behind it, or the pipeline no longer has it', () => {
    expect(into({ Production: DEPLOY, Gate: ASK }, 'Gate')).toEqual(['Gate'])
    expect(into({ Gate: ASK, Sign: ASK }, 'Gate')).toEqual(['Gate'])
    expect(into({ Production: DEPLOY, Later: DEPLOY }, 'Gone')).toEqual(['Gone'])
  })

  test('what it would with earlier runs, if it asks for the first time', () => {
    expect(into({ Gate: { Approve: null }, Production: DEPLOY }, 'Gate')).toEqual(['Production'])
    expect(into({ Gate: { Approve: null }, Production: DEPLOY }, 'Gate', 'Other')).toEqual(['Gate'])
    const same = { Gate: { Sign: 'Approval' }, Other: { Sign: null, ...DEPLOY }, Production: DEPLOY }
    expect(into(same, 'Gate', 'Sign')).toEqual(['Other', 'Production'])
  })
})

describe('what its own stage did before the approval does not wait for it', () => {
  interface Began {
    action: string
    category: string
    at: number
    /** Null while it runs. */
    endedAt: number | null
  }
  const ran = (action: string, category: string, at: number, endedAt: number | null = at + 1): Began => ({
    ...{ action, category, at, endedAt },
  })
  const WAITS = ran('Approve', 'Approval', 3, null)

  /** Where an approval of `Stage` lets into, in an execution whose actions began there, with `Behind` behind it. */
  const reachOf = (began: readonly Began[], behind: Record<string, string> = DEPLOY): Reach => {
    const runs = [
      ...began.map(({ action, category, at, endedAt }): PastRun => {
        const status = endedAt === null ? 'InProgress' : 'Succeeded'
        return {
          ...{ executionId: 'asked', stage: 'Stage', action, category, status, version: 1 },
          ...{ startedAt: START + at, updatedAt: START + (endedAt ?? at) },
        }
      }),
      ...Object.entries(behind).map(([action, category]): PastRun => ({
        ...{ executionId: 'e1', stage: 'Behind', action, category, status: 'Succeeded', version: 1 },
        ...{ startedAt: START, updatedAt: START },
      })),
    ].toReversed()
    const own = [...new Set([...began.map(({ action }) => action), 'Approve'])]
    const stages = [
      { stage: 'Stage', actions: own },
      { stage: 'Behind', actions: Object.keys(behind) },
    ]
    return deploysTo({ executionId: 'asked', stage: 'Stage', action: 'Approve' }, { stages, runs })
  }

  test.each([
    ['a test', [ran('Check', 'Test', 1), WAITS]],
    ['a deployment', [ran('Deploy', 'Deploy', 1), WAITS]],
    ['a deployment beside it', [WAITS, ran('Deploy', 'Deploy', 4)]],
    ['an action beside it', [WAITS, ran('Invoke', 'Invoke', 4)]],
    ['an action whose kind no one knows', [ran('New', 'Ceremony', 1), WAITS]],
    ['an action, in a list that does not have the approval yet', [ran('Check', 'Test', 1)]],
    [
      'a test, after a retry',
      [ran('Check', 'Test', 1), ran('Approve', 'Approval', 3), ran('Check', 'Test', 6), { ...WAITS, at: 8 }],
    ],
  ])('%s', (_, began) => {
    const { into, liveIn, unknown } = reachOf(began)
    expect([into, liveIn.map(({ stage }) => stage), unknown]).toEqual([['Behind'], ['Behind'], []])
  })

  test.each([
    [
      'that ran in an earlier attempt',
      [ran('Approve', 'Approval', 1), ran('Deploy', 'Deploy', 2), { ...WAITS, at: 8 }],
    ],
    ['of which CodePipeline does not say when it began', [{ ...ran('Deploy', 'Deploy', 1), at: -START }, WAITS]],
  ])('but a deployment does %s', (_, began) => {
    const { into, liveIn } = reachOf(began)
    expect([into, liveIn.map(({ stage }) => stage)]).toEqual([['Stage'], ['Stage']])
  })

  test('and with nothing behind it, a change is live once it has passed the stage', () => {
    const runs = [ran('Deploy', 'Deploy', 1), WAITS]
    const { into, liveIn } = reachOf(runs, {})
    expect([into, liveIn.map(({ stage }) => stage)]).toEqual([['Stage'], ['Stage']])
  })
})

describe('of a stage behind it that asks again', () => {
  const stages = [
    { stage: 'Gate', actions: ['Approve'] },
    { stage: 'One', actions: ['Deploy'] },
    { stage: 'Two', actions: ['First', 'Sign', 'Rest'] },
  ]
  const run = (executionId: string, stage: string, action: string, category: string, at: number): PastRun => ({
    ...{ executionId, stage, action, category, status: 'Succeeded', version: 1 },
    ...{ startedAt: START + at, updatedAt: START + at + 1 },
  })
  const runs = [
    run('e1', 'One', 'Deploy', 'Deploy', 1),
    run('e1', 'Two', 'First', 'Deploy', 3),
    run('e1', 'Two', 'Sign', 'Approval', 5),
    run('e1', 'Two', 'Rest', 'Deploy', 7),
  ]
  const reachOf = (runs: readonly PastRun[]): Reach =>
    deploysTo({ executionId: 'asked', stage: 'Gate', action: 'Approve' }, { stages, runs: runs.toReversed() })

  test('what is deployed there before that belongs to it', () => {
    const { into, liveIn, unknown } = reachOf(runs)
    expect([into, liveIn.map(({ stage }) => stage), unknown]).toEqual([['One', 'Two'], ['One', 'Two'], []])
  })

  test('what waits there does not', () => {
    const asksFirst = runs.map((run) => (run.action === 'First' ? { ...run, startedAt: START + 6 } : run))
    const { into, liveIn, unknown } = reachOf(asksFirst)
    expect([into, liveIn.map(({ stage }) => stage), unknown]).toEqual([['One'], ['One'], []])
  })

  test('what comes between two approvals there does not', () => {
    const between = [
      ...runs.slice(0, 1),
      run('e1', 'Two', 'Sign', 'Approval', 3),
      run('e1', 'Two', 'First', 'Deploy', 5),
    ]
    const twice = [...between, run('e1', 'Two', 'Rest', 'Approval', 7)]
    expect(reachOf(twice).into).toEqual(['One'])
  })

  test('nothing of it is named if it only asks at first, and none of the stages before deploys', () => {
    const tested = runs.map((run) => ({
      ...run,
      ...(run.stage === 'One' && { category: 'Test' }),
      ...(run.action === 'First' && { startedAt: START + 6 }),
    }))
    const { into, liveIn } = reachOf(tested)
    expect([into, liveIn.map(({ stage }) => stage)]).toEqual([['One'], ['One']])
  })

  test('the newest execution that asked there tells the order, wherever the list has it', () => {
    const earlier = [
      run('e0', 'One', 'Deploy', 'Deploy', -9),
      run('e0', 'Two', 'Sign', 'Approval', -7),
      run('e0', 'Two', 'First', 'Deploy', -5),
    ]
    for (const all of [
      [...earlier, ...runs],
      [...runs, ...earlier],
    ])
      expect(reachOf(all).into).toEqual(['One', 'Two'])
  })

  test('one that failed before it asked does not tell what else comes before', () => {
    const tests = runs.map((run) => (run.action === 'First' ? { ...run, category: 'Test' } : run))
    const deployed = { ...run('e1', 'Two', 'Rest', 'Deploy', 4) }
    const failed = [run('e2', 'One', 'Deploy', 'Deploy', 21), run('e2', 'Two', 'First', 'Test', 23)]
    const asked = [...tests.slice(0, 3), deployed, ...failed.map((one) => ({ ...one, status: 'Failed' }))]
    expect(reachOf(asked).into).toEqual(['One', 'Two'])
  })

  test('runs that are told only from within the stage on do not tell the order', () => {
    const within = [
      run('e1', 'Two', 'First', 'Deploy', 3),
      run('e1', 'Three', 'Check', 'Test', 4),
      run('e1', 'Two', 'Sign', 'Approval', 5),
    ]
    const { unknown } = reachOf([run('e0', 'One', 'Deploy', 'Deploy', 0), ...within])
    expect(unknown.map(({ action }) => action)).toContain('First')
  })

  test('nothing does while no runs tell the order', () => {
    const { into, liveIn, unknown } = reachOf([run('e0', 'One', 'Deploy', 'Deploy', 0), ...runs.slice(1)])
    expect([into, liveIn.map(({ stage }) => stage)]).toEqual([['One'], ['One']])
    expect(unknown).toEqual(['First', 'Rest'].map((action) => ({ stage: 'Two', action })))
  })
})

describe('an approval before work of its own stage that is no deployment lets into', () => {
  test('the stages behind it that deploy, up to the next that asks', () => {
    const stages = {
      Gate: { ...ASK, Migrate: 'Compute' },
      One: DEPLOY,
      Two: { Check: 'Test' },
      Next: { ...ASK, ...DEPLOY },
    }
    expect(into(stages, 'Gate')).toEqual(['One'])
    expect(liveIn(stages, 'Gate')).toEqual(['One: Deploy'])
  })

  test('its own stage, if those behind it are asked for again, or none deploys', () => {
    const work = { ...ASK, Run: 'Build' }
    for (const stages of [
      { Gate: work, Next: { ...ASK, ...DEPLOY } },
      { Gate: work, Check: { Smoke: 'Test' } },
    ] as Stages[]) {
      expect(into(stages, 'Gate')).toEqual(['Gate'])
      expect(liveIn(stages, 'Gate')).toEqual(['Gate: work'])
    }
  })

  test('its own stage and those behind it that may deploy', () => {
    const stages = { Gate: { ...ASK, Run: 'Build' }, New: { Check: null }, Late: DEPLOY }
    expect(into(stages, 'Gate')).toEqual(['Gate'])
    expect(liveIn(stages, 'Gate')).toEqual(['Gate: work', 'New: Deploy', 'Late: Deploy'])
  })
})

const unknown = (...asked: Parameters<typeof reach>): string[] =>
  reach(...asked).unknown.map(({ stage, action }) => `${stage}/${action}`)

describe('a change is live behind an approval once it was', () => {
  test('deployed in all stages that it is deployed to', () => {
    expect(liveIn({ Production: { ...ASK, ...DEPLOY } }, 'Production')).toEqual(['Production: Deploy'])
    const stages = { Gate: ASK, Test: { Check: 'Test' }, One: DEPLOY, Two: DEPLOY }
    expect(liveIn(stages, 'Gate')).toEqual(['One: Deploy', 'Two: Deploy'])
  })

  test('through every stage with work, if no stage is known to deploy', () => {
    expect(liveIn({ Gate: ASK, Test: { Check: 'Test' }, Run: { Call: 'Invoke' } }, 'Gate')).toEqual([
      'Test: work',
      'Run: work',
    ])
    expect(liveIn({ Production: { ...ASK, Run: 'Compute' } }, 'Production')).toEqual(['Production: work'])
  })

  test('approved, if nothing is behind the approval', () => {
    expect(liveIn({ Production: DEPLOY, Gate: ASK }, 'Gate')).toEqual(['Gate: any'])
  })

  test('deployed in its own stage and behind it, if its own stage may deploy or only ask', () => {
    const stages = { Gate: { ...ASK, Sign: null }, Production: DEPLOY }
    expect(liveIn(stages, 'Gate')).toEqual(['Gate: Deploy', 'Production: Deploy'])
    expect(into(stages, 'Gate')).toEqual(['Gate'])
    expect(liveIn({ Production: DEPLOY, Gate: { ...ASK, Sign: null } }, 'Gate')).toEqual(['Gate: Deploy'])
    expect(liveIn({ Gate: { ...ASK, Sign: null, Run: 'Build' }, Later: DEPLOY }, 'Gate')).toEqual([
      'Gate: Deploy',
      'Later: Deploy',
    ])
  })

  test('deployed in stages that may deploy as well, up to the next that asks', () => {
    const stages = { Gate: ASK, One: DEPLOY, New: { Check: null }, Two: { Check: 'Test', Late: null }, Three: DEPLOY }
    expect(liveIn(stages, 'Gate')).toEqual(['One: Deploy', 'New: Deploy', 'Two: Deploy', 'Three: Deploy'])
    expect(into(stages, 'Gate')).toEqual(['One'])
    expect(liveIn({ ...stages, Two: { ...ASK, Late: null } }, 'Gate')).toEqual(['One: Deploy', 'New: Deploy'])
    expect(liveIn({ Gate: ASK, Test: { Check: 'Test' }, New: { Late: null } }, 'Gate')).toEqual([
      'Test: work',
      'New: Deploy',
    ])
  })

  test('deployed, if the pipeline no longer has the stage', () => {
    expect(liveIn({ Production: DEPLOY }, 'Gone')).toEqual(['Gone: Deploy'])
  })
})

describe('the kinds of actions that matter are those', () => {
  test('of the approval’s stage, and of the stages that it may let into', () => {
    const stages = {
      Gate: { ...ASK, Sign: null },
      New: { Check: null },
      Next: { ...ASK, Late: null },
      Last: { No: null },
    }
    expect(unknown(stages, 'Gate')).toEqual(['Gate/Sign', 'New/Check', 'Next/Late'])
    const shared = { ...ASK, Run: 'Build', Smoke: null }
    expect(unknown({ Production: shared, New: { Check: null } }, 'Production')).toEqual([
      'Production/Smoke',
      'New/Check',
    ])
    expect(unknown({ Production: { ...shared, ...DEPLOY } }, 'Production')).toEqual([])
  })

  test('that CodePipeline has told, if this code knows them', () => {
    expect(unknown({ Gate: { ...ASK, Sign: 'Ceremony', Other: '' }, Production: DEPLOY }, 'Gate')).toEqual([
      'Gate/Sign',
      'Gate/Other',
    ])
  })
})
