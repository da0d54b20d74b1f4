import { approvalId } from '../../../../functions/domain/approval-id.ts'
import type { Effect } from '../../../../functions/domain/effect.ts'
import {
  lookForApprovals,
  lookIntoPipelines,
} from '../../../../functions/flows/gates/manual-approval/look-for-approvals.ts'
import type { ListedPipeline } from '../../../../functions/ports/pipelines.ts'
import type { Services } from '../../../../functions/ports/services.ts'
import { sweep } from '../../../../functions/flows/effects/sweep.ts'
import { actionRun, pipelinesThatAnswer, stageState } from '../../../support/pipeline-answers.ts'
import { botInMemory, later, slowly } from '../../../support/bot-in-memory.ts'
import { KEY, MINUTE, START, TOKEN, WHERE, approval } from '../../../support/records.ts'
import { approvalToken } from '../../../support/secret.ts'

const THERE = { accountId: WHERE.accountId, region: WHERE.region }
const PARALLEL_TOKEN = approvalToken('0000000b')

const action = (name: string, status: 'InProgress' | 'Succeeded', token: string | null) => ({
  action: name,
  status,
  since: START,
  token,
})

const named = (count: number): ListedPipeline[] =>
  Array.from({ length: count }, (_, index) => ({ pipeline: `shop-${index}`, isParallel: index % 2 === 1 }))

/** What a look puts into the queue, `minutes` later. */
const looked = async (
  listed: ListedPipeline[] | null | Error,
  minutes = 0,
  mayAskByEvents: Services['configuration']['mayAskByEvents'] = () => true,
) => {
  const bot = botInMemory()
  bot.pass(minutes * MINUTE)
  const pipelines = async () => {
    if (listed instanceof Error) throw listed
    return listed
  }
  const configuration = { ...bot.services.configuration, mayAskByEvents }
  const services = { ...bot.services, configuration, pipelines: { ...pipelinesThatAnswer(), pipelines } }
  expect(await lookForApprovals(services, THERE)).toEqual({ kind: 'done', next: [] })
  const batches = bot.queued.flatMap(({ due: { effect }, delaySeconds }) =>
    effect.do === 'look-into-pipelines' ? [{ ...effect, delaySeconds }] : [],
  )
  return { ...bot, batches, names: batches.flatMap(({ pipelines, parallel }) => [...pipelines, ...parallel]) }
}

describe('a look for approvals whose events were lost', () => {
  test('reads every pipeline once, in batches of fifty, two seconds apart', async () => {
    const { batches, names } = await looked(named(120))
    expect(batches.map(({ delaySeconds }) => delaySeconds)).toEqual([0, 2, 4])
    expect(batches.map(({ pipelines, parallel }) => pipelines.length + parallel.length)).toEqual([50, 50, 20])
    expect(names.toSorted()).toEqual(
      named(120)
        .map(({ pipeline }) => pipeline)
        .toSorted(),
    )
    expect(batches[0]).toMatchObject({ there: THERE, pipelines: expect.arrayContaining(['shop-0']) as unknown })
    expect(batches[0]?.parallel).toContain('shop-1')
  })

  test('takes turns, if there are more pipelines than a minute has room for', async () => {
    const one = await looked(named(3_000), 0)
    const two = await looked(named(3_000), 1)
    const three = await looked(named(3_000), 2)
    for (const { names, batches } of [one, two, three]) {
      expect(names).toHaveLength(1_000)
      expect(Math.max(...batches.map(({ delaySeconds }) => delaySeconds))).toBeLessThan(60)
    }
    expect(new Set([one, two, three].flatMap(({ names }) => names)).size).toBe(3_000)
  })

  test('fills a minute with 1,250 pipelines, and not with one more', async () => {
    expect((await looked(named(1_250))).names).toHaveLength(1_250)
    expect((await looked(named(1_251))).names.length).toBeLessThan(1_250)
  })

  test('reads only the pipelines of which a route asks by events', async () => {
    const isAsked = ({ accountId, region, pipeline }: typeof WHERE) =>
      accountId === THERE.accountId && region === THERE.region && pipeline === 'shop-1'
    expect((await looked(named(3), 0, isAsked)).names).toEqual(['shop-1'])
  })

  test('has every batch in the queue before its function ends, each as a first attempt', async () => {
    const bot = botInMemory()
    const pipelines = { ...pipelinesThatAnswer(), pipelines: async () => named(120) }
    await lookForApprovals({ ...bot.services, pipelines, queue: { send: slowly(bot.services.queue.send) } }, THERE)
    expect(bot.queued.map(({ due: { attempt } }) => attempt)).toEqual([1, 1, 1])
  })

  test('asks nothing where there is no pipeline', async () => {
    expect((await looked([])).queued).toEqual([])
  })

  test.each([
    ['may not list the pipelines', null],
    ['gets no answer', new Error('ThrottlingException')],
  ])('says that it %s, and leaves it to the next minute', async (_, listed) => {
    const { queued, logged } = await looked(listed)
    expect(queued).toEqual([])
    expect(logged).toMatchObject([{ level: 'warn', about: THERE }])
  })

  test('is begun by each minute for every account that a route asks in, and its failure stops nothing else', async () => {
    const bot = botInMemory()
    await sweep(bot.services, [THERE])
    expect(bot.queued).toMatchObject([{ due: { effect: { do: 'look-for-approvals', there: THERE } }, delaySeconds: 0 }])
    const none = botInMemory({ ask: ['topic'] })
    await sweep(none.services, [THERE])
    expect(none.queued).toEqual([])

    await bot.services.approvals.create(approval())
    bot.pass(10 * MINUTE)
    const sent: Effect['do'][] = []
    const send: typeof bot.services.queue.send = async ({ effect }) => {
      sent.push(effect.do)
      if (effect.do === 'look-for-approvals') throw new Error('SQS is down')
    }
    await sweep({ ...bot.services, queue: { send } }, [THERE])
    expect(sent).toContain('check-approval')
    expect(bot.counted).toContain('EffectFailed')
  })
})

