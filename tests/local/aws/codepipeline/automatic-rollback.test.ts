import { readFileSync } from 'node:fs'
import { pipelineFromTemplate } from '../../../../local/aws/cloudformation/pipeline-from-template.ts'
import { renderTemplate } from '../../../../local/aws/cloudformation/template.ts'
import { DANA, plantForTests, settled } from './plant-for-tests.ts'

/*
 * infra/pipeline.yml with RollBackStage=on: the approval has a stage of its own, and CodePipeline rolls Production back
 * by itself.
 */

const pipeline = pipelineFromTemplate(
  renderTemplate(readFileSync(new URL('../../../../infra/pipeline.yml', import.meta.url), 'utf8'), {
    accountId: '111122223333',
    region: 'eu-west-1',
    parameters: {
      ConnectionArn: 'arn:aws:codeconnections:eu-west-1:111122223333:connection/workspace',
      RepositoryId: 'greenlight/flask-app',
      ApprovalTopicArn: 'arn:aws:sns:eu-west-1:111122223333:greenlight-approvals',
      RollBackStage: 'on',
    },
  }),
)

const FAILED = { status: 'Failed', summary: 'No module named flask_login' } as const

async function open() {
  const plant = plantForTests()
  await plant.create(pipeline)
  const read = (pipelineExecutionId: string) =>
    plant.engine.getPipelineExecution({ pipelineName: 'flask-app', pipelineExecutionId }).pipelineExecution
  /** Starts a release and brings it before its deployment. */
  const approved = async () => {
    const { pipelineExecutionId } = plant.engine.startPipelineExecution({ name: 'flask-app' }, DANA)
    await settled()
    await plant.held.end('Build/Build', { status: 'Succeeded', outputVariables: { APP_VERSION: 'abc1234' } })
    await plant.held.end('Test/Test')
    const decision = { token: plant.tokenOf(), result: { status: 'Approved', summary: '' } } as const
    plant.engine.putApprovalResult(
      { pipelineName: 'flask-app', stageName: 'Approval', actionName: 'Approve', ...decision },
      DANA,
    )
    await settled()
    return pipelineExecutionId
  }
  const running = () => plant.held.running.map(({ run }) => run.pipelineExecutionId)
  return { plant, read, approved, running }
}

test('a failed deployment brings back what was live, and asks nobody again', async () => {
  const { plant, read, approved, running } = await open()
  const good = await approved()
  await plant.held.end('Production/Deploy')
  const bad = await approved()
  const asked = plant.notices.length
  await plant.held.end('Production/Deploy', FAILED)
  expect(read(bad)?.status).toBe('Failed')
  const [rollback = ''] = running()
  expect(read(rollback)).toMatchObject({
    status: 'InProgress',
    executionType: 'ROLLBACK',
    rollbackMetadata: { rollbackTargetPipelineExecutionId: good },
    trigger: { triggerType: 'AutomatedRollback', triggerDetail: JSON.stringify({ FailedPipelineExecutionId: bad }) },
    artifactRevisions: read(good)?.artifactRevisions,
  })
  await plant.held.end('Production/Deploy')
  expect(read(rollback)?.status).toBe('Succeeded')
  expect(plant.notices).toHaveLength(asked)
})

test('a rollback goes ahead of a newer release that waits, which then has its turn', async () => {
  const { plant, read, approved, running } = await open()
  await approved()
  await plant.held.end('Production/Deploy')
  await approved()
  const newer = await approved()
  await plant.held.end('Production/Deploy', FAILED)
  expect(running().map((id) => read(id)?.executionType)).toEqual(['ROLLBACK'])
  await plant.held.end('Production/Deploy')
  expect(running()).toEqual([newer])
})

test('a first release has nothing to go back to, and a rollback that fails is not rolled back', async () => {
  const { plant, approved, running } = await open()
  await approved()
  await plant.held.end('Production/Deploy', FAILED)
  expect(running()).toEqual([])
  await approved()
  await plant.held.end('Production/Deploy')
  await approved()
  await plant.held.end('Production/Deploy', FAILED)
  await plant.held.end('Production/Deploy', FAILED)
  expect(running()).toEqual([])
})
