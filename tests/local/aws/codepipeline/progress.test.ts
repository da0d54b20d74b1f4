import { approve, build, DANA, deploy, plantForTests, settled, shop, sourceStage } from './plant-for-tests.ts'

const decide = (token: string, status: 'Approved' | 'Rejected' = 'Approved', stageName = 'Production') => ({
  pipelineName: 'shop-web',
  stageName,
  actionName: 'Approve',
  token,
  result: { status, summary: '' },
})

describe('one execution from source to deployment', () => {
  test('goes through its stages and tells every change in the order of AWS', async () => {
    const plant = plantForTests()
    await plant.create(shop())
    const id = await plant.start()
    await plant.held.end('Build/Compile')
    plant.engine.putApprovalResult(decide(plant.tokenOf()), DANA)
    await plant.held.end('Production/Deploy')
    expect(plant.statusOf(id)).toBe('Succeeded')
    expect(plant.told()).toEqual([
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

  test('tells what an action does while it runs, and only then', async () => {
    const plant = plantForTests()
    await plant.create(shop())
    await plant.start()
    const state = () =>
      plant.engine.getPipelineState({ name: 'shop-web' }).stageStates[1]?.actionStates?.[0]?.latestExecution
    const [building] = plant.held.running
    building?.run.progress('Halfway.')
    expect(state()).toMatchObject({ status: 'InProgress', summary: 'Halfway.' })
    await plant.held.end('Build/Compile', { status: 'Succeeded', summary: 'Built.' })
    building?.run.progress('Too late.')
    expect(state()).toMatchObject({ status: 'Succeeded', summary: 'Built.' })
  })

  test('starts a new pipeline by itself', async () => {
    const plant = plantForTests()
    plant.engine.createPipeline(shop(), DANA)
    await settled()
    expect(plant.events[0]?.detail['execution-trigger']).toEqual({
      'trigger-type': 'CreatePipeline',
      'trigger-detail': DANA,
    })
  })

  test('runs equal run orders side by side, and the next only when all have succeeded', async () => {
    const plant = plantForTests()
    const actions = [build('Lint'), build('Unit'), build('Package', { runOrder: 2 })]
    await plant.create(shop({ stages: [sourceStage, { name: 'Build', actions }] }))
    const id = await plant.start()
    expect(plant.held.running.map(({ run }) => run.actionName)).toEqual(['Lint', 'Unit'])
    await plant.held.end('Build/Unit')
    expect(plant.held.running.map(({ run }) => run.actionName)).toEqual(['Lint'])
    await plant.held.end('Build/Lint')
    await plant.held.end('Build/Package')
    expect(plant.statusOf(id)).toBe('Succeeded')
  })

  test('a failed action fails its stage once its neighbours are done, and nothing after it starts', async () => {
    const plant = plantForTests()
    const actions = [build('Lint'), build('Unit'), build('Package', { runOrder: 2 })]
    await plant.create(shop({ stages: [sourceStage, { name: 'Build', actions }] }))
    const id = await plant.start()
    await plant.held.end('Build/Lint', { status: 'Failed', summary: '3 problems' })
    expect(plant.statusOf(id)).toBe('InProgress')
    await plant.held.end('Build/Unit')
    expect(plant.statusOf(id)).toBe('Failed')
    expect(plant.held.running).toEqual([])
    expect(plant.told().slice(-4)).toEqual([
      'Action/Build/Lint FAILED',
      'Action/Build/Unit SUCCEEDED',
      'Stage/Build FAILED',
      'Pipeline FAILED',
    ])
    const failed = plant.events.find((event) => event.detail.state === 'FAILED' && event.detail.action === 'Lint')
    expect(failed?.detail['execution-result']).toEqual({
      'external-execution-summary': '3 problems',
      'error-code': 'JobFailed',
    })
  })

  test('a runner that throws fails its action, and the engine lives on', async () => {
    const plant = plantForTests({ runners: { 'Build/CodeBuild': () => Promise.reject(new Error('no bash')) } })
    await plant.create(shop())
    const id = await plant.start()
    expect(plant.statusOf(id)).toBe('Failed')
    expect(plant.events.at(-3)?.detail['execution-result']).toMatchObject({ 'external-execution-summary': 'no bash' })
  })

  test('an action that nothing can run fails as a configuration error that names it', async () => {
    const plant = plantForTests()
    const invoke = {
      name: 'Warm',
      actionTypeId: { category: 'Invoke', owner: 'AWS', provider: 'Lambda', version: '1' },
    }
    await plant.create(shop({ stages: [sourceStage, { name: 'Warmup', actions: [invoke] }] }))
    await plant.start()
    expect(plant.events.at(-3)?.detail['execution-result']).toEqual({
      'external-execution-summary': 'Nothing here can run Invoke/Lambda actions',
      'error-code': 'ConfigurationError',
    })
  })
})

describe('variables', () => {
  test('put outputs, the execution id and pipeline variables into later configuration', async () => {
    const plant = plantForTests()
    const configuration = {
      ProjectName: '#{SourceVariables.CommitId} in #{codepipeline.PipelineExecutionId} for #{variables.TICKET}',
    }
    const stages = [sourceStage, { name: 'Build', actions: [build('Compile', { configuration })] }]
    await plant.create(shop({ stages, variables: [{ name: 'TICKET', defaultValue: 'none' }] }))
    const { pipelineExecutionId } = plant.engine.startPipelineExecution(
      {
        name: 'shop-web',
        variables: [{ name: 'TICKET', value: 'SHOP-7' }],
        sourceRevisions: [{ actionName: 'Checkout', revisionType: 'COMMIT_ID', revisionValue: 'abc' }],
      },
      DANA,
    )
    await settled()
    expect(plant.held.running[0]?.run.configuration.ProjectName).toBe(`abc in ${pipelineExecutionId} for SHOP-7`)
  })

  test('without a value fail the action', async () => {
    const plant = plantForTests()
    const configuration = { ProjectName: '#{Nobody.Knows}' }
    await plant.create(
      shop({ stages: [sourceStage, { name: 'Build', actions: [build('Compile', { configuration })] }] }),
    )
    const id = await plant.start()
    expect(plant.statusOf(id)).toBe('Failed')
    expect(plant.events.at(-3)?.detail['execution-result']).toEqual({
      'external-execution-summary': 'ProjectName uses #{Nobody.Knows}, which has no value',
      'error-code': 'ConfigurationError',
    })
  })
})

describe('execution modes', () => {
  const stateOf = (plant: ReturnType<typeof plantForTests>, stageName: string) => {
    const state = plant.engine.getPipelineState({ name: 'shop-web' }).stageStates
    return state.find((stage) => stage.stageName === stageName)
  }

  test('SUPERSEDED: an open approval keeps its stage; in front of it only the newest waits', async () => {
    const plant = plantForTests({ instant: true })
    await plant.create(shop())
    const [first, second, third] = [await plant.start(), await plant.start(), await plant.start()]
    expect([first, second, third].map((id) => plant.statusOf(id))).toEqual(['InProgress', 'Superseded', 'InProgress'])
    expect(stateOf(plant, 'Production')?.latestExecution?.pipelineExecutionId).toBe(first)
    expect(stateOf(plant, 'Production')?.inboundExecution?.pipelineExecutionId).toBe(third)
    expect(plant.told()).toContain('Pipeline SUPERSEDED')
    plant.engine.putApprovalResult(decide(plant.tokenOf(), 'Rejected'), DANA)
    await settled()
    expect(stateOf(plant, 'Production')?.latestExecution?.pipelineExecutionId).toBe(third)
    expect(stateOf(plant, 'Production')?.inboundExecutions).toEqual([])
  })

  test('QUEUED: all wait, and enter in the order in which they came', async () => {
    const plant = plantForTests({ instant: true })
    await plant.create(shop({ executionMode: 'QUEUED' }))
    const ids = [await plant.start(), await plant.start(), await plant.start()]
    expect(stateOf(plant, 'Production')?.inboundExecutions?.map((one) => one.pipelineExecutionId)).toEqual(ids.slice(1))
    for (const id of ids) {
      expect(stateOf(plant, 'Production')?.latestExecution?.pipelineExecutionId).toBe(id)
      plant.engine.putApprovalResult(decide(plant.tokenOf()), DANA)
      await settled()
    }
    expect(ids.map((id) => plant.statusOf(id))).toEqual(['Succeeded', 'Succeeded', 'Succeeded'])
  })

  test('PARALLEL: nobody waits, and the token is told by ListActionExecutions only', async () => {
    const plant = plantForTests({ instant: true })
    await plant.create(shop({ executionMode: 'PARALLEL' }))
    const ids = [await plant.start(), await plant.start()]
    expect(plant.notices).toHaveLength(2)
    expect(JSON.stringify(plant.engine.getPipelineState({ name: 'shop-web' }))).not.toContain(plant.tokenOf())
    const tokens = ids.map((pipelineExecutionId) => {
      const { actionExecutionDetails } = plant.engine.listActionExecutions({
        pipelineName: 'shop-web',
        filter: { pipelineExecutionId },
      })
      return actionExecutionDetails.find(({ actionName }) => actionName === 'Approve')?.output.executionResult
        .externalExecutionId
    })
    expect(tokens).toEqual(plant.notices.map(({ message }) => message.approval.token))
  })

  test('a source stage takes one execution at a time as well', async () => {
    const sources: (() => void)[] = []
    const plant = plantForTests({
      runners: {
        'Source/CodeStarSourceConnection': () =>
          new Promise((resolve) => sources.push(() => resolve({ status: 'Succeeded' }))),
      },
    })
    await plant.create(shop())
    const [first, second, third] = [await plant.start(), await plant.start(), await plant.start()]
    expect(sources).toHaveLength(1)
    expect(plant.statusOf(second)).toBe('Superseded')
    sources[0]?.()
    await settled()
    expect(sources).toHaveLength(2)
    expect([first, third].map((id) => plant.statusOf(id))).toEqual(['InProgress', 'InProgress'])
  })
})

describe('transitions', () => {
  const into = { pipelineName: 'shop-web', stageName: 'Production', transitionType: 'Inbound' } as const

  test('disabled hold executions in front of the stage until enabled', async () => {
    const plant = plantForTests({ instant: true })
    await plant.create(shop())
    plant.engine.disableStageTransition({ ...into, reason: 'Freeze until Monday.' }, DANA)
    await plant.start()
    const stage = () =>
      plant.engine
        .getPipelineState({ name: 'shop-web' })
        .stageStates.find(({ stageName }) => stageName === 'Production')
    expect(plant.notices).toEqual([])
    expect(stage()?.inboundTransitionState).toMatchObject({
      enabled: false,
      lastChangedBy: DANA,
      disabledReason: 'Freeze until Monday.',
    })
    plant.engine.enableStageTransition(into, DANA)
    expect(plant.notices).toHaveLength(1)
    expect(stage()?.inboundTransitionState).toMatchObject({ enabled: true, lastChangedBy: DANA })
  })

  test('out of a stage are those into the next', async () => {
    const plant = plantForTests({ instant: true })
    await plant.create(shop())
    const reason = 'Freeze'
    plant.engine.disableStageTransition({ ...into, stageName: 'Build', transitionType: 'Outbound', reason }, DANA)
    await plant.start()
    expect(plant.notices).toEqual([])
  })
})

test('several approvals in one stage wait side by side', async () => {
  const plant = plantForTests({ instant: true })
  const actions = [approve('Approve'), approve('Second'), deploy('Deploy', { runOrder: 2 })]
  await plant.create(shop({ stages: [sourceStage, { name: 'Production', actions }] }))
  const id = await plant.start()
  plant.engine.putApprovalResult(decide(plant.tokenOf('Approve')), DANA)
  await settled()
  expect(plant.statusOf(id)).toBe('InProgress')
  plant.engine.putApprovalResult({ ...decide(plant.tokenOf('Second')), actionName: 'Second' }, DANA)
  await settled()
  expect(plant.statusOf(id)).toBe('Succeeded')
})
