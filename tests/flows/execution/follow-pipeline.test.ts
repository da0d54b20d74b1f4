import type { Approval } from '../../../functions/domain/approval.ts'
import { settled } from '../../../functions/domain/approval.ts'
import type { Ending } from '../../../functions/domain/ending.ts'
import type { Execution, StateChange } from '../../../functions/domain/execution.ts'
import { readApproval } from '../../../functions/flows/approval/change-approval.ts'
import type { PipelineEvent } from '../../../functions/flows/execution/follow-pipeline.ts'
import { followPipeline } from '../../../functions/flows/execution/follow-pipeline.ts'
import type { Services } from '../../../functions/ports/services.ts'
import { botInMemory, slowly } from '../../support/bot-in-memory.ts'
import { actionRun, pipelinesThatAnswer } from '../../support/pipeline-answers.ts'
import {
  DAY,
  KEY,
  MINUTE,
  START,
  WHERE,
  actionChange,
  approval,
  deciding,
  execution,
  pipelineChange,
  stageChange,
} from '../../support/records.ts'

type Answers = Parameters<typeof pipelinesThatAnswer>[0]

const { id } = approval()
const OTHER = approval({ id: 'b'.repeat(32) })
const ELSEWHERE = approval({ id: 'c'.repeat(32), where: { ...WHERE, pipeline: 'shop-api' } })
const LINKED = new Map([['Production/Approve', { id, requestedAt: START, place: null }]])
const check = (of: string) => ({ do: 'check-approval', approval: of })
const lease: unknown = expect.objectContaining({ notBefore: START + 600 })
const SHOW_EXECUTION = { do: 'show-execution', execution: KEY, lease }
const RUNNING = pipelineChange('running', START)

/** A bot with these records, over a CodePipeline that gives these answers. */
const bot = async (stored: readonly (Approval | Execution)[] = [], answers: Answers = {}) => {
  const made = botInMemory({}, { status: 'C0DEPLOYS' })
  for (const record of stored)
    await (record.kind === 'approval'
      ? made.services.approvals.create(record)
      : made.services.executions.create(record))
  const asked: string[] = []
  const pipelines = pipelinesThatAnswer(answers)
  const slept: number[] = []
  const services: Services = {
    ...made.services,
    clock: {
      ...made.services.clock,
      sleep: async (ms) => {
        await Promise.resolve()
        slept.push(ms)
      },
    },
    pipelines: {
      ...pipelines,
      stages: async (pipeline) => {
        asked.push('stages')
        return pipelines.stages(pipeline)
      },
    },
  }
  const hear = (change: StateChange, ended: PipelineEvent['approval'] = null, by = services) =>
    followPipeline(by, { key: KEY, change, approval: ended })
  return { ...made, services, hear, asked, slept, read: async () => (await services.executions.read(KEY))! }
}

const described = (...news: StateChange[]): Execution => ({ ...execution([RUNNING, ...news]), approvals: new Map() })

