import { endOfExecution } from '../../../functions/domain/deployment-notices.ts'
import { pipelineOf } from '../../../functions/domain/pipeline.ts'
import { skippedApprovalId, unfiledSkips } from '../../../functions/domain/skipped-approval.ts'
import { flaws } from '../../../functions/record/flaws.ts'
import { parsePipelineEvent } from '../../../functions/aws/pipeline-event.ts'
import { checkExecution } from '../../../functions/flows/execution/check-execution.ts'
import { followPipeline } from '../../../functions/flows/execution/follow-pipeline.ts'
import { fileSkips } from '../../../functions/flows/execution/file-skips.ts'
import { sweep } from '../../../functions/flows/effects/sweep.ts'
import type { Pipelines } from '../../../functions/ports/pipelines.ts'
import type { Services } from '../../../functions/ports/services.ts'
import { executionMessage } from '../../../functions/slack/execution-message.ts'
import { asText } from '../../support/as-text.ts'
import { botInMemory } from '../../support/bot-in-memory.ts'
import { enginePipelines } from '../../support/engine-pipelines.ts'
import {
  approve,
  build,
  DANA,
  deploy,
  settled,
  shop,
  sourceStage,
  tell,
  virtualCodePipeline,
} from '../../support/virtual-codepipeline.ts'

/*
 * The bot hears the events of the real engine, whose stage Production has a condition: only changes by the given author
 * pass it.
 */

const onlyBy = (author: string, result: 'FAIL' | 'SKIP', when: 'beforeEntry' | 'onSuccess' = 'beforeEntry') => ({
  [when]: {
    conditions: [
      {
        result,
        rules: [
          {
            name: 'only-by',
            ruleTypeId: { category: 'Rule', owner: 'AWS', provider: 'VariableCheck', version: '1' },
            configuration: { Variable: '#{SourceVariables.AuthorDisplayName}', Operator: 'EQ', Value: author },
          },
        ],
      },
    ],
  },
})

const SMOKE = { name: 'Smoke', actions: [build('Smoke')] }

/** `after`: the stages behind Production. `isClosed`: no execution may enter Production yet. */
const open = async (
  condition: object,
  differently: Partial<Pipelines> = {},
  { after = [SMOKE], isClosed = false }: { after?: object[]; isClosed?: boolean } = {},
) => {
  const codePipeline = virtualCodePipeline()
  const bot = botInMemory()
  const answers = enginePipelines(codePipeline.engine)
  const asked: string[] = []
  const pipelines = {
    ...Object.fromEntries(
      Object.entries(answers).map(([name, answer]) => [
        name,
        async (...given: never[]) => {
          asked.push(name)
          return (answer as (...given: never[]) => unknown)(...given)
        },
      ]),
    ),
    ...differently,
  } as unknown as Pipelines
  const services: Services = { ...bot.services, pipelines }
  await codePipeline.create(
    shop({
      stages: [
        sourceStage,
        { name: 'Production', actions: [approve('Approve'), deploy('Deploy', { runOrder: 2 })], ...condition },
        ...after,
      ],
    }),
  )
  if (isClosed) codePipeline.engine.disableStageTransition({ ...INTO_PRODUCTION, reason: 'Not yet' }, DANA)
  const executionId = await codePipeline.start()
  const key = { accountId: '111122223333', region: 'eu-west-1', pipeline: 'shop-web', executionId }
  let heard = 0
  /** The bot hears every new event that is not lost, and performs the checks that follow. */
  const hear = async (isLost: (told: string) => boolean = () => false, by = services) => {
    for (const event of codePipeline.events.slice(heard)) {
      heard += 1
      if (isLost(tell(event))) continue
      const effects = await followPipeline(by, parsePipelineEvent(event)!)
      for (const { do: what } of effects) if (what === 'check-execution') await checkExecution(by, key)
    }
  }
  const card = async () =>
    asText(
      executionMessage({
        kind: 'execution',
        execution: (await services.executions.read(key))!,
        accountName: 'shop-prod',
        consoleUrl: 'https://console.example/',
        approvalPlaces: new Map(),
      }),
    )
  /** The entries about the skipped approval of Production. */
  const recorded = () => bot.entriesOf(skippedApprovalId({ ...pipelineOf(key), ...APPROVAL }, executionId))
  const override = async (conditionType: 'BEFORE_ENTRY' | 'ON_SUCCESS') => {
    const of = { pipelineName: 'shop-web', stageName: 'Production', pipelineExecutionId: executionId }
    codePipeline.clock.pass(60_000)
    codePipeline.engine.overrideStageCondition({ ...of, conditionType }, DANA)
    await settled()
  }
  /** Production is approved and deployed. */
  const deployIt = async () => {
    const where = { pipelineName: 'shop-web', stageName: 'Production', actionName: 'Approve' }
    const result = { status: 'Approved', summary: '' } as const
    codePipeline.engine.putApprovalResult({ ...where, token: codePipeline.tokenOf(), result }, DANA)
    await settled()
    await codePipeline.held.end('Production/Deploy')
  }
  const stage = async (name: string) => (await services.executions.read(key))!.stages.get(name)
  return { codePipeline, services, key, hear, card, asked, override, deployIt, stage, recorded, queued: bot.queued }
}

