import { queueIn, withQueue } from '../../../functions/flows/execution/find-ahead.ts'
import { botInMemory } from '../../support/bot-in-memory.ts'
import type { StageState } from '../../../functions/ports/pipelines.ts'
import { stageState } from '../../support/pipeline-answers.ts'
import { CARDS, KEY, MINUTE, ROUNDING, SECOND, START, execution } from '../../support/records.ts'

const HOLD = { reason: 'incident 4711', since: START, userId: 'U0DANA', name: null }

/** What the execution waits for, if these wait in front of Production, where e9 is. */
const queue = async (inbound: string[], more: Partial<StageState> = {}) => {
  const { services } = botInMemory()
  await services.executions.create({
    ...execution([], { revisions: [CARDS, ROUNDING] }),
    key: { ...KEY, executionId: 'e9' },
  })
  const state = { executionId: 'e9', status: 'InProgress', inbound, ...more }
  return queueIn(services, KEY, [stageState('Source'), stageState('Production', state)])
}

test('an execution that waits is told with the first revision of the one in front of it, by which people know that', async () => {
  expect(await queue([KEY.executionId])).toEqual({ behind: { executionId: 'e9', revision: CARDS }, held: null })
})

test('an execution that is in no queue waits for none', async () => {
  expect(await queue(['another'])).toEqual({ behind: null, held: null })
  expect(await queue(['another'], { held: HOLD })).toEqual({ behind: null, held: null })
})

test('an execution in front of a held stage waits for that, and for the one in it while that is in progress', async () => {
  const held = { stage: 'Production', ...HOLD }
  expect(await queue([KEY.executionId], { held: HOLD })).toMatchObject({ behind: { executionId: 'e9' }, held })
  expect(await queue([KEY.executionId], { held: HOLD, status: 'Succeeded' })).toEqual({ behind: null, held })
})

test('an execution whose queue is as it was is left as it is, and another is shown again', () => {
  const known = execution()
  const queued = { behind: { executionId: 'e9', revision: CARDS }, held: { stage: 'Production', ...HOLD } }
  const waits = withQueue(known, queued, START + SECOND)
  expect(waits).toMatchObject({ ...queued, showing: { truth: known.showing.truth + 1 } })
  expect(withQueue(waits, queued, START + MINUTE)).toBe(waits)
  const alone = withQueue(waits, { behind: null, held: null }, START + MINUTE)
  expect('behind' in alone || 'held' in alone).toBe(false)
  expect(alone.showing.truth).toBeGreaterThan(waits.showing.truth)
})
