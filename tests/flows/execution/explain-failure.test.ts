import type { FailureCause } from '../../../functions/domain/failure-cause.ts'
import { endNoticeAt } from '../../../functions/domain/deployment-notices.ts'
import type { StateChange } from '../../../functions/domain/execution.ts'
import { settled } from '../../../functions/domain/approval.ts'
import { explainFailure } from '../../../functions/flows/execution/explain-failure.ts'
import { followPipeline } from '../../../functions/flows/execution/follow-pipeline.ts'
import { checkExecution } from '../../../functions/flows/execution/check-execution.ts'
import { performNow } from '../../../functions/flows/effects/perform-effect.ts'
import type { DueServices } from '../../../functions/ports/services.ts'
import { botInMemory } from '../../support/bot-in-memory.ts'
import { actionRun, executionSummary, pipelinesThatAnswer, stageState } from '../../support/pipeline-answers.ts'
import {
  KEY,
  MINUTE,
  SECOND,
  START,
  actionChange,
  deciding,
  execution,
  pipelineChange,
  stageChange,
} from '../../support/records.ts'

const APPROVED = settled(deciding(), { how: 'slack', verdict: 'Approved' }, START - MINUTE)

const FAILED = actionChange('Production', 'Deploy', 'failed', START, {
  category: 'Deploy',
  provider: 'CodeDeploy',
  summary: 'It failed',
}) as Extract<StateChange, { level: 'action' }>
const ACTION = FAILED.actionExecutionId
const RUN = actionRun({ ...FAILED, status: 'Failed', externalId: 'd-ABC' })

const CAUSE: FailureCause = {
  what: 'ValidateService on i-1: token=hunter2 was refused',
  lines: ['password: hunter2', 'curl: (7) refused'],
  log: null,
  unread: [],
}

/** A bot whose execution failed in an approved deployment. */
const failed = async (read: () => Promise<FailureCause> = async () => CAUSE) => {
  const memory = botInMemory({}, { status: 'C0DEPLOYS' })
  let asked = 0
  const services: DueServices = {
    ...memory.services,
    failures: {
      read: () => {
        asked += 1
        return read()
      },
    },
    pipelines: pipelinesThatAnswer({
      runs: [RUN],
      stages: [stageState('Production')],
      executions: [executionSummary({ status: 'Failed' })],
    }),
  }
  await services.approvals.create({ ...APPROVED, deployment: { name: 'running' } })
  await services.executions.create({
    ...execution([
      pipelineChange('running', START - MINUTE),
      stageChange('Production', 'running', START - MINUTE),
      FAILED,
      stageChange('Production', 'failed', START),
      pipelineChange('failed', START),
    ]),
    approvals: new Map([['Production/Approve', { id: APPROVED.id, requestedAt: START, place: null }]]),
  })
  return {
    ...memory,
    services,
    asked: () => asked,
    stored: async () => (await services.executions.read(KEY))!,
    approval: async () => {
      const approval = (await services.approvals.read(APPROVED.id))!
      return 'deployment' in approval ? approval.deployment : null
    },
    explain: () => explainFailure(services, KEY, ACTION),
  }
}

describe('an action that has failed', () => {
  test('is asked about once, and its execution and its approval say why, without secrets', async () => {
    const { explain, asked, stored, approval } = await failed()
    const { kind, next } = await explain()
    expect([kind, next.map((effect) => effect.do)]).toEqual([
      'done',
      expect.arrayContaining(['show-approval', 'send-notices', 'show-execution', 'tell-execution']),
    ])
    const cause = { ...CAUSE, what: 'ValidateService on i-1: token=••• was refused' }
    expect((await stored()).causes.get(ACTION)).toEqual({ ...cause, lines: ['password: •••', 'curl: (7) refused'] })
    expect(await approval()).toMatchObject({ name: 'failed', cause: { what: cause.what } })

    expect(await explain()).toEqual({ kind: 'done', next: [] })
    expect(asked()).toBe(1)
  })

  test('is queued for that when its event comes first, and not when it is repeated', async () => {
    const { services, queued } = botInMemory()
    const running = [pipelineChange('running', START - MINUTE), stageChange('Production', 'running', START - MINUTE)]
    await services.executions.create(execution(running))
    const event = { key: KEY, change: FAILED, approval: null }
    const pipelines = pipelinesThatAnswer()
    await followPipeline({ ...services, pipelines }, event)
    await followPipeline({ ...services, pipelines }, event)
    const effect = { do: 'explain-failure', execution: KEY, action: ACTION }
    expect(queued.map(({ due }) => due.effect).filter((one) => one.do === 'explain-failure')).toEqual([effect])
  })

  test('is found by the look at its execution if that was lost', async () => {
    const { services, stored } = await failed()
    const { next } = await checkExecution(services, KEY)
    expect(next).toContainEqual({ do: 'explain-failure', execution: KEY, action: ACTION })
    // Until then the execution is looked at again.
    expect((await stored()).confirmed).toBe(false)
  })

  test('is told after a minute, if its cause is not known by then', async () => {
    const { stored, explain } = await failed()
    expect(endNoticeAt(await stored())).toBe(START + MINUTE)
    await explain()
    expect(endNoticeAt(await stored())).toBe(START)
  })

  test('whose service does not answer is asked again, for five minutes', async () => {
    const { explain, pass, stored, logged } = await failed(() => Promise.reject(new Error('ThrottlingException')))
    expect(await explain()).toMatchObject({ kind: 'again', afterSeconds: 15 })
    pass(5 * MINUTE)
    expect((await explain()).kind).toBe('done')
    expect((await stored()).causes.get(ACTION)?.unread).toEqual([{ because: 'no-answer', of: 'CodeDeploy' }])
    expect(logged.filter(({ level }) => level === 'warn')).toHaveLength(2)
  })

  test('whose log has no lines yet is asked again, for twenty seconds', async () => {
    const noLines: FailureCause = { ...CAUSE, lines: [], unread: [{ because: 'no-lines', of: '/aws/codebuild/shop' }] }
    const { explain, pass, stored } = await failed(async () => noLines)
    expect(await explain()).toMatchObject({ kind: 'again', afterSeconds: 10 })
    pass(20 * SECOND)
    expect((await explain()).kind).toBe('done')
    expect((await stored()).causes.get(ACTION)?.unread).toEqual(noLines.unread)
  })

  test('that the role may not read about is in the log, with the right that it lacks', async () => {
    const denied: FailureCause = { ...CAUSE, unread: [{ because: 'denied', of: 'logs:GetLogEvents' }] }
    const { explain, logged } = await failed(async () => denied)
    await explain()
    expect(logged).toContainEqual(
      expect.objectContaining({ level: 'warn', about: expect.objectContaining({ lacks: 'logs:GetLogEvents' }) }),
    )
  })

  test('that CodePipeline no longer lists says so', async () => {
    const { services, stored } = await failed()
    await explainFailure({ ...services, pipelines: pipelinesThatAnswer({ runs: null }) }, KEY, ACTION)
    expect((await stored()).causes.get(ACTION)?.unread).toEqual([{ because: 'gone', of: 'CodePipeline' }])
  })

  test('is left to the queue by every other function', async () => {
    const { services, queued, asked } = await failed()
    await performNow(services, [{ do: 'explain-failure', execution: KEY, action: ACTION }], 1_000)
    expect(queued.map(({ due }) => due.effect.do)).toEqual(['explain-failure'])
    expect(asked()).toBe(0)
  })
})

