import {
  approve,
  build,
  DANA,
  virtualCodePipeline,
  refusal,
  settled,
  shop,
  sourceStage,
} from '../../../support/virtual-codepipeline.ts'

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

test('a retry keeps the execution, requests approval with a new token, and emits RESUMED', async () => {
  const codePipeline = virtualCodePipeline({ instant: true })
  await codePipeline.create(shop())
  const id = await codePipeline.start()
  const first = codePipeline.tokenOf()
  codePipeline.engine.putApprovalResult(decide(first, 'Rejected'), DANA)
  codePipeline.clock.pass(120_000)
  expect(codePipeline.engine.retryStageExecution(retry(id))).toEqual({ pipelineExecutionId: id })
  expect(codePipeline.told().slice(-3)).toEqual([
    'Pipeline RESUMED',
    'Stage/Production RESUMED',
    'Action/Production/Approve STARTED',
  ])
  expect(codePipeline.events.at(-2)?.detail).toMatchObject({
    'stage-last-retry-attempt-time': '2026-11-23T09:32:15.000Z',
    'pipeline-execution-attempt': 2,
  })
  const second = codePipeline.tokenOf()
  expect(second).not.toBe(first)
  expect(refusal(() => codePipeline.engine.putApprovalResult(decide(first, 'Approved'), DANA))).toBe(
    'ApprovalAlreadyCompletedException',
  )
  codePipeline.engine.putApprovalResult(decide(second, 'Approved'), DANA)
  await settled()
  expect(codePipeline.statusOf(id)).toBe('Succeeded')
  const list = (startTimeRange: 'Latest' | 'All') =>
    codePipeline.engine
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
    const codePipeline = virtualCodePipeline()
    const actions = [build('Lint'), build('Unit'), build('Package', { runOrder: 2 })]
    await codePipeline.create(shop({ stages: [sourceStage, { name: 'Build', actions }] }))
    const id = await codePipeline.start()
    await codePipeline.held.end('Build/Lint')
    await codePipeline.held.end('Build/Unit', { status: 'Failed' })
    const running = () => codePipeline.held.running.map(({ run }) => run.actionName)
    return { ...codePipeline, id, running }
  }

  test('FAILED_ACTIONS runs the failed actions, then those after them', async () => {
    const codePipeline = await failed()
    codePipeline.engine.retryStageExecution(retry(codePipeline.id, 'Build'))
    expect(codePipeline.running()).toEqual(['Unit'])
    await codePipeline.held.end('Build/Unit')
    expect(codePipeline.running()).toEqual(['Package'])
    await codePipeline.held.end('Build/Package')
    expect(codePipeline.statusOf(codePipeline.id)).toBe('Succeeded')
  })

  test('ALL_ACTIONS runs the stage from its beginning', async () => {
    const codePipeline = await failed()
    codePipeline.engine.retryStageExecution(retry(codePipeline.id, 'Build', 'ALL_ACTIONS'))
    expect(codePipeline.running()).toEqual(['Lint', 'Unit'])
  })
})

describe('while an approval of the stage waits', () => {
  const failedBeside = async () => {
    const codePipeline = virtualCodePipeline()
    const actions = [approve('Approve'), build('Unit'), build('Package', { runOrder: 2 })]
    await codePipeline.create(shop({ stages: [sourceStage, { name: 'Production', actions }] }))
    const id = await codePipeline.start()
    await codePipeline.held.end('Production/Unit', { status: 'Failed' })
    const ask = (mode: 'FAILED_ACTIONS' | 'ALL_ACTIONS') =>
      refusal(() => codePipeline.engine.retryStageExecution(retry(id, 'Production', mode)))
    return { ...codePipeline, id, ask }
  }

  test('FAILED_ACTIONS runs the failed actions at once, and leaves the approval and its token alone', async () => {
    const codePipeline = await failedBeside()
    const token = codePipeline.tokenOf()
    expect(codePipeline.ask('FAILED_ACTIONS')).toBe('nothing was refused')
    expect(codePipeline.told().at(-1)).toBe('Action/Production/Unit STARTED')
    await codePipeline.held.end('Production/Unit')
    expect(codePipeline.tokenOf()).toBe(token)
    codePipeline.engine.putApprovalResult(decide(token, 'Approved'), DANA)
    await codePipeline.held.end('Production/Package')
    expect(codePipeline.statusOf(codePipeline.id)).toBe('Succeeded')
  })

  test('ALL_ACTIONS is refused, and so is another retry while nothing has failed again, or a stop has begun', async () => {
    const codePipeline = await failedBeside()
    expect(codePipeline.ask('ALL_ACTIONS')).toBe('ConflictException')
    codePipeline.ask('FAILED_ACTIONS')
    expect(codePipeline.ask('FAILED_ACTIONS')).toBe('ConflictException')
    await codePipeline.held.end('Production/Unit', { status: 'Failed' })
    codePipeline.engine.stopPipelineExecution({ pipelineName: 'shop-web', pipelineExecutionId: codePipeline.id })
    expect(codePipeline.ask('FAILED_ACTIONS')).toBe('ConflictException')
  })
})

