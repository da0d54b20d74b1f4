import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  CodePipelineClient,
  CreatePipelineCommand,
  DeletePipelineCommand,
  DisableStageTransitionCommand,
  EnableStageTransitionCommand,
  GetPipelineCommand,
  GetPipelineExecutionCommand,
  GetPipelineStateCommand,
  InvalidApprovalTokenException,
  ListActionExecutionsCommand,
  ListPipelineExecutionsCommand,
  ListPipelinesCommand,
  PipelineNotFoundException,
  PutApprovalResultCommand,
  RetryStageExecutionCommand,
  RollbackStageCommand,
  StartPipelineExecutionCommand,
  StopPipelineExecutionCommand,
  UpdatePipelineCommand,
} from '@aws-sdk/client-codepipeline'
import {
  build,
  DANA,
  virtualCodePipeline,
  settled,
  shop,
  sourceStage,
  START,
} from '../../../support/virtual-codepipeline.ts'
import { accessKeySecret, approvalToken } from '../../../support/secret.ts'

const VALID_TOKEN = approvalToken('00000000')

describe('the real SDK client', () => {
  let codePipeline: ReturnType<typeof virtualCodePipeline>
  let server: Server
  let client: CodePipelineClient

  beforeEach(async () => {
    codePipeline = virtualCodePipeline({ instant: true })
    server = createServer((request, response) => {
      let text = ''
      request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      request.on('end', () => {
        const target = String(request.headers['x-amz-target'])
        const answer = codePipeline.engine.answer(target, JSON.parse(text), DANA)
        response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.1' })
        response.end(JSON.stringify(answer.body))
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    client = new CodePipelineClient({
      endpoint: `http://127.0.0.1:${port}`,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'x', secretAccessKey: accessKeySecret() },
      maxAttempts: 1,
    })
  })

  afterEach(async () => {
    client.destroy()
    await new Promise((resolve) => server.close(resolve))
  })

  const pipelineName = 'shop-web'
  const started = async () => {
    await client.send(new CreatePipelineCommand({ pipeline: shop() }))
    await settled()
    const { pipelineExecutionSummaries } = await client.send(new ListPipelineExecutionsCommand({ pipelineName }))
    return pipelineExecutionSummaries?.[0]?.pipelineExecutionId ?? ''
  }
  const waitingToken = async () => {
    const { stageStates } = await client.send(new GetPipelineStateCommand({ name: pipelineName }))
    return stageStates?.[2]?.actionStates?.[0]?.latestExecution?.token ?? ''
  }
  const decide = async (status: 'Approved' | 'Rejected') => {
    const answer = await client.send(
      new PutApprovalResultCommand({
        pipelineName,
        stageName: 'Production',
        actionName: 'Approve',
        token: await waitingToken(),
        result: { status, summary: 'Dana: fine' },
      }),
    )
    await settled()
    return answer
  }

  test('reads an approval from the request to the deployment', async () => {
    const pipelineExecutionId = await started()
    const { stageStates, created } = await client.send(new GetPipelineStateCommand({ name: pipelineName }))
    expect(created).toEqual(new Date(START))
    expect(stageStates?.map((stage) => stage.latestExecution?.status)).toEqual(['Succeeded', 'Succeeded', 'InProgress'])
    expect(stageStates?.[0]?.actionStates?.[0]?.currentRevision?.revisionId).toMatch(/c0ffee$/)
    const { approvedAt } = await decide('Approved')
    expect(approvedAt).toEqual(new Date(START))
    const { pipelineExecution } = await client.send(
      new GetPipelineExecutionCommand({ pipelineName, pipelineExecutionId }),
    )
    expect(pipelineExecution).toMatchObject({
      status: 'Succeeded',
      executionMode: 'SUPERSEDED',
      executionType: 'STANDARD',
      trigger: { triggerType: 'CreatePipeline', triggerDetail: DANA },
    })
    expect(pipelineExecution?.artifactRevisions?.[0]).toMatchObject({
      name: 'SourceArtifact',
      created: new Date(START - 60_000),
      revisionSummary: '{"ProviderType":"GitHub","CommitMessage":"Fix rounding\\n\\nIn baskets."}',
    })
    const { actionExecutionDetails } = await client.send(
      new ListActionExecutionsCommand({ pipelineName, filter: { pipelineExecutionId } }),
    )
    expect(actionExecutionDetails?.map(({ actionName }) => actionName)).toEqual([
      'Deploy',
      'Approve',
      'Compile',
      'Checkout',
    ])
    expect(actionExecutionDetails?.[1]).toMatchObject({
      updatedBy: DANA,
      output: { executionResult: { externalExecutionSummary: 'Dana: fine' } },
    })
    expect(actionExecutionDetails?.[3]).toMatchObject({
      startTime: new Date(START),
      input: { namespace: 'SourceVariables', configuration: { BranchName: 'main' } },
      output: { outputVariables: { AuthorDisplayName: 'Ana' }, outputArtifacts: [{ name: 'SourceArtifact' }] },
    })
  })

  test('starts once for one client request token, with the requested revision', async () => {
    await started()
    await decide('Approved')
    const start = () =>
      client.send(
        new StartPipelineExecutionCommand({
          name: pipelineName,
          clientRequestToken: 'once-1',
          sourceRevisions: [{ actionName: 'Checkout', revisionType: 'COMMIT_ID', revisionValue: 'abc123' }],
        }),
      )
    const [one, other] = [await start(), await start()]
    expect(one.pipelineExecutionId).toBe(other.pipelineExecutionId)
    await settled()
    const { pipelineExecutionSummaries } = await client.send(new ListPipelineExecutionsCommand({ pipelineName }))
    expect(pipelineExecutionSummaries).toHaveLength(2)
    expect(pipelineExecutionSummaries?.[0]?.sourceRevisions?.[0]?.revisionId).toBe('abc123')
  })

  test('finds what succeeded in a stage', async () => {
    const good = await started()
    await decide('Approved')
    await client.send(new StartPipelineExecutionCommand({ name: pipelineName }))
    await settled()
    await decide('Rejected')
    const { pipelineExecutionSummaries } = await client.send(
      new ListPipelineExecutionsCommand({ pipelineName, filter: { succeededInStage: { stageName: 'Production' } } }),
    )
    expect(pipelineExecutionSummaries?.map((one) => one.pipelineExecutionId)).toEqual([good])
  })

  test('pages without repeating or omitting any, while new executions start', async () => {
    await started()
    for (let count = 0; count < 3; count++) {
      await client.send(new StartPipelineExecutionCommand({ name: pipelineName }))
      await settled()
    }
    const all = codePipeline.engine.listPipelineExecutions({ pipelineName }).pipelineExecutionSummaries
    const first = await client.send(new ListPipelineExecutionsCommand({ pipelineName, maxResults: 3 }))
    await client.send(new StartPipelineExecutionCommand({ name: pipelineName }))
    const { nextToken } = first
    const rest = await client.send(new ListPipelineExecutionsCommand({ pipelineName, maxResults: 3, nextToken }))
    expect(rest.nextToken).toBeUndefined()
    const both = [...(first.pipelineExecutionSummaries ?? []), ...(rest.pipelineExecutionSummaries ?? [])]
    expect(both.map((one) => one.pipelineExecutionId)).toEqual(all.map((one) => one.pipelineExecutionId))
    await expect(
      client.send(new ListPipelineExecutionsCommand({ pipelineName, nextToken: 'made-up' })),
    ).rejects.toMatchObject({ name: 'InvalidNextTokenException' })
  })

  test('stops, retries, rolls back, holds and edits', async () => {
    const stages = [sourceStage, { name: 'Build', actions: [build('Compile')] }]
    await client.send(new CreatePipelineCommand({ pipeline: shop({ stages }) }))
    await settled()
    const { pipelines } = await client.send(new ListPipelinesCommand({}))
    expect(pipelines).toEqual([
      expect.objectContaining({ name: pipelineName, version: 1, pipelineType: 'V2', created: new Date(START) }),
    ])
    const { pipelineExecutionSummaries } = await client.send(new ListPipelineExecutionsCommand({ pipelineName }))
    const targetPipelineExecutionId = pipelineExecutionSummaries?.[0]?.pipelineExecutionId
    const rolledBack = await client.send(
      new RollbackStageCommand({ pipelineName, stageName: 'Build', targetPipelineExecutionId }),
    )
    expect(rolledBack.pipelineExecutionId).toBeDefined()
    const transition = { pipelineName, stageName: 'Build', transitionType: 'Inbound' } as const
    await client.send(new DisableStageTransitionCommand({ ...transition, reason: 'Freeze' }))
    await client.send(new EnableStageTransitionCommand(transition))
    await client.send(new UpdatePipelineCommand({ pipeline: shop() }))
    const { pipelineExecutionId = '' } = await client.send(new StartPipelineExecutionCommand({ name: pipelineName }))
    await settled()
    await client.send(new StopPipelineExecutionCommand({ pipelineName, pipelineExecutionId, abandon: true }))
    const retried = await client.send(
      new RetryStageExecutionCommand({
        pipelineName,
        stageName: 'Production',
        pipelineExecutionId,
        retryMode: 'FAILED_ACTIONS',
      }),
    )
    expect(retried.pipelineExecutionId).toBe(pipelineExecutionId)
    const { pipeline, metadata } = await client.send(new GetPipelineCommand({ name: pipelineName }))
    expect(pipeline?.version).toBe(2)
    expect(metadata?.pipelineArn).toBe('arn:aws:codepipeline:eu-west-1:111122223333:shop-web')
    await client.send(new DeletePipelineCommand({ name: pipelineName }))
    await expect(client.send(new GetPipelineCommand({ name: pipelineName }))).rejects.toBeInstanceOf(
      PipelineNotFoundException,
    )
  })

  test('gets the exceptions that it knows', async () => {
    await started()
    const put = client.send(
      new PutApprovalResultCommand({
        pipelineName,
        stageName: 'Production',
        actionName: 'Approve',
        token: VALID_TOKEN,
        result: { status: 'Approved', summary: '' },
      }),
    )
    await expect(put).rejects.toBeInstanceOf(InvalidApprovalTokenException)
    await expect(put).rejects.toThrow('The approval request already received a response or has expired')
  })
})

describe('an invalid call', () => {
  const { engine } = virtualCodePipeline()
  const call = (target: string, body: unknown) => engine.answer(target, body, DANA)
  const approval = {
    pipelineName: 'shop-web',
    stageName: 'Production',
    actionName: 'Approve',
    token: VALID_TOKEN,
    result: { status: 'Approved', summary: '' },
  }

  test.each(['CodePipeline_20150709.Nonsense', 'CodePipeline_20150709.toString', 'ListPipelines', ''])(
    'is refused if there is no operation %p',
    (target) => {
      expect(call(target, {})).toMatchObject({ status: 400, body: { __type: 'UnknownOperationException' } })
    },
  )

  test.each<[string, object]>([
    ['result.summary', { result: { status: 'Approved', summary: 'x'.repeat(513) } }],
    ['result.summary', { result: { status: 'Approved' } }],
    ['result.status', { result: { status: 'Maybe', summary: '' } }],
    ['token', { token: VALID_TOKEN.toUpperCase() }],
    ['pipelineName', { pipelineName: 'shop web' }],
    ['stageName', { stageName: '' }],
    ['actionName', { actionName: 'x'.repeat(101) }],
  ])('is refused with the path of the wrong field, %s', (place, more) => {
    const { status, body } = call('CodePipeline_20150709.PutApprovalResult', { ...approval, ...more })
    expect(status).toBe(400)
    expect(body).toMatchObject({ __type: 'ValidationException' })
    expect(JSON.stringify(body)).toContain(`1 validation error detected: Value at '${place}'`)
  })

  test.each(['a, comma', 'under_score', 'colon:', 'slash/', "quote'", '', 'x'.repeat(301)])(
    'is refused if a transition is disabled with the reason %p',
    (reason) => {
      const body = { pipelineName: 'shop-web', stageName: 'Build', transitionType: 'Inbound', reason }
      expect(call('CodePipeline_20150709.DisableStageTransition', body).body).toMatchObject({
        __type: 'ValidationException',
      })
    },
  )

  test.each([null, 7, 'text', []])('is refused if its body is %p', (body) => {
    expect(call('CodePipeline_20150709.GetPipelineState', body)).toMatchObject({
      status: 400,
      body: { __type: 'ValidationException' },
    })
  })

  test('is refused if a stop has a reason over 200 characters', () => {
    const body = { pipelineName: 'shop-web', pipelineExecutionId: VALID_TOKEN, reason: 'x'.repeat(201) }
    expect(call('CodePipeline_20150709.StopPipelineExecution', body).body).toMatchObject({
      __type: 'ValidationException',
    })
  })
})
