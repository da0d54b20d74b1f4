import { deploysTo } from '../../functions/domain/deploys-to.ts'
import type { PastRun } from '../../functions/domain/past.ts'
import { START } from '../support/records.ts'

/** A pipeline's stages, each with its actions and their kinds; an action that never ran has none. */
type Stages = Record<string, Record<string, string | null>>

const into = (stages: Stages, stage: string, action = 'Approve'): string[] => {
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
