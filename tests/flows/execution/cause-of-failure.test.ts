import { settled } from '../../../functions/domain/approval.ts'
import type { StateChange } from '../../../functions/domain/execution.ts'
import { applyEvent } from '../../../functions/domain/execution.ts'
import { readApproval } from '../../../functions/flows/approval/change-approval.ts'
import { causeIn } from '../../../functions/flows/execution/cause-of-failure.ts'
import { followPipeline } from '../../../functions/flows/execution/follow-pipeline.ts'
import type { ActionRun } from '../../../functions/ports/pipelines.ts'
import type { Services } from '../../../functions/ports/services.ts'
import { executionMessage } from '../../../functions/slack/execution-message.ts'
import { asText } from '../../support/as-text.ts'
import { botInMemory } from '../../support/bot-in-memory.ts'
import { actionRun, pipelinesThatAnswer } from '../../support/pipeline-answers.ts'
import {
  KEY,
  MINUTE,
  START,
  actionChange,
  deciding,
  execution,
  pipelineChange,
  stageChange,
} from '../../support/records.ts'

type ActionChange = Extract<StateChange, { level: 'action' }>

const FAILED: ActionChange = {
  ...(actionChange('Build', 'Build', 'failed', START + MINUTE) as ActionChange),
  category: 'Build',
  provider: 'CodeBuild',
}
const BUILD =
  'Build terminated with state: FAILED. Phase: BUILD, Code: COMMAND_EXECUTION_ERROR, Message: npm test: exit 1'

/** The action, as CodePipeline lists it. */
const run = (more: Partial<ActionRun> = {}) =>
  actionRun({
    actionExecutionId: FAILED.actionExecutionId,
    stage: 'Build',
    action: 'Build',
    category: 'Build',
    provider: 'CodeBuild',
    status: 'Failed',
    error: BUILD,
    ...more,
  })

/** What the bot stores and logs of the failure, and how often it asked for its cause. */
const fails = async (actionRuns: Services['pipelines']['actionRuns'], summary: string | null = null, more = {}) => {
  const { services, logged, pass } = botInMemory()
  await services.executions.create(
    execution([pipelineChange('running', START), stageChange('Build', 'running', START)]),
  )
  let asked = 0
  const pipelines: Services['pipelines'] = {
    ...pipelinesThatAnswer(),
    actionRuns: (key) => {
      asked += 1
      return actionRuns(key)
    },
  }
  const change = { ...FAILED, summary, ...more }
  const followed = followPipeline({ ...services, pipelines }, { key: KEY, change, approval: null })
  for (let turn = 0; turn < 100; turn++) await Promise.resolve()
  pass(4_000)
  await followed
  const stored = (await services.executions.read(KEY))!
  return { summary: stored.actions.get(change.actionExecutionId)?.summary, asked, stored, logged }
}

describe('an action that failed', () => {
  test('without a word in its event says what CodePipeline lists, in its status message too', async () => {
    const { summary, stored } = await fails(async () => [run()])
    expect(summary).toBe(BUILD)
    const { blocks } = executionMessage({
      kind: 'execution',
      execution: {
        ...stored,
        stages: new Map([['Build', { progress: 'failed', at: START + MINUTE, startedAt: START }]]),
      },
      accountName: 'shop-prod',
      consoleUrl: 'https://console.example/',
      approvalPlaces: new Map(),
    })
    expect(asText({ blocks })).toContain('COMMAND_EXECUTION_ERROR')
  })

  test('says its own summary before the error that CodePipeline keeps', async () => {
    expect((await fails(async () => [run({ summary: '2 of 214 tests failed' })])).summary).toBe('2 of 214 tests failed')
  })

  test('whose event says why is not asked about', async () => {
    const { summary, asked } = await fails(async () => [run()], 'exit 1')
    expect([summary, asked]).toEqual(['exit 1', 0])
  })

  test.each<[string, () => Promise<ActionRun[] | null>]>([
    ['is not listed', async () => []],
    ['is of an execution that is gone', async () => null],
    ['has no error', async () => [actionRun({ ...run(), error: '' })]],
  ])('and %s fails without a cause', async (_, runs) => {
    const { summary, stored } = await fails(runs)
    expect([summary || null, stored.actions.get(FAILED.actionExecutionId)?.progress]).toEqual([null, 'failed'])
  })

  test('is told without its cause if CodePipeline does not answer, or not in time', async () => {
    const refused = await fails(() => Promise.reject(new Error('ThrottlingException')))
    expect(refused.summary).toBeNull()
    expect(refused.logged).toMatchObject([{ level: 'warn', about: { execution: KEY.executionId } }])
    expect((await fails(() => new Promise(() => {}))).summary).toBeNull()
  })
})

test.each<[string, Partial<ActionRun>, string | null]>([
  ['its own summary', { summary: '2 of 214 tests failed' }, '2 of 214 tests failed'],
  ['the error that CodePipeline keeps', { summary: '' }, BUILD],
  ['nothing, if both are empty', { error: '' }, null],
  ['of an approval only what its person wrote: CodePipeline’s error is no reason', { category: 'Approval' }, null],
])('the cause of a failure is %s', (_, more, cause) => {
  expect(causeIn(run(more))).toBe(cause)
})

