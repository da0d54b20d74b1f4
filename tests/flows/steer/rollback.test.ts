import type { StateChange } from '../../../functions/domain/execution.ts'
import type { SteeringRequest } from '../../../functions/domain/steering.ts'
import { steeringId } from '../../../functions/domain/steering.ts'
import { steeringOffered } from '../../../functions/flows/steer/judge-steering.ts'
import { describedLastGood } from '../../../functions/flows/steer/last-good.ts'
import type { SteeringOutcome } from '../../../functions/ports/pipeline-steering.ts'
import type { ExecutionSummary, StageState } from '../../../functions/ports/pipelines.ts'
import { actionRun, executionSummary, pipelinesThatAnswer, stageState } from '../../support/pipeline-answers.ts'
import {
  KEY,
  MINUTE,
  SECOND,
  START,
  actionChange,
  actor,
  execution,
  pipelineChange,
  stageChange,
} from '../../support/records.ts'
import { steeringBot } from '../../support/steering-bot.ts'

const MAY = 'may: { rollback: { people: [U0DANA] } }'
const CONFIGURATION = `
defaults: { approvals: C0RELEASES }
routes:
  - match: { pipeline: '*', stage: Production }
    approvers: [{ name: engineers, people: [U0ANA] }]
    ${MAY}
`
const FREEZE = '\n    freeze: [{ name: stocktaking, from: Mon 00:00, to: Sun 23:59 }]'
const AIM = { act: 'rollback', execution: KEY, stage: 'Production' } as const

const failedBy = (action: string, category: string) => ({
  ...execution([
    stageChange('Production', 'failed', START),
    { ...actionChange('Production', action, 'failed', START), category } as StateChange,
    pipelineChange('failed', START),
  ]),
  stageOrder: ['Source', 'Production'],
})

/** Newest first: `bad` was rolled back to `good`, by `back`; then this execution failed. */
const OWN = executionSummary({ status: 'Failed', startedAt: START })
const GOOD = executionSummary({ executionId: 'good', status: 'Succeeded', startedAt: START - 60 * MINUTE })
const BAD = executionSummary({ executionId: 'bad', status: 'Succeeded', startedAt: START - 40 * MINUTE })
const BACK = executionSummary({
  executionId: 'back',
  status: 'Succeeded',
  startedAt: START - 20 * MINUTE,
  rollbackTo: 'good',
})

interface World {
  configuration?: string
  answers?: (SteeringOutcome | Error)[]
  all?: ExecutionSummary[]
  succeeded?: ExecutionSummary[]
  stage?: Partial<StageState>
}

const world = async ({
  configuration = CONFIGURATION,
  answers = [{ kind: 'taken' }],
  all = [OWN, GOOD],
  succeeded = [GOOD],
  stage = {},
}: World = {}) => {
  const listed = [...all]
  const runs = ['good', 'back'].map((executionId, index) =>
    actionRun({
      ...{ executionId, stage: 'Production', action: 'Deploy', category: 'Deploy', status: 'Succeeded' },
      updatedAt: START - (60 - index * 40) * MINUTE,
    }),
  )
  const bot = steeringBot({
    configuration,
    answers,
    pipelines: pipelinesThatAnswer({
      stages: [stageState('Source'), stageState('Production', { status: 'Failed', ...stage })],
      executions: listed,
      succeeded,
      runs,
    }),
  })
  const { services } = bot
  await services.executions.create(failedBy('Deploy', 'Deploy'))
  const request = (choice: string | null = 'good', userId = 'U0DANA'): SteeringRequest => ({
    ...{ ...AIM, choice, reason: null, id: 's1' },
    who: { ...actor(userId), from: 'C0DEPLOYS' },
    at: services.clock.now(),
  })
  return { ...bot, request, listed, entries: () => bot.entries('s1') }
}

test('a stage is rolled back once to the execution that its person has read, and the record says to which', async () => {
  const { request, steer, calls, told, entries } = await world()
  const one = request()
  await steer(one)
  await steer(one)
  const steering = { ...AIM, choice: 'good', reason: null }
  expect(calls).toEqual([[steering, { by: 'U0DANA', once: steeringId('s1') }]])
  expect(told()[0]).toMatchObject({ kind: 'steering', answer: 'taken' })
  expect((await entries()).map(({ happened }) => happened)).toMatchObject([
    { what: 'steering-requested', steering },
    { what: 'steering-answered', answer: 'taken' },
  ])
})

test('the form says to which execution, with its change, and since when it was good', async () => {
  const { services } = await world()
  expect(await describedLastGood(services, AIM)).toMatchObject({
    kind: 'found',
    good: { executionId: 'good', since: START - 60 * MINUTE, revisions: [] },
  })
})

test('after a rollback, it is what that went back to, and not the newer execution that it took back', async () => {
  const { services } = await world({ all: [OWN, BACK, BAD, GOOD], succeeded: [BACK, BAD, GOOD] })
  expect(await describedLastGood(services, AIM)).toMatchObject({
    good: { executionId: 'good', since: START - 20 * MINUTE },
  })
})