describe('a state change', () => {
  test('is remembered and shown, after a while', async () => {
    const { hear, read, slept } = await bot()
    expect(await hear(RUNNING)).toEqual([SHOW_EXECUTION])
    expect((await read()).overall).toEqual({ progress: 'running', at: START, startedAt: START })
    expect(slept).toHaveLength(1)
  })

  test('of an execution without a status message is remembered with what CodePipeline tells, and nothing is to be shown', async () => {
    const { hear, services, read, asked } = await bot()
    const configuration = { ...services.configuration, statusChannelFor: () => null }
    for (const change of [RUNNING, stageChange('Source', 'running', START), stageChange('Source', 'succeeded', START)])
      expect(await hear(change, null, { ...services, configuration })).toEqual([])
    const { stageOrder, showing } = await read()
    expect(stageOrder).toEqual(['Source', 'Production'])
    expect(showing).toMatchObject({ shown: showing.truth, behindSince: null, lease: null })
    // Once for the stages, and once for the revisions when the first stage has passed.
    expect(asked).toHaveLength(2)
  })

  test('is shown where there is a message, also if no route wants one any more', async () => {
    const known = described(stageChange('Source', 'succeeded', START))
    const place = { channel: 'C0DEPLOYS', ts: '1.000', link: null }
    const { hear, services } = await bot([{ ...known, showing: { ...known.showing, place } }])
    const configuration = { ...services.configuration, statusChannelFor: () => null }
    const heard = await hear(stageChange('Production', 'running', START), null, { ...services, configuration })
    expect(heard).toEqual([SHOW_EXECUTION])
  })

  test('waits for its place among the events of its step, and a random part of it', async () => {
    const { hear, services, slept } = await bot()
    const waits = async (change: StateChange, newId: string): Promise<number> => {
      slept.length = 0
      await hear(change, null, { ...services, clock: { ...services.clock, newId: () => newId } })
      return Math.ceil(slept[0]!)
    }
    expect(await waits(RUNNING, '00000000')).toBe(120)
    expect(await waits(RUNNING, '80000000')).toBe(150)
    expect(await waits(RUNNING, 'ffffffff')).toBe(180)
    const steps: StateChange[][] = [
      [
        actionChange('Source', 'Source', 'succeeded', START),
        stageChange('Source', 'succeeded', START),
        stageChange('Build', 'running', START),
        actionChange('Build', 'Build', 'running', START),
      ],
      [RUNNING, stageChange('Source', 'running', START), actionChange('Source', 'Source', 'running', START)],
      [
        actionChange('Build', 'Build', 'failed', START),
        stageChange('Build', 'failed', START),
        pipelineChange('failed', START),
      ],
    ]
    for (const step of steps) {
      const places: number[] = []
      for (const change of step) places.push(await waits(change, '00000000'))
      expect(new Set(places).size).toBe(step.length)
      expect(Math.max(...places)).toBeLessThanOrEqual(180)
    }
  })

  test('is written only when that while has passed: the events of one step would collide at the record', async () => {
    const { hear, services } = await bot()
    const during: unknown[] = []
    const sleep = slowly(async () => void during.push(await services.executions.read(KEY)))
    await hear(RUNNING, null, { ...services, clock: { ...services.clock, sleep } })
    expect(during).toEqual([null])
    expect(await services.executions.read(KEY)).not.toBeNull()
  })

  test('of an approval action that begins has approval requested, whether or not the action notifies a topic', async () => {
    const { hear, queued, services } = await bot([described()])
    const waits = actionChange('Production', 'Approve', 'running', START)
    await hear(waits, { id: null, ending: null })
    const action = { gate: 'manual-approval', where: WHERE, executionId: KEY.executionId }
    expect(queued).toEqual([{ due: { effect: { do: 'find-approval', action }, attempt: 1 }, delaySeconds: 0 }])
    await hear(waits, null)
    await hear(actionChange('Production', 'Approve', 'stopped', START), { id: null, ending: null })
    await hear(stageChange('Production', 'running', START), { id: null, ending: null })
    const configuration = { ...services.configuration, mayAskByEvents: () => false }
    await hear(waits, { id: null, ending: null }, { ...services, configuration })
    expect(queued).toHaveLength(1)
  })

  test('of an approval action that cannot be handed on is thrown, so that Lambda delivers it again', async () => {
    const { hear, services } = await bot([described()])
    const queue = { send: () => Promise.reject(new Error('SQS is down')) }
    const waits = actionChange('Production', 'Approve', 'running', START)
    await expect(hear(waits, { id: null, ending: null }, { ...services, queue })).rejects.toThrow('SQS is down')
  })

  test('of an execution that CodePipeline does not know, or of a pipeline that it no longer has, is shown', async () => {
    for (const answers of [
      { runs: null, executions: null },
      { stages: null, runs: null, executions: null },
    ]) {
      const { hear, read } = await bot([], answers)
      expect(await hear(RUNNING)).toEqual([SHOW_EXECUTION])
      expect(await read()).toMatchObject({ overall: { progress: 'running' }, revisions: [], starter: null })
    }
  })

  test('of a new execution makes the bot read its stages from CodePipeline, once', async () => {
    const { hear, read, asked } = await bot()
    await hear(RUNNING)
    expect((await read()).stageOrder).toEqual(['Source', 'Production'])
    await hear(stageChange('Source', 'running', START))
    expect(asked).toEqual(['stages'])
  })

  test('is dealt with only once what CodePipeline says of its execution is stored', async () => {
    const { hear, services, read } = await bot()
    const { executions } = services
    const change = slowly(executions.change)
    await hear(RUNNING, null, { ...services, executions: { ...executions, change } })
    expect((await read()).stageOrder).toEqual(['Source', 'Production'])
  })

  test.each<[string, Partial<Execution>, StateChange, number]>([
    [
      'its first stage has passed and its revision is unknown',
      { revisions: [] },
      stageChange('Source', 'succeeded', START + MINUTE),
      1,
    ],
    [
      'its revision is unknown and no stage has passed',
      { revisions: [] },
      stageChange('Source', 'failed', START + MINUTE),
      0,
    ],
    [
      'a stage has passed, and the next runs',
      { revisions: [], stages: execution([stageChange('Build', 'running', START)]).stages },
      stageChange('Source', 'succeeded', START + MINUTE),
      1,
    ],
    ['its revision is known', {}, stageChange('Source', 'succeeded', START + MINUTE), 0],
    ['its stages are unknown', { stageOrder: [] }, stageChange('Source', 'failed', START + MINUTE), 1],
  ])('makes the bot read CodePipeline or not: %s', async (_, more, change, times) => {
    const known = { ...described(), ...more }
    const { hear, asked } = await bot([{ ...known, showing: { ...known.showing, shown: known.showing.truth } }])
    await hear(change)
    expect(asked).toHaveLength(times)
  })

  test.each<[string, StateChange, StateChange[], boolean]>([
    ['a failure', pipelineChange('failed', START + MINUTE), [], false],
    ['progress', stageChange('Build', 'running', START + MINUTE), [], true],
    [
      'what follows a failure',
      stageChange('Build', 'failed', START + MINUTE),
      [pipelineChange('failed', START + MINUTE)],
      true,
    ],
  ])(
    'is left to the effect that waits in the queue for the message’s turn, unless it is a failure: %s',
    async (_, news, before, waits) => {
      const known = described(...before)
      const { hear } = await bot([{ ...known, showing: { ...known.showing, turnAt: START + 30_000 } }])
      const shows = (await hear(news)).filter((effect) => effect.do === 'show-execution')
      expect(shows).toEqual(waits ? [] : [SHOW_EXECUTION])
    },
  )

  test('that ends the execution updates its approvals, also if it comes again', async () => {
    const approved = settled(deciding(), { how: 'slack', verdict: 'Approved' }, START)
    const { hear } = await bot([{ ...described(), approvals: LINKED }, approved])
    const over = pipelineChange('succeeded', START + MINUTE)
    expect(await hear(over)).toContainEqual(check(id))
    expect(await hear(over)).toContainEqual(check(id))
    expect(await hear(RUNNING)).toContainEqual(check(id))
  })

  test('that comes again updates the approvals: the function may have stopped after it stored the first', async () => {
    const signing = actionChange('Production', 'Sign off', 'running', START, { category: 'Approval' })
    const known = { ...described(actionChange('Production', 'Approve', 'running', START), signing), approvals: LINKED }
    const { hear, services } = await bot([known, approval()])
    expect(await hear(signing)).toContainEqual({ do: 'show-approval', approval: id, lease: expect.anything() })
    expect((await readApproval(services, id))?.otherApprovals).toEqual(['Sign off'])
  })

  test('of a running execution does not update its approvals', async () => {
    const { hear } = await bot([{ ...described(), approvals: LINKED }])
    expect(await hear(stageChange('Production', 'running', START))).toEqual([SHOW_EXECUTION])
  })
})