describe('pipelines that are read', () => {
  const stages = [
    stageState('Source', { executionId: KEY.executionId, actions: [action('Checkout', 'Succeeded', null)] }),
    stageState('Production', {
      executionId: KEY.executionId,
      actions: [action('Approve', 'InProgress', TOKEN), action('Deploy', 'InProgress', null)],
    }),
    stageState('Emptied', { executionId: null, actions: [action('Sign', 'InProgress', TOKEN)] }),
    stageState('Decided', { executionId: 'before', actions: [action('Approve', 'Succeeded', TOKEN)] }),
  ]
  const runs = [
    actionRun({ externalId: PARALLEL_TOKEN }),
    actionRun({ externalId: 'build', category: 'Build' }),
    actionRun({ externalId: 'decided', status: 'Succeeded' }),
    actionRun({ externalId: null }),
  ]
  const answers = pipelinesThatAnswer({ stages, runs })
  const started = (pipeline: string) => ({
    gate: 'manual-approval',
    where: { ...WHERE, pipeline },
    executionId: KEY.executionId,
  })
  const lookInto = (services: ReturnType<typeof botInMemory>['services'], some: object) =>
    lookIntoPipelines(services, { do: 'look-into-pipelines', there: THERE, pipelines: [], parallel: [], ...some })

  test('name the approvals that wait: by their state, and in PARALLEL mode by their list of actions', async () => {
    const services = { ...botInMemory().services, pipelines: answers }
    expect(await lookInto(services, { pipelines: ['shop-web'], parallel: ['shop-api'] })).toEqual({
      kind: 'done',
      next: [
        { do: 'find-approval', action: started('shop-web') },
        { do: 'find-approval', action: started('shop-api') },
      ],
    })
  })

  test('are read one page far in PARALLEL mode: an older approval is left to its events', async () => {
    const older = actionRun({ executionId: 'older', externalId: 'older' })
    const pipelines = pipelinesThatAnswer({ runs: [...runs.slice(0, 1), older] })
    const { next } = await lookInto({ ...botInMemory().services, pipelines }, { parallel: ['shop-api'] })
    expect(next).toEqual([{ do: 'find-approval', action: started('shop-api') }])
  })

  test('name none that the bot knows', async () => {
    const services = { ...botInMemory().services, pipelines: answers }
    const idOf = (token: string) => approvalId(WHERE.accountId, WHERE.region, token)
    await services.approvals.create(approval({ id: idOf(TOKEN) }))
    await services.approvals.create({ kind: 'tombstone', id: idOf(PARALLEL_TOKEN), closedAt: START })
    const { next } = await lookInto(services, { pipelines: ['shop-web'], parallel: ['shop-api'] })
    expect(next).toEqual([])
  })

  test('are read five at a time, and one that does not answer stops no other', async () => {
    const bot = botInMemory()
    let reading = 0
    const atOnce: number[] = []
    const pipelines = {
      ...answers,
      stages: async (where: { pipeline: string }) => {
        atOnce.push(++reading)
        await new Promise((done) => setImmediate(done))
        reading -= 1
        if (where.pipeline === 'shop-3') throw new Error('ThrottlingException')
        return where.pipeline === 'deleted' ? null : stages
      },
    }
    const names = [...named(12).map(({ pipeline }) => pipeline), 'deleted']
    const { next } = await lookInto({ ...bot.services, pipelines }, { pipelines: names })
    expect(Math.max(...atOnce)).toBe(5)
    expect(next).toHaveLength(11)
    expect(bot.logged).toMatchObject([{ level: 'warn', about: { pipeline: 'shop-3' } }])
  })

  test('that CodePipeline does not answer for in time are left to the next minute; what was found is found', async () => {
    const bot = botInMemory()
    const asked: string[] = []
    const pipelines = {
      ...answers,
      stages: async ({ pipeline }: { pipeline: string }) => {
        asked.push(pipeline)
        return pipeline === 'shop-0' ? stages : new Promise<never>(() => {})
      },
    }
    const names = named(12).map(({ pipeline }) => pipeline)
    const performed = lookInto({ ...bot.services, pipelines }, { pipelines: names })
    await new Promise((done) => setImmediate(done))
    bot.pass(15_000)
    expect((await performed).next).toEqual([{ do: 'find-approval', action: started('shop-0') }])
    expect(bot.logged).toMatchObject([{ level: 'warn', about: THERE }])
    expect(asked).toEqual(names.slice(0, 6))
  })

  test('are not asked about once the time is over', async () => {
    const bot = botInMemory()
    const asked: string[] = []
    const answer = later<typeof stages>()
    const pipelines = {
      ...answers,
      stages: ({ pipeline }: { pipeline: string }) => {
        asked.push(pipeline)
        return answer.answer
      },
    }
    const performed = lookInto({ ...bot.services, pipelines }, { pipelines: named(12).map(({ pipeline }) => pipeline) })
    bot.pass(15_000)
    answer.give(stages)
    await performed
    await new Promise((done) => setImmediate(done))
    expect(asked).toHaveLength(5)
  })
})
