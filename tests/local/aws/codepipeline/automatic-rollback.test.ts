import { readFileSync } from 'node:fs'
import { pipelineFromTemplate } from '../../../../local/workspace/pipeline-from-template.ts'
import { renderTemplate } from '../../../../local/aws/template/template.ts'
import { DANA, virtualCodePipeline, settled } from '../../../support/virtual-codepipeline.ts'

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

const open = async () => {
  const codePipeline = virtualCodePipeline()
  await codePipeline.create(pipeline)
  const read = (pipelineExecutionId: string) =>
    codePipeline.engine.getPipelineExecution({ pipelineName: 'flask-app', pipelineExecutionId }).pipelineExecution
  /** Starts an execution and runs it until its deployment. */
  const approved = async () => {
    const { pipelineExecutionId } = codePipeline.engine.startPipelineExecution({ name: 'flask-app' }, DANA)
    await settled()
    await codePipeline.held.end('Build/Build', { status: 'Succeeded', outputVariables: { APP_VERSION: 'abc1234' } })
    await codePipeline.held.end('Test/Test')
    const decision = { token: codePipeline.tokenOf(), result: { status: 'Approved', summary: '' } } as const
    codePipeline.engine.putApprovalResult(
      { pipelineName: 'flask-app', stageName: 'Approval', actionName: 'Approve', ...decision },
      DANA,
    )
    await settled()
    return pipelineExecutionId
  }
  const running = () => codePipeline.held.running.map(({ run }) => run.pipelineExecutionId)
  return { codePipeline, read, approved, running }
}

test('a failed deployment is rolled back, without a new approval', async () => {
  const { codePipeline, read, approved, running } = await open()
  const good = await approved()
  await codePipeline.held.end('Production/Deploy')
  const bad = await approved()
  const asked = codePipeline.notices.length
  await codePipeline.held.end('Production/Deploy', FAILED)
  expect(read(bad)?.status).toBe('Failed')
  const [rollback = ''] = running()
  expect(read(rollback)).toMatchObject({
    status: 'InProgress',
    executionType: 'ROLLBACK',
    rollbackMetadata: { rollbackTargetPipelineExecutionId: good },
    trigger: { triggerType: 'AutomatedRollback', triggerDetail: JSON.stringify({ FailedPipelineExecutionId: bad }) },
    artifactRevisions: read(good)?.artifactRevisions,
  })
  await codePipeline.held.end('Production/Deploy')
  expect(read(rollback)?.status).toBe('Succeeded')
  expect(codePipeline.notices).toHaveLength(asked)
})

test('a rollback goes ahead of a newer execution that waits, which then runs', async () => {
  const { codePipeline, read, approved, running } = await open()
  await approved()
  await codePipeline.held.end('Production/Deploy')
  await approved()
  const newer = await approved()
  await codePipeline.held.end('Production/Deploy', FAILED)
  expect(running().map((id) => read(id)?.executionType)).toEqual(['ROLLBACK'])
  await codePipeline.held.end('Production/Deploy')
  expect(running()).toEqual([newer])
})

test('a first deployment cannot be rolled back, and a rollback that fails is not rolled back', async () => {
  const { codePipeline, approved, running } = await open()
  await approved()
  await codePipeline.held.end('Production/Deploy', FAILED)
  expect(running()).toEqual([])
  await approved()
  await codePipeline.held.end('Production/Deploy')
  await approved()
  await codePipeline.held.end('Production/Deploy', FAILED)
  await codePipeline.held.end('Production/Deploy', FAILED)
  expect(running()).toEqual([])
})
