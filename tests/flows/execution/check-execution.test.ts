import type { Execution } from '../../../functions/domain/execution.ts'
import { applyEvent, isOver } from '../../../functions/domain/execution.ts'
import { settled } from '../../../functions/domain/approval.ts'
import type { Hold } from '../../../functions/domain/held-stage.ts'
import { readApproval } from '../../../functions/flows/approval/change-approval.ts'
import { checkExecution } from '../../../functions/flows/execution/check-execution.ts'
import { needNotBeShown } from '../../../functions/domain/showing.ts'
import type { ActionStatus } from '../../../functions/ports/pipelines.ts'
import { OutOfReach } from '../../../functions/ports/out-of-reach.ts'
import type { Services } from '../../../functions/ports/services.ts'
import { botInMemory, slowly } from '../../support/bot-in-memory.ts'
import { actionRun, executionSummary, pipelinesThatAnswer, stageState } from '../../support/pipeline-answers.ts'
import {
  CHANGE,
  DAY,
  KEY,
  MINUTE,
  SECOND,
  START,
  actionChange,
  approval,
  execution,
  pipelineChange,
  stageChange,
} from '../../support/records.ts'

type Answers = Parameters<typeof pipelinesThatAnswer>[0]
const RUNNING = execution([pipelineChange('running', START)])
const OVER = { status: 'Succeeded', updatedAt: START + MINUTE } as const
const deployed = actionRun({ action: 'Deploy', actionExecutionId: 'Production/Deploy/1', category: 'Deploy', ...OVER })

/** An execution without an event for ten minutes, and CodePipeline's answers about it. */
const check = async (answers: Answers, known: Execution = RUNNING) => {
  const bot = botInMemory({}, { status: 'C0DEPLOYS' })
  await bot.services.executions.create(known)
  bot.pass(10 * MINUTE)
  const asked: string[] = []
  const pipelines = pipelinesThatAnswer(answers)
  const services: Services = {
    ...bot.services,
    pipelines: {
      ...pipelines,
      stages: async (pipeline) => {
        asked.push('stages')
        return pipelines.stages(pipeline)
      },
    },
  }
  const performed = await checkExecution(services, KEY)
  return { ...bot, services, performed, asked, checked: (await bot.services.executions.read(KEY))! }
}

describe('an execution that CodePipeline calls', () => {
  test.each([
    ['InProgress', 'running'],
    ['Stopping', 'stopping'],
    ['Stopped', 'stopped'],
    ['Succeeded', 'succeeded'],
    ['Superseded', 'superseded'],
    ['Cancelled', 'canceled'],
    ['Failed', 'failed'],
    ['Unknown', 'running'],
  ] as const)('%s is %s from then on', async (status, progress) => {
    const { checked } = await check({
      runs: [deployed],
      executions: [executionSummary({ status, updatedAt: START + MINUTE })],
    })
    expect(checked.overall.progress).toBe(progress)
    expect(checked.confirmed).toBe(isOver(checked))
  })

  test('running began at its start, in whole seconds as in events', async () => {
    const { checked } = await check({
      executions: [executionSummary({ startedAt: START - 500, updatedAt: START + 5 * MINUTE })],
    })
    expect(checked.overall).toMatchObject({ progress: 'running', startedAt: START })
    expect(
      (await check({ executions: [executionSummary({ startedAt: START + 1_500 })] })).checked.overall.startedAt,
    ).toBe(START + SECOND)
  })

  test('running again was retried, and began at the retry', async () => {
    const failed = execution([pipelineChange('running', START), pipelineChange('failed', START + MINUTE)])
    const { checked } = await check(
      { executions: [executionSummary({ startedAt: START, updatedAt: START + 2 * MINUTE })] },
      failed,
    )
    expect(checked.overall).toEqual({ progress: 'running', at: START + 2 * MINUTE, startedAt: START + 2 * MINUTE })
  })
})

test('an execution that was retried in the second in which it failed runs, until it fails again', async () => {
  const at = START + MINUTE
  const failed = execution([pipelineChange('running', START), pipelineChange('failed', at)])
  const { checked } = await check({ executions: [executionSummary({ startedAt: START, updatedAt: at + 953 })] }, failed)
  expect(checked.overall).toMatchObject({ progress: 'running', at: at + 1 })
  const again = executionSummary({ status: 'Failed', startedAt: START, updatedAt: at + 990 })
  expect((await check({ executions: [again] }, checked)).checked.overall.progress).toBe('failed')
})

