import { codePipeline } from '../../functions/aws/codepipeline.ts'
import { ownClients } from '../../functions/aws/codepipeline-clients.ts'
import type { PutOutcome } from '../../functions/ports/pipelines.ts'
import { KEY, TOKEN, WHERE } from '../support/records.ts'
import { DANA, virtualCodePipeline, settled, shop } from '../support/virtual-codepipeline.ts'
import { openJsonService } from '../support/json-service.ts'

let service: Awaited<ReturnType<typeof openJsonService>>
beforeAll(async () => {
  service = await openJsonService()
})
afterAll(() => service.close())
beforeEach(() => {
  service.asked.length = 0
})

const pipelines = () => codePipeline(ownClients(service.connection))

describe('an answer to an approval', () => {
  const put = () => pipelines().putApprovalResult(WHERE, TOKEN, 'Approved', 'Approved in Slack by dana (U0DANA)')

  test('reaches CodePipeline word for word', async () => {
    service.answers({ approvedAt: 1_795_426_500 })
    expect(await put()).toEqual({ kind: 'recorded' })
    expect(service.asked).toEqual([
      {
        operation: 'PutApprovalResult',
        input: {
          pipelineName: 'shop-web',
          stageName: 'Production',
          actionName: 'Approve',
          token: TOKEN,
          result: { status: 'Approved', summary: 'Approved in Slack by dana (U0DANA)' },
        },
      },
    ])
  })

  test.each<[string, PutOutcome['kind']]>([
    ['ApprovalAlreadyCompletedException', 'too-late'],
    ['InvalidApprovalTokenException', 'too-late'],
    ['PipelineNotFoundException', 'gone'],
    ['StageNotFoundException', 'gone'],
    ['ActionNotFoundException', 'gone'],
    ['ValidationException', 'refused'],
    ['AccessDeniedException', 'refused'],
  ])('that %s refuses is %s, and is not sent again', async (code, kind) => {
    service.refuses(code)
    expect((await put()).kind).toBe(kind)
    expect(service.asked).toHaveLength(1)
  })

  test.each(['UnrecognizedClientException', 'ExpiredTokenException', 'SomethingNewException', 'constructor'])(
    'that meets %s throws, so that the queue tries again',
    async (code) => {
      service.refuses(code)
      await expect(put()).rejects.toMatchObject({ name: code })
    },
  )

  test.each([500, 503])('that gets a %d is not sent again before anybody has asked how it stands', async (status) => {
    service.refuses('InternalFailure', 'no', status)
    await expect(put()).rejects.toMatchObject({ name: 'InternalFailure' })
    expect(service.asked).toHaveLength(1)
  })

  test('says what the role lacks', async () => {
    service.refuses('AccessDeniedException', 'User: arn:aws:sts::1:assumed-role/bot is not authorized')
    expect(await put()).toMatchObject({ because: expect.stringContaining('codepipeline:PutApprovalResult') as string })
  })
})

describe('CodePipeline leaves out what it has nothing to say about', () => {
  test('of stages', async () => {
    service.answers({ stageStates: [{ stageName: 'Source' }, { actionStates: [{}, { actionName: 'Approve' }] }] })
    expect(await pipelines().stages(KEY)).toEqual([
      { stage: 'Source', executionId: null, inbound: [], actions: [] },
      {
        stage: '',
        executionId: null,
        inbound: [],
        actions: [
          { action: '', status: null, since: null, token: null },
          { action: 'Approve', status: null, since: null, token: null },
        ],
      },
    ])
    service.answers({})
    expect(await pipelines().stages(KEY)).toEqual([])
  })

  test('of what waits in front of a stage, in the older form too', async () => {
    const one = { pipelineExecutionId: 'e2', status: 'InProgress' }
    const two = { pipelineExecutionId: 'e3', status: 'InProgress' }
    service.answers({
      stageStates: [
        { stageName: 'A', inboundExecution: two },
        { stageName: 'B', inboundExecution: two, inboundExecutions: [one, two] },
      ],
    })
    expect((await pipelines().stages(KEY))?.map(({ inbound }) => inbound)).toEqual([['e3'], ['e2', 'e3']])
  })

  test('of actions and executions', async () => {
    service.answers({ actionExecutionDetails: [{ actionExecutionId: 'a1', status: 'InProgress' }] })
    expect(await pipelines().actionRuns(KEY, 'e1')).toEqual([
      expect.objectContaining({ actionExecutionId: 'a1', externalId: null, summary: null, outputVariables: {} }),
    ])
    service.answers({ pipelineExecution: { status: 'InProgress' } })
    expect(await pipelines().execution(KEY)).toEqual({
      executionId: KEY.executionId,
      status: 'InProgress',
      trigger: null,
      revisions: [],
    })
    service.answers({ pipelineExecutionSummaries: [{ pipelineExecutionId: 'e1', sourceRevisions: [{}] }] })
    expect(await pipelines().executions(KEY, null)).toMatchObject([
      { executionId: 'e1', stopReason: null, revisions: [{ revisionId: '', summary: null, url: null }] },
    ])
  })

  test('and a pipeline or an execution that is not there is none', async () => {
    service.refuses('PipelineNotFoundException')
    expect(await pipelines().stages(KEY)).toBeNull()
    expect(await pipelines().execution(KEY)).toBeNull()
    service.refuses('PipelineExecutionNotFoundException')
    expect(await pipelines().execution(KEY)).toBeNull()
    service.refuses('AccessDeniedException')
    await expect(pipelines().stages(KEY)).rejects.toMatchObject({ name: 'AccessDeniedException' })
  })
})