const INTO_PRODUCTION = { pipelineName: 'shop-web', stageName: 'Production', transitionType: 'Inbound' } as const

const APPROVAL = { stage: 'Production', action: 'Approve' }

test('a stage that is skipped says why, and that its approval was not requested', async () => {
  const { codePipeline, hear, card, services, key } = await open(onlyBy('Ben', 'SKIP'))
  await hear()
  expect(await card()).toContain(
    'Production skipped · Rule only-by: Variable check failed: "Ana" EQ "Ben" does not hold · its approval Approve was not requested',
  )
  await codePipeline.held.end('Smoke/Smoke')
  await hear()
  await checkExecution(services, key)
  expect(await card()).toContain('<shop-web> succeeded')
  expect((await services.executions.read(key))?.confirmed).toBe(true)
})

describe('an approval that is skipped with its stage', () => {
  const OVER = {
    failedRules: async () => [{ stage: 'Production', rule: 'only-by', summary: 'No', updatedBy: null, at: null }],
  }

  test('is in the audit record with what the rule said, once, however often CodePipeline is asked', async () => {
    const { codePipeline, hear, services, key, recorded } = await open(onlyBy('Ben', 'SKIP'))
    await hear()
    const later = { ...services, pipelines: { ...services.pipelines, ...OVER } as unknown as Pipelines }
    for (const by of [services, later]) {
      expect((await checkExecution(by, key)).next).toContainEqual({ do: 'file-skips', execution: key })
      codePipeline.clock.pass(60_000)
    }
    await Promise.all([fileSkips(services, key), fileSkips(services, key)])
    await checkExecution(later, key)
    await fileSkips(services, key)
    const entries = await recorded()
    expect(entries.map(({ number, happened }) => ({ number, happened }))).toEqual([
      {
        number: 1,
        happened: {
          what: 'approval-skipped',
          where: { ...pipelineOf(key), ...APPROVAL },
          executionId: key.executionId,
          because: 'Rule only-by: Variable check failed: "Ana" EQ "Ben" does not hold',
        },
      },
    ])
    expect(flaws(entries, null, 0)).toEqual([])
    expect(unfiledSkips((await services.executions.read(key))!)).toEqual([])
  })

  test('is recorded later if CodePipeline does not give the structure of the pipeline when the skip is seen', async () => {
    const { codePipeline, hear, services, key, recorded } = await open(onlyBy('Ben', 'SKIP'))
    const logged: string[] = []
    const counted: string[] = []
    const note = (message: string) => void logged.push(message)
    const log = { ...services.log, warn: note, error: note, count: (name: string) => void counted.push(name) }
    const without = { ...services, log, pipelines: { ...services.pipelines, structure: async () => null } } as Services
    const confirmed = async () => (await services.executions.read(key))!.confirmed
    await codePipeline.held.end('Smoke/Smoke')
    await hear(() => false, without)
    await checkExecution(without, key)
    expect(logged).toContain(
      'The approvals that were skipped are not known yet: CodePipeline did not give the structure',
    )
    expect(counted).toEqual([])
    expect(await confirmed()).toBe(false)
    await checkExecution(services, key)
    await fileSkips(services, key)
    expect(await recorded()).toHaveLength(1)
    expect(await confirmed()).toBe(true)
  })

  test('stays known if an edit removes it from the pipeline', async () => {
    const { codePipeline, hear, services, key } = await open(onlyBy('Ben', 'SKIP'))
    const skipped = async () => (await services.executions.read(key))!.stages.get('Production')?.skippedApprovals
    await hear()
    await checkExecution(services, key)
    expect(await skipped()).toEqual([APPROVAL.action])
    const { pipeline } = codePipeline.engine.getPipeline({ name: key.pipeline })
    const stages = pipeline.stages.map((stage) => ({
      ...stage,
      actions: stage.actions.map((action) => ({ ...action, name: `${action.name}2` })),
    }))
    codePipeline.engine.updatePipeline({ ...pipeline, stages })
    await checkExecution(services, key)
    expect(await skipped()).toEqual([APPROVAL.action])
  })

  test('is given up after a day without the structure, with a log line and an alarm', async () => {
    const { codePipeline, hear, services, key, recorded } = await open(onlyBy('Ben', 'SKIP'))
    const counted: string[] = []
    const log = { ...services.log, count: (name: string) => void counted.push(name) }
    const without = { ...services, log, pipelines: { ...services.pipelines, structure: async () => null } } as Services
    await codePipeline.held.end('Smoke/Smoke')
    await hear(() => false, without)
    const now = services.clock.now() + 24 * 3_600_000 + 60_000
    await checkExecution({ ...without, clock: { ...services.clock, now: () => now } }, key)
    expect(counted).toEqual(['EffectFailed'])
    expect((await services.executions.read(key))!.confirmed).toBe(true)
    expect(await recorded()).toEqual([])
  })

  test('is filed by the sweep if no function filed it, and then no more', async () => {
    const { hear, services, key, recorded, queued } = await open(onlyBy('Ben', 'SKIP'))
    await hear()
    const filed = () => queued.filter(({ due }) => due.effect.do === 'file-skips').length
    const later = (minutes: number) => {
      const now = services.clock.now() + minutes * 60_000
      return { ...services, clock: { ...services.clock, now: () => now } }
    }
    await sweep(later(2), [])
    expect(filed()).toBe(1)
    await fileSkips(services, key)
    expect(await recorded()).toHaveLength(1)
    await sweep(later(4), [])
    expect(filed()).toBe(1)
  })

  test('is still in the execution if the table did not take its entry', async () => {
    const { hear, services, key, recorded } = await open(onlyBy('Ben', 'SKIP'))
    await hear()
    const full: Services = { ...services, entries: { file: () => Promise.reject(new Error('throttled')) } }
    await expect(fileSkips(full, key)).rejects.toThrow('throttled')
    await fileSkips(services, key)
    expect(await recorded()).toHaveLength(1)
  })

  test('has the person who overrode a rule of its stage, and no reason if its rules are not known', async () => {
    const overridden = { ...(await OVER.failedRules())[0]!, updatedBy: 'arn:aws:sts::1:assumed-role/Deployers/dana' }
    for (const [rules, said] of [
      [[overridden], { because: 'Rule only-by: No', overriddenBy: 'dana' }],
      [[], { because: null }],
    ] as const) {
      const { hear, services, key, recorded } = await open(onlyBy('Ben', 'SKIP'), {
        failedRules: async () => [...rules],
      })
      await hear()
      await fileSkips(services, key)
      expect((await recorded())[0]!.happened).toMatchObject(said)
    }
  })

  test('is not recorded for a stage without an approval, nor for one that a rule failed', async () => {
    for (const [condition, without] of [
      [onlyBy('Ben', 'SKIP'), { structure: async () => [] }],
      [onlyBy('Ben', 'FAIL'), {}],
    ] as const) {
      const { hear, services, key, recorded } = await open(condition, without)
      await hear()
      expect((await checkExecution(services, key)).next).not.toContainEqual({ do: 'file-skips', execution: key })
      expect(await recorded()).toEqual([])
    }
  })
})