test('an execution that ended while CodePipeline was asked is looked at once more: the answers may be older', async () => {
  const bot = botInMemory({}, { status: 'C0DEPLOYS' })
  const running = execution([pipelineChange('running', START), stageChange('Production', 'running', START)])
  await bot.services.executions.create(running)
  const before = [actionRun({ ...OVER, status: 'Failed', updatedAt: START - SECOND })]
  const answers = pipelinesThatAnswer({ runs: before, executions: [executionSummary({ status: 'Cancelled' })] })
  const pipelines = {
    ...answers,
    executions: async (...asked: Parameters<typeof answers.executions>) => {
      await bot.services.executions.change(KEY, (one) => [
        applyEvent(one, pipelineChange('canceled', START), START),
        null,
      ])
      return answers.executions(...asked)
    },
  }
  await checkExecution({ ...bot.services, pipelines }, KEY)
  expect(await bot.services.executions.read(KEY)).toMatchObject({ overall: { progress: 'canceled' }, confirmed: false })
  await checkExecution({ ...bot.services, pipelines: answers }, KEY)
  expect(await bot.services.executions.read(KEY)).toMatchObject({ confirmed: true })
})

test('what CodePipeline says of the queue tells the approval behind which the execution waits', async () => {
  const held = { stage: 'Live', reason: 'incident 4711', since: null, userId: 'U0DANA', name: null }
  const asked = approval({ held, change: { ...CHANGE, into: ['Live'], liveIn: ['Live'] } })
  const approved = settled(asked, { how: 'console', verdict: 'Approved', by: null, summary: null }, START)
  const known = execution([
    ...['Source', 'Build', 'Production'].map((stage) => stageChange(stage, 'succeeded', START)),
    pipelineChange('running', START),
  ])
  const link = { id: approved.id, requestedAt: START, place: null }
  const heldAfter = async (inbound: string[], hold?: Hold) => {
    const { services, pass } = botInMemory({}, { status: 'C0DEPLOYS' })
    await services.approvals.create(approved)
    await services.executions.create({ ...known, approvals: new Map([['Production/Approve', link]]) })
    pass(10 * MINUTE)
    const live = stageState('Live', { inbound, executionId: 'e9', status: 'InProgress', ...(hold && { held: hold }) })
    const stages = [...['Source', 'Build', 'Production'].map((stage) => stageState(stage)), live]
    await checkExecution({ ...services, pipelines: pipelinesThatAnswer({ stages }) }, KEY)
    return (await readApproval(services, approved.id))?.held
  }
  const { stage: _, ...hold } = held
  expect(await heldAfter([KEY.executionId], hold)).toEqual(held)
  expect(await heldAfter([KEY.executionId])).toBeUndefined()
  expect(await heldAfter([])).toBeUndefined()
})

describe('an action that CodePipeline calls', () => {
  const progressOf = async (status: ActionStatus, executions = [executionSummary({ status: 'Stopped' })]) => {
    const run = actionRun({
      ...{ status, startedAt: START + 100, updatedAt: START + MINUTE + 100, summary: 'Told', externalUrl: 'https://x' },
      outputVariables: {},
    })
    const { checked } = await check({ runs: [run], executions })
    return checked.actions.get(run.actionExecutionId)
  }

  test.each([
    ['InProgress', 'running', START],
    ['Succeeded', 'succeeded', START + MINUTE],
    ['Failed', 'failed', START + MINUTE],
    ['Abandoned', 'stopped', START + MINUTE],
  ] as const)('%s is %s', async (status, progress, at) => {
    expect(await progressOf(status)).toEqual({
      ...{ progress, at, startedAt: progress === 'running' ? START : null },
      ...{ stage: 'Production', action: 'Approve', category: 'Approval', provider: 'Manual' },
      ...{ summary: 'Told', url: 'https://x' },
    })
  })

  test('by a status that is new to the bot keeps its last known state', async () => {
    expect(await progressOf('Unknown')).toBeUndefined()
  })

  test('Abandoned was canceled if its execution was: the pipeline was edited, and no person stopped anything', async () => {
    const canceled = [executionSummary({ status: 'Cancelled' })]
    expect(await progressOf('Abandoned', canceled)).toMatchObject({ progress: 'canceled' })
    expect(await progressOf('Succeeded', canceled)).toMatchObject({ progress: 'succeeded' })
    expect(await progressOf('Abandoned', [executionSummary()])).toMatchObject({ progress: 'stopped' })
    expect(await progressOf('Abandoned', [])).toMatchObject({ progress: 'stopped' })
  })
})

