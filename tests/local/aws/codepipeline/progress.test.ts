import {
  approve,
  build,
  DANA,
  deploy,
  virtualCodePipeline,
  settled,
  shop,
  sourceStage,
} from '../../../support/virtual-codepipeline.ts'

const decide = (token: string, status: 'Approved' | 'Rejected' = 'Approved', stageName = 'Production') => ({
  pipelineName: 'shop-web',
  stageName,
  actionName: 'Approve',
  token,
  result: { status, summary: '' },
})

describe('one execution from source to deployment', () => {
  test('goes through its stages and emits every change in the order of AWS', async () => {
    const codePipeline = virtualCodePipeline()
    await codePipeline.create(shop())
    const id = await codePipeline.start()
    await codePipeline.held.end('Build/Compile')
    codePipeline.engine.putApprovalResult(decide(codePipeline.tokenOf()), DANA)
    await codePipeline.held.end('Production/Deploy')
    expect(codePipeline.statusOf(id)).toBe('Succeeded')
    expect(codePipeline.told()).toEqual([
      'Pipeline STARTED',
      'Stage/Source STARTED',
      'Action/Source/Checkout STARTED',
      'Action/Source/Checkout SUCCEEDED',
      'Stage/Source SUCCEEDED',
      'Stage/Build STARTED',
      'Action/Build/Compile STARTED',
      'Action/Build/Compile SUCCEEDED',
      'Stage/Build SUCCEEDED',
      'Stage/Production STARTED',
      'Action/Production/Approve STARTED',
      'Action/Production/Approve SUCCEEDED',
      'Action/Production/Deploy STARTED',
      'Action/Production/Deploy SUCCEEDED',
      'Stage/Production SUCCEEDED',
      'Pipeline SUCCEEDED',
    ])
  })

  test('shows what an action does while it runs, and only then', async () => {
    const codePipeline = virtualCodePipeline()
    await codePipeline.create(shop())
    await codePipeline.start()
    const state = () =>
      codePipeline.engine.getPipelineState({ name: 'shop-web' }).stageStates[1]?.actionStates?.[0]?.latestExecution
    const [building] = codePipeline.held.running
    building?.run.progress('Halfway.')
    expect(state()).toMatchObject({ status: 'InProgress', summary: 'Halfway.' })
    await codePipeline.held.end('Build/Compile', { status: 'Succeeded', summary: 'Built.' })
    building?.run.progress('Too late.')
    expect(state()).toMatchObject({ status: 'Succeeded', summary: 'Built.' })
  })

  test('starts a new pipeline by itself', async () => {
    const codePipeline = virtualCodePipeline()
    codePipeline.engine.createPipeline(shop(), DANA)
    await settled()
    expect(codePipeline.events[0]?.detail['execution-trigger']).toEqual({
      'trigger-type': 'CreatePipeline',
      'trigger-detail': DANA,
    })
  })

  test('runs actions of equal run order side by side, and the next only when all have succeeded', async () => {
    const codePipeline = virtualCodePipeline()
    const actions = [build('Lint'), build('Unit'), build('Package', { runOrder: 2 })]
    await codePipeline.create(shop({ stages: [sourceStage, { name: 'Build', actions }] }))
    const id = await codePipeline.start()
    expect(codePipeline.held.running.map(({ run }) => run.actionName)).toEqual(['Lint', 'Unit'])
    await codePipeline.held.end('Build/Unit')
    expect(codePipeline.held.running.map(({ run }) => run.actionName)).toEqual(['Lint'])
    await codePipeline.held.end('Build/Lint')
    await codePipeline.held.end('Build/Package')
    expect(codePipeline.statusOf(id)).toBe('Succeeded')
  })

  test('a failed action fails its stage once the other actions have ended, and no later action starts', async () => {
    const codePipeline = virtualCodePipeline()
    const actions = [build('Lint'), build('Unit'), build('Package', { runOrder: 2 })]
    await codePipeline.create(shop({ stages: [sourceStage, { name: 'Build', actions }] }))
    const id = await codePipeline.start()
    await codePipeline.held.end('Build/Lint', { status: 'Failed', summary: '3 problems' })
    expect(codePipeline.statusOf(id)).toBe('InProgress')
    await codePipeline.held.end('Build/Unit')
    expect(codePipeline.statusOf(id)).toBe('Failed')
    expect(codePipeline.held.running).toEqual([])
    expect(codePipeline.told().slice(-4)).toEqual([
      'Action/Build/Lint FAILED',
      'Action/Build/Unit SUCCEEDED',
      'Stage/Build FAILED',
      'Pipeline FAILED',
    ])
    const failed = codePipeline.events.find(
      (event) => event.detail.state === 'FAILED' && event.detail.action === 'Lint',
    )
    expect(failed?.detail['execution-result']).toEqual({
      'external-execution-summary': '3 problems',
      'error-code': 'JobFailed',
    })
  })

  test('a runner that throws fails its action, and the engine continues', async () => {
    const codePipeline = virtualCodePipeline({
      runners: { 'Build/CodeBuild': () => Promise.reject(new Error('no bash')) },
    })
    await codePipeline.create(shop())
    const id = await codePipeline.start()
    expect(codePipeline.statusOf(id)).toBe('Failed')
    expect(codePipeline.events.at(-3)?.detail['execution-result']).toMatchObject({
      'external-execution-summary': 'no bash',
    })
  })

  test('an action without a runner fails as a configuration error that names it', async () => {
    const codePipeline = virtualCodePipeline()
    const invoke = {
      name: 'Warm',
      actionTypeId: { category: 'Invoke', owner: 'AWS', provider: 'Lambda', version: '1' },
    }
    await codePipeline.create(shop({ stages: [sourceStage, { name: 'Warmup', actions: [invoke] }] }))
    await codePipeline.start()
    expect(codePipeline.events.at(-3)?.detail['execution-result']).toEqual({
      'external-execution-summary': 'Nothing here can run Invoke/Lambda actions',
      'error-code': 'ConfigurationError',
    })
  })
})