test('a stage that a rule failed says which rule and what it said', async () => {
  const { hear, card } = await open(onlyBy('Ben', 'FAIL'))
  await hear()
  expect(await card()).toContain(
    'Production failed\n```Rule only-by: Variable check failed: "Ana" EQ "Ben" does not hold```',
  )
})

test('a rule that says a secret does not say it in Slack', async () => {
  const { hear, card } = await open(onlyBy('AKIAIOSFODNN7EXAMPLE', 'FAIL'))
  await hear()
  expect(await card()).toContain('"Ana" EQ "•••" does not hold')
})

test('a rule that was overridden names who overrode it', async () => {
  const { codePipeline, hear, card, key, services } = await open(onlyBy('Ben', 'FAIL'))
  codePipeline.engine.overrideStageCondition(
    {
      pipelineName: 'shop-web',
      stageName: 'Production',
      pipelineExecutionId: key.executionId,
      conditionType: 'BEFORE_ENTRY',
    },
    DANA,
  )
  await settled()
  await hear()
  await checkExecution(services, key)
  expect(await card()).toContain('a failed rule was overridden by dana')
})

test('the last stage, skipped, says so after a newer execution has been in it', async () => {
  const { codePipeline, hear, card } = await open(onlyBy('Ben', 'SKIP'), {}, { after: [] })
  await codePipeline.start()
  await hear()
  expect(await card()).toContain('Production skipped · Rule only-by')
})