test('a stage whose events were lost has the state that the runs of its actions show', async () => {
  const { checked } = await check({ runs: [deployed], executions: [executionSummary(OVER)] })
  expect(checked.stages.get('Production')).toMatchObject({ progress: 'succeeded', at: START + MINUTE })
})

describe('the last check of an execution', () => {
  const over = [executionSummary(OVER)]

  test('is done when it is stored that no other follows: the function may be frozen after that', async () => {
    const { services } = botInMemory()
    await services.executions.create(RUNNING)
    const { executions } = services
    const change = slowly(executions.change)
    const pipelines = pipelinesThatAnswer({ runs: [deployed], executions: over })
    await checkExecution({ ...services, pipelines, executions: { ...executions, change } }, KEY)
    expect(await services.executions.read(KEY)).toMatchObject({ confirmed: true })
  })

  test('comes when it is over and all answers agree', async () => {
    const { services, checked, asked, counted } = await check({ runs: [deployed], executions: over })
    expect(checked.confirmed).toBe(true)
    expect(counted).toEqual([])
    await checkExecution(services, KEY)
    expect(asked).toEqual(['stages'])
  })

  test('has not come while an action of it still runs: that answer is outdated, and more may come', async () => {
    const { checked } = await check({ runs: [deployed, actionRun()], executions: over })
    expect(checked).toMatchObject({ overall: { progress: 'succeeded' }, confirmed: false })
  })

  test.each([
    ['failed two minutes ago has come', 'Failed', 8, true],
    ['failed a minute ago is still to come', 'Failed', 9, false],
    ['was stopped a minute ago is still to come', 'Stopped', 9, false],
    ['succeeded a minute ago has come', 'Succeeded', 9, true],
  ] as const)('of one that %s: a person may retry what failed', async (_, status, minute, confirmed) => {
    const ended = executionSummary({ status, updatedAt: START + minute * MINUTE })
    const { checked } = await check({ runs: [deployed], executions: [ended] })
    expect(checked).toMatchObject({ overall: { at: START + minute * MINUTE }, confirmed })
  })

  test('has not come while it runs', async () => {
    expect((await check({ runs: [deployed], executions: [executionSummary()] })).checked.confirmed).toBe(false)
  })

  test('has not come if an event arrived meanwhile', async () => {
    const { id } = approval()
    const known = { ...RUNNING, approvals: new Map([['Production/Approve', { id, requestedAt: START, place: null }]]) }
    const bot = botInMemory()
    await bot.services.executions.create(known)
    await bot.services.approvals.create({ ...approval(), deployment: { name: 'running' } })
    const { approvals, executions } = bot.services
    const meanwhile: Services['approvals'] = {
      ...approvals,
      change: async (...given) => {
        await executions.change(KEY, (one) => [
          { ...one, showing: { ...one.showing, truth: one.showing.truth + 1 } },
          null,
        ])
        return approvals.change(...given)
      },
    }
    const pipelines = pipelinesThatAnswer({ runs: [deployed], executions: over })
    await checkExecution({ ...bot.services, pipelines, approvals: meanwhile }, KEY)
    expect(await executions.read(KEY)).toMatchObject({ overall: { progress: 'succeeded' }, confirmed: false })
  })

  test('is not needed for an execution without any event', async () => {
    const bot = botInMemory()
    expect(await checkExecution(bot.services, KEY)).toEqual({ kind: 'done', next: [] })
    expect(await bot.services.executions.read(KEY)).toBeNull()
  })
})