describe('variables', () => {
  test('put outputs, the execution id and pipeline variables into later configuration', async () => {
    const codePipeline = virtualCodePipeline()
    const configuration = {
      ProjectName: '#{SourceVariables.CommitId} in #{codepipeline.PipelineExecutionId} for #{variables.TICKET}',
    }
    const stages = [sourceStage, { name: 'Build', actions: [build('Compile', { configuration })] }]
    await codePipeline.create(shop({ stages, variables: [{ name: 'TICKET', defaultValue: 'none' }] }))
    const { pipelineExecutionId } = codePipeline.engine.startPipelineExecution(
      {
        name: 'shop-web',
        variables: [{ name: 'TICKET', value: 'SHOP-7' }],
        sourceRevisions: [{ actionName: 'Checkout', revisionType: 'COMMIT_ID', revisionValue: 'abc' }],
      },
      DANA,
    )
    await settled()
    expect(codePipeline.held.running[0]?.run.configuration.ProjectName).toBe(`abc in ${pipelineExecutionId} for SHOP-7`)
  })

  test('without a value fail the action', async () => {
    const codePipeline = virtualCodePipeline()
    const configuration = { ProjectName: '#{Nobody.Knows}' }
    await codePipeline.create(
      shop({ stages: [sourceStage, { name: 'Build', actions: [build('Compile', { configuration })] }] }),
    )
    const id = await codePipeline.start()
    expect(codePipeline.statusOf(id)).toBe('Failed')
    expect(codePipeline.events.at(-3)?.detail['execution-result']).toEqual({
      'external-execution-summary': 'ProjectName uses #{Nobody.Knows}, which has no value',
      'error-code': 'ConfigurationError',
    })
  })
})

