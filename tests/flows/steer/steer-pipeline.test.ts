import type { Execution } from '../../../functions/domain/execution.ts'
import { steeringId } from '../../../functions/domain/steering.ts'
import { steerPipeline } from '../../../functions/flows/steer/steer-pipeline.ts'
import type { SteeringOutcome } from '../../../functions/ports/pipeline-steering.ts'
import { slowly } from '../../support/bot-in-memory.ts'
import { actionRun } from '../../support/pipeline-answers.ts'
import { DAY, KEY, SECOND, START, WHERE, approval, execution } from '../../support/records.ts'
import { standingAct } from './standing-act.ts'

const CHECK = { do: 'check-execution', execution: KEY }

test.each([
  ['C0DEPLOYS', []],
  [null, [{ do: 'show-homes', users: ['U0DANA'], opened: null }]],
])('asked from %s: its person is told, then what shows it is brought up to date', async (from, homes) => {
  const { request, steer } = await standingAct('stop')
  const one = request()
  const { next } = await steer({ ...one, who: { ...one.who, from } })
  expect(next).toEqual([expect.objectContaining({ do: 'tell-person', userId: 'U0DANA' }), ...homes, CHECK])
})

test('the record has the name that Slack has now, and nothing is left to file', async () => {
  const { services, request, steer, entries } = await standingAct('stop')
  services.steerings = { ...services.steerings, change: slowly(services.steerings.change) }
  await steer(request())
  expect((await entries())[0]!.happened).toMatchObject({ who: { name: 'DANA', from: 'C0DEPLOYS' } })
  const record = (await services.steerings.read(steeringId('s1')))!
  expect(record).toMatchObject({ request: { who: { name: 'DANA' } }, journal: { count: 2, unfiled: [] } })
})

test.each(['no seal', 'another request'])('a request that has %s is dropped, and an alarm rings', async (what) => {
  const { services, request, steer, logged, counted, calls, pass } = await standingAct('stop', {
    answers: [new Error('no answer')],
  })
  const one = request()
  if (what === 'no seal') {
    const tell = () => CHECK as never
    await steerPipeline({ ...services, tell }, one, 'f'.repeat(64), { isLast: false })
  } else {
    await expect(steer(one)).rejects.toThrow('no answer')
    pass(20 * SECOND)
    await steer({ ...one, reason: 'Another reason' })
  }
  expect(calls).toHaveLength(what === 'no seal' ? 0 : 1)
  expect(counted).toEqual(['VerdictNotProven'])
  expect(logged).toContainEqual(
    expect.objectContaining({ level: 'error', about: expect.objectContaining({ user: 'U0DANA' }) as object }),
  )
})

test.each([1, 2])('a failure at the last try, which is try %i, is told', async (tries) => {
  const answers = Array.from({ length: tries }, () => new Error('no answer'))
  const { request, steer, told, counted, logged, pass } = await standingAct('stop', { answers })
  const one = request()
  for (let count = 1; count < tries; count++) {
    await expect(steer(one)).rejects.toThrow('no answer')
    pass(20 * SECOND)
  }
  await steer(one, { isLast: true })
  expect(told()).toMatchObject([
    { answer: 'refused', because: 'CodePipeline did not answer. Look there whether it was done.' },
  ])
  expect(counted).toEqual(['EffectFailed'])
  expect(logged).toContainEqual(
    expect.objectContaining({
      level: 'error',
      about: expect.objectContaining({ act: 'stop', user: 'U0DANA' }) as object,
    }),
  )
})

test.each<[string, SteeringOutcome | Error]>([
  ['CodePipeline was busy', { kind: 'busy' }],
  ['the function that began has crashed', new Error('no answer')],
])('a request is tried again only for a person whose account can still act: %s', async (_, answer) => {
  const { services, request, steer, told, calls, pass } = await standingAct('retry', { answers: [answer] })
  const one = request()
  await steer(one).catch(() => {})
  pass(20 * SECOND)
  const { person } = services.directory
  services.directory.person = async (userId) => {
    const found = await person(userId)
    return found.kind === 'found' ? { ...found, value: { ...found.value, isDeactivated: true } } : found
  }
  await steer(one)
  expect(calls).toHaveLength(1)
  expect(told()).toMatchObject([{ answer: 'refused', because: 'Your Slack account is deactivated.' }])
})

