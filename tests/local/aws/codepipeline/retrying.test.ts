import { build, DANA, plantForTests, refusal, settled, shop, sourceStage } from './plant-for-tests.ts'

const retry = (
  pipelineExecutionId: string,
  stageName = 'Production',
  retryMode: 'FAILED_ACTIONS' | 'ALL_ACTIONS' = 'FAILED_ACTIONS',
) => ({ pipelineName: 'shop-web', stageName, pipelineExecutionId, retryMode })

const decide = (token: string, status: 'Approved' | 'Rejected') => ({
  pipelineName: 'shop-web',
  stageName: 'Production',
  actionName: 'Approve',
  token,
  result: { status, summary: '' },
})

test('a retry keeps the execution, asks again with a new token, and says RESUMED', async () => {
  const plant = plantForTests({ instant: true })
  await plant.create(shop())
  const id = await plant.start()
  const first = plant.tokenOf()
  plant.engine.putApprovalResult(decide(first, 'Rejected'), DANA)
  plant.clock.pass(120_000)
  expect(plant.engine.retryStageExecution(retry(id))).toEqual({ pipelineExecutionId: id })
  expect(plant.told().slice(-3)).toEqual([
    'Pipeline RESUMED',
    'Stage/Production RESUMED',
    'Action/Production/Approve STARTED',
  ])
  expect(plant.events.at(-2)?.detail).toMatchObject({
    'stage-last-retry-attempt-time': '2026-11-23T09:32:15.000Z',
    'pipeline-execution-attempt': 2,
  })
  const second = plant.tokenOf()
  expect(second).not.toBe(first)
  expect(refusal(() => plant.engine.putApprovalResult(decide(first, 'Approved'), DANA))).toBe(
    'ApprovalAlreadyCompletedException',
  )
  plant.engine.putApprovalResult(decide(second, 'Approved'), DANA)
  await settled()
  expect(plant.statusOf(id)).toBe('Succeeded')
  const list = (startTimeRange: 'Latest' | 'All') =>
    plant.engine
      .listActionExecutions({
        pipelineName: 'shop-web',
        filter: { latestInPipelineExecution: { pipelineExecutionId: id, startTimeRange } },
      })
      .actionExecutionDetails.filter(({ actionName }) => actionName === 'Approve')
      .map(({ status, output }) => [status, output.executionResult.externalExecutionId])
  expect(list('All')).toEqual([
    ['Succeeded', second],
    ['Failed', first],
  ])
  expect(list('Latest')).toEqual([['Succeeded', second]])
})

describe('the mode', () => {
  const failed = async () => {
    const plant = plantForTests()
    const actions = [build('Lint'), build('Unit'), build('Package', { runOrder: 2 })]
    await plant.create(shop({ stages: [sourceStage, { name: 'Build', actions }] }))
    const id = await plant.start()
    await plant.held.end('Build/Lint')
    await plant.held.end('Build/Unit', { status: 'Failed' })
    const running = () => plant.held.running.map(({ run }) => run.actionName)
    return { ...plant, id, running }
  }

  test('FAILED_ACTIONS runs what failed, then what comes after', async () => {
    const plant = await failed()
    plant.engine.retryStageExecution(retry(plant.id, 'Build'))
    expect(plant.running()).toEqual(['Unit'])
    await plant.held.end('Build/Unit')
    expect(plant.running()).toEqual(['Package'])
    await plant.held.end('Build/Package')
    expect(plant.statusOf(plant.id)).toBe('Succeeded')
  })

  test('ALL_ACTIONS runs the stage from its beginning', async () => {
    const plant = await failed()
    plant.engine.retryStageExecution(retry(plant.id, 'Build', 'ALL_ACTIONS'))
    expect(plant.running()).toEqual(['Lint', 'Unit'])
  })
})

