import { configurationFrom } from '../../../functions/config/configuration.ts'
import { readConfiguration } from '../../../functions/config/read-configuration.ts'
import { applyEvent } from '../../../functions/domain/execution.ts'
import type { SteeringRequest } from '../../../functions/domain/steering.ts'
import { steeringId, steeringStatement } from '../../../functions/domain/steering.ts'
import { steerPipeline } from '../../../functions/flows/steer/steer-pipeline.ts'
import { steeringOffered, whyNotSteered } from '../../../functions/flows/steer/judge-steering.ts'
import type { PipelineSteering, SteeringOutcome } from '../../../functions/ports/pipeline-steering.ts'
import type { FailedRule } from '../../../functions/ports/pipelines.ts'
import type { DueServices } from '../../../functions/ports/services.ts'
import { actionRun, pipelinesThatAnswer } from '../../support/pipeline-answers.ts'
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
import { toldOfSteering } from '../../support/told-of-steering.ts'
import { steeringBot } from '../../support/steering-bot.ts'

const CONFIGURATION = `
defaults: { approvals: C0RELEASES }
routes:
  - match: { pipeline: docs-* }
    approvers: [{ name: writers, people: [U0ANA] }]
  - match: { pipeline: '*', stage: Production, action: Canary }
    approvers: [{ name: engineers, people: [U0ANA] }]
    may: { retry: { people: [U0DANA, U0CHEN] } }
  - match: { pipeline: '*', stage: Production }
    approvers: [{ name: engineers, people: [U0ANA] }]
    may: { retry: { people: [U0DANA, U0ELI] } }
  - match: {}
    approvers: [{ name: engineers, people: [U0ANA] }]
`
const MAY = 'may: { retry: { people: [U0DANA, U0ELI] } }'
const FREEZE = '    freeze: [{ name: stocktaking, from: Mon 00:00, to: Sun 23:59 }]'
const FAILED = [
  stageChange('Production', 'failed', START),
  actionChange('Production', 'Deploy', 'failed', START),
  pipelineChange('failed', START),
]
const RUN = actionRun({ actionExecutionId: 'run-1', stage: 'Production', action: 'Deploy', status: 'Failed' })
const STAGE = { act: 'retry', execution: KEY, stage: 'Production' } as const

/** A bot with a failed execution. `answers`: CodePipeline's, one for each call. */
const failed = async (
  answers: (SteeringOutcome | Error)[] = [{ kind: 'taken' }],
  configuration = CONFIGURATION,
  rules: FailedRule[] | 'refused' = [],
) => {
  const runs = [RUN]
  const bot = steeringBot({
    configuration,
    answers,
    pipelines: {
      ...pipelinesThatAnswer(),
      actionRuns: async () => [...runs],
      failedRules: async () => (rules === 'refused' ? rules : [...rules]),
    },
  })
  const { services } = bot
  await services.executions.create(execution(FAILED))
  const request = (userId = 'U0DANA', id = 'r1'): SteeringRequest => ({
    ...STAGE,
    id,
    choice: 'FAILED_ACTIONS',
    reason: null,
    who: { ...actor(userId), from: 'C0DEPLOYS' },
    at: services.clock.now(),
  })
  return { ...bot, request, retry: bot.steer, entries: (id = 'r1') => bot.entries(id), runs }
}