describe('over the workspace’s CodePipeline', () => {
  const open = async (executionMode: string) => {
    const codePipeline = virtualCodePipeline({ instant: true })
    service.answersBy(({ operation, input }) =>
      codePipeline.engine.answer(`CodePipeline_20150709.${operation}`, input, DANA),
    )
    await codePipeline.create(shop({ executionMode }))
    return { codePipeline, executionId: await codePipeline.start() }
  }

  test('a waiting approval shows its token at its action, and since when it waits', async () => {
    const { codePipeline, executionId } = await open('SUPERSEDED')
    const stage = (await pipelines().stages(WHERE))?.find(({ stage }) => stage === WHERE.stage)
    expect(stage).toMatchObject({
      executionId,
      actions: expect.arrayContaining([
        { action: 'Approve', status: 'InProgress', since: codePipeline.clock.now(), token: codePipeline.tokenOf() },
      ]) as unknown,
    })
  })

  test('in a PARALLEL pipeline the token is found with the action’s run', async () => {
    const { codePipeline, executionId } = await open('PARALLEL')
    const runs = await pipelines().actionRuns(WHERE, null)
    expect(runs.find(({ externalId }) => externalId === codePipeline.tokenOf())).toMatchObject({
      executionId,
      stage: 'Production',
      action: 'Approve',
      category: 'Approval',
      status: 'InProgress',
    })
  })

  test('who answered and what they said is on record', async () => {
    const { codePipeline, executionId } = await open('SUPERSEDED')
    const put = (verdict: 'Approved' | 'Rejected') =>
      pipelines().putApprovalResult(WHERE, codePipeline.tokenOf(), verdict, 'not today')
    expect(await put('Rejected')).toEqual({ kind: 'recorded' })
    await settled()
    expect(await put('Rejected')).toEqual({ kind: 'too-late' })
    expect(await put('Approved')).toEqual({ kind: 'too-late' })
    const runs = await pipelines().actionRuns(WHERE, executionId)
    expect(runs.find(({ action }) => action === 'Approve')).toMatchObject({
      status: 'Failed',
      summary: 'not today',
      updatedBy: DANA,
      externalId: codePipeline.tokenOf(),
    })
  })

  test('an execution tells its revision, who started it and that it passed a stage', async () => {
    const { codePipeline, executionId } = await open('SUPERSEDED')
    expect(await pipelines().executions(WHERE, 'Production')).toEqual([])
    await pipelines().putApprovalResult(WHERE, codePipeline.tokenOf(), 'Approved', '')
    await settled()
    const [passed] = await pipelines().executions(WHERE, 'Production')
    const facts = await pipelines().execution({ ...KEY, executionId })
    expect(passed).toMatchObject({ ...facts, status: 'Succeeded' })
    expect(facts).toMatchObject({
      trigger: { type: 'StartPipelineExecution', detail: DANA },
      revisions: [{ revisionId: expect.stringMatching(/c0ffee$/) as string }],
    })
  })
})