describe('the cause of a failure', () => {
  test('is asked for until just before five minutes have passed', async () => {
    const { explain, pass } = await failed(() => Promise.reject(new Error('ThrottlingException')))
    pass(5 * MINUTE - 1)
    expect((await explain()).kind).toBe('again')
  })

  test('is waited for eight seconds long', async () => {
    const { explain, pass } = await failed(() => new Promise(() => {}))
    const explained = explain()
    await new Promise((resolve) => setImmediate(resolve))
    pass(8 * SECOND)
    expect(await explained).toMatchObject({ kind: 'again', afterSeconds: 15 })
  })

  test('whose log has no stream yet is asked for again', async () => {
    const cause: FailureCause = { ...CAUSE, lines: [], unread: [{ because: 'no-stream', of: '/aws/codebuild/shop' }] }
    const { explain } = await failed(async () => cause)
    expect(await explain()).toMatchObject({ kind: 'again', afterSeconds: 10 })
  })

  test('that another function has stored meanwhile is told by that', async () => {
    let inner: ReturnType<typeof explainFailure> | null = null
    const { explain } = await failed(async () => {
      if (!inner) {
        inner = explain()
        await inner
      }
      return CAUSE
    })
    expect(await explain()).toEqual({ kind: 'done', next: [] })
    expect((await inner!).next).not.toEqual([])
  })

  test('is shown at once', async () => {
    const { explain } = await failed()
    const { next } = await explain()
    expect(next).toContainEqual(
      expect.objectContaining({ do: 'show-execution', lease: expect.objectContaining({ notBefore: START }) as object }),
    )
  })

  test('is shown before its message has its turn', async () => {
    const { explain, services } = await failed()
    await services.executions.change(KEY, (one) => [
      { ...one, showing: { ...one.showing, turnAt: START + MINUTE } },
      null,
    ])
    expect((await explain()).next.map((effect) => effect.do)).toContain('show-execution')
  })

  test('is that of the action of this name, if its event had no ID', async () => {
    const asked: string[] = []
    const { services } = await failed()
    const place = 'Production/Deploy'
    await services.executions.change(KEY, (one) => [
      { ...one, actions: new Map([[place, one.actions.get(ACTION)!]]) },
      null,
    ])
    const runs = [
      { ...RUN, actionExecutionId: 'a2', action: 'Check' },
      { ...RUN, actionExecutionId: 'a1' },
    ]
    const failures: DueServices['failures'] = {
      read: async (_, { action }) => {
        asked.push(action)
        return CAUSE
      },
    }
    await explainFailure({ ...services, failures, pipelines: pipelinesThatAnswer({ runs }) }, KEY, place)
    expect(asked).toEqual(['Deploy'])
    expect((await services.executions.read(KEY))!.causes.has(place)).toBe(true)
  })

  test('of several things that are not read, the right that the role lacks is logged; without one, nothing is', async () => {
    const unread: FailureCause['unread'] = [
      { because: 'gone', of: 'CodeDeploy' },
      { because: 'denied', of: 'logs:GetLogEvents' },
    ]
    const warned = async (cause: FailureCause) => {
      const { explain, logged } = await failed(async () => cause)
      await explain()
      return logged.filter(({ level }) => level === 'warn').map(({ about }) => about)
    }
    expect(await warned({ ...CAUSE, unread })).toEqual([{ execution: KEY.executionId, lacks: 'logs:GetLogEvents' }])
    expect(await warned({ ...CAUSE, unread: unread.slice(0, 1) })).toEqual([])
  })

  test('names the page of the action where it names no log', async () => {
    const { explain, services, approval } = await failed()
    await services.executions.change(KEY, (known) => [
      {
        ...known,
        actions: new Map([...known.actions].map(([id, one]) => [id, { ...one, url: 'https://deploy.example/d-ABC' }])),
      },
      null,
    ])
    await explain()
    expect(await approval()).toMatchObject({ cause: { log: 'https://deploy.example/d-ABC' } })
  })
})