const NEWER = executionSummary({ executionId: 'newer', status: 'Succeeded', startedAt: START + MINUTE })
test.each([
  ['no other has succeeded there', { succeeded: [OWN] }, 'No other execution has succeeded in the stage Production'],
  ['a newer one has', { all: [NEWER, OWN, GOOD], succeeded: [NEWER, GOOD] }, 'A newer execution has succeeded'],
  ['another is in the stage', { stage: { status: 'InProgress' } }, 'Another execution is in the stage Production'],
  [
    'it has not left the stage yet',
    { stage: { status: 'InProgress', executionId: KEY.executionId } },
    'The stage Production has not ended yet. Ask again once it has.',
  ],
  ['CodePipeline no longer has it', { all: [] }, 'no longer has'],
  ['the stage was removed', { stage: { stage: 'Elsewhere' } }, 'no longer has'],
  ['another one is good by now', { succeeded: [BAD, GOOD], all: [OWN, BAD, GOOD] }, 'Another execution is the last'],
] as [string, World, string][])('it is refused if %s', async (_, more, words) => {
  const { services, request, steer, calls, told, entries } = await world(more)
  await steer(request())
  expect(calls).toEqual([])
  expect(told()).toMatchObject([{ answer: 'refused', because: expect.stringContaining(words) }])
  expect(await entries()).toHaveLength(2)
  if (!words.startsWith('Another execution is the last'))
    expect(await describedLastGood(services, AIM)).toMatchObject({ because: expect.stringContaining(words) })
})

test.each([
  ['by a person whom the route does not name', {}, 'U0BEN', /^You may not roll this stage back/],
  ['without the permission', { configuration: CONFIGURATION.replace(`    ${MAY}\n`, '') }, 'U0DANA', /^No one may/],
] as [string, World, string, RegExp][])('it is refused %s', async (_, more, userId, words) => {
  const { request, steer, calls, told } = await world(more)
  await steer(request('good', userId))
  expect(calls).toEqual([])
  expect(told()).toMatchObject([{ answer: 'refused', because: expect.stringMatching(words) }])
})

test('a change freeze leaves it to people, who bring back what was live', async () => {
  const { request, steer, calls } = await world({ configuration: CONFIGURATION.replace(MAY, MAY + FREEZE) })
  await steer(request())
  expect(calls).toHaveLength(1)
})

test('a rollback that another person requested since is not told as that of the call that was lost', async () => {
  const { request, steer, told, listed, pass } = await world({ answers: [new Error('no answer'), { kind: 'unable' }] })
  const one = request()
  await expect(steer(one)).rejects.toThrow('no answer')
  const trigger = { type: 'ManualRollback', detail: '', steeredFor: 'U0ELI' }
  listed.unshift(executionSummary({ executionId: 'theirs', rollbackTo: 'good', trigger }))
  pass(20 * SECOND)
  await steer(one)
  expect(told()).toMatchObject([{ answer: 'refused' }])
})

test('a call whose answer was lost is not sent again if CodePipeline shows the rollback', async () => {
  const { request, steer, calls, told, listed, pass } = await world({ answers: [new Error('no answer')] })
  const one = request()
  await expect(steer(one)).rejects.toThrow('no answer')
  listed.unshift(executionSummary({ executionId: 'mine', startedAt: START + SECOND, rollbackTo: 'good' }))
  pass(20 * SECOND)
  await steer(one)
  expect(calls).toHaveLength(1)
  expect(told()).toMatchObject([{ answer: 'taken' }])
})

test('a call whose answer was lost is sent again if only an earlier rollback to that execution is there', async () => {
  const answers = [new Error('no answer'), { kind: 'taken' as const }]
  const { request, steer, calls, pass } = await world({
    ...{ answers, all: [OWN, BACK, GOOD], succeeded: [BACK, GOOD] },
  })
  const one = request()
  await expect(steer(one)).rejects.toThrow('no answer')
  pass(20 * SECOND)
  await steer(one)
  expect(calls).toHaveLength(2)
})

test.each<SteeringOutcome>([
  { kind: 'unable' },
  { kind: 'outdated' },
  { kind: 'gone' },
  { kind: 'refused', because: 'the role lacks codepipeline:RollbackStage' },
])('that CodePipeline refuses (%j): the person reads why', async (outcome) => {
  const { request, steer, told } = await world({ answers: [outcome] })
  await steer(request())
  expect(told()).toMatchObject([{ answer: 'refused', because: expect.stringMatching(/\w{3}.*\.$/) }])
})

test('it is offered where a deployment failed: not in the first stage, and not after a rejection', async () => {
  const { services } = await world()
  const acts = (of: ReturnType<typeof failedBy>) => steeringOffered(services, of).map(({ act }) => act)
  expect(acts(failedBy('Deploy', 'Deploy'))).toEqual(['rollback'])
  expect(acts(failedBy('Approve', 'Approval'))).toEqual([])
  expect(acts({ ...failedBy('Deploy', 'Deploy'), stageOrder: ['Production'] })).toEqual([])
})