test('a skipped stage says so after an edit has taken it away, and that its approval was not requested', async () => {
  const { codePipeline, hear, card, services, key } = await open(onlyBy('Ben', 'SKIP'))
  codePipeline.engine.updatePipeline(shop({ stages: [sourceStage, SMOKE] }))
  await settled()
  await hear()
  await checkExecution(services, key)
  expect(await card()).toContain('Production skipped · Rule only-by')
  expect((await services.executions.read(key))!.stages.get('Production')?.skippedApprovals).toEqual(['Approve'])
})

test('a skipped stage in front of which the execution waited says so', async () => {
  const { codePipeline, hear, card } = await open(onlyBy('Ben', 'SKIP'), {}, { after: [], isClosed: true })
  await hear()
  codePipeline.clock.pass(90_000)
  codePipeline.engine.enableStageTransition(INTO_PRODUCTION, DANA)
  await settled()
  await hear()
  expect(await card()).toContain('Production skipped · Rule only-by')
})

test('a rule that failed a stage after its actions names who overrode it', async () => {
  const { hear, card, override, deployIt, services, key, codePipeline } = await open(onlyBy('Ben', 'FAIL', 'onSuccess'))
  await deployIt()
  await hear()
  expect(await card()).toContain('Production failed\n```Rule only-by')
  await override('ON_SUCCESS')
  await codePipeline.held.end('Smoke/Smoke')
  await hear()
  await checkExecution(services, key)
  expect(await card()).toContain('a failed rule was overridden by dana')
})

test('a rule that failed a stage after its actions is told though a newer execution is in it, and the event is lost', async () => {
  const { codePipeline, hear, card, deployIt, services, key } = await open(onlyBy('Ben', 'FAIL', 'onSuccess'))
  await hear()
  await deployIt()
  await codePipeline.start()
  await hear((told) => told.includes('FAILED'))
  await checkExecution(services, key)
  expect(await card()).toContain('Production failed\n```Rule only-by')
})

test('a stage that waits for approval because a person overrode its rule says so', async () => {
  const { hear, card, override, services, key } = await open(onlyBy('Ben', 'FAIL'))
  await hear()
  await override('BEFORE_ENTRY')
  await hear()
  await checkExecution(services, key)
  expect(await card()).toMatch(/Production waits for .*a failed rule was overridden by dana/)
})

test('an overridden rule is named though another has failed since', async () => {
  const both = { ...onlyBy('Ben', 'FAIL'), ...onlyBy('Gert', 'FAIL', 'onSuccess') }
  const { hear, card, override, deployIt, services, key } = await open(both)
  await hear()
  await override('BEFORE_ENTRY')
  await deployIt()
  await hear()
  await checkExecution(services, key)
  expect(await card()).toContain('a failed rule was overridden by dana')
  expect(await card()).toContain('Rule only-by: Variable check failed: "Ana" EQ "Gert" does not hold')
})

test('a stage that ended when a person overrode its rule has ended, though the events after that are lost', async () => {
  const { codePipeline, hear, override, deployIt, stage, services, key } = await open(
    onlyBy('Ben', 'FAIL', 'onSuccess'),
  )
  codePipeline.clock.pass(60_000)
  await deployIt()
  await hear()
  codePipeline.clock.pass(60_000)
  await override('ON_SUCCESS')
  await codePipeline.held.end('Smoke/Smoke')
  await hear((told) => told === 'Stage/Production SUCCEEDED')
  await checkExecution(services, key)
  expect(await stage('Production')).toMatchObject({ progress: 'succeeded', overriddenBy: 'dana' })
})

