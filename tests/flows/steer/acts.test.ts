import type { Execution } from '../../../functions/domain/execution.ts'
import type { SteeringRequest } from '../../../functions/domain/steering.ts'
import { steeringId } from '../../../functions/domain/steering.ts'
import { steeringOffered } from '../../../functions/flows/steer/judge-steering.ts'
import type { SteeringOutcome } from '../../../functions/ports/pipeline-steering.ts'
import { executionSummary, pipelinesThatAnswer, stageState } from '../../support/pipeline-answers.ts'
import { KEY, SECOND, START, actor, execution, pipelineChange, stageChange } from '../../support/records.ts'
import { steeringBot } from '../../support/steering-bot.ts'

const MAY = 'may: { stop: { people: [U0DANA] }, release: { people: [U0DANA] } }'
const CONFIGURATION = `
defaults: { approvals: C0RELEASES }
routes:
  - match: { pipeline: '*', stage: Production }
    approvers: [{ name: engineers, people: [U0ANA] }]
    ${MAY}
  - match: { pipeline: '*', stage: Canary }
    approvers: [{ name: engineers, people: [U0ANA] }]
    may: { stop: { people: [U0ELI] } }
`
const FREEZE = '\n    freeze: [{ name: stocktaking, from: Mon 00:00, to: Sun 23:59 }]'

const RUNNING = [stageChange('Production', 'running', START), pipelineChange('running', START)]
const OVER = [stageChange('Production', 'succeeded', START), pipelineChange('succeeded', START)]
const withStages = (of: Execution, ...stageOrder: string[]): Execution => ({ ...of, stageOrder })

type Act = 'stop' | 'release'
const CASES: { act: Act; choice: string | null; reason: string | null; standing: Execution; opposite: Execution }[] = [
  { act: 'stop', choice: 'wait', reason: 'Wrong branch', standing: execution(RUNNING), opposite: execution(OVER) },
  { act: 'release', choice: null, reason: null, standing: execution(OVER), opposite: execution(RUNNING) },
]

interface World {
  configuration?: string
  answers?: (SteeringOutcome | Error)[]
  status?: 'InProgress' | 'Stopping' | 'Stopped'
  stages?: string[]
  of?: Execution
}

const world = async (
  { act, choice, reason, standing }: (typeof CASES)[number],
  { configuration = CONFIGURATION, answers = [{ kind: 'taken' }], status = 'InProgress', stages, of }: World = {},
) => {
  const shown = { status }
  const bot = steeringBot({
    configuration,
    answers,
    pipelines: {
      ...pipelinesThatAnswer({ stages: (stages ?? ['Source', 'Production']).map((stage) => stageState(stage)) }),
      execution: async () => executionSummary({ status: shown.status }),
    },
  })
  const { services } = bot
  await services.executions.create(withStages(of ?? standing, 'Source', 'Production'))
  const request = (userId = 'U0DANA'): SteeringRequest => ({
    ...{ act, execution: KEY, stage: null, choice, reason, id: 's1' },
    who: { ...actor(userId), from: 'C0DEPLOYS' },
    at: services.clock.now(),
  })
  return { ...bot, request, shown, entries: () => bot.entries('s1') }
}