describe('open approvals of the pipeline are compared', () => {
  test.each<[string, StateChange, boolean]>([
    ['a stage was left', stageChange('Source', 'succeeded', START), true],
    ['a stage failed', stageChange('Source', 'failed', START), true],
    ['a stage was entered', stageChange('Source', 'running', START), false],
    ['the execution ended', pipelineChange('superseded', START), true],
    ['the execution started', RUNNING, false],
  ])('when %s: %j, %s', async (_, change, isCompared) => {
    const over = settled(approval({ id: 'd'.repeat(32) }), { how: 'expired' }, START)
    const { hear } = await bot([approval(), OTHER, ELSEWHERE, over])
    const effects = await hear(change)
    const compared = isCompared ? [check(id), check(OTHER.id)] : []
    expect(effects.filter((effect) => effect.do === 'check-approval')).toEqual(compared)
  })

  test.each<[string, StateChange, boolean]>([
    ['a stage was left', stageChange('Source', 'succeeded', START), false],
    ['a stage failed', stageChange('Source', 'failed', START), false],
    ['the execution failed', pipelineChange('failed', START), false],
    ['the execution went live', pipelineChange('succeeded', START), true],
  ])('in PARALLEL mode those of other executions only when what is live has changed: %s', async (_, change, areAll) => {
    const parallel = execution([RUNNING], { starter: { ...approval().starter, executionMode: 'PARALLEL' } })
    const { hear } = await bot([{ ...parallel, approvals: LINKED }, approval(), OTHER])
    const compared = (await hear(change)).flatMap((effect) => (effect.do === 'check-approval' ? effect.approval : []))
    expect(new Set(compared)).toEqual(new Set(areAll ? [id, OTHER.id] : [id]))
  })

  test('not when an action ends: its stage follows', async () => {
    const { hear } = await bot([approval()])
    const action = { level: 'action', actionExecutionId: 'x', progress: 'succeeded', at: START } as const
    const about = { stage: 'Source', action: 'Checkout', category: 'Source', provider: 'S3', summary: null, url: null }
    expect(await hear({ ...action, ...about })).toEqual([SHOW_EXECUTION])
  })
})