describe('an execution whose pipeline was deleted', () => {
  test('and created again under its name is canceled as well', async () => {
    const { checked } = await check({ runs: null })
    expect(checked).toMatchObject({ overall: { progress: 'canceled' }, confirmed: true })
  })

  test('is canceled, at the second of the check', async () => {
    const { checked } = await check({ stages: null })
    expect(checked).toMatchObject({ overall: { progress: 'canceled', at: START + 10 * MINUTE }, confirmed: true })
  })

  test('ends with its stages and actions that ran or stopped; those that had ended keep their end', async () => {
    const known = execution([
      pipelineChange('running', START),
      ...(['running', 'stopping', 'succeeded'] as const).flatMap((progress) => [
        stageChange(`Stage ${progress}`, progress, START),
        actionChange('Production', `Action ${progress}`, progress, START),
      ]),
    ])
    const { checked } = await check({ stages: null }, known)
    const progresses = (of: ReadonlyMap<string, { progress: string }>) => [...of.values()].map((one) => one.progress)
    expect(progresses(checked.stages)).toEqual(['canceled', 'canceled', 'succeeded'])
    expect(progresses(checked.actions)).toEqual(['canceled', 'canceled', 'succeeded'])
  })

  test('keeps its end if it had ended', async () => {
    const ended = execution([pipelineChange('succeeded', START)])
    expect((await check({ stages: null }, ended)).checked).toMatchObject({
      overall: { progress: 'succeeded' },
      confirmed: true,
    })
  })
})

test('fields that events lack are filled in: the order of the stages, the revision, who started it', async () => {
  const nameless = { ...RUNNING, stageOrder: [], revisions: [], starter: null }
  const revisions = [
    { actionName: null, artifactName: 'App', revisionId: 'c0ffee', summary: 'Fix rounding', url: null },
  ]
  const trigger = { type: 'StartPipelineExecution', detail: 'arn:aws:sts::111122223333:assumed-role/Console/dana' }
  const facts = { revisions, trigger }
  const { checked } = await check(
    {
      stages: [stageState('Source'), stageState('Build'), stageState('Production')],
      executions: [executionSummary({ executionId: 'newer' }), executionSummary({ ...facts, ...OVER })],
    },
    nameless,
  )
  expect(checked).toMatchObject({
    stageOrder: ['Source', 'Build', 'Production'],
    revisions: [{ id: 'c0ffee', title: 'Fix rounding' }],
    starter: { kind: 'person', name: 'dana' },
    overall: { progress: 'succeeded' },
  })
  // If CodePipeline does not answer, the known values stay.
  expect((await check({ executions: [] })).checked).toMatchObject({
    revisions: RUNNING.revisions,
    starter: RUNNING.starter,
    overall: RUNNING.overall,
  })
})

test('a check counts as an event, so that the next check comes after a while', async () => {
  expect((await check({ executions: [executionSummary()] })).checked.lastEventAt).toBe(START + 10 * MINUTE)
})

test('a check that finds nothing new is not written if a sweep has just marked the execution', async () => {
  const shown = { ...RUNNING, showing: needNotBeShown(RUNNING.showing) }
  const { services, pass } = await check({ executions: [executionSummary()] }, shown)
  // The first check has filled in what CodePipeline knows, and counts as shown.
  await services.executions.change(KEY, (one) => [{ ...one, showing: needNotBeShown(one.showing) }, null])
  const marked = await services.executions.read(KEY)
  for (const ms of [0, MINUTE - 1]) {
    pass(ms)
    await checkExecution(services, KEY)
    expect(await services.executions.read(KEY)).toBe(marked)
  }
  pass(1)
  await checkExecution(services, KEY)
  expect((await services.executions.read(KEY))!.lastEventAt).toBe(START + 11 * MINUTE)
})

test('a check by the clock is not written either if it finds nothing new, and not made before ten minutes of silence', async () => {
  const shown = { ...RUNNING, showing: needNotBeShown(RUNNING.showing) }
  const { services, pass, asked } = await check({ executions: [executionSummary()] }, shown)
  await services.executions.change(KEY, (one) => [{ ...one, showing: needNotBeShown(one.showing) }, null])
  const before = await services.executions.read(KEY)
  const looks = asked.length
  pass(10 * MINUTE - 1)
  await checkExecution(services, KEY, { unlessLookedAt: true })
  expect(asked).toHaveLength(looks)
  pass(1)
  await checkExecution(services, KEY, { unlessLookedAt: true })
  expect(asked.length).toBeGreaterThan(looks)
  expect(await services.executions.read(KEY)).toBe(before)
})

