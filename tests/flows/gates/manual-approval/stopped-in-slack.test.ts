import { steeringBegun, steeringId, steeringOver, stopReason } from '../../../../functions/domain/steering.ts'
import type { SteeringRequest } from '../../../../functions/domain/steering.ts'
import { gateOf } from '../../../../functions/flows/gates/gates.ts'
import { botInMemory } from '../../../support/bot-in-memory.ts'
import { actionRun, executionSummary, pipelinesThatAnswer, stageState } from '../../../support/pipeline-answers.ts'
import { KEY, START, actor, approval } from '../../../support/records.ts'

const REQUEST: SteeringRequest = {
  id: 'r1',
  act: 'stop',
  execution: KEY,
  stage: null,
  choice: 'abandon',
  reason: 'Not today',
  who: actor('U0DANA'),
  at: START,
}
const SIGNED = { key: 'k', value: 's' }
const OURS = stopReason(steeringId('r1'), 'U0DANA', 'Not today')

/** How an approval ended whose execution was stopped with this reason, after the requests in the table. */
const stoppedWith = async (stopReasonInAws: string, requests: readonly SteeringRequest[], isRefused = false) => {
  const { services } = botInMemory()
  for (const request of requests) {
    const begun = steeringBegun(request, { before: null, owner: 'o', signed: SIGNED, retention: 1 }, START)
    await services.steerings.create(
      isRefused ? steeringOver(begun, { answer: 'refused', because: 'No.' }, START) : begun,
    )
  }
  const pipelines = pipelinesThatAnswer({
    stages: [stageState('Production')],
    runs: [actionRun({ status: 'Abandoned' })],
    executions: [executionSummary({ status: 'Stopped', stopReason: stopReasonInAws })],
  })
  const ended = await gateOf({ ...services, pipelines }, approval()).findEnding(approval())
  if (ended === null || ended === 'gone') throw new Error(`It ended as ${ended}`)
  return ended(approval())
}

test('a stop in Slack names its person and their words', async () => {
  expect(await stoppedWith(OURS, [REQUEST])).toEqual({
    how: 'stopped',
    by: REQUEST.who.name,
    reason: 'Not today',
    inSlack: true,
  })
})

test('so does one whose reason CodePipeline has only in part', async () => {
  const reason = 'x'.repeat(300)
  const given = stopReason(steeringId('r1'), 'U0DANA', reason)
  expect(given).toHaveLength(200)
  expect(await stoppedWith(given, [{ ...REQUEST, reason }])).toMatchObject({ by: REQUEST.who.name, reason })
})

test.each([
  ['names no request', 'Greenlight U0DANA: Not today', [REQUEST], false],
  ['names a request that is not in the table', OURS, [], false],
  ['names another person', stopReason(steeringId('r1'), 'U0ELI', 'Not today'), [REQUEST], false],
  ['names a request that was refused', OURS, [REQUEST], true],
  ['names one of another act', OURS, [{ ...REQUEST, act: 'release' }], false],
  ['names one of another execution', OURS, [{ ...REQUEST, execution: { ...KEY, executionId: 'e2' } }], false],
  ['names one of another pipeline', OURS, [{ ...REQUEST, execution: { ...KEY, pipeline: 'other' } }], false],
] as const)('a reason that %s is told as it stands in AWS', async (_, given, requests, isRefused) => {
  expect(await stoppedWith(given, requests, isRefused)).toEqual({ how: 'stopped', by: null, reason: given })
})