describe.each(CASES)('$act', (row) => {
  const { act, choice, reason, opposite, standing } = row

  test('is done once for a person whom the routes of the pipeline let, and recorded', async () => {
    const { request, steer, calls, told, entries } = await world(row)
    const one = request()
    await steer(one)
    await steer(one)
    const steering = { act, execution: KEY, stage: null, choice, reason }
    expect(calls).toEqual([[steering, { by: 'U0DANA', once: steeringId('s1') }]])
    expect(told()[0]).toMatchObject({ kind: 'steering', answer: 'taken' })
    expect((await entries()).map(({ happened }) => happened)).toMatchObject([
      { what: 'steering-requested', steering },
      { what: 'steering-answered', answer: 'taken' },
    ])
  })

  test.each([
    ['by a person whom no route names', { userId: 'U0BEN' }, /^You may not/],
    ['without the permission', { configuration: CONFIGURATION.replace(`    ${MAY}\n`, '') }, /^No one may/],
    ['if a stage that was added lets others', { stages: ['Source', 'Production', 'Canary'] }, /may/],
    ['without a route', { configuration: 'routes: []' }, /^No one may/],
    ['in another state', { of: opposite }, /^This execution/],
  ] as [string, World & { userId?: string }, RegExp][])('is refused %s', async (_, { userId, ...more }, words) => {
    const { request, steer, calls, told, entries } = await world(row, more)
    await steer(request(userId))
    expect(calls).toEqual([])
    expect(told()).toMatchObject([{ answer: 'refused', because: expect.stringMatching(words) }])
    expect(await entries()).toHaveLength(2)
  })

  test(`is ${act === 'stop' ? 'left to people' : 'refused'} during a change freeze`, async () => {
    const { request, steer, calls, told } = await world(row, {
      configuration: CONFIGURATION.replace(MAY, MAY + FREEZE),
    })
    await steer(request())
    expect(calls).toHaveLength(act === 'stop' ? 1 : 0)
    expect(told()).toMatchObject([{ answer: act === 'stop' ? 'taken' : 'refused' }])
  })

  test('is offered in the state and where people may, and nowhere else', async () => {
    const { services } = await world(row)
    const acts = (of: Execution) => steeringOffered(services, of).map((aim) => aim.act)
    expect(acts(withStages(standing, 'Source', 'Production'))).toEqual([act])
    expect(acts(withStages(opposite, 'Source', 'Production'))).not.toContain(act)
    expect(acts(withStages(standing, 'Source', 'Canary', 'Production'))).toEqual(act === 'stop' ? ['stop'] : [])
    expect(acts(withStages(standing))).toEqual([])
  })

  test.each<SteeringOutcome>([
    { kind: 'unable' },
    { kind: 'already' },
    { kind: 'gone' },
    { kind: 'refused', because: 'the role lacks x' },
  ])('that CodePipeline refuses (%j): the person reads why', async (outcome) => {
    const { request, steer, told } = await world(row, { answers: [outcome] })
    await steer(request())
    expect(told()).toMatchObject([{ answer: 'refused', because: expect.stringMatching(/\w{3}.*\.$/) }])
  })
})

test('a stop whose answer was lost is not sent again if the execution stops', async () => {
  const { request, steer, calls, told, shown, pass } = await world(CASES[0]!, { answers: [new Error('no answer')] })
  const one = request()
  await expect(steer(one)).rejects.toThrow('no answer')
  shown.status = 'Stopping'
  pass(20 * SECOND)
  await steer(one)
  expect(calls).toHaveLength(1)
  expect(told()).toMatchObject([{ answer: 'taken' }])
})

test('what was taken is told as taken, though the last attempt could not record it', async () => {
  const { services, request, steer, told, entries } = await world(CASES[1]!)
  const { file } = services.entries
  let filings = 0
  services.entries.file = async (...given) => {
    if (++filings === 2) throw new Error('no answer')
    return file(...given)
  }
  await steer(request(), { isLast: true })
  expect(told()).toMatchObject([{ answer: 'taken' }])
  expect((await entries()).map(({ happened }) => happened)).toMatchObject([
    { what: 'steering-requested' },
    { what: 'steering-answered', answer: 'taken' },
  ])
})

test('an execution that was stopping before is abandoned by a call of its own', async () => {
  const abandon = { ...CASES[0]!, choice: 'abandon' }
  const answers = [new Error('no answer'), { kind: 'taken' as const }]
  const { request, steer, calls, pass } = await world(abandon, { status: 'Stopping', answers })
  const one = request()
  await expect(steer(one)).rejects.toThrow('no answer')
  pass(20 * SECOND)
  await steer(one)
  expect(calls).toHaveLength(2)
})

test('an execution that was stopped before the call is not told as stopped by it', async () => {
  const { request, steer, told, pass } = await world(CASES[0]!, {
    status: 'Stopped',
    answers: [new Error('no answer'), { kind: 'unable' }],
  })
  const one = request()
  await expect(steer(one)).rejects.toThrow('no answer')
  pass(20 * SECOND)
  await steer(one)
  expect(told()).toMatchObject([{ answer: 'refused' }])
})

test.each([
  ['Not now', 'refused'],
  [`Greenlight ${steeringId('s1')} U0DANA: Wrong branch`, 'taken'],
])('an execution that was stopping before and is stopped with the reason “%s” tells %s', async (stopReason, answer) => {
  const { services, request, steer, told, shown, pass } = await world(CASES[0]!, {
    status: 'Stopping',
    answers: [new Error('no answer'), { kind: 'unable' }],
  })
  services.pipelines.executions = async () => [executionSummary({ status: 'Stopped', stopReason })]
  const one = request()
  await expect(steer(one)).rejects.toThrow('no answer')
  shown.status = 'Stopped'
  pass(20 * SECOND)
  await steer(one)
  expect(told()).toMatchObject([{ answer }])
})