describe('a failed stage', () => {
  test('is retried once for a person whom every route of the stage lets, who is told, and the record says it', async () => {
    const { services, request, retry, told, entries, calls } = await failed()
    const one = request()
    await retry(one)
    expect(calls).toEqual([
      [
        { ...STAGE, choice: 'FAILED_ACTIONS', reason: null },
        { by: 'U0DANA', once: steeringId('r1') },
      ],
    ])
    expect(told()).toEqual([
      expect.objectContaining({ kind: 'steering', answer: 'taken', steering: expect.objectContaining(STAGE) }),
    ])
    const [asked, answered] = await entries()
    expect(asked!.happened).toMatchObject({
      what: 'steering-requested',
      who: { userId: 'U0DANA' },
      steering: { ...STAGE, choice: 'FAILED_ACTIONS' },
    })
    expect(answered!.happened).toEqual({ what: 'steering-answered', answer: 'taken', because: null })
    const { happened } = asked!
    if (happened.what !== 'steering-requested') throw new Error('no request')
    const statement = steeringStatement(steeringId('r1'), one, 'U0DANA', one.at)
    expect(await services.signatures.verify(statement, happened.signed)).toBe(true)
  })

  test('is not retried again if the request is delivered again', async () => {
    const { request, retry, calls, entries } = await failed()
    const one = request()
    await retry(one)
    await retry(one)
    expect(calls).toHaveLength(1)
    expect(await entries()).toHaveLength(2)
  })

  test('is not retried while CodePipeline is too slow to say whether its person may, and is then', async () => {
    const { services, request, retry, calls, pass } = await failed()
    const one = request()
    const slow = { ...services.pipelines, actionRuns: () => new Promise<never>(() => {}) }
    const late = retry(one, { by: { ...services, pipelines: slow } })
    await new Promise((resolve) => setImmediate(resolve))
    pass(8 * SECOND)
    await expect(late).rejects.toThrow('took too long')
    expect(calls).toEqual([])
    await retry(one)
    expect(calls).toHaveLength(1)
  })

  test('that a rule failed on entry again, without any action, is not retried again if the answer was lost', async () => {
    const rule: FailedRule = { stage: 'Production', rule: 'Window', summary: null, updatedBy: null, at: START }
    const rules = [rule]
    const { request, retry, calls, told, pass } = await failed([new Error('no answer')], CONFIGURATION, rules)
    const one = request()
    await expect(retry(one)).rejects.toThrow('no answer')
    rules.unshift({ ...rule, at: START + SECOND }, { ...rule, stage: 'Other', at: START + MINUTE })
    pass(20 * SECOND)
    await retry(one)
    expect(calls).toHaveLength(1)
    expect(told()).toMatchObject([{ answer: 'taken' }])
  })

  test.each<[string, FailedRule[] | 'refused']>([
    ['no rule has failed', []],
    ['a rule of another stage has failed', [{ stage: 'Other', rule: 'R', summary: null, updatedBy: null, at: START }]],
    ['the role may not read the rules', 'refused'],
  ])('is retried again if the call was lost, and %s', async (_, rules) => {
    const answers = [new Error('no answer'), { kind: 'taken' as const }]
    const { request, retry, calls, pass } = await failed(answers, CONFIGURATION, rules)
    const one = request()
    await expect(retry(one)).rejects.toThrow('no answer')
    pass(20 * SECOND)
    await retry(one)
    expect(calls).toHaveLength(2)
  })

  test.each([
    ['run-1', 2],
    ['run-0', 1],
  ])('that an earlier version began when CodePipeline showed %s is called %i times', async (before, times) => {
    const answers = [new Error('no answer'), { kind: 'taken' as const }]
    const { services, request, retry, calls, pass } = await failed(answers)
    const one = request()
    await expect(retry(one)).rejects.toThrow('no answer')
    await services.steerings.change(steeringId('r1'), (record) => [
      record.state.name === 'begun' ? { ...record, state: { ...record.state, before } } : record,
      null,
    ])
    pass(20 * SECOND)
    await retry(one)
    expect(calls).toHaveLength(times)
  })

  test('that could never be checked says that nothing was done, and is in no record', async () => {
    const { services, request, retry, told, entries, calls } = await failed()
    const signatures = { ...services.signatures, sign: () => Promise.reject(new Error('ThrottlingException')) }
    await retry(request(), { isLast: true, by: { ...services, signatures } })
    expect(calls).toEqual([])
    expect(told()).toMatchObject([{ answer: 'refused', because: expect.stringContaining('nothing was done') }])
    expect(await entries()).toEqual([])
  })

  test('that could never be checked is not done by a second delivery of the request either', async () => {
    const { services, request, retry, told, entries, calls } = await failed()
    const signatures = { ...services.signatures, sign: () => Promise.reject(new Error('ThrottlingException')) }
    const one = request()
    await retry(one, { isLast: true, by: { ...services, signatures } })
    await retry(one)
    expect(calls).toEqual([])
    const notDone = { answer: 'refused', because: expect.stringContaining('nothing was done') }
    expect(told()).toMatchObject([notDone, notDone])
    expect(await entries()).toEqual([])
  })

  test('under a calendar that cannot be read is not said to be in a change freeze', async () => {
    const calendar =
      "    freeze: [{ name: stocktaking, calendar: 'arn:aws:ssm:eu-west-1:111122223333:document/freezes' }]"
    const { services, request, retry, told } = await failed([], CONFIGURATION.replace(MAY, `${MAY}\n${calendar}`))
    const calendars = { stateAt: async () => ({ kind: 'unread', because: 'AWS did not answer' }) as const }
    await retry(request(), { by: { ...services, calendars } })
    expect(told()).toMatchObject([
      {
        answer: 'refused',
        because: expect.stringMatching(/^Greenlight cannot tell .*stocktaking.*AWS did not answer\.$/),
      },
    ])
  })

  test('is retried once by two functions at once', async () => {
    const { request, retry, calls } = await failed()
    const one = request()
    const ended = await Promise.all([retry(one), retry(one)])
    expect(calls).toHaveLength(1)
    expect(ended.map(({ kind }) => kind).sort()).toEqual(['again', 'done'])
  })

  test('is not retried again after a call without an answer that CodePipeline took', async () => {
    const { request, retry, calls, runs, told, pass } = await failed([new Error('no answer')])
    const one = request()
    await expect(retry(one)).rejects.toThrow('no answer')
    expect((await retry(one)).kind).toBe('again')
    runs.unshift({ ...RUN, actionExecutionId: 'run-2', status: 'Failed' })
    pass(20 * SECOND)
    await retry(one)
    expect(calls).toHaveLength(1)
    expect(told()).toMatchObject([{ answer: 'taken' }])
  })

  test('is retried after a call that CodePipeline did not take', async () => {
    const { request, retry, calls, told, pass } = await failed([new Error('no answer'), { kind: 'taken' }])
    const one = request()
    await expect(retry(one)).rejects.toThrow('no answer')
    pass(20 * SECOND)
    await retry(one)
    expect(calls).toHaveLength(2)
    expect(told()).toMatchObject([{ answer: 'taken' }])
  })

  test('is not called again in a change freeze that began since, and its person reads so', async () => {
    const { services, request, retry, calls, told, pass } = await failed([new Error('no answer')])
    const one = request()
    await expect(retry(one)).rejects.toThrow('no answer')
    pass(20 * SECOND)
    const frozen = CONFIGURATION.replace('[U0DANA, U0ELI] } }', '[U0DANA, U0ELI] } }\n' + FREEZE)
    const read = readConfiguration(frozen)
    if (read.kind === 'invalid') throw new Error(JSON.stringify(read.problems))
    await retry(one, { by: { ...services, configuration: configurationFrom(read.configuration) } })
    expect(calls).toHaveLength(1)
    expect(told()).toMatchObject([{ answer: 'refused', because: expect.stringContaining('“stocktaking” is in force') }])
  })

  test('is not called again by a request that is redriven days later', async () => {
    const { request, retry, calls, told, pass } = await failed([new Error('no answer')])
    const one = request()
    await expect(retry(one)).rejects.toThrow('no answer')
    pass(30 * MINUTE)
    await retry(one)
    expect(calls).toHaveLength(1)
    expect(told()).toMatchObject([{ answer: 'refused', because: expect.stringContaining('Half an hour has passed') }])
  })

  test('is retried as the sealed request says, whatever the table has', async () => {
    const { services, request, retry, calls, counted, pass } = await failed([new Error('no answer')])
    const one = request()
    await expect(retry(one)).rejects.toThrow('no answer')
    pass(20 * SECOND)
    await services.steerings.change(steeringId('r1'), (current) => [
      { ...current, request: { ...current.request, stage: 'Staging' } },
      null,
    ])
    expect((await retry(one)).kind).toBe('done')
    expect(calls).toHaveLength(1)
    expect(counted).toContain('VerdictNotProven')
  })

  test.each<SteeringOutcome>([{ kind: 'not-latest' }, { kind: 'unable' }])(
    'is retried if CodePipeline refuses a second call (%j), and lists the first one by then',
    async (outcome) => {
      const { services, request, retry, runs, told, pass } = await failed([new Error('no answer'), outcome])
      const one = request()
      await expect(retry(one)).rejects.toThrow('no answer')
      pass(20 * SECOND)
      const { steer: call } = services.pipelineSteering
      const listing: PipelineSteering['steer'] = (...given) => {
        runs.unshift({ ...RUN, actionExecutionId: 'run-2', status: 'InProgress' })
        return call(...given)
      }
      await retry(one, { by: { ...services, pipelineSteering: { steer: listing } } })
      expect(told()).toMatchObject([{ answer: 'taken' }])
    },
  )

  test('is retried once CodePipeline is busy no more, as soon as it says so', async () => {
    const { request, retry, calls, told, entries } = await failed([
      { kind: 'busy' },
      { kind: 'busy' },
      { kind: 'taken' },
    ])
    const one = request()
    expect([(await retry(one)).kind, (await retry(one)).kind]).toEqual(['again', 'again'])
    expect(told()).toEqual([])
    expect((await retry(one)).kind).toBe('done')
    expect(calls).toHaveLength(3)
    expect(told()).toMatchObject([{ answer: 'taken' }])
    expect(await entries()).toHaveLength(2)
  })

  test('is not retried while CodePipeline stays busy, and its person reads so', async () => {
    const { request, retry, told } = await failed([{ kind: 'busy' }])
    await retry(request(), { isLast: true })
    expect(told()).toMatchObject([{ answer: 'refused', because: expect.stringContaining('was busy') }])
  })

  test('is not called by a function whose right to call has passed to another', async () => {
    const { services, request, retry, calls, pass } = await failed([{ kind: 'taken' }])
    const one = request()
    let isSlow = true
    const slow: DueServices['entries'] = {
      ...services.entries,
      file: async (entries) => {
        await services.entries.file(entries)
        if (!isSlow) return
        isSlow = false
        // Its table answers after another function has taken over.
        pass(21 * SECOND)
        await retry(one)
      },
    }
    expect((await retry(one, { by: { ...services, entries: slow } })).kind).toBe('again')
    expect(calls).toHaveLength(1)
  })

  test('is in the audit record before CodePipeline is called', async () => {
    const { request, retry, entries } = await failed([new Error('no answer')])
    await expect(retry(request())).rejects.toThrow('no answer')
    expect((await entries()).map(({ happened }) => happened.what)).toEqual(['steering-requested'])
  })

  test('whose retry fails for good: its person is told, an alarm rings, and nothing calls again', async () => {
    const { request, retry, told, counted, entries, calls } = await failed([new Error('no answer')])
    const one = request()
    await retry(one, { isLast: true })
    await retry(one)
    expect(told()[0]).toMatchObject({ answer: 'refused', because: expect.stringContaining('did not answer') })
    expect(counted).toContain('EffectFailed')
    expect(calls).toHaveLength(1)
    expect(await entries()).toHaveLength(2)
  })

  test.each<[SteeringOutcome, RegExp]>([
    [{ kind: 'not-latest' }, /newer execution/],
    [{ kind: 'unable' }, /cannot retry this stage/],
    [{ kind: 'gone' }, /no longer has/],
    [{ kind: 'refused', because: 'the role lacks x' }, /does not let Greenlight.*the role lacks x/],
  ])('that AWS does not retry (%j): its person reads why', async (outcome, words) => {
    const { request, retry, told, entries } = await failed([outcome])
    await retry(request())
    expect(told()).toMatchObject([{ answer: 'refused', because: expect.stringMatching(words) }])
    expect((await entries()).at(-1)?.happened).toMatchObject({ what: 'steering-answered', answer: 'refused' })
  })
})