test('a stopped stage can be retried', async () => {
  const codePipeline = virtualCodePipeline()
  await codePipeline.create(shop())
  const id = await codePipeline.start()
  codePipeline.engine.stopPipelineExecution({ pipelineName: 'shop-web', pipelineExecutionId: id, abandon: true })
  codePipeline.held.running.splice(0)
  codePipeline.engine.retryStageExecution(retry(id, 'Build'))
  await codePipeline.held.end('Build/Compile')
  expect(codePipeline.told().at(-1)).toBe('Action/Production/Approve STARTED')
})

test('is refused with AWS’s name for each reason', async () => {
  const codePipeline = virtualCodePipeline()
  await codePipeline.create(shop())
  const ask = (request: ReturnType<typeof retry>) => refusal(() => codePipeline.engine.retryStageExecution(request))
  const first = await codePipeline.start()
  expect(ask(retry(first, 'Build'))).toBe('ConflictException')
  expect(ask(retry(first, 'Source'))).toBe('StageNotRetryableException')
  expect(ask(retry(first, 'Nowhere'))).toBe('StageNotFoundException')
  await codePipeline.held.end('Build/Compile', { status: 'Failed' })
  const second = await codePipeline.start()
  expect(ask(retry(first, 'Build'))).toBe('NotLatestPipelineExecutionException')
  await codePipeline.held.end('Build/Compile', { status: 'Failed' })
  codePipeline.engine.updatePipeline(shop())
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
    const codePipeline = virtualCodePipeline({ instant: true })
    await codePipeline.create(shop({ stages }))
    const target = await codePipeline.start()
    await codePipeline.start()
    const { pipelineExecutionId: id } = codePipeline.engine.rollbackStage(rollBack(target), DANA)
    await settled()
    const read = (pipelineExecutionId: string) =>
      codePipeline.engine.getPipelineExecution({ pipelineName: 'shop-web', pipelineExecutionId }).pipelineExecution
    expect(read(id)).toMatchObject({
      status: 'Succeeded',
      executionType: 'ROLLBACK',
      rollbackMetadata: { rollbackTargetPipelineExecutionId: target },
      trigger: { triggerType: 'ManualRollback', triggerDetail: DANA },
      artifactRevisions: read(target).artifactRevisions,
    })
    const build = codePipeline.engine.getPipelineState({ name: 'shop-web' }).stageStates[1]
    expect(build?.latestExecution).toMatchObject({ pipelineExecutionId: id, type: 'ROLLBACK' })
    expect(refusal(() => codePipeline.engine.rollbackStage(rollBack(id), DANA))).toBe('UnableToRollbackStageException')
  })

  test('is refused with AWS’s name for each reason', async () => {
    const codePipeline = virtualCodePipeline()
    await codePipeline.create(shop({ stages }))
    const ask = (...of: Parameters<typeof rollBack>) =>
      refusal(() => codePipeline.engine.rollbackStage(rollBack(...of), DANA))
    const good = await codePipeline.start()
    await codePipeline.held.end('Build/Compile')
    const bad = await codePipeline.start()
    expect(ask(good)).toBe('UnableToRollbackStageException')
    await codePipeline.held.end('Build/Compile', { status: 'Failed' })
    expect(ask(bad)).toBe('UnableToRollbackStageException')
    expect(ask(good, 'Source')).toBe('UnableToRollbackStageException')
    expect(ask('00000000-0000-4000-8000-ffffffffffff')).toBe('PipelineExecutionNotFoundException')
    codePipeline.engine.updatePipeline(shop({ stages }))
    expect(ask(good)).toBe('PipelineExecutionOutdatedException')
  })

  test('does not exist in PARALLEL mode', async () => {
    const codePipeline = virtualCodePipeline({ instant: true })
    await codePipeline.create(shop({ stages, executionMode: 'PARALLEL' }))
    const target = await codePipeline.start()
    expect(refusal(() => codePipeline.engine.rollbackStage(rollBack(target), DANA))).toBe(
      'UnableToRollbackStageException',
    )
  })
})