test('a stopped stage can be retried', async () => {
  const plant = plantForTests()
  await plant.create(shop())
  const id = await plant.start()
  plant.engine.stopPipelineExecution({ pipelineName: 'shop-web', pipelineExecutionId: id, abandon: true })
  plant.held.running.splice(0)
  plant.engine.retryStageExecution(retry(id, 'Build'))
  await plant.held.end('Build/Compile')
  expect(plant.told().at(-1)).toBe('Action/Production/Approve STARTED')
})

test('is refused with the name that AWS has for each reason', async () => {
  const plant = plantForTests()
  await plant.create(shop())
  const ask = (request: ReturnType<typeof retry>) => refusal(() => plant.engine.retryStageExecution(request))
  const first = await plant.start()
  expect(ask(retry(first, 'Build'))).toBe('ConflictException')
  expect(ask(retry(first, 'Source'))).toBe('StageNotRetryableException')
  expect(ask(retry(first, 'Nowhere'))).toBe('StageNotFoundException')
  await plant.held.end('Build/Compile', { status: 'Failed' })
  const second = await plant.start()
  expect(ask(retry(first, 'Build'))).toBe('NotLatestPipelineExecutionException')
  await plant.held.end('Build/Compile', { status: 'Failed' })
  plant.engine.updatePipeline(shop())
  expect(ask(retry(second, 'Build'))).toBe('StageNotRetryableException')
})

describe('rollback', () => {
  const stages = [sourceStage, { name: 'Build', actions: [build('Compile')] }]
  const rollBack = (targetPipelineExecutionId: string, stageName = 'Build') => ({
    pipelineName: 'shop-web',
    stageName,
    targetPipelineExecutionId,
  })

  test('is a new execution of type ROLLBACK with the revisions of its target', async () => {
    const plant = plantForTests({ instant: true })
    await plant.create(shop({ stages }))
    const target = await plant.start()
    await plant.start()
    const { pipelineExecutionId: id } = plant.engine.rollbackStage(rollBack(target), DANA)
    await settled()
    const read = (pipelineExecutionId: string) =>
      plant.engine.getPipelineExecution({ pipelineName: 'shop-web', pipelineExecutionId }).pipelineExecution
    expect(read(id)).toMatchObject({
      status: 'Succeeded',
      executionType: 'ROLLBACK',
      rollbackMetadata: { rollbackTargetPipelineExecutionId: target },
      trigger: { triggerType: 'ManualRollback', triggerDetail: DANA },
      artifactRevisions: read(target).artifactRevisions,
    })
    const build = plant.engine.getPipelineState({ name: 'shop-web' }).stageStates[1]
    expect(build?.latestExecution).toMatchObject({ pipelineExecutionId: id, type: 'ROLLBACK' })
    expect(refusal(() => plant.engine.rollbackStage(rollBack(id), DANA))).toBe('UnableToRollbackStageException')
  })

  test('is refused with the name that AWS has for each reason', async () => {
    const plant = plantForTests()
    await plant.create(shop({ stages }))
    const ask = (...of: Parameters<typeof rollBack>) => refusal(() => plant.engine.rollbackStage(rollBack(...of), DANA))
    const good = await plant.start()
    await plant.held.end('Build/Compile')
    const bad = await plant.start()
    expect(ask(good)).toBe('UnableToRollbackStageException')
    await plant.held.end('Build/Compile', { status: 'Failed' })
    expect(ask(bad)).toBe('UnableToRollbackStageException')
    expect(ask(good, 'Source')).toBe('UnableToRollbackStageException')
    expect(ask('00000000-0000-4000-8000-ffffffffffff')).toBe('PipelineExecutionNotFoundException')
    plant.engine.updatePipeline(shop({ stages }))
    expect(ask(good)).toBe('PipelineExecutionOutdatedException')
  })

  test('does not exist in PARALLEL mode', async () => {
    const plant = plantForTests({ instant: true })
    await plant.create(shop({ stages, executionMode: 'PARALLEL' }))
    const target = await plant.start()
    expect(refusal(() => plant.engine.rollbackStage(rollBack(target), DANA))).toBe('UnableToRollbackStageException')
  })
})
