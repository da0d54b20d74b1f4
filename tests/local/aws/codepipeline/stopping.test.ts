import { DANA, plantForTests, refusal, settled, shop } from './plant-for-tests.ts'

const stop = (pipelineExecutionId: string, abandon = false, reason = '') => ({
  pipelineName: 'shop-web',
  pipelineExecutionId,
  abandon,
  reason,
})

describe('stop and wait', () => {
  test('lets the running action end, then stops without starting the next', async () => {
    const plant = plantForTests()
    await plant.create(shop())
    const id = await plant.start()
    plant.engine.stopPipelineExecution(stop(id, false, 'Wrong branch'))
    expect(plant.statusOf(id)).toBe('Stopping')
    expect(plant.events.at(-2)?.detail['stop-execution-comments']).toBe('Wrong branch')
    await plant.held.end('Build/Compile')
    expect(plant.statusOf(id)).toBe('Stopped')
    expect(plant.told().slice(-5)).toEqual([
      'Pipeline STOPPING',
      'Stage/Build STOPPING',
      'Action/Build/Compile SUCCEEDED',
      'Stage/Build STOPPED',
      'Pipeline STOPPED',
    ])
    const { pipelineExecutionSummaries } = plant.engine.listPipelineExecutions({ pipelineName: 'shop-web' })
    expect(pipelineExecutionSummaries[0]?.stopTrigger).toEqual({ reason: 'Wrong branch' })
  })

  test('waits for an open approval, which can still be decided', async () => {
    const plant = plantForTests({ instant: true })
    await plant.create(shop())
    const id = await plant.start()
    plant.engine.stopPipelineExecution(stop(id))
    expect(plant.statusOf(id)).toBe('Stopping')
    plant.engine.putApprovalResult(
      {
        pipelineName: 'shop-web',
        stageName: 'Production',
        actionName: 'Approve',
        token: plant.tokenOf(),
        result: { status: 'Approved', summary: '' },
      },
      DANA,
    )
    expect(plant.statusOf(id)).toBe('Stopped')
  })

  test('can be asked for once, then upgraded to abandon once', async () => {
    const plant = plantForTests()
    await plant.create(shop())
    const id = await plant.start()
    const ask = (abandon: boolean) => refusal(() => plant.engine.stopPipelineExecution(stop(id, abandon)))
    expect(ask(false)).toBe('nothing was refused')
    expect(ask(false)).toBe('DuplicatedStopRequestException')
    expect(ask(true)).toBe('nothing was refused')
    expect(plant.statusOf(id)).toBe('Stopped')
    expect(ask(true)).toBe('PipelineExecutionNotStoppableException')
    expect(plant.told().filter((event) => event === 'Pipeline STOPPING')).toHaveLength(1)
  })
})

describe('stop and abandon', () => {
  test('ends the action at once, aborts its runner, and ignores what it says later', async () => {
    const plant = plantForTests()
    await plant.create(shop())
    const id = await plant.start()
    const signal = plant.held.running[0]?.run.signal
    plant.engine.stopPipelineExecution(stop(id, true))
    expect(signal?.aborted).toBe(true)
    expect(plant.told().slice(-5)).toEqual([
      'Pipeline STOPPING',
      'Stage/Build STOPPING',
      'Action/Build/Compile ABANDONED',
      'Stage/Build STOPPED',
      'Pipeline STOPPED',
    ])
    const told = plant.events.length
    await plant.held.end('Build/Compile')
    expect(plant.events).toHaveLength(told)
    expect(plant.statusOf(id)).toBe('Stopped')
  })

  test('closes an open approval and frees its stage for whoever waits', async () => {
    const plant = plantForTests({ instant: true })
    await plant.create(shop())
    const [first, second] = [await plant.start(), await plant.start()]
    const token = plant.tokenOf()
    plant.engine.stopPipelineExecution(stop(first, true))
    await settled()
    const production = plant.engine.getPipelineState({ name: 'shop-web' }).stageStates[2]
    expect(production?.latestExecution?.pipelineExecutionId).toBe(second)
    expect(plant.tokenOf()).not.toBe(token)
    expect(plant.clock.open).toBe(1)
  })
})

test('an execution in front of a stage stops at once and no longer waits', async () => {
  const plant = plantForTests({ instant: true })
  await plant.create(shop())
  const [, second] = [await plant.start(), await plant.start()]
  plant.engine.stopPipelineExecution(stop(second))
  expect(plant.statusOf(second)).toBe('Stopped')
  expect(plant.told().slice(-2)).toEqual(['Pipeline STOPPING', 'Pipeline STOPPED'])
  expect(plant.engine.getPipelineState({ name: 'shop-web' }).stageStates[2]?.inboundExecutions).toEqual([])
})

test('what has ended, or never was, cannot be stopped', async () => {
  const plant = plantForTests()
  await plant.create(shop())
  const id = await plant.start()
  await plant.held.end('Build/Compile', { status: 'Failed' })
  const ask = (one: string) => refusal(() => plant.engine.stopPipelineExecution(stop(one)))
  expect(ask(id)).toBe('PipelineExecutionNotStoppableException')
  expect(ask('00000000-0000-4000-8000-ffffffffffff')).toBe('PipelineExecutionNotStoppableException')
})