test.each(['Stopped in the console', `Greenlight ${steeringId('s2')} U0DANA: Now`])(
  'where a later stop hides whether a lost call was taken, its person is told to look: %s',
  async (stopReason) => {
    const { services, request, steer, calls, told, shown, pass } = await world(CASES[0]!, {
      answers: [new Error('no answer'), { kind: 'already' }],
    })
    const one = request()
    await expect(steer(one)).rejects.toThrow('no answer')
    shown.status = 'Stopping'
    const { executions } = pipelinesThatAnswer({
      executions: [
        ...['newer', 'newest'].map((executionId) => executionSummary({ executionId })),
        executionSummary({ status: 'Stopping', stopReason }),
      ],
    })
    services.pipelines.executions = executions
    pass(20 * SECOND)
    await steer(one)
    expect(calls).toHaveLength(1)
    expect(told()).toMatchObject([
      { answer: 'refused', because: 'CodePipeline did not answer. Look there whether it was done.' },
    ])
  },
)

test('an execution with many newer ones in front of it, which was stopping before, is told as abandoned', async () => {
  const { services, request, steer, told, shown, pass } = await world(
    { ...CASES[0]!, choice: 'abandon' },
    { status: 'Stopping', answers: [new Error('no answer'), { kind: 'unable' }] },
  )
  const one = request()
  await expect(steer(one)).rejects.toThrow('no answer')
  shown.status = 'Stopped'
  const stopReason = `Greenlight ${steeringId('s1')} U0DANA: Wrong branch`
  // One a page.
  const { executions } = pipelinesThatAnswer({
    executions: [executionSummary({ executionId: 'newer' }), executionSummary({ status: 'Stopped', stopReason })],
  })
  services.pipelines.executions = executions
  pass(20 * SECOND)
  await steer(one)
  expect(told()).toMatchObject([{ answer: 'taken' }])
})

test('a release is not told as taken because the one before it is not among the newest executions any more', async () => {
  const release = (executionId: string) =>
    executionSummary({
      executionId,
      trigger: { type: 'StartPipelineExecution', detail: '', steeredFor: 'U0DANA' },
    })
  const { services, request, steer, calls, pass } = await world(CASES[1]!, {
    answers: [new Error('no answer'), { kind: 'taken' }],
  })
  services.pipelines.executions = async () => [release('before')]
  const one = request()
  await expect(steer(one)).rejects.toThrow('no answer')
  services.pipelines.executions = async () => [executionSummary({ executionId: 'pushed' })]
  pass(20 * SECOND)
  await steer(one)
  expect(calls).toHaveLength(2)
})

test('a release whose answer was lost is sent again with the same token', async () => {
  const answers = [new Error('no answer'), { kind: 'taken' as const }]
  const { request, steer, calls, pass } = await world(CASES[1]!, { answers })
  const one = request()
  await expect(steer(one)).rejects.toThrow('no answer')
  pass(20 * SECOND)
  await steer(one)
  expect(calls.map(([, { once }]) => once)).toEqual([steeringId('s1'), steeringId('s1')])
})

test('a release whose answer was lost is told as taken if CodePipeline shows the execution that it started', async () => {
  const { services, request, steer, calls, told, pass } = await world(CASES[1]!, { answers: [new Error('no answer')] })
  const one = request()
  const listed = [executionSummary({ executionId: 'e2' })]
  services.pipelines.executions = async () => listed
  await expect(steer(one)).rejects.toThrow('no answer')
  const by = (steeredFor: string) => ({ type: 'StartPipelineExecution', detail: 'arn', steeredFor })
  listed.unshift(executionSummary({ executionId: 'e3', trigger: by('U0DANA') }))
  // The execution under whose message the button stood has been superseded by it.
  await services.executions.change(KEY, (known) => [
    { ...known, overall: { ...known.overall, progress: 'superseded' } },
    null,
  ])
  pass(20 * SECOND)
  await steer(one)
  expect(calls).toHaveLength(1)
  expect(told()).toMatchObject([{ answer: 'taken' }])
})

test('a release that was lost is sent again if another person has released since', async () => {
  const answers = [new Error('no answer'), { kind: 'taken' as const }]
  const { services, request, steer, calls, pass } = await world(CASES[1]!, { answers })
  const one = request()
  const trigger = { type: 'StartPipelineExecution', detail: 'arn', steeredFor: 'U0ELI' }
  const listed = [executionSummary({ executionId: 'e2' })]
  services.pipelines.executions = async () => listed
  await expect(steer(one)).rejects.toThrow('no answer')
  listed.unshift(executionSummary({ executionId: 'e3', trigger }))
  pass(20 * SECOND)
  await steer(one)
  expect(calls).toHaveLength(2)
})
