import {
  approve,
  build,
  DANA,
  deploy,
  refusal,
  settled,
  shop,
  sourceStage,
  virtualCodePipeline,
} from '../../../support/virtual-codepipeline.ts'

const check = (Value: string, more: object = {}) => ({
  name: 'only-main',
  ruleTypeId: { category: 'Rule', owner: 'AWS', provider: 'VariableCheck', version: '1' },
  configuration: { Variable: '#{SourceVariables.AuthorDisplayName}', Operator: 'EQ', Value, ...more },
})
const condition = (result: string | null, Value: string) => ({
  conditions: [{ ...(result && { result }), rules: [check(Value)] }],
})

/** Source, Build, Production (an approval and a deployment) and Smoke, with these settings of Production. */
const shopWith = (more: object) =>
  shop({
    stages: [
      sourceStage,
      { name: 'Production', actions: [approve('Approve'), deploy('Deploy', { runOrder: 2 })], ...more },
      { name: 'Smoke', actions: [build('Smoke')] },
    ],
  })

const openWith = async (more: object) => {
  const codePipeline = virtualCodePipeline()
  await codePipeline.create(shopWith(more))
  const id = await codePipeline.start()
  const { engine } = codePipeline
  const stage = (name = 'Production') => {
    const found = engine.getPipelineState({ name: 'shop-web' }).stageStates.find((one) => one.stageName === name)!
    return found as typeof found & Record<string, unknown>
  }
  const approveIt = async () => {
    const result = { status: 'Approved', summary: '' } as const
    const token = codePipeline.tokenOf()
    engine.putApprovalResult(
      { pipelineName: 'shop-web', stageName: 'Production', actionName: 'Approve', token, result },
      DANA,
    )
    await settled()
  }
  const override = (conditionType: 'BEFORE_ENTRY' | 'ON_SUCCESS') =>
    engine.overrideStageCondition(
      { pipelineName: 'shop-web', stageName: 'Production', pipelineExecutionId: id, conditionType },
      DANA,
    )
  const rules = () => engine.listRuleExecutions({ pipelineName: 'shop-web', filter: { pipelineExecutionId: id } })
  return { codePipeline, id, stage, approveIt, override, rules }
}

test('a stage whose entry condition is met asks as ever', async () => {
  const { codePipeline, stage } = await openWith({ beforeEntry: condition('SKIP', 'Ana') })
  expect(codePipeline.notices).toHaveLength(1)
  expect(stage()).toMatchObject({ beforeEntryConditionState: { latestExecution: { status: 'Succeeded' } } })
})

test('a stage that is skipped asks for no approval, and the execution goes on', async () => {
  const { codePipeline, id, stage, rules } = await openWith({ beforeEntry: condition('SKIP', 'Ben') })
  expect(codePipeline.notices).toEqual([])
  expect(stage().latestExecution?.status).toBe('Skipped')
  expect(stage('Smoke').latestExecution?.status).toBe('InProgress')
  expect(codePipeline.told().filter((one) => one.startsWith('Stage/Production'))).toEqual(['Stage/Production STARTED'])
  await codePipeline.held.end('Smoke/Smoke')
  expect(codePipeline.statusOf(id)).toBe('Succeeded')
  expect(rules().ruleExecutionDetails).toMatchObject([
    {
      stageName: 'Production',
      ruleName: 'only-main',
      status: 'Failed',
      input: { resolvedConfiguration: { Variable: 'Ana', Value: 'Ben' } },
      output: {
        executionResult: { externalExecutionSummary: 'Variable check failed: "Ana" EQ "Ben" does not hold' },
      },
    },
  ])
})

test('a stage that was skipped is neither retried nor overridden', async () => {
  const { codePipeline, id, override } = await openWith({ beforeEntry: condition('SKIP', 'Ben') })
  expect(refusal(() => override('BEFORE_ENTRY'))).toBe('ConditionNotOverridableException')
  const retry = { pipelineName: 'shop-web', stageName: 'Production', pipelineExecutionId: id } as const
  expect(refusal(() => codePipeline.engine.retryStageExecution({ ...retry, retryMode: 'ALL_ACTIONS' }))).toBe(
    'StageNotRetryableException',
  )
})

test('an entry condition that fails the stage is overridden by a person, who is named', async () => {
  const { codePipeline, id, stage, override, rules } = await openWith({ beforeEntry: condition('FAIL', 'Ben') })
  expect(codePipeline.statusOf(id)).toBe('Failed')
  expect(codePipeline.notices).toEqual([])
  override('BEFORE_ENTRY')
  await settled()
  expect(codePipeline.statusOf(id)).toBe('InProgress')
  expect(codePipeline.notices).toHaveLength(1)
  expect(stage()).toMatchObject({ beforeEntryConditionState: { latestExecution: { status: 'Overridden' } } })
  expect(rules().ruleExecutionDetails).toMatchObject([{ status: 'Failed', updatedBy: DANA }])
  expect(refusal(() => override('BEFORE_ENTRY'))).toBe('ConditionNotOverridableException')
})