describe('the event that ends an approval', () => {
  const ended = (status: Ending['status'], at = START + MINUTE, summary: string | null = null) => ({
    status,
    at,
    summary,
  })
  const told = stageChange('Production', 'running', START)
  const closed = async (run: Parameters<typeof actionRun>[0], ending = ended('succeeded'), of = approval()) => {
    const made = await bot([of], { runs: [actionRun(run)] })
    const effects = await made.hear(told, { id, ending })
    return { ...made, effects, state: (await readApproval(made.services, id))!.state }
  }

  test('closes it, with the person whom CodePipeline names', async () => {
    const updatedBy = 'arn:aws:sts::111122223333:assumed-role/Console/dana'
    const { state, effects } = await closed({ status: 'Succeeded', updatedBy, summary: 'Fine' })
    const outcome = { how: 'console', verdict: 'Approved', by: 'dana', summary: 'Fine' }
    expect(state).toMatchObject({ name: 'settled', outcome })
    expect(effects).toContainEqual({ do: 'announce-verdict', approval: id })
  })

  test('closes it with the event’s own text before that of CodePipeline’s list', async () => {
    const { state } = await closed(
      { status: 'Succeeded', summary: 'Fine' },
      {
        ...ended('succeeded'),
        summary: 'Good',
      },
    )
    expect(state).toMatchObject({ outcome: { summary: 'Good' } })
  })

  test('closes it though CodePipeline does not answer, or does not know the execution', async () => {
    const made = await bot([approval(), described()])
    const silent = {
      ...made.services.pipelines,
      actionRuns: async (): Promise<never> => {
        throw new Error('ThrottlingException')
      },
    }
    const event = { key: KEY, change: told, approval: { id, ending: ended('succeeded') } }
    await followPipeline({ ...made.services, pipelines: silent }, event)
    expect((await readApproval(made.services, id))!.state).toMatchObject({ outcome: { how: 'console', by: null } })
    expect(made.logged.filter(({ level }) => level === 'warn')).toMatchObject([{ about: { approval: id } }])
    const unknown = await bot([approval(), described()], { runs: null })
    await unknown.hear(told, { id, ending: ended('succeeded') })
    expect((await readApproval(unknown.services, id))!.state).toMatchObject({ outcome: { how: 'console', by: null } })
  })

  test('makes the bot compare it if only CodePipeline can say how it ended: after a stop, and near its expiry', async () => {
    const stopped = await closed({ status: 'Abandoned' }, ended('abandoned'))
    expect(stopped.state.name).toBe('waiting')
    expect(stopped.effects).toContainEqual(check(id))
    const near = ended('failed', approval().expiresAt)
    expect((await closed({}, near)).effects).toContainEqual(check(id))
    expect((await closed({ externalId: 'another token' }, near)).effects).toContainEqual(check(id))
    expect((await closed({ status: 'Failed' }, near)).state).toMatchObject({ outcome: { how: 'expired' } })
    expect((await closed({}, ended('failed'))).state).toMatchObject({ outcome: { how: 'console' } })
    const later = ended('failed', approval().expiresAt + DAY)
    expect((await closed({}, later)).state).toMatchObject({ outcome: { how: 'expired' } })
  })

  test('confirms an end that is known, and changes nothing', async () => {
    const over = settled(approval(), { how: 'pipeline-edited' }, START)
    const { state, effects } = await closed({ status: 'Succeeded' }, ended('succeeded'), over)
    expect(state).toEqual(over.state)
    expect(effects).toEqual([SHOW_EXECUTION])
  })

  test('leaves a tombstone if its approval is not known, and compares the open ones', async () => {
    const { hear, services } = await bot([OTHER])
    expect(await hear(told, { id, ending: ended('succeeded') })).toContainEqual(check(OTHER.id))
    expect(await services.approvals.read(id)).toEqual({ kind: 'tombstone', id, closedAt: START })
  })

  test('is dealt with only once the tombstone is in the table: its notification may come at once', async () => {
    const { hear, services } = await bot()
    let written = false
    const create = slowly(async (record: Parameters<typeof services.approvals.create>[0]) => {
      written = true
      return services.approvals.create(record)
    })
    await hear(told, { id, ending: ended('succeeded') }, { ...services, approvals: { ...services.approvals, create } })
    expect(written).toBe(true)
  })

  test('without an id makes the bot compare the open ones', async () => {
    const { hear } = await bot([OTHER])
    expect(await hear(told, { id: null, ending: ended('succeeded') })).toContainEqual(check(OTHER.id))
  })
})

