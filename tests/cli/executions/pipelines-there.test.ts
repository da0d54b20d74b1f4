import { pipelinesThere } from '../../../cli/executions/pipelines-there.ts'
import { ACCOUNT, REGION, openAws } from '../../support/aws-endpoint.ts'

let aws: Awaited<ReturnType<typeof openAws>>
beforeAll(async () => {
  aws = await openAws()
})
afterAll(() => aws.close())

const LIMITS = { connectionTimeout: 3_000, requestTimeout: 20_000, throwOnRequestTimeout: true }

const steeredFor = async (stackName: string, role: string) => {
  aws.answers.set('GetPipelineExecution', () => ({
    pipelineExecution: {
      pipelineExecutionId: 'e1',
      status: 'InProgress',
      trigger: {
        triggerType: 'StartPipelineExecution',
        triggerDetail: `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/steer-U0DANA`,
      },
    },
  }))
  const connection = { ...aws.client, requestHandler: LIMITS }
  const { there, pipelines } = await pipelinesThere({ stackName, connection })
  expect(there).toEqual({ accountId: ACCOUNT, region: REGION })
  return (await pipelines.execution({ ...there, pipeline: 'shop-web', executionId: 'e1' }))?.trigger?.steeredFor
}

test.each([
  ['the role of its stack', 'greenlight-prod', 'greenlight-prod-DeciderRole-1X', 'U0DANA'],
  ['another role', 'greenlight-prod', 'Console', undefined],
  ['that role, if the installation is not there', 'greenlight-other', 'greenlight-prod-DeciderRole-1X', undefined],
])('an execution that was started in a session of %s', async (_, stackName, role, userId) => {
  expect(await steeredFor(stackName, role)).toBe(userId)
})
