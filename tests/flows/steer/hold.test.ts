import type { SteeringRequest } from '../../../functions/domain/steering.ts'
import { holdReason, wordsOfHold } from '../../../functions/domain/steering.ts'
import { resumeOffered, steeringOffered } from '../../../functions/flows/steer/judge-steering.ts'
import { holdStage } from '../../../functions/flows/steer/hold-stage.ts'
import type { SteeringOutcome } from '../../../functions/ports/pipeline-steering.ts'
import { pipelinesThatAnswer, stageState } from '../../support/pipeline-answers.ts'
import {
  KEY,
  SECOND,
  START,
  WHERE,
  actor,
  approval,
  execution,
  pipelineChange,
  stageChange,
} from '../../support/records.ts'
import { steeringBot } from '../../support/steering-bot.ts'

const MAY = 'may: { hold: { people: [U0DANA] } }'
const CONFIGURATION = `
defaults: { approvals: C0RELEASES }
routes:
  - match: { pipeline: '*', stage: Production }
    approvers: [{ name: engineers, people: [U0ANA] }]
    ${MAY}
`
const FREEZE = '\n    freeze: [{ name: stocktaking, from: Mon 00:00, to: Sun 23:59 }]'
const LOOK_THERE = 'CodePipeline did not answer. Look there whether it was done.'
const HOLD = { reason: 'incident 4711', since: START, userId: 'U0DANA', name: null }
type Act = 'hold' | 'resume'

interface World {
  configuration?: string
  answers?: (SteeringOutcome | Error)[]
  /** Why CodePipeline keeps executions out; null if it does not. */
  held?: string | null
  stage?: string
}

const world = async (act: Act, more: World = {}) => {
  const {
    configuration = CONFIGURATION,
    answers = [{ kind: 'taken' }],
    held = act === 'hold' ? null : 'x',
    stage = 'Production',
  } = more
  const shown = { held }
  const bot = steeringBot({
    configuration,
    answers,
    pipelines: {
      ...pipelinesThatAnswer(),
      stages: async () => [
        stageState('Source'),
        stageState(
          'Production',
          shown.held === null ? {} : { held: { reason: shown.held, since: null, userId: null, name: null } },
        ),
      ],
    },
  })
  const { services } = bot
  const known = execution([stageChange('Source', 'succeeded', START), pipelineChange('running', START)])
  await services.executions.create({ ...known, stageOrder: ['Source', 'Production'] })
  const request = (userId = 'U0DANA'): SteeringRequest => ({
    ...{ act, execution: KEY, stage, choice: null, reason: act === 'hold' ? 'incident 4711' : null, id: 's1' },
    who: { ...actor(userId), from: 'C0DEPLOYS' },
    at: services.clock.now(),
  })
  return { ...bot, request, shown, entries: () => bot.entries('s1') }
}

describe.each<Act>(['hold', 'resume'])('to %s a stage', (act) => {
  test('is done once for a person whom its route names, and recorded', async () => {
    const { request, steer, calls, told, entries } = await world(act)
    const one = request()
    await steer(one)
    await steer(one)
    expect(calls).toMatchObject([[{ act, stage: 'Production' }, { by: 'U0DANA' }]])
    expect(told()[0]).toMatchObject({ answer: 'taken' })
    expect((await entries()).map(({ happened }) => happened.what)).toEqual(['steering-requested', 'steering-answered'])
  })

  test.each([
    ['by a person whom no route names', {}, 'U0BEN', /^You may not/],
    ['without the permission', { configuration: CONFIGURATION.replace(`    ${MAY}\n`, '') }, 'U0DANA', /^No one may/],
    ['if it stands so already', { held: act === 'hold' ? 'x' : null }, 'U0DANA', /^The stage is (?:held|not held)/],
    ['for a stage without a route', { stage: 'Source' }, 'U0DANA', /first stage|No one may/],
    ['for a stage that is gone', { stage: 'Canary' }, 'U0DANA', /No one may|no longer has/],
  ] as [string, World, string, RegExp][])('is refused %s', async (_, more, userId, words) => {
    const { request, steer, calls, told } = await world(act, more)
    await steer(request(userId))
    expect(calls).toEqual([])
    expect(told()).toMatchObject([{ answer: 'refused', because: expect.stringMatching(words) }])
  })

  test(`is ${act === 'hold' ? 'left to people' : 'refused'} during a change freeze`, async () => {
    const { request, steer, calls } = await world(act, { configuration: CONFIGURATION.replace(MAY, MAY + FREEZE) })
    await steer(request())
    expect(calls).toHaveLength(act === 'hold' ? 1 : 0)
  })

  test('whose answer was lost is not sent again if CodePipeline shows that it was taken', async () => {
    const { request, steer, calls, told, shown, pass } = await world(act, { answers: [new Error('no answer')] })
    const one = request()
    await expect(steer(one)).rejects.toThrow('no answer')
    shown.held = act === 'hold' ? holdReason('U0DANA', 'incident 4711') : null
    pass(20 * SECOND)
    await steer(one)
    expect(calls).toHaveLength(1)
    expect(told()).toMatchObject([{ answer: 'taken' }])
  })

  if (act === 'hold')
    test.each([
      ['this person’s words', { reason: 'incident 4711', userId: 'U0DANA' }, null],
      ['the words of another hold', { reason: 'Another incident', userId: 'U0DANA' }, LOOK_THERE],
      ['another person’s hold', { reason: 'incident 4711', userId: 'U0ELI' }, LOOK_THERE],
      ['a hold in AWS', { reason: 'incident 4711', userId: null }, LOOK_THERE],
    ] as const)('whose answer was lost, where CodePipeline shows %s', async (_, held, because) => {
      const { services, request, steer, told, pass } = await world(act, { answers: [new Error('no answer')] })
      const one = request()
      await expect(steer(one)).rejects.toThrow('no answer')
      services.pipelines.stages = async () => [
        stageState('Source'),
        stageState('Production', { held: { since: null, name: null, ...held } }),
      ]
      pass(20 * SECOND)
      await steer(one)
      expect(told()).toMatchObject([{ answer: because === null ? 'taken' : 'refused', because }])
    })

  test('has no button where nothing waits for a held stage', async () => {
    const { services } = await world(act)
    expect(steeringOffered(services, (await services.executions.read(KEY))!)).toEqual([])
  })

  test('has what waits looked at again, because CodePipeline sends no event of it', async () => {
    const { services, request, steer, queued } = await world(act)
    const other = { ...KEY, executionId: 'e9' }
    await services.executions.create({ ...execution(), key: other })
    await services.executions.create({ ...execution(), key: { ...other, pipeline: 'other' } })
    await services.approvals.create(approval())
    await services.approvals.create(approval({ id: 'f'.repeat(32), where: { ...WHERE, pipeline: 'other' } }))
    await steer(request())
    expect(queued.map(({ due }) => due.effect)).toEqual([
      { do: 'check-execution', execution: other },
      { do: 'check-approval', approval: approval().id },
    ])
  })
})

