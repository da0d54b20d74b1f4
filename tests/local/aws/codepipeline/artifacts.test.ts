import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unzipSync } from 'fflate'
import type { ActionRunner } from '../../../../local/aws/action-runner.ts'
import { createCodePipeline } from '../../../../local/aws/codepipeline/codepipeline.ts'
import {
  build,
  DANA,
  deploy,
  settled,
  shop,
  sourceStage,
  virtualCodePipeline,
  VirtualClock,
} from '../../../support/virtual-codepipeline.ts'

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

  const engineWith = (deployed: string[], failFirstBuild = false) => {
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

  test('are objects of their bucket once their action has succeeded: the same bytes at each reading', async () => {
    const engine = engineWith([], true)
    engine.createPipeline(shop({ stages }), DANA)
    await settled()
    const { actionExecutionDetails } = engine.listActionExecutions({ pipelineName: 'shop-web' })
    const objects = actionExecutionDetails.flatMap(({ status, output }) =>
      output.outputArtifacts.map(({ name, s3location: { bucket, key } }) => ({
        name,
        status,
        object: engine.artifact(bucket, key),
        again: engine.artifact(bucket, key),
      })),
    )
    expect(objects.map(({ name, status }) => [name, status]).sort()).toEqual([
      ['App', 'Failed'],
      ['SourceArtifact', 'Succeeded'],
    ])
    for (const { status, object, again } of objects) {
      expect(object === null).toBe(status === 'Failed')
      expect(again).toEqual(object)
    }
    const source = objects.find(({ object }) => object)!.object!
    expect(Object.keys(unzipSync(source.bytes))).toEqual(['app.py'])
    expect(engine.artifact('shop-artifacts', 'no/such/key')).toBeNull()
  })

  test('of a retried action start empty', async () => {
    const deployed: string[] = []
    const engine = engineWith(deployed, true)
    engine.createPipeline(shop({ stages }), DANA)
    await settled()
    const [execution] = engine.overview()[0]?.executions ?? []
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
    const codePipeline = virtualCodePipeline({ instant: true })
    await codePipeline.create(shop({ stages }))
    const id = await codePipeline.start()
    expect(existsSync(id)).toBe(false)
    const [made] = codePipeline.events.flatMap(
      ({ detail }) => (detail['output-artifacts'] as object[] | undefined) ?? [],
    )
    expect(made).toEqual({
      name: 'SourceArtifact',
      s3location: { bucket: 'shop-artifacts', key: expect.stringMatching(/^shop-web\/SourceArti\/\w{7}$/) as string },
    })
    const used = codePipeline.events.find(({ detail }) => detail.action === 'Compile' && detail.state === 'STARTED')
    expect(used?.detail['input-artifacts']).toEqual([made])
  })
})
