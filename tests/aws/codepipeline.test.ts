import { codePipeline } from '../../functions/aws/codepipeline.ts'
import { ownClients } from '../../functions/aws/codepipeline-clients.ts'
import type { SteeredFor } from '../../functions/aws/steering-session.ts'
import type { ActionRun } from '../../functions/ports/pipelines.ts'
import type { VerdictOutcome } from '../../functions/ports/gate.ts'
import { KEY, START, TOKEN, WHERE } from '../support/records.ts'
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

const pipelines = (steeredFor?: SteeredFor) => codePipeline(ownClients(service.connection), steeredFor)

describe('a verdict', () => {
  const put = () =>
    pipelines().putApprovalResult(WHERE, TOKEN, 'Approved', {
      summary: 'Approved in Slack by dana (U0DANA)',
      by: ['U0DANA'],
    })

  test('is sent to CodePipeline as it is', async () => {
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

  test.each<[string, VerdictOutcome['kind']]>([
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

  test.each([500, 503])('that gets a %d is not sent again before CodePipeline has shown its state', async (status) => {
    service.refuses('InternalFailure', 'no', status)
    await expect(put()).rejects.toMatchObject({ name: 'InternalFailure' })
    expect(service.asked).toHaveLength(1)
  })

  test('says which permission the role lacks', async () => {
    service.refuses('AccessDeniedException', 'User: arn:aws:sts::1:assumed-role/bot is not authorized')
    expect(await put()).toMatchObject({ because: expect.stringContaining('codepipeline:PutApprovalResult') as string })
  })
})

describe('CodePipeline leaves out fields', () => {
  test('of stages', async () => {
    service.answers({ stageStates: [{ stageName: 'Source' }, { actionStates: [{}, { actionName: 'Approve' }] }] })
    expect(await pipelines().stages(KEY)).toEqual([
      { stage: 'Source', executionId: null, status: null, inbound: [], actions: [] },
      {
        stage: '',
        executionId: null,
        status: null,
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

  test('of the execution that waits in front of a stage, also in the older form', async () => {
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

  test('of a held stage: by whom, since when and why, as far as it says', async () => {
    const held = (transition: object) => ({ inboundTransitionState: { enabled: false, ...transition } })
    const lastChangedAt = START / 1000
    const lastChangedBy = 'arn:aws:sts::111122223333:assumed-role/Console/finn'
    service.answers({
      stageStates: [
        { inboundTransitionState: { enabled: true, lastChangedBy } },
        held({ disabledReason: 'Greenlight U0DANA - moving', lastChangedBy, lastChangedAt }),
        held({}),
      ],
    })
    expect((await pipelines().stages(KEY))?.map((stage) => stage.held)).toEqual([
      undefined,
      { reason: 'Greenlight U0DANA - moving', since: START, userId: null, name: 'finn' },
      { reason: '', since: null, userId: null, name: null },
    ])
  })

  test('of a stage that takes executions in: since when, if it was held before', async () => {
    const lastChangedAt = START / 1000
    const transitions = [
      { enabled: true },
      { enabled: true, lastChangedAt },
      { enabled: false, lastChangedAt },
      undefined,
    ]
    service.answers({ stageStates: transitions.map((inboundTransitionState) => ({ inboundTransitionState })) })
    expect((await pipelines().stages(KEY))?.map(({ resumedAt }) => resumedAt)).toEqual([
      undefined,
      START,
      undefined,
      undefined,
    ])
  })

  test('of a stage that the bot held for a person: their own words', async () => {
    const lastChangedBy = 'arn:aws:sts::111122223333:assumed-role/bot/steer-U0DANA'
    const disabledReason = 'Greenlight U0DANA - incident 4711'
    service.answers({ stageStates: [{ inboundTransitionState: { enabled: false, lastChangedBy, disabledReason } }] })
    const [stage] = (await pipelines((_, arn) => (arn === lastChangedBy ? 'U0DANA' : null)).stages(KEY))!
    expect(stage?.held).toEqual({ reason: 'incident 4711', since: null, userId: 'U0DANA', name: null })
  })

  test('of actions and executions', async () => {
    service.answers({ actionExecutionDetails: [{ actionExecutionId: 'a1', status: 'InProgress' }] })
    expect(await pipelines().actionRuns(KEY)).toEqual([
      expect.objectContaining({ actionExecutionId: 'a1', externalId: null, summary: null, outputVariables: {} }),
    ])
    service.answers({ pipelineExecution: { status: 'InProgress' } })
    expect(await pipelines().execution(KEY)).toEqual({
      executionId: KEY.executionId,
      status: 'InProgress',
      trigger: null,
      revisions: null,
    })
    service.answers({ pipelineExecutionSummaries: [{ pipelineExecutionId: 'e1', sourceRevisions: [{}] }] })
    expect(await pipelines().executions(KEY)).toMatchObject([
      { executionId: 'e1', stopReason: null, revisions: [{ revisionId: '', summary: null, url: null }] },
    ])
  })

  test('of what the pipeline’s author wrote: resolved, or at least as it is configured', async () => {
    const input = { configuration: { CustomData: '#{x.y}' }, resolvedConfiguration: { CustomData: 'resolved' } }
    const runs = [{ input }, { input: { configuration: input.configuration } }, { input: {} }, {}]
    service.answers({ actionExecutionDetails: runs })
    const read = (await pipelines().actionRuns(KEY)) ?? []
    expect(read.map(({ configuration }) => configuration.CustomData)).toEqual([
      'resolved',
      '#{x.y}',
      undefined,
      undefined,
    ])
  })

  test('of its list of pipelines', async () => {
    service.answers({ pipelines: [{ name: 'b' }, {}, { name: 'a', executionMode: 'PARALLEL' }] })
    expect(await pipelines().pipelines(WHERE)).toEqual([
      { pipeline: 'a', isParallel: true },
      { pipeline: 'b', isParallel: false },
    ])
    service.answers({})
    expect(await pipelines().pipelines(WHERE)).toEqual([])
  })

  test('of the stages and actions that a pipeline declares', async () => {
    const actions = [{ name: 'Sign', timeoutInMinutes: 5, configuration: { CustomData: 'x' } }, { runOrder: 2 }]
    service.answers({ pipeline: { name: 'shop-web', stages: [{ name: 'Production', actions }, {}] } })
    expect(await pipelines().structure(WHERE)).toEqual([
      {
        stage: 'Production',
        actions: [
          {
            action: 'Sign',
            category: '',
            provider: '',
            runOrder: 1,
            configuration: { CustomData: 'x' },
            timeoutInMinutes: 5,
          },
          { action: '', category: '', provider: '', runOrder: 2, configuration: {} },
        ],
      },
      { stage: '', actions: [] },
    ])
    service.answers({})
    expect(await pipelines().structure(WHERE, 3)).toEqual([])
    expect(service.asked.at(-1)!.input).toEqual({ name: 'shop-web', version: 3 })
    service.refuses('AccessDeniedException')
    expect(await pipelines().structure(WHERE)).toBeNull()
  })

  test('and a pipeline or an execution that does not exist is null', async () => {
    service.refuses('PipelineNotFoundException')
    expect(await pipelines().stages(KEY)).toBeNull()
    expect(await pipelines().execution(KEY)).toBeNull()
    service.refuses('PipelineExecutionNotFoundException')
    expect(await pipelines().execution(KEY)).toBeNull()
    service.refuses('ValidationException')
    await expect(pipelines().stages(KEY)).rejects.toMatchObject({ name: 'ValidationException' })
  })
})

describe('CodePipeline answers in pages', () => {
  test('its pipelines, a thousand a page', async () => {
    service.answersBy(({ input }) => ({
      status: 200,
      body: input['nextToken'] ? { pipelines: [{ name: 'a' }] } : { pipelines: [{ name: 'b' }], nextToken: 'more' },
    }))
    expect((await pipelines().pipelines(WHERE))?.map(({ pipeline }) => pipeline)).toEqual(['a', 'b'])
    expect(service.asked.map(({ input }) => input)).toEqual([
      { maxResults: 1_000 },
      { maxResults: 1_000, nextToken: 'more' },
    ])
  })

  const page = <T>(items: T[], at: number, of: number) => ({ items: items.slice(at, at + of), next: at + of })
  const answering = (member: string, items: object[]) =>
    service.answersBy(({ input }) => {
      const { items: body, next } = page(items, Number(input['nextToken'] ?? 0), 100)
      return { status: 200, body: { [member]: body, ...(next < items.length && { nextToken: String(next) }) } }
    })
  const runs = Array.from({ length: 250 }, (_, index) => ({ actionExecutionId: `a${index}`, status: 'Succeeded' }))
  const executions = Array.from({ length: 250 }, (_, index) => ({ pipelineExecutionId: `e${index}`, status: 'Failed' }))

  test('all runs of an execution are read', async () => {
    answering('actionExecutionDetails', runs)
    expect(await pipelines().actionRuns(KEY)).toHaveLength(250)
    expect(service.asked).toHaveLength(3)
  })

  test('runs of the pipeline are read until there are enough of them', async () => {
    answering('actionExecutionDetails', runs)
    const enough = (read: readonly ActionRun[]) => read.length >= 150
    const read = await pipelines().runs(KEY, enough)
    expect([read?.runs.length, read?.isWhole]).toEqual([200, false])
    expect(service.asked).toHaveLength(2)
    const all = await pipelines().runs(KEY, () => false)
    expect([all?.runs.length, all?.isWhole]).toEqual([250, true])
  })

  test('executions are listed until there are enough of them', async () => {
    answering('pipelineExecutionSummaries', executions)
    expect(await pipelines().executions(KEY)).toHaveLength(100)
    expect(await pipelines().executions(KEY, { enough: (listed) => listed.length >= 150 })).toHaveLength(200)
    expect(await pipelines().executions(KEY, { enough: () => false })).toHaveLength(250)
  })
})

test('of an action that failed, CodePipeline’s error is read, as far as a record can hold it', async () => {
  const failed = (message: string) => ({
    output: { executionResult: { errorDetails: { code: 'JobFailed', message } } },
  })
  service.answers({ actionExecutionDetails: [failed('exit 1'), failed('x '.repeat(2_500)), {}] })
  const runs = await pipelines().actionRuns(KEY)
  expect(runs?.map(({ error }) => error?.length)).toEqual([6, 2_048, undefined])
})

test('failed rules are listed page by page', async () => {
  const rules = Array.from({ length: 150 }, (_, index) => ({ ruleName: `r${index}`, status: 'Failed' }))
  service.answersBy(({ input: { nextToken } }) => ({
    status: 200,
    body: nextToken
      ? { ruleExecutionDetails: rules.slice(100) }
      : { ruleExecutionDetails: rules.slice(0, 100), nextToken: '2' },
  }))
  expect(await pipelines().failedRules(KEY)).toHaveLength(150)
})

/** A cut at 2,048 characters leaves ten of the key. */
const WITH_KEY = `${'x '.repeat(1_019)}AKIAIOSFODNN7EXAMPLE`

test('a secret at the end of what is kept of a cause is masked before it is cut', async () => {
  const output = { executionResult: { errorDetails: { message: WITH_KEY } } }
  service.answers({
    actionExecutionDetails: [{ output }],
    ruleExecutionDetails: [{ status: 'Failed', output }],
  })
  const [runs, rules] = [await pipelines().actionRuns(KEY), await pipelines().failedRules(KEY)]
  expect(JSON.stringify([runs, rules])).not.toContain('AKIA')
})

test('a new status of CodePipeline is unknown, and keeps CodePipeline’s name', async () => {
  service.answers({ actionExecutionDetails: [{ actionExecutionId: 'a1', status: 'Paused' }, { status: 'toString' }] })
  expect(await pipelines().actionRuns(KEY)).toMatchObject([
    { status: 'Unknown', statusText: 'Paused' },
    { status: 'Unknown', statusText: 'toString' },
  ])
  service.answers({ pipelineExecution: { status: 'Paused' } })
  expect(await pipelines().execution(KEY)).toMatchObject({ status: 'Unknown' })
  service.answers({ stageStates: [{ actionStates: [{ latestExecution: { status: 'Paused' } }] }] })
  expect(await pipelines().stages(KEY)).toMatchObject([{ actions: [{ status: 'Unknown' }] }])
})

describe('with the workspace’s CodePipeline', () => {
  const open = async (executionMode: string) => {
    const codePipeline = virtualCodePipeline({ instant: true })
    service.answersBy(({ operation, input }) =>
      codePipeline.engine.answer(`CodePipeline_20150709.${operation}`, input, DANA),
    )
    await codePipeline.create(shop({ executionMode }))
    return { codePipeline, executionId: await codePipeline.start() }
  }

  test('a waiting approval has its token at its action, and since when it waits', async () => {
    const { codePipeline, executionId } = await open('SUPERSEDED')
    const stage = (await pipelines().stages(WHERE))?.find(({ stage }) => stage === WHERE.stage)
    expect(stage).toMatchObject({
      executionId,
      actions: expect.arrayContaining([
        { action: 'Approve', status: 'InProgress', since: codePipeline.clock.now(), token: codePipeline.tokenOf() },
      ]) as unknown,
    })
  })

  test('in a PARALLEL pipeline the token is in the action’s run', async () => {
    const { codePipeline, executionId } = await open('PARALLEL')
    const read = await pipelines().runs(WHERE, () => true)
    expect(read?.runs.find(({ externalId }) => externalId === codePipeline.tokenOf())).toMatchObject({
      executionId,
      stage: 'Production',
      action: 'Approve',
      category: 'Approval',
      status: 'InProgress',
    })
  })

  test('CodePipeline says who decided, with their comment', async () => {
    const { codePipeline, executionId } = await open('SUPERSEDED')
    const put = (verdict: 'Approved' | 'Rejected') =>
      pipelines().putApprovalResult(WHERE, codePipeline.tokenOf(), verdict, { summary: 'not today', by: [] })
    expect(await put('Rejected')).toEqual({ kind: 'recorded' })
    await settled()
    expect(await put('Rejected')).toEqual({ kind: 'too-late' })
    expect(await put('Approved')).toEqual({ kind: 'too-late' })
    const runs = await pipelines().actionRuns({ ...KEY, executionId })
    expect(runs?.find(({ action }) => action === 'Approve')).toMatchObject({
      status: 'Failed',
      summary: 'not today',
      updatedBy: DANA,
      externalId: codePipeline.tokenOf(),
    })
  })

  test('an execution tells its revision and who started it', async () => {
    const { codePipeline, executionId } = await open('SUPERSEDED')
    await pipelines().putApprovalResult(WHERE, codePipeline.tokenOf(), 'Approved', { summary: '', by: [] })
    await settled()
    const [passed] = (await pipelines().executions(WHERE))!
    const facts = await pipelines().execution({ ...KEY, executionId })
    const [artifact] = facts?.revisions ?? []
    expect(passed).toMatchObject({
      ...facts,
      status: 'Succeeded',
      revisions: [{ ...artifact, artifactName: null, actionName: 'Checkout' }],
    })
    expect(artifact).toMatchObject({ artifactName: 'SourceArtifact', actionName: null })
    expect(facts).toMatchObject({
      trigger: { type: 'StartPipelineExecution', detail: DANA },
      revisions: [{ revisionId: expect.stringMatching(/c0ffee$/) as string }],
    })
  })
})
