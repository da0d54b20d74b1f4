import { findAhead } from '../../../functions/flows/execution/find-ahead.ts'
import { botInMemory } from '../../support/bot-in-memory.ts'
import { pipelinesThatAnswer, stageState } from '../../support/pipeline-answers.ts'
import { CARDS, KEY, ROUNDING, execution } from '../../support/records.ts'

/** What the execution waits behind, if these wait in front of Production, where e9 is. */
const ahead = async (inbound: string[]) => {
  const { services } = botInMemory()
  await services.executions.create({
    ...execution([], { revisions: [CARDS, ROUNDING] }),
    key: { ...KEY, executionId: 'e9' },
  })
  const stages = [stageState('Source'), stageState('Production', { executionId: 'e9', inbound })]
  return findAhead({ ...services, pipelines: pipelinesThatAnswer({ stages }) }, KEY)
}

test('an execution that waits is told with the first revision of the one in front of it, by which people know that', async () => {
  expect(await ahead([KEY.executionId])).toEqual({ executionId: 'e9', revision: CARDS })
})

test('an execution that is in no queue waits for none', async () => {
  expect(await ahead(['another'])).toBeNull()
})
