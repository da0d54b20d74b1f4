import { codePipeline } from '../../functions/aws/codepipeline.ts'
import { ownClients } from '../../functions/aws/codepipeline-clients.ts'
import type { Pipelines } from '../../functions/ports/pipelines.ts'
import type { HttpServer } from '../../local/http-server.ts'
import { listen } from '../../local/http-server.ts'
import { DANA, virtualCodePipeline, settled, shop } from '../support/virtual-codepipeline.ts'
import { BOT, enginePipelines } from '../support/engine-pipelines.ts'
import { accessKeySecret } from '../support/secret.ts'

const WHERE = {
  accountId: '111122223333',
  region: 'eu-west-1',
  pipeline: 'shop-web',
  stage: 'Production',
  action: 'Approve',
}
const NOBODY = '00000000-0000-4000-8000-ffffffffffff'

let server: HttpServer
let virtual: ReturnType<typeof virtualCodePipeline>
let real: Pipelines

beforeEach(async () => {
  virtual = virtualCodePipeline({ instant: true })
  server = await listen(async (request) => {
    const target = request.headers.get('x-amz-target') ?? ''
    const { status, body } = virtual.engine.answer(target, await request.json(), BOT)
    return Response.json(body, { status, headers: { 'content-type': 'application/x-amz-json-1.1' } })
  }, 0)
  const credentials = { accessKeyId: 'BOT', secretAccessKey: accessKeySecret() }
  real = codePipeline(ownClients({ region: 'eu-west-1', endpoint: server.url, credentials }))
})
afterEach(() => server.close())

/** Calls both, and expects the same answers. */
const expectTheSame = async (executionId: string): Promise<void> => {
  const fake = enginePipelines(virtual.engine)
  expect(fake.stages(WHERE)).toEqual(await real.stages(WHERE))
  for (const id of [executionId, NOBODY]) {
    const key = { ...WHERE, executionId: id }
    expect(fake.actionRuns(key)).toEqual(await real.actionRuns(key))
  }
  expect(fake.runs(WHERE, () => true)).toEqual(await real.runs(WHERE, () => true))
  expect(fake.executions(WHERE)).toEqual(await real.executions(WHERE))
  for (const id of [executionId, NOBODY])
    expect(fake.execution({ ...WHERE, executionId: id })).toEqual(await real.execution({ ...WHERE, executionId: id }))
}

describe('the CodePipeline that the simulation asks answers as the one behind the API', () => {
  test.each(['SUPERSEDED', 'PARALLEL'])('while an execution runs (%s)', async (executionMode) => {
    await virtual.create(shop({ executionMode }))
    const first = await virtual.start()
    await expectTheSame(first)
    const second = await virtual.start()
    await expectTheSame(second)
    const { token } = virtual.notices[0]!.message.approval
    expect(await real.putApprovalResult(WHERE, token, 'Approved', { summary: 'Approved in Slack', by: [] })).toEqual({
      kind: 'recorded',
    })
    await settled()
    await expectTheSame(first)
    expect(
      enginePipelines(virtual.engine).putApprovalResult(WHERE, virtual.tokenOf(), 'Rejected', {
        summary: 'No',
        by: [],
      }),
    ).toEqual({
      kind: 'recorded',
    })
    await expectTheSame(second)
  })

  test('when an execution is stopped, and when the pipeline is edited and deleted', async () => {
    await virtual.create(shop())
    const stopped = await virtual.start()
    virtual.engine.stopPipelineExecution({
      pipelineName: 'shop-web',
      pipelineExecutionId: stopped,
      abandon: true,
      reason: 'Not now',
    })
    await expectTheSame(stopped)
    const canceled = await virtual.start()
    virtual.engine.updatePipeline(shop())
    await expectTheSame(canceled)
    virtual.engine.deletePipeline({ name: 'shop-web' })
    const fake = enginePipelines(virtual.engine)
    expect(fake.stages(WHERE)).toEqual(await real.stages(WHERE))
    const key = { ...WHERE, executionId: canceled }
    for (const pipelines of [real, fake]) {
      expect(await pipelines.actionRuns(key)).toBeNull()
      expect(await pipelines.executions(WHERE)).toBeNull()
      expect(await pipelines.execution(key)).toBeNull()
    }
  })

  test('when it refuses a verdict', async () => {
    await virtual.create(shop())
    await virtual.start()
    const decided = virtual.tokenOf()
    virtual.engine.putApprovalResult(
      {
        pipelineName: 'shop-web',
        stageName: 'Production',
        actionName: 'Approve',
        token: decided,
        result: { status: 'Approved', summary: '' },
      },
      DANA,
    )
    const fake = enginePipelines(virtual.engine)
    for (const [where, token] of [
      [WHERE, decided],
      [WHERE, NOBODY],
      [{ ...WHERE, action: 'Sign' }, decided],
      [{ ...WHERE, stage: 'Staging' }, decided],
      [{ ...WHERE, pipeline: 'shop-api' }, decided],
    ] as const) {
      const answer = fake.putApprovalResult(where, token, 'Rejected', { summary: 'No', by: [] })
      expect(['too-late', 'gone']).toContain(answer.kind)
      expect(answer).toEqual(await real.putApprovalResult(where, token, 'Rejected', { summary: 'No', by: [] }))
    }
  })
})
