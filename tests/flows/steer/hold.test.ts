import { configurationFrom } from '../../../functions/config/configuration.ts'
import { readConfiguration } from '../../../functions/config/read-configuration.ts'
import type { SteeringRequest } from '../../../functions/domain/steering.ts'
import { holderIn, holdReason, sealedSteering, steeringId } from '../../../functions/domain/steering.ts'
import { steeringOffered } from '../../../functions/flows/steer/judge-steering.ts'
import { steerPipeline } from '../../../functions/flows/steer/steer-pipeline.ts'
import type { PipelineSteering, SteeringOutcome } from '../../../functions/ports/pipeline-steering.ts'
import type { DueServices } from '../../../functions/ports/services.ts'
import { botInMemory } from '../../support/bot-in-memory.ts'
import { pipelinesThatAnswer, stageState } from '../../support/pipeline-answers.ts'
import { KEY, SECOND, START, actor, execution, pipelineChange, stageChange } from '../../support/records.ts'

const MAY = 'may: { hold: { people: [U0DANA] } }'
const CONFIGURATION = `
defaults: { approvals: C0RELEASES }
routes:
  - match: { pipeline: '*', stage: Production }
    approvers: [{ name: engineers, people: [U0ANA] }]
    ${MAY}
`
const FREEZE = '\n    freeze: [{ name: stocktaking, from: Mon 00:00, to: Sun 23:59 }]'
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
  const bot = botInMemory()
  const read = readConfiguration(configuration)
  if (read.kind === 'invalid') throw new Error(JSON.stringify(read.problems))
  const calls: Parameters<PipelineSteering['steer']>[] = []
  const shown = { held }
  const services: DueServices = {
    ...bot.services,
    configuration: configurationFrom(read.configuration),
    pipelines: {
      ...pipelinesThatAnswer(),
      stages: async () => [
        stageState('Source'),
        stageState('Production', shown.held === null ? {} : { held: shown.held }),
      ],
    },
    pipelineSteering: {
      steer: async (...given) => {
        calls.push(given)
        const answer = answers.shift()!
        if (answer instanceof Error) throw answer
        return answer
      },
    },
  }
  const known = execution([stageChange('Source', 'succeeded', START), pipelineChange('running', START)])
  await services.executions.create({ ...known, stageOrder: ['Source', 'Production'] })
  const request = (userId = 'U0DANA'): SteeringRequest => ({
    ...{ act, execution: KEY, stage, choice: null, reason: act === 'hold' ? 'incident 4711' : null, id: 's1' },
    who: { ...actor(userId), from: 'C0DEPLOYS' },
    at: services.clock.now(),
  })
  const steer = async (one: SteeringRequest) =>
    steerPipeline(services, one, await services.seals.seal(sealedSteering(one)), { isLast: false })
  const told = () => bot.slack.whispers.map(({ card }) => card)
  return { ...bot, services, request, steer, told, calls, shown, entries: () => bot.entriesOf(steeringId('s1')) }
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
    shown.held = act === 'hold' ? 'x' : null
    pass(20 * SECOND)
    await steer(one)
    expect(calls).toHaveLength(1)
    expect(told()).toMatchObject([{ answer: 'taken' }])
  })

  test('has no button', async () => {
    const { services } = await world(act)
    expect(steeringOffered(services, (await services.executions.read(KEY))!)).toEqual([])
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
  expect(holderIn(given).userId).toBe('U0DANA')
})

test('a reason that was given in AWS names no one', () => {
  expect(holderIn('release freeze by ops')).toEqual({ userId: null, reason: 'release freeze by ops' })
})