test.each([
  ['incident 4711', 'Greenlight U0DANA - incident 4711'],
  ['Ärger: stock, “4711”/x_y', 'Greenlight U0DANA - Arger stock 4711 x y'],
  ['x'.repeat(400), `Greenlight U0DANA - ${'x'.repeat(280)}`],
  ['中文', 'Greenlight U0DANA -'],
])('the reason %s has only what CodePipeline takes', (reason, wanted) => {
  const given = holdReason('U0DANA', reason)
  expect(given).toBe(wanted)
  expect(given).toMatch(/^[a-zA-Z0-9!@ ().*?-]{1,300}$/)
  expect(`Greenlight U0DANA - ${wordsOfHold('U0DANA', given)}`.trim()).toBe(given)
})

test('a reason that was given in AWS is told as it is', () => {
  expect(wordsOfHold(null, 'Greenlight U0DANA - x')).toBe('Greenlight U0DANA - x')
  expect(wordsOfHold('U0DANA', 'Greenlight U0ELI - x')).toBe('Greenlight U0ELI - x')
})

test('an execution that waits for a held stage has a button that resumes it, for people whom the route names', async () => {
  const { services } = await world('resume')
  const waits = { ...(await services.executions.read(KEY))!, held: { stage: 'Production', ...HOLD } }
  expect(steeringOffered(services, waits)).toEqual([{ act: 'resume', execution: KEY, stage: 'Production' }])
  expect(resumeOffered(services, KEY, waits.held)).toHaveLength(1)
  expect(resumeOffered(services, KEY, null)).toEqual([])
  const { services: unnamed } = await world('resume', { configuration: CONFIGURATION.replace(`    ${MAY}\n`, '') })
  expect(steeringOffered(unnamed, waits)).toEqual([])
  expect(resumeOffered(unnamed, KEY, waits.held)).toEqual([])
  const entered = { ...waits, stages: new Map([...waits.stages, ['Production', waits.stages.get('Source')!]]) }
  expect(steeringOffered(services, entered)).toEqual([])
})

test('a command that comes again is the same request, also if a newer execution has begun', async () => {
  const { services, steer } = await world('hold')
  const typed = { id: 'c1', text: '', who: actor('U0DANA'), at: START, responseUrl: null }
  const command = { do: 'hold', pipeline: KEY.pipeline, stage: 'production', reason: 'incident 4711' } as const
  const sent = async () => {
    const answer = await holdStage(services, typed, { who: actor('U0DANA'), zone: 'UTC' }, command)
    if (answer.kind !== 'sent' || answer.effect.do !== 'steer-pipeline') throw new Error(JSON.stringify(answer))
    return answer.effect
  }
  const first = await sent()
  await steer(first.request)
  const newer = { ...KEY, executionId: 'e9' }
  await services.executions.create({ ...execution(), key: newer, firstEventAt: START + SECOND })
  expect((await services.attention.newestExecutions(0, () => true)).keys[0]).toMatchObject(newer)
  expect(await sent()).toEqual(first)
})
