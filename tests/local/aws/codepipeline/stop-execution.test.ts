import { DANA, virtualCodePipeline, refusal, settled, shop } from '../../../support/virtual-codepipeline.ts'

const stop = (pipelineExecutionId: string, abandon = false, reason = '') => ({
  pipelineName: 'shop-web',
  pipelineExecutionId,
  abandon,
  reason,
})

describe('stop and wait', () => {
  test('lets the running action end, then stops without starting the next', async () => {
    const codePipeline = virtualCodePipeline()
    await codePipeline.create(shop())
    const id = await codePipeline.start()
    codePipeline.engine.stopPipelineExecution(stop(id, false, 'Wrong branch'))
    expect(codePipeline.statusOf(id)).toBe('Stopping')
    expect(codePipeline.events.at(-2)?.detail['stop-execution-comments']).toBe('Wrong branch')
    await codePipeline.held.end('Build/Compile')
    expect(codePipeline.statusOf(id)).toBe('Stopped')
    expect(codePipeline.told().slice(-5)).toEqual([
      'Pipeline STOPPING',
      'Stage/Build STOPPING',
      'Action/Build/Compile SUCCEEDED',
      'Stage/Build STOPPED',
      'Pipeline STOPPED',
    ])
    const { pipelineExecutionSummaries } = codePipeline.engine.listPipelineExecutions({ pipelineName: 'shop-web' })
    expect(pipelineExecutionSummaries[0]?.stopTrigger).toEqual({ reason: 'Wrong branch' })
  })

  test('waits for an open approval, which can still be decided', async () => {
    const codePipeline = virtualCodePipeline({ instant: true })
    await codePipeline.create(shop())
    const id = await codePipeline.start()
    codePipeline.engine.stopPipelineExecution(stop(id))
    expect(codePipeline.statusOf(id)).toBe('Stopping')
    codePipeline.engine.putApprovalResult(
      {
        pipelineName: 'shop-web',
        stageName: 'Production',
        actionName: 'Approve',
        token: codePipeline.tokenOf(),
        result: { status: 'Approved', summary: '' },
      },
      DANA,
    )
    expect(codePipeline.statusOf(id)).toBe('Stopped')
  })

  test('can be requested once, then upgraded to abandon once', async () => {
    const codePipeline = virtualCodePipeline()
    await codePipeline.create(shop())
    const id = await codePipeline.start()
    const ask = (abandon: boolean) => refusal(() => codePipeline.engine.stopPipelineExecution(stop(id, abandon)))
    expect(ask(false)).toBe('nothing was refused')
    expect(ask(false)).toBe('DuplicatedStopRequestException')
    expect(ask(true)).toBe('nothing was refused')
    expect(codePipeline.statusOf(id)).toBe('Stopped')
    expect(ask(true)).toBe('PipelineExecutionNotStoppableException')
    expect(codePipeline.told().filter((event) => event === 'Pipeline STOPPING')).toHaveLength(1)
  })
})

describe('stop and abandon', () => {
  test('ends the action at once, aborts its runner, and ignores its later result', async () => {
    const codePipeline = virtualCodePipeline()
    await codePipeline.create(shop())
    const id = await codePipeline.start()
    const signal = codePipeline.held.running[0]?.run.signal
    codePipeline.engine.stopPipelineExecution(stop(id, true))
    expect(signal?.aborted).toBe(true)
    expect(codePipeline.told().slice(-5)).toEqual([
      'Pipeline STOPPING',
      'Stage/Build STOPPING',
      'Action/Build/Compile ABANDONED',
      'Stage/Build STOPPED',
      'Pipeline STOPPED',
    ])
    const told = codePipeline.events.length
    await codePipeline.held.end('Build/Compile')
    expect(codePipeline.events).toHaveLength(told)
    expect(codePipeline.statusOf(id)).toBe('Stopped')
  })

  test('closes an open approval and frees its stage for the waiting execution', async () => {
    const codePipeline = virtualCodePipeline({ instant: true })
    await codePipeline.create(shop())
    const [first, second] = [await codePipeline.start(), await codePipeline.start()]
    const token = codePipeline.tokenOf()
    codePipeline.engine.stopPipelineExecution(stop(first, true))
    await settled()
    const production = codePipeline.engine.getPipelineState({ name: 'shop-web' }).stageStates[2]
    expect(production?.latestExecution?.pipelineExecutionId).toBe(second)
    expect(codePipeline.tokenOf()).not.toBe(token)
    expect(codePipeline.clock.open).toBe(1)
  })
})

test('an execution in front of a stage stops at once and no longer waits', async () => {
  const codePipeline = virtualCodePipeline({ instant: true })
  await codePipeline.create(shop())
  const [, second] = [await codePipeline.start(), await codePipeline.start()]
  codePipeline.engine.stopPipelineExecution(stop(second))
  expect(codePipeline.statusOf(second)).toBe('Stopped')
  expect(codePipeline.told().slice(-2)).toEqual(['Pipeline STOPPING', 'Pipeline STOPPED'])
  expect(codePipeline.engine.getPipelineState({ name: 'shop-web' }).stageStates[2]?.inboundExecutions).toEqual([])
})

test('an execution that has ended, or does not exist, cannot be stopped', async () => {
  const codePipeline = virtualCodePipeline()
  await codePipeline.create(shop())
  const id = await codePipeline.start()
  await codePipeline.held.end('Build/Compile', { status: 'Failed' })
  const ask = (one: string) => refusal(() => codePipeline.engine.stopPipelineExecution(stop(one)))
  expect(ask(id)).toBe('PipelineExecutionNotStoppableException')
  expect(ask('00000000-0000-4000-8000-ffffffffffff')).toBe('PipelineExecutionNotStoppableException')
})
