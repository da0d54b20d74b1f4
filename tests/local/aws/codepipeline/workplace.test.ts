import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ActionLogs } from '../../../../local/aws/codepipeline/action-log.ts'
import { createCodePipeline } from '../../../../local/aws/codepipeline/engine.ts'
import type { ActionRunner } from '../../../../local/aws/codepipeline/runner.ts'
import { build, DANA, deploy, plantForTests, settled, shop, sourceStage, VirtualClock } from './plant-for-tests.ts'

describe('artifacts', () => {
  let workDirectory: string
  beforeEach(() => {
    workDirectory = mkdtempSync(join(tmpdir(), 'greenlight-artifacts-'))
  })
  afterEach(() => rmSync(workDirectory, { recursive: true, force: true }))

  const stages = [
    sourceStage,
    { name: 'Build', actions: [build('Compile', { outputArtifacts: [{ name: 'App' }] })] },
    { name: 'Deploy', actions: [deploy('Deploy', { inputArtifacts: [{ name: 'App' }] })] },
  ]
  const at = (directory: string | undefined, file: string) => join(directory ?? 'nowhere', file)

  function engineWith(deployed: string[], failFirstBuild = false) {
    const clock = new VirtualClock()
    let builds = 0
    const checkout: ActionRunner = ({ outputArtifacts, pipelineExecutionId }) => {
      writeFileSync(at(outputArtifacts.SourceArtifact, 'app.py'), `# ${pipelineExecutionId}`)
      return Promise.resolve({ status: 'Succeeded' })
    }
    const compile: ActionRunner = ({ inputArtifacts, outputArtifacts }) => {
      expect(readdirSync(outputArtifacts.App ?? '')).toEqual([])
      const source = readFileSync(at(inputArtifacts.SourceArtifact, 'app.py'), 'utf8')
      writeFileSync(at(outputArtifacts.App, 'bundle'), `built ${source}`)
      return Promise.resolve({ status: failFirstBuild && ++builds === 1 ? 'Failed' : 'Succeeded' })
    }
    const install: ActionRunner = ({ inputArtifacts }) => {
      deployed.push(readFileSync(at(inputArtifacts.App, 'bundle'), 'utf8'))
      return Promise.resolve({ status: 'Succeeded' })
    }
    return createCodePipeline({
      accountId: '111122223333',
      region: 'eu-west-1',
      clock,
      timers: clock,
      runners: {
        'Source/CodeStarSourceConnection': checkout,
        'Build/CodeBuild': compile,
        'Deploy/CodeDeploy': install,
      },
      publishNotice: () => undefined,
      putEvent: () => undefined,
      workDirectory,
    })
  }

  test('pass from action to action in directories of their own, and a rollback deploys the old ones', async () => {
    const deployed: string[] = []
    const engine = engineWith(deployed)
    engine.createPipeline(shop({ stages }), DANA)
    await settled()
    engine.startPipelineExecution({ name: 'shop-web' }, DANA)
    await settled()
    const ids = engine
      .listPipelineExecutions({ pipelineName: 'shop-web' })
      .pipelineExecutionSummaries.map((one) => one.pipelineExecutionId)
    expect(deployed).toEqual([`built # ${ids[1]}`, `built # ${ids[0]}`])
    const target = { pipelineName: 'shop-web', stageName: 'Deploy', targetPipelineExecutionId: ids[1] ?? '' }
    engine.rollbackStage(target, DANA)
    await settled()
    expect(deployed.at(-1)).toBe(`built # ${ids[1]}`)
  })

  test('of a retried action start empty', async () => {
    const deployed: string[] = []
    const engine = engineWith(deployed, true)
    engine.createPipeline(shop({ stages }), DANA)
    await settled()
    const [execution] = engine.view()[0]?.executions ?? []
    expect(execution?.status).toBe('Failed')
    engine.retryStageExecution({
      pipelineName: 'shop-web',
      stageName: 'Build',
      pipelineExecutionId: execution?.id ?? '',
      retryMode: 'FAILED_ACTIONS',
    })
    await settled()
    expect(deployed).toHaveLength(1)
  })

  test('are named in events as in an artifact bucket, and stay off the disk without a working directory', async () => {
    const plant = plantForTests({ instant: true })
    await plant.create(shop({ stages }))
    const id = await plant.start()
    expect(existsSync(id)).toBe(false)
    const [made] = plant.events.flatMap(({ detail }) => (detail['output-artifacts'] as object[] | undefined) ?? [])
    expect(made).toEqual({
      name: 'SourceArtifact',
      s3location: { bucket: 'shop-artifacts', key: expect.stringMatching(/^shop-web\/SourceArti\/\w{7}$/) as string },
    })
    const used = plant.events.find(({ detail }) => detail.action === 'Compile' && detail.state === 'STARTED')
    expect(used?.detail['input-artifacts']).toEqual([made])
  })
})

describe('logs', () => {
  test('are kept for each action execution, and every line is a change', async () => {
    const plant = plantForTests()
    await plant.create(shop())
    await plant.start()
    const [compile] = plant.held.running
    let changes = 0
    const off = plant.engine.onChange(() => changes++)
    compile?.run.log('npm ci')
    compile?.run.log('npm test')
    expect(changes).toBe(2)
    off()
    compile?.run.log('done')
    expect(changes).toBe(2)
    expect(plant.engine.logOf(compile?.run.actionExecutionId ?? '')).toBe('npm ci\nnpm test\ndone\n')
    expect(plant.engine.logOf('nobody')).toBeUndefined()
    const build = plant.engine.view()[0]?.executions[0]?.stages[1]?.actions[0]
    expect(build).toMatchObject({ name: 'Compile', hasLog: true, status: 'InProgress' })
  })

  test('are capped, and say what they dropped', () => {
    const logs = new ActionLogs()
    for (let line = 1; line <= 10_000; line++) logs.append('a', `line ${line}`)
    logs.append('a', 'x'.repeat(5000))
    const lines = logs.read('a')?.trimEnd().split('\n') ?? []
    expect(lines).toHaveLength(2001)
    expect(lines[0]).toBe('… 8001 earlier lines are not kept')
    expect(lines[1]).toBe('line 8002')
    expect(lines.at(-1)).toHaveLength(2001)
  })
})

describe('the view for the page', () => {
  test('shows the revision, the starter, the open approval and who waits', async () => {
    const plant = plantForTests({ instant: true })
    await plant.create(shop())
    const first = await plant.start()
    plant.engine.sourceChanged('shop-web', { triggerType: 'WebhookV2', triggerDetail: '{}' })
    await settled()
    const [pipeline] = plant.engine.view()
    const [newer, older] = pipeline?.executions ?? []
    expect(pipeline?.stages.map(({ name, transitionEnabled }) => [name, transitionEnabled])).toEqual([
      ['Source', true],
      ['Build', true],
      ['Production', true],
    ])
    expect(older).toMatchObject({
      id: first,
      startedBy: 'dana',
      revision: { title: 'Fix rounding', author: 'Ana' },
    })
    expect(older?.stages[2]?.actions[0]).toMatchObject({
      status: 'InProgress',
      approval: { token: plant.tokenOf(), expiresAt: plant.clock.now() + 7 * 24 * 3_600_000 },
    })
    expect(older?.stages[2]?.actions[1]).toMatchObject({ status: 'NotStarted', actionExecutionId: null })
    expect(newer).toMatchObject({ startedBy: 'Ana', endedAt: null })
    expect(newer?.stages.map(({ waitingToEnter }) => waitingToEnter)).toEqual([false, false, true])
  })
})