test('a rejected approval is not asked about: its summary is what a person wrote', async () => {
  const more = { stage: 'Production', action: 'Approve', category: 'Approval', provider: 'Manual' }
  expect((await fails(async () => [run()], null, more)).asked).toBe(0)
})

describe('the event of a failure is stored before CodePipeline is asked for its cause', () => {
  const RULE = { stage: 'Build', rule: 'only-by', summary: 'the author is not Ben', updatedBy: null, at: null }
  const ruledBefore = { level: 'stage', stage: 'Build', progress: 'failed', because: 'Rule only-by: no' } as const

  const follow = async (change: StateChange, known: StateChange[] = [], turnAt?: number) => {
    const { services, pass } = botInMemory({}, { status: 'C0DEPLOYS' })
    pass(2 * MINUTE)
    const before = execution([pipelineChange('running', START), stageChange('Build', 'running', START), ...known])
    await services.executions.create({ ...before, showing: { ...before.showing, ...(turnAt && { turnAt }) } })
    const asked: string[] = []
    const stored = async () => (await services.executions.read(KEY))!
    const pipelines: Services['pipelines'] = {
      ...pipelinesThatAnswer(),
      actionRuns: async () => {
        asked.push((await stored()).actions.get(FAILED.actionExecutionId)?.progress ?? 'unknown')
        return [run()]
      },
      failedRules: async () => {
        asked.push((await stored()).stages.get('Build')!.progress)
        return [RULE]
      },
    }
    const effects = await followPipeline({ ...services, pipelines }, { key: KEY, change, approval: null })
    return { asked, effects, stored: await stored() }
  }

  test('of an action', async () => {
    const { asked, effects, stored } = await follow(FAILED)
    expect(asked.at(-1)).toBe('failed')
    expect(stored.actions.get(FAILED.actionExecutionId)).toMatchObject({ summary: BUILD })
    expect(effects.map((effect) => effect.do)).toContain('show-execution')
  })

  test('of a stage, and of one whose execution is over the end is told at once', async () => {
    const over = pipelineChange('failed', START + MINUTE)
    const { asked, effects, stored } = await follow(stageChange('Build', 'failed', START + MINUTE), [over])
    expect(asked.at(-1)).toBe('failed')
    expect(stored.stages.get('Build')).toMatchObject({ because: 'Rule only-by: the author is not Ben' })
    expect(effects.map((effect) => effect.do)).toContain('tell-execution')
  })

  test('of a stage whose execution has failed, and its cause is shown before the message has its turn', async () => {
    const over = pipelineChange('failed', START + MINUTE)
    const failed = stageChange('Build', 'failed', START + MINUTE)
    const { effects } = await follow(failed, [over], START + 3 * MINUTE)
    expect(effects.map((effect) => effect.do)).toContain('show-execution')
  })

  test('of a stage that fails again, whose rule may say something else by then', async () => {
    const { stored } = await follow(stageChange('Build', 'failed', START + 3 * MINUTE), [
      { ...ruledBefore, at: START + MINUTE },
      stageChange('Build', 'running', START + 2 * MINUTE),
    ])
    expect(stored.stages.get('Build')).toMatchObject({ because: 'Rule only-by: the author is not Ben' })
  })

  test('of a stage, whose rule is not asked for again when the event is repeated', async () => {
    const { asked, stored } = await follow(stageChange('Build', 'failed', START + MINUTE), [
      { ...ruledBefore, at: START + MINUTE },
    ])
    expect(asked).toEqual([])
    expect(stored.stages.get('Build')).toMatchObject({ because: 'Rule only-by: no' })
  })

  test('of a stage, and its approval says why, also if the execution ends while CodePipeline is asked', async () => {
    const { services } = botInMemory()
    const approved = settled(deciding(), { how: 'slack', verdict: 'Approved' }, START)
    await services.approvals.create(approved)
    const known = execution([pipelineChange('running', START), stageChange('Production', 'running', START)])
    const approvals = new Map([['Production/Approve', { id: approved.id, requestedAt: START, place: null }]])
    await services.executions.create({ ...known, approvals })
    const pipelines: Services['pipelines'] = {
      ...pipelinesThatAnswer(),
      failedRules: async () => {
        const over = pipelineChange('failed', START + MINUTE)
        await services.executions.change(KEY, (one) => [applyEvent(one, over, START + MINUTE), null])
        return [{ ...RULE, stage: 'Production' }]
      },
    }
    const change = stageChange('Production', 'failed', START + MINUTE)
    await followPipeline({ ...services, pipelines }, { key: KEY, change, approval: null })
    expect(await readApproval(services, approved.id)).toMatchObject({
      deployment: { name: 'failed', summary: 'Rule only-by: the author is not Ben', failedIn: 'Production' },
    })
  })

  test('and no rules are asked for if an action of the stage failed', async () => {
    const { asked, stored } = await follow(stageChange('Build', 'failed', START + MINUTE), [
      { ...FAILED, summary: 'exit 1' },
    ])
    expect(asked).not.toContain('failed')
    expect(stored.stages.get('Build')).not.toHaveProperty('because')
  })
})

test.each([
  ['Failed', 'token=•••'],
  ['Succeeded', 'token=hunter2'],
] as const)('what an action says that has %s is told as it may be stored', (status, said) => {
  expect(causeIn(run({ status, summary: 'token=hunter2' }))).toBe(said)
})