test('its end shows in its message and is told in its thread, and its approvals are updated', async () => {
  const { id } = approval()
  const approvals = new Map([['Production/Approve', { id, requestedAt: START, place: null }]])
  const { performed } = await check(
    { runs: [deployed], executions: [executionSummary(OVER)] },
    { ...RUNNING, approvals },
  )
  expect(performed.next).toContainEqual({ do: 'check-approval', approval: id })
  expect(performed.next).toContainEqual(expect.objectContaining({ do: 'show-execution', execution: KEY }))
  expect(performed.next).toContainEqual({ do: 'tell-execution', execution: KEY })
})

describe('approvals that were skipped, in stages whose actions CodePipeline does not give', () => {
  /** Two stages were skipped, one at the start and one ten minutes later. */
  const skippedAfter = async (ms: number) => {
    const bot = botInMemory()
    await bot.services.executions.create(RUNNING)
    bot.pass(ms)
    const skipped = { executionId: KEY.executionId, status: 'Skipped' } as const
    const stages = [stageState('Build', skipped), stageState('Production'), stageState('Live', skipped)]
    const executions = [executionSummary({ status: 'Succeeded', updatedAt: START + 10 * MINUTE })]
    const answers = pipelinesThatAnswer({ stages, runs: [{ ...deployed, updatedAt: START + MINUTE }], executions })
    const pipelines = { ...answers, structure: async () => null }
    await checkExecution({ ...bot.services, pipelines }, KEY)
    const errors = bot.logged.filter(({ level }) => level === 'error').map(({ about }) => about)
    return { errors, counted: bot.counted, confirmed: (await bot.services.executions.read(KEY))!.confirmed }
  }

  test('are asked for until a day after the last skip', async () => {
    expect(await skippedAfter(DAY + 10 * MINUTE - 1)).toEqual({ errors: [], counted: [], confirmed: false })
  })

  test('are given up then: an alarm rings, and the log names the stages', async () => {
    expect(await skippedAfter(DAY + 10 * MINUTE)).toEqual({
      errors: [{ ...KEY, stages: ['Build', 'Live'] }],
      counted: ['EffectFailed'],
      confirmed: true,
    })
  })
})

describe('an execution whose pipeline the bot may not read', () => {
  const refusing = async (error: Error, known = RUNNING) => {
    const bot = botInMemory({}, { status: 'C0DEPLOYS' })
    await bot.services.executions.create(known)
    bot.pass(10 * MINUTE)
    const { executions } = bot.services
    const services = {
      ...bot.services,
      // Lambda may freeze the function once it has ended.
      executions: { ...executions, change: slowly(executions.change) },
      pipelines: { ...pipelinesThatAnswer({}), stages: () => Promise.reject(error) },
    }
    return {
      ...bot,
      look: () => checkExecution(services, KEY),
      mended: () =>
        checkExecution({ ...services, pipelines: pipelinesThatAnswer({ executions: [executionSummary()] }) }, KEY),
      read: async () => (await services.executions.read(KEY))!,
    }
  }

  test('is not asked about any more if its account is not joined any more, until its next event', async () => {
    const error = new OutOfReach('left', { isUnjoined: true })
    const { look, read, counted, logged } = await refusing(error)
    expect(await look()).toEqual({ kind: 'done', next: [] })
    expect(logged).toMatchObject([{ level: 'warn', about: { ...KEY, error } }])
    const left = await read()
    expect(left).toMatchObject({ confirmed: true, overall: { progress: 'running' } })
    expect(counted).toEqual([])
    expect(applyEvent(left, pipelineChange('succeeded', START + DAY), START + DAY).confirmed).toBe(false)
  })

  test('is asked about for two days if AWS refuses, and an alarm rings meanwhile', async () => {
    const { look, read, counted, pass } = await refusing(new OutOfReach('AWS refuses'))
    expect(await look()).toEqual({ kind: 'done', next: [] })
    expect([(await read()).outOfReachSince, counted]).toEqual([START + 10 * MINUTE, []])
    pass(2 * DAY)
    await look()
    expect([(await read()).confirmed, counted]).toEqual([false, ['EffectFailed']])
    pass(1)
    await look()
    expect((await read()).confirmed).toBe(true)
  })

  test('has two days again once it was read', async () => {
    const { look, mended, read } = await refusing(new OutOfReach('AWS refuses'))
    await look()
    await mended()
    expect(await read()).not.toHaveProperty('outOfReachSince')
  })
})