describe('the queue has, at its first attempt and at once,', () => {
  const began = (provider: string, progress: 'running' | 'succeeded' = 'running'): StateChange => ({
    ...(actionChange('Production', 'Deploy', progress, START) as Extract<StateChange, { level: 'action' }>),
    provider,
  })
  const queuedBy = async (
    change: StateChange,
    { seesDeployments = true, ended = null as PipelineEvent['approval'] } = {},
  ) => {
    const { hear, services, queued } = await bot()
    const by = {
      ...services,
      configuration: { ...services.configuration, seesDeployments },
      queue: { send: slowly(services.queue.send) },
    }
    await hear(change, ended, by)
    return queued
  }

  test.each<[string, StateChange, boolean, boolean]>([
    ['CodeDeploy', began('CodeDeploy'), true, true],
    ['CodeDeployToECS', began('CodeDeployToECS'), true, true],
    ['another service', began('CloudFormation'), true, false],
    ['CodeDeploy, which has ended', began('CodeDeploy', 'succeeded'), true, false],
    ['CodeDeploy, where no route sees deployments', began('CodeDeploy'), false, false],
    ['no action', RUNNING, true, false],
  ])('the deployment of %s', async (_, change, seesDeployments, isClaimed) => {
    const effect = { do: 'claim-deployment', execution: KEY, action: 'Production/Deploy/1' }
    expect(await queuedBy(change, { seesDeployments })).toEqual(
      isClaimed ? [{ due: { effect, attempt: 1 }, delaySeconds: 0 }] : [],
    )
  })

  test('an approval action that began', async () => {
    const action = { gate: 'manual-approval', where: WHERE, executionId: KEY.executionId }
    expect(
      await queuedBy(actionChange('Production', 'Approve', 'running', START), { ended: { id: null, ending: null } }),
    ).toEqual([{ due: { effect: { do: 'find-approval', action }, attempt: 1 }, delaySeconds: 0 }])
  })

  test('an action that failed', async () => {
    const effect = { do: 'explain-failure', execution: KEY, action: 'Build/Compile/1' }
    expect(await queuedBy(actionChange('Build', 'Compile', 'failed', START))).toEqual([
      { due: { effect, attempt: 1 }, delaySeconds: 0 },
    ])
  })
})
