import { approvalId } from '../../../../functions/domain/approval-id.ts'
import { findStarted } from '../../../../functions/flows/gates/manual-approval/find-started.ts'
import type { ActionRun, DeclaredStage, StageState } from '../../../../functions/ports/pipelines.ts'
import { actionRun, pipelinesThatAnswer, stageState } from '../../../support/pipeline-answers.ts'
import { DAY, KEY, MINUTE, START, TOKEN, WHERE } from '../../../support/records.ts'

const NOW = START + MINUTE

type ActionState = StageState['actions'][number]
const approve = (more: Partial<ActionState> = {}): StageState[] => [
  stageState('Source'),
  stageState('Production', {
    executionId: KEY.executionId,
    actions: [{ action: 'Approve', status: 'InProgress', token: TOKEN, since: START, ...more }],
  }),
]

const declared = (stage: string, action: string, timeoutInMinutes: number): DeclaredStage => ({
  stage,
  actions: [{ action, category: 'Approval', provider: 'Manual', runOrder: 1, configuration: {}, timeoutInMinutes }],
})

const found = (stages: StageState[] | null, runs: ActionRun[] | null = [], structure: DeclaredStage[] | null = []) =>
  findStarted(
    { ...pipelinesThatAnswer({ stages, runs }), structure: async () => structure },
    { gate: 'manual-approval', where: WHERE, executionId: KEY.executionId },
    NOW,
  )

const notification = (expiresAt: number, token = TOKEN) => ({
  kind: 'found',
  notification: {
    id: approvalId(WHERE.accountId, WHERE.region, token),
    gate: 'manual-approval',
    told: 'events',
    where: WHERE,
    token,
    expiresAt,
  },
})

const DECLARED = [declared('Staging', 'Approve', 5), declared('Production', 'Approve', 20)]

test('the token is in the pipeline’s state, and the action expires after its own timeout', async () => {
  expect(await found(approve(), [], DECLARED)).toEqual(notification(START + 20 * MINUTE))
})

test('the expiry is told in whole minutes, as notifications tell it: never later than CodePipeline’s own', async () => {
  const since = START + 59_999
  expect(await found(approve({ since }), [], DECLARED)).toEqual(notification(START + 20 * MINUTE))
})

test.each<[string, DeclaredStage[] | null]>([
  ['without a timeout of its own', [{ stage: 'Production', actions: [] }]],
  ['in a stage that was renamed since', [declared('Staging', 'Approve', 20)]],
  ['whose pipeline the role may not read', null],
])('an action %s expires after CodePipeline’s seven days', async (_, structure) => {
  expect(await found(approve(), [], structure)).toEqual(notification(START + 7 * DAY))
})

test.each([
  ['no time of its start', null],
  ['the beginning of time', 0],
])('if CodePipeline says %s, the timeout counts from now', async (_, since) => {
  expect(await found(approve({ since }))).toEqual(notification(NOW + 7 * DAY))
})

test.each<[string, StageState[]]>([
  ['shows no token, as in PARALLEL mode', approve({ token: null })],
  ['has another execution in the stage', [{ ...approve()[1]!, executionId: 'other' }]],
  ['still shows the end of the earlier run', approve({ status: 'Succeeded' })],
  ['does not have the stage', []],
])('if the state %s, the list of actions has the token', async (_, stages) => {
  const runs = [
    actionRun({ externalId: 'another-stage', stage: 'Staging' }),
    actionRun({ externalId: 'another-action', action: 'Sign' }),
    actionRun({ externalId: 'parallel-token', startedAt: START - MINUTE }),
    actionRun({ externalId: 'before-the-retry', status: 'Failed' }),
  ]
  expect(await found(stages, runs)).toEqual(notification(START - MINUTE + 7 * DAY, 'parallel-token'))
})

test.each<[string, ActionRun[]]>([
  ['does not list the action', []],
  ['lists it without a token', [actionRun({ externalId: null })]],
])('if CodePipeline %s yet, it is asked again, and the log says why', async (_, runs) => {
  expect(await found(approve({ token: null }), runs)).toEqual({
    kind: 'not-shown-yet',
    because: 'CodePipeline does not show the token of this approval yet',
  })
})

test('an action that has ended, a pipeline or an execution that is gone: there is nothing to ask', async () => {
  expect(await found(approve({ token: null }), [actionRun({ status: 'Failed' })])).toEqual({
    kind: 'over',
    because: 'its status is Failed',
  })
  expect(await found(null)).toEqual({ kind: 'over', because: `there is no pipeline ${WHERE.pipeline}` })
  expect(await found(approve({ token: null }), null)).toMatchObject({
    kind: 'over',
    because: `there is no execution ${KEY.executionId}`,
  })
})