test.each<[string, (told: string) => boolean]>([
  ['failed and ended', (told) => told === 'Stage/Production FAILED' || told === 'Stage/Production SUCCEEDED'],
  ['failed and went on', (told) => told.endsWith('FAILED') || told.endsWith('RESUMED')],
])('the same where it was not heard that it %s, and a newer execution is in the stage', async (_, isLost) => {
  const { codePipeline, hear, override, deployIt, stage, services, key } = await open(
    onlyBy('Ben', 'FAIL', 'onSuccess'),
    {},
    { after: [] },
  )
  await hear()
  await deployIt()
  await override('ON_SUCCESS')
  codePipeline.clock.pass(60_000)
  await codePipeline.start()
  await hear(isLost)
  await checkExecution(services, key)
  expect(await stage('Production')).toMatchObject({ progress: 'succeeded', overriddenBy: 'dana' })
})

test('a stage that succeeded with its last action costs no call for rules', async () => {
  const { hear, deployIt, asked, services, key } = await open({}, {}, { after: [] })
  await deployIt()
  await hear()
  await checkExecution(services, key)
  expect(asked).not.toContain('failedRules')
})

test('an overridden rule is no reason of a later failure, while CodePipeline does not list the rule of that', async () => {
  const both = { ...onlyBy('Ben', 'FAIL'), ...onlyBy('Gert', 'FAIL', 'onSuccess') }
  const { hear, card, override, deployIt, services, key } = await open(both)
  await hear()
  await override('BEFORE_ENTRY')
  await hear()
  await checkExecution(services, key)
  await deployIt()
  const late = async (of: typeof key) => {
    const rules = await services.pipelines.failedRules(of)
    return Array.isArray(rules) ? rules.filter(({ updatedBy }) => updatedBy !== null) : rules
  }
  const behind: Services = { ...services, pipelines: { ...services.pipelines, failedRules: late } }
  await hear(() => false, behind)
  const failed = (await services.executions.read(key))!
  expect(failed.overall.progress).toBe('failed')
  expect(await card()).not.toContain('"Ana" EQ "Ben"')
  expect(endOfExecution(failed)).toMatchObject({ name: 'failed', isClear: false })
  await checkExecution(services, key)
  expect(await card()).toContain('Rule only-by: Variable check failed: "Ana" EQ "Gert" does not hold')
  expect(endOfExecution((await services.executions.read(key))!)).toMatchObject({ isClear: true })
})

test.each(['beforeEntry', 'onSuccess'] as const)(
  'a stage that a rule %s failed says so though its events are lost',
  async (when) => {
    const { codePipeline, hear, card, deployIt, stage, services, key } = await open(onlyBy('Ben', 'FAIL', when))
    codePipeline.clock.pass(60_000)
    if (when === 'onSuccess') await deployIt()
    await hear((told) => told.startsWith('Stage/') || told === 'Pipeline FAILED')
    await checkExecution(services, key)
    expect(await card()).toContain('Production failed\n```Rule only-by')
    expect(await stage('Source')).toMatchObject({ progress: 'succeeded' })
  },
)

test('a role that may not list rules is named', async () => {
  const { hear, card, services, key } = await open(onlyBy('Ben', 'FAIL'), { failedRules: async () => 'refused' })
  await hear()
  await checkExecution(services, key)
  expect(await card()).toContain('the bot’s role may not call codepipeline:ListRuleExecutions')
})

test('a role that may not list rules is not named for a stage without conditions', async () => {
  const { hear, card, services, key } = await open({}, { failedRules: async () => 'refused' })
  const at = Date.parse('2030-01-01T00:00:00Z')
  const stage = { level: 'stage', stage: 'Production', progress: 'failed', at } as const
  const overall = { level: 'pipeline', progress: 'failed', at } as const
  await hear()
  // The events of the stage and of the pipeline come before the action's.
  for (const change of [stage, overall]) await followPipeline(services, { key, change, approval: null })
  expect(await card()).not.toContain('ListRuleExecutions')
  expect(endOfExecution((await services.executions.read(key))!)).toMatchObject({ isClear: false })
})

test('a pipeline without conditions costs no call for them', async () => {
  const { codePipeline, hear, services, key, asked } = await open({})
  await hear()
  codePipeline.engine.stopPipelineExecution({
    pipelineName: 'shop-web',
    pipelineExecutionId: key.executionId,
    abandon: true,
  })
  await settled()
  await hear()
  await checkExecution(services, key)
  expect(asked).toContain('stages')
  expect(asked).not.toContain('failedRules')
})
