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
    { stage, action },
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
    expect(deploysTo({ stage: 'Gate', action: 'Do' }, { stages, runs }).into).toEqual(['Live'])
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
    expect(liveIn({ Gate: { ...ASK, Sign: null, Run: 'Build' }, Later: DEPLOY }, 'Gate')).toEqual(['Gate: Deploy'])
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
    expect(unknown(stages, 'Gate')).toEqual(['Gate/Sign', 'New/Check'])
    const shared = { ...ASK, Run: 'Build', Smoke: null }
    expect(unknown({ Production: shared, New: { Check: null } }, 'Production')).toEqual(['Production/Smoke'])
    expect(unknown({ Production: { ...shared, ...DEPLOY } }, 'Production')).toEqual([])
  })

  test('that CodePipeline has told, if this code knows them', () => {
    expect(unknown({ Gate: { ...ASK, Sign: 'Ceremony', Other: '' }, Production: DEPLOY }, 'Gate')).toEqual([
      'Gate/Sign',
      'Gate/Other',
    ])
  })
})