describe('no stage is retried', () => {
  test.each([
    ['whom one of the routes of the stage does not let', 'U0ELI', /You may not retry/],
    ['whom no route names', 'U0BEN', /You may not retry/],
    ['whom Slack does not know', 'U0GHOST', /cannot tell who you are/],
  ])('by a person %s, and the record says that they asked', async (_, userId, words) => {
    const { request, retry, told, calls, entries } = await failed()
    await retry(request(userId))
    await retry(request(userId))
    expect(calls).toEqual([])
    expect(told()[0]).toMatchObject({ answer: 'refused', because: expect.stringMatching(words) })
    expect(await entries()).toHaveLength(2)
  })

  test('during a change freeze', async () => {
    const frozen = CONFIGURATION.replace('[U0DANA, U0ELI] } }', '[U0DANA, U0ELI] } }\n' + FREEZE)
    const { request, retry, told, calls } = await failed([], frozen)
    await retry(request())
    expect(calls).toEqual([])
    expect(told()).toMatchObject([{ because: expect.stringContaining('“stocktaking” is in force') }])
  })

  test('by a request that no function has sealed, or that comes late', async () => {
    const { services, request, retry, told, calls, counted, pass } = await failed()
    const { tell } = toldOfSteering()
    await steerPipeline({ ...services, tell }, request(), 'another seal', { isLast: false })
    expect(counted).toContain('VerdictNotProven')
    const one = request()
    pass(30 * MINUTE)
    await retry(one)
    expect(calls).toEqual([])
    expect(told()).toMatchObject([{ answer: 'refused', because: expect.stringContaining('Half an hour has passed') }])
  })

  test('whose own event has not come yet is retried as soon as its action has failed, and not while others of it run', async () => {
    const { services } = await failed()
    const key = { ...KEY, executionId: 'e-early' }
    const deploy = actionChange('Production', 'Deploy', 'failed', START)
    const early = { ...execution([stageChange('Production', 'running', START - MINUTE), deploy]), key }
    await services.executions.create(early)
    const aim = { ...STAGE, execution: key }
    expect(await whyNotSteered(services, aim, 'U0DANA')).toBeNull()
    const hears = (change: Parameters<typeof applyEvent>[1]) =>
      services.executions.change(key, (one) => [applyEvent(one, change, START), null])
    await hears(actionChange('Production', 'Migrate', 'running', START - SECOND))
    expect(await whyNotSteered(services, aim, 'U0DANA')).toBe(
      'Other actions of the stage Production still run. Ask again once they have ended.',
    )
    await hears(actionChange('Production', 'Migrate', 'succeeded', START + SECOND))
    expect(await whyNotSteered(services, aim, 'U0DANA')).toBeNull()
    // Another person has retried it already.
    await hears(stageChange('Production', 'running', START + 2 * SECOND))
    expect(await whyNotSteered(services, aim, 'U0DANA')).toMatch(/does not stand failed/)
  })

  test('while others of it run, and one does not that ran before the stage failed: the event of its end was lost', async () => {
    const { services } = await failed()
    const key = { ...KEY, executionId: 'e-lost' }
    const lost = actionChange('Production', 'Migrate', 'running', START - MINUTE)
    await services.executions.create({ ...execution([lost, ...FAILED]), key })
    const aim = { ...STAGE, execution: key }
    expect(await whyNotSteered(services, aim, 'U0DANA')).toBeNull()
    // Another person has retried it, and the event of the stage has not come yet.
    const again = actionChange('Production', 'Migrate', 'running', START + SECOND)
    await services.executions.change(key, (one) => [applyEvent(one, again, START), null])
    expect(await whyNotSteered(services, aim, 'U0DANA')).toMatch(/^Other actions of the stage Production still run/)
  })

  test('that does not stand failed', async () => {
    const { services } = await failed()
    expect(await whyNotSteered(services, { ...STAGE, stage: 'Staging' }, 'U0DANA')).toMatch(/does not stand failed/)
    expect(await whyNotSteered(services, { ...STAGE, execution: { ...KEY, executionId: 'x' } }, 'U0DANA')).toMatch(
      /does not know/,
    )
  })
})

describe('the button', () => {
  test('is shown for a failed stage that people may retry', async () => {
    const { services } = await failed()
    expect(steeringOffered(services, execution(FAILED))).toEqual([STAGE])
  })

  test.each([
    ['while it runs', CONFIGURATION, [stageChange('Production', 'running', START), pipelineChange('running', START)]],
    ['without people who may', CONFIGURATION.replaceAll(/ +may: .*\n/g, ''), FAILED],
    ['where one of the routes of the stage lets no one', CONFIGURATION.replace(/ +may: .*\n/, ''), FAILED],
    ['without a route', 'routes: []', FAILED],
  ])('is not shown %s', async (_, configuration, changes) => {
    const { services } = await failed([], configuration)
    expect(steeringOffered(services, execution(changes))).toEqual([])
  })
})