describe('execution modes', () => {
  const stateOf = (codePipeline: ReturnType<typeof virtualCodePipeline>, stageName: string) => {
    const state = codePipeline.engine.getPipelineState({ name: 'shop-web' }).stageStates
    return state.find((stage) => stage.stageName === stageName)
  }

  test('SUPERSEDED: an open approval keeps its stage; in front of it only the newest waits', async () => {
    const codePipeline = virtualCodePipeline({ instant: true })
    await codePipeline.create(shop())
    const [first, second, third] = [await codePipeline.start(), await codePipeline.start(), await codePipeline.start()]
    expect([first, second, third].map((id) => codePipeline.statusOf(id))).toEqual([
      'InProgress',
      'Superseded',
      'InProgress',
    ])
    expect(stateOf(codePipeline, 'Production')?.latestExecution?.pipelineExecutionId).toBe(first)
    expect(stateOf(codePipeline, 'Production')?.inboundExecution?.pipelineExecutionId).toBe(third)
    expect(codePipeline.told()).toContain('Pipeline SUPERSEDED')
    codePipeline.engine.putApprovalResult(decide(codePipeline.tokenOf(), 'Rejected'), DANA)
    await settled()
    expect(stateOf(codePipeline, 'Production')?.latestExecution?.pipelineExecutionId).toBe(third)
    expect(stateOf(codePipeline, 'Production')?.inboundExecutions).toEqual([])
  })

  test('QUEUED: all wait, and enter in the order in which they came', async () => {
    const codePipeline = virtualCodePipeline({ instant: true })
    await codePipeline.create(shop({ executionMode: 'QUEUED' }))
    const ids = [await codePipeline.start(), await codePipeline.start(), await codePipeline.start()]
    expect(stateOf(codePipeline, 'Production')?.inboundExecutions?.map((one) => one.pipelineExecutionId)).toEqual(
      ids.slice(1),
    )
    for (const id of ids) {
      expect(stateOf(codePipeline, 'Production')?.latestExecution?.pipelineExecutionId).toBe(id)
      codePipeline.engine.putApprovalResult(decide(codePipeline.tokenOf()), DANA)
      await settled()
    }
    expect(ids.map((id) => codePipeline.statusOf(id))).toEqual(['Succeeded', 'Succeeded', 'Succeeded'])
  })

  test('PARALLEL: no execution waits, and only ListActionExecutions has the token', async () => {
    const codePipeline = virtualCodePipeline({ instant: true })
    await codePipeline.create(shop({ executionMode: 'PARALLEL' }))
    const ids = [await codePipeline.start(), await codePipeline.start()]
    expect(codePipeline.notices).toHaveLength(2)
    expect(JSON.stringify(codePipeline.engine.getPipelineState({ name: 'shop-web' }))).not.toContain(
      codePipeline.tokenOf(),
    )
    const tokens = ids.map((pipelineExecutionId) => {
      const { actionExecutionDetails } = codePipeline.engine.listActionExecutions({
        pipelineName: 'shop-web',
        filter: { pipelineExecutionId },
      })
      return actionExecutionDetails.find(({ actionName }) => actionName === 'Approve')?.output.executionResult
        .externalExecutionId
    })
    expect(tokens).toEqual(codePipeline.notices.map(({ message }) => message.approval.token))
  })

  test('a source stage takes one execution at a time as well', async () => {
    const sources: (() => void)[] = []
    const codePipeline = virtualCodePipeline({
      runners: {
        'Source/CodeStarSourceConnection': () =>
          new Promise((resolve) => sources.push(() => resolve({ status: 'Succeeded' }))),
      },
    })
    await codePipeline.create(shop())
    const [first, second, third] = [await codePipeline.start(), await codePipeline.start(), await codePipeline.start()]
    expect(sources).toHaveLength(1)
    expect(codePipeline.statusOf(second)).toBe('Superseded')
    sources[0]?.()
    await settled()
    expect(sources).toHaveLength(2)
    expect([first, third].map((id) => codePipeline.statusOf(id))).toEqual(['InProgress', 'InProgress'])
  })
})

describe('transitions', () => {
  const into = { pipelineName: 'shop-web', stageName: 'Production', transitionType: 'Inbound' } as const

  test('disabled hold executions in front of the stage until enabled', async () => {
    const codePipeline = virtualCodePipeline({ instant: true })
    await codePipeline.create(shop())
    codePipeline.engine.disableStageTransition({ ...into, reason: 'Freeze until Monday.' }, DANA)
    await codePipeline.start()
    const stage = () =>
      codePipeline.engine
        .getPipelineState({ name: 'shop-web' })
        .stageStates.find(({ stageName }) => stageName === 'Production')
    expect(codePipeline.notices).toEqual([])
    expect(stage()?.inboundTransitionState).toMatchObject({
      enabled: false,
      lastChangedBy: DANA,
      disabledReason: 'Freeze until Monday.',
    })
    codePipeline.engine.enableStageTransition(into, DANA)
    expect(codePipeline.notices).toHaveLength(1)
    expect(stage()?.inboundTransitionState).toMatchObject({ enabled: true, lastChangedBy: DANA })
  })

  test('out of a stage are those into the next', async () => {
    const codePipeline = virtualCodePipeline({ instant: true })
    await codePipeline.create(shop())
    const reason = 'Freeze'
    codePipeline.engine.disableStageTransition(
      { ...into, stageName: 'Build', transitionType: 'Outbound', reason },
      DANA,
    )
    await codePipeline.start()
    expect(codePipeline.notices).toEqual([])
  })
})

test('several approvals in one stage wait side by side', async () => {
  const codePipeline = virtualCodePipeline({ instant: true })
  const actions = [approve('Approve'), approve('Second'), deploy('Deploy', { runOrder: 2 })]
  await codePipeline.create(shop({ stages: [sourceStage, { name: 'Production', actions }] }))
  const id = await codePipeline.start()
  codePipeline.engine.putApprovalResult(decide(codePipeline.tokenOf('Approve')), DANA)
  await settled()
  expect(codePipeline.statusOf(id)).toBe('InProgress')
  codePipeline.engine.putApprovalResult({ ...decide(codePipeline.tokenOf('Second')), actionName: 'Second' }, DANA)
  await settled()
  expect(codePipeline.statusOf(id)).toBe('Succeeded')
})