test('a retry evaluates the entry condition again', async () => {
  const { codePipeline, id, rules } = await openWith({ beforeEntry: condition('FAIL', 'Ben') })
  codePipeline.engine.retryStageExecution({
    pipelineName: 'shop-web',
    stageName: 'Production',
    pipelineExecutionId: id,
    retryMode: 'FAILED_ACTIONS',
  })
  await settled()
  expect(codePipeline.statusOf(id)).toBe('Failed')
  expect(rules().ruleExecutionDetails).toHaveLength(2)
})

test('a condition after success fails the stage, or lets it go on once it is overridden', async () => {
  const { codePipeline, id, stage, approveIt, override } = await openWith({ onSuccess: condition('FAIL', 'Ben') })
  await approveIt()
  await codePipeline.held.end('Production/Deploy')
  expect(codePipeline.statusOf(id)).toBe('Failed')
  expect(stage().latestExecution?.status).toBe('Failed')
  override('ON_SUCCESS')
  await settled()
  expect(stage().latestExecution?.status).toBe('Succeeded')
  expect(stage('Smoke').latestExecution?.status).toBe('InProgress')
})

/** Two executions: the first succeeds in Production, and the second ends there so, where `#{variables.Fine}` is `no`. */
const rollsBack = async (settings: object, ends: 'Succeeded' | 'Failed') => {
  const codePipeline = virtualCodePipeline()
  const stages = [sourceStage, { name: 'Production', actions: [deploy('Deploy')], ...settings }]
  await codePipeline.create(shop({ stages, variables: [{ name: 'Fine', defaultValue: 'yes' }] }))
  await codePipeline.start()
  await codePipeline.held.end('Production/Deploy')
  codePipeline.engine.startPipelineExecution({ name: 'shop-web', variables: [{ name: 'Fine', value: 'no' }] }, DANA)
  await settled()
  await codePipeline.held.end('Production/Deploy', { status: ends })
  const [newest] = codePipeline.engine.listPipelineExecutions({ pipelineName: 'shop-web' }).pipelineExecutionSummaries
  return newest?.executionType === 'ROLLBACK'
}
const fine = (Value: string) => ({
  conditions: [{ result: 'ROLLBACK', rules: [check(Value, { Variable: '#{variables.Fine}' })] }],
})

test.each([
  ['a condition after success that is not met', { onSuccess: fine('yes') }, 'Succeeded', true],
  ['a condition after success, of a stage that fails,', { onSuccess: fine('yes') }, 'Failed', false],
  ['a condition after failure that is met', { onFailure: fine('no') }, 'Failed', true],
  ['a condition after failure that is not met', { onFailure: fine('yes') }, 'Failed', false],
] as const)('%s rolls back, or does not', async (_, settings, ends, expected) => {
  expect(await rollsBack(settings, ends)).toBe(expected)
})

test('a failed stage is retried once by itself, which asks again', async () => {
  const { codePipeline, id, stage } = await openWith({
    onFailure: { result: 'RETRY', retryConfiguration: { retryMode: 'ALL_ACTIONS' } },
  })
  const reject = () => {
    const result = { status: 'Rejected', summary: 'no' } as const
    const token = codePipeline.tokenOf()
    const where = { pipelineName: 'shop-web', stageName: 'Production', actionName: 'Approve' }
    codePipeline.engine.putApprovalResult({ ...where, token, result }, DANA)
  }
  reject()
  await settled()
  expect(codePipeline.notices).toHaveLength(2)
  expect(stage()).toMatchObject({
    latestExecution: { status: 'InProgress' },
    retryStageMetadata: { autoStageRetryAttempt: 1, latestRetryTrigger: 'AutomatedStageRetry' },
  })
  reject()
  await settled()
  expect(codePipeline.notices).toHaveLength(2)
  expect(codePipeline.statusOf(id)).toBe('Failed')
})

test.each([
  [
    'a rule that it cannot run',
    {
      beforeEntry: {
        conditions: [
          {
            result: 'FAIL',
            rules: [{ ...check('Ana'), ruleTypeId: { category: 'Rule', provider: 'CloudWatchAlarm' } }],
          },
        ],
      },
    },
    'runs rules of VariableCheck, and only-main is of CloudWatchAlarm',
  ],
  ['an entry condition that rolls back', { beforeEntry: condition('ROLLBACK', 'Ana') }, 'FAIL and SKIP'],
  ['a skip after success', { onSuccess: condition('SKIP', 'Ana') }, 'FAIL and ROLLBACK'],
  [
    'a retry beside a condition',
    { onFailure: { result: 'RETRY', ...condition('ROLLBACK', 'Ana') } },
    'not retried automatically',
  ],
  [
    'a way to retry without a retry',
    { onFailure: { result: 'FAIL', retryConfiguration: {} } },
    'needs the result RETRY',
  ],
])('%s is refused', async (_, settings, message) => {
  await expect(openWith(settings)).rejects.toThrow(message)
})