test('a first call that CodePipeline refuses is told as refused, though another person retries the stage meanwhile', async () => {
  const runs = [actionRun({ actionExecutionId: 'run-1', status: 'Failed' })]
  const { services, request, steer, told } = await standingAct('retry', {
    answers: [{ kind: 'not-latest' }],
    pipelines: { actionRuns: async () => [...runs] },
  })
  const { steer: call } = services.pipelineSteering
  services.pipelineSteering = {
    steer: (...given) => {
      runs.unshift(actionRun({ actionExecutionId: 'run-2' }))
      return call(...given)
    },
  }
  await steer(request())
  expect(told()).toMatchObject([{ answer: 'refused' }])
})

test('while CodePipeline is busy, any function may try again after five seconds', async () => {
  const { services, request, steer } = await standingAct('stop', { answers: [{ kind: 'busy' }] })
  services.steerings = { ...services.steerings, change: slowly(services.steerings.change) }
  expect(await steer(request())).toMatchObject({ kind: 'again', afterSeconds: 5 })
  expect(await services.steerings.read(steeringId('s1'))).toMatchObject({ state: { name: 'begun', lease: null } })
})

test('while another function does it, it is looked at again after twenty seconds', async () => {
  const { request, steer } = await standingAct('stop', { answers: [new Error('no answer')] })
  const one = request()
  await expect(steer(one)).rejects.toThrow('no answer')
  expect(await steer(one)).toMatchObject({ kind: 'again', afterSeconds: 20 })
})

test.each(['has begun it', 'tries it again'])(
  'what another function that %s is doing is left to it, though its person may not do it any more',
  async (how) => {
    const { services, request, steer, told } = await standingAct('stop', { answers: [new Error('no answer')] })
    const one = request()
    await expect(steer(one)).rejects.toThrow('no answer')
    const { read } = services.steerings
    const person = async () => ({ kind: 'not-found' }) as const
    const late = {
      ...services,
      directory: { ...services.directory, person },
      // It looked before the other began.
      steerings: { ...services.steerings, read: how === 'has begun it' ? async () => null : read },
    }
    expect(await steer(one, { by: late })).toMatchObject({ kind: 'again', afterSeconds: 20 })
    expect(told()).toEqual([])
    expect(await read(steeringId('s1'))).toMatchObject({ state: { name: 'begun' } })
  },
)

const older = (executionId: string, more: Partial<Execution> = {}): Execution => ({
  ...execution(),
  key: { ...KEY, executionId },
  ...more,
})

test('after a hold the ten newest others of the last thirty days, and what waits, are looked at again', async () => {
  const { services, request, steer, queued, logged } = await standingAct('hold')
  for (let index = 0; index < 11; index++)
    await services.executions.create(older(`e${index}`, { firstEventAt: START - index * SECOND }))
  await services.approvals.create(approval())
  await services.approvals.create(approval({ id: 'f'.repeat(32), where: { ...WHERE, pipeline: 'other' } }))
  services.queue = { send: slowly(services.queue.send) }
  await steer(request())
  expect(queued).toEqual([
    ...Array.from({ length: 10 }, (_, index) => ({
      due: { effect: { do: 'check-execution', execution: { ...KEY, executionId: `e${index}` } }, attempt: 1 },
      delaySeconds: 0,
    })),
    { due: { effect: { do: 'check-approval', approval: approval().id }, attempt: 1 }, delaySeconds: 0 },
  ])
  expect(logged).toContainEqual(expect.objectContaining({ about: expect.objectContaining({ approvals: 1 }) as object }))
})

test('what began more than thirty days ago is not looked at again', async () => {
  const { services, request, steer, queued } = await standingAct('hold')
  services.queue = { send: slowly(services.queue.send) }
  await services.executions.create(older('edge', { firstEventAt: START - 30 * DAY }))
  await services.executions.create(older('before', { firstEventAt: START - 30 * DAY - 1 }))
  await steer(request())
  expect(queued).toMatchObject([{ due: { effect: { execution: { executionId: 'edge' } } } }])
})

test.each([
  ['hold', 'refused'],
  ['stop', 'taken'],
] as const)('after a %s that is %s, nothing else is looked at again', async (act, answer) => {
  const { services, request, steer, queued } = await standingAct(act, {
    answers: [answer === 'taken' ? { kind: 'taken' } : { kind: 'unable' }],
  })
  await services.executions.create(older('e1'))
  await steer(request())
  expect(queued).toEqual([])
})
