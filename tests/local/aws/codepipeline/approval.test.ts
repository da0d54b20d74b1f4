import type { ApprovalDecision } from '../../../../local/aws/codepipeline/approval.ts'
import { createCodePipeline } from '../../../../local/aws/codepipeline/codepipeline.ts'
import {
  approve,
  DANA,
  virtualCodePipeline,
  refusal,
  settled,
  shop,
  source,
  sourceStage,
  START,
  tell,
  TOPIC,
  VirtualClock,
} from '../../../support/virtual-codepipeline.ts'
import { approvalToken } from '../../../support/secret.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

const decision = (token: string, more: Partial<ApprovalDecision> = {}): ApprovalDecision => ({
  pipelineName: 'shop-web',
  stageName: 'Production',
  actionName: 'Approve',
  token,
  result: { status: 'Approved', summary: 'Checked on staging' },
  ...more,
})

const rejected = (summary: string) => ({ result: { status: 'Rejected', summary } as const })

const waiting = async (more: Record<string, unknown> = {}) => {
  const codePipeline = virtualCodePipeline({ instant: true })
  const stages = [sourceStage, { name: 'Production', actions: [approve('Approve', more)] }]
  await codePipeline.create(shop({ stages }))
  const id = await codePipeline.start()
  const action = () => {
    const stage = codePipeline.engine.getPipelineState({ name: 'shop-web' }).stageStates[1]
    return stage?.actionStates[0]?.latestExecution
  }
  return { ...codePipeline, id, action }
}

describe('the notification', () => {
  test('is what CodePipeline publishes: no execution id, expiry to the minute', async () => {
    const { notices, tokenOf } = await waiting({
      configuration: {
        NotificationArn: TOPIC,
        CustomData: 'Commit #{SourceVariables.CommitId}',
        ExternalEntityLink: 'https://shop.example/review',
      },
    })
    const token = tokenOf()
    const link =
      'https://console.aws.amazon.com/codesuite/codepipeline/pipelines/shop-web/view?region=eu-west-1' +
      `#/Production/Approve/approve/${token}`
    expect(notices).toEqual([
      {
        topicArn: TOPIC,
        message: {
          region: 'eu-west-1',
          consoleLink: link,
          approval: {
            pipelineName: 'shop-web',
            stageName: 'Production',
            actionName: 'Approve',
            token,
            expires: '2026-11-30T09:30Z',
            externalEntityLink: 'https://shop.example/review',
            approvalReviewLink: link,
            customData: 'Commit 01c0ffee',
          },
        },
      },
    ])
    expect(token).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
  })

  test('has null for what the action does not set', async () => {
    const { notices } = await waiting()
    expect(notices[0]?.message.approval).toMatchObject({ externalEntityLink: null, customData: null })
  })

  test('is published only if the action names a topic, and after the STARTED event', async () => {
    expect((await waiting({ configuration: {} })).notices).toEqual([])
    const order: string[] = []
    const codePipeline = virtualCodePipeline({ instant: true })
    codePipeline.engine.onChange(() =>
      order.push(`${codePipeline.events.length} events, ${codePipeline.notices.length} notices`),
    )
    await codePipeline.create(shop())
    await codePipeline.start()
    expect(codePipeline.told().at(-1)).toBe('Action/Production/Approve STARTED')
    expect(codePipeline.notices).toHaveLength(1)
    expect(order).not.toContain(`${codePipeline.events.length - 1} events, 1 notices`)
  })
})

describe('PutApprovalResult', () => {
  test('approves: the action succeeds with the summary, the person and the token as external id', async () => {
    const { engine, events, tokenOf, action, clock } = await waiting()
    expect(action()).toMatchObject({ status: 'InProgress', token: tokenOf() })
    clock.pass(1500)
    const answer = engine.putApprovalResult(decision(tokenOf()), DANA)
    expect(answer).toEqual({ approvedAt: (START + 1500) / 1000 })
    expect(action()).toMatchObject({
      status: 'Succeeded',
      summary: 'Checked on staging',
      lastUpdatedBy: DANA,
      lastStatusChange: (START + 1500) / 1000,
      externalExecutionId: tokenOf(),
    })
    const event = events.find(({ detail }) => detail.action === 'Approve' && detail.state === 'SUCCEEDED')
    expect(event).toEqual({
      version: '0',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      'detail-type': 'CodePipeline Action Execution State Change',
      source: 'aws.codepipeline',
      account: '111122223333',
      time: '2026-11-23T09:30:16Z',
      region: 'eu-west-1',
      resources: ['arn:aws:codepipeline:eu-west-1:111122223333:shop-web'],
      detail: {
        pipeline: 'shop-web',
        'execution-id': expect.any(String) as string,
        'start-time': '2026-11-23T09:30:15.000Z',
        stage: 'Production',
        'execution-result': {
          'external-execution-summary': 'Checked on staging',
          'external-execution-id': tokenOf(),
        },
        'action-execution-id': expect.any(String) as string,
        action: 'Approve',
        state: 'SUCCEEDED',
        region: 'eu-west-1',
        type: { owner: 'AWS', provider: 'Manual', category: 'Approval', version: '1' },
        version: 1,
        'pipeline-execution-attempt': 1,
      },
    })
  })

  test('rejects: action, stage and execution fail, in that order', async () => {
    const { engine, events, told, tokenOf, action, id, statusOf } = await waiting()
    engine.putApprovalResult(decision(tokenOf(), rejected('Basket is wrong')), DANA)
    expect(told().slice(-3)).toEqual(['Action/Production/Approve FAILED', 'Stage/Production FAILED', 'Pipeline FAILED'])
    expect(events.at(-3)?.detail['execution-result']).toEqual({
      'external-execution-summary': 'Basket is wrong',
      'external-execution-id': tokenOf(),
      'error-code': 'JobFailed',
    })
    expect(action()?.errorDetails).toEqual({ code: 'JobFailed', message: 'Basket is wrong' })
    expect(statusOf(id)).toBe('Failed')
  })

  test.each([
    ['Approved', `Approved by ${DANA}`],
    ['Rejected', `Rejected by ${DANA}`],
  ] as const)('%s without a summary names the caller', async (status, summary) => {
    const { engine, tokenOf, action } = await waiting()
    engine.putApprovalResult(decision(tokenOf(), { result: { status, summary: '' } }), DANA)
    expect(action()?.summary).toBe(summary)
  })

  test('is refused with AWS’s name for each reason', async () => {
    const { engine, tokenOf } = await waiting()
    const put = (more: Partial<ApprovalDecision>) =>
      refusal(() => engine.putApprovalResult(decision(tokenOf(), more), DANA))
    expect(put({ pipelineName: 'nobody' })).toBe('PipelineNotFoundException')
    expect(put({ stageName: 'Nowhere' })).toBe('StageNotFoundException')
    expect(put({ actionName: 'Nothing' })).toBe('ActionNotFoundException')
    expect(put({ stageName: 'Source', actionName: 'Checkout' })).toBe('ActionNotFoundException')
    expect(put({ token: approvalToken('00000000') })).toBe('InvalidApprovalTokenException')
    expect(put({})).toBe('nothing was refused')
    expect(put({})).toBe('ApprovalAlreadyCompletedException')
    expect(put(rejected('too late'))).toBe('ApprovalAlreadyCompletedException')
  })

  test('accepts a token for its own action only', async () => {
    const codePipeline = virtualCodePipeline({ instant: true })
    const actions = [approve('Approve'), approve('Second')]
    await codePipeline.create(shop({ stages: [sourceStage, { name: 'Production', actions }] }))
    await codePipeline.start()
    expect(refusal(() => codePipeline.engine.putApprovalResult(decision(codePipeline.tokenOf('Second')), DANA))).toBe(
      'InvalidApprovalTokenException',
    )
  })

  test('may be called while a notification is delivered: its events are delivered afterwards, in order', async () => {
    const seen: string[] = []
    const clock = new VirtualClock()
    const engine = createCodePipeline({
      accountId: '111122223333',
      region: 'eu-west-1',
      clock,
      timers: clock,
      runners: { 'Source/CodeStarSourceConnection': source },
      publishNotice: (_, { approval }) => {
        seen.push('notice')
        engine.putApprovalResult(decision(approval.token), DANA)
        seen.push('answered')
      },
      putEvent: (event) => seen.push(tell(event)),
    })
    const stages = [sourceStage, { name: 'Production', actions: [approve('Approve')] }]
    engine.createPipeline(shop({ stages }), DANA)
    await settled()
    expect(seen.slice(-6)).toEqual([
      'Action/Production/Approve STARTED',
      'notice',
      'answered',
      'Action/Production/Approve SUCCEEDED',
      'Stage/Production SUCCEEDED',
      'Pipeline SUCCEEDED',
    ])
  })
})

describe('an approval without a decision', () => {
  test('fails after seven days', async () => {
    const { clock, id, statusOf, engine, tokenOf, action } = await waiting()
    clock.pass(7 * DAY - 1)
    expect(statusOf(id)).toBe('InProgress')
    clock.pass(1)
    expect(statusOf(id)).toBe('Failed')
    expect(action()).toMatchObject({ status: 'Failed', errorDetails: { code: 'JobFailed' } })
    expect(action()?.lastUpdatedBy).toBeUndefined()
    expect(refusal(() => engine.putApprovalResult(decision(tokenOf()), DANA))).toBe('InvalidApprovalTokenException')
  })

  test('fails after the timeout of its action', async () => {
    const { clock, id, statusOf, notices } = await waiting({ timeoutInMinutes: 5 })
    expect(notices[0]?.message.approval.expires).toBe('2026-11-23T09:35Z')
    clock.pass(5 * MINUTE)
    expect(statusOf(id)).toBe('Failed')
  })

  test('leaves no timer behind once it is decided', async () => {
    const { clock, engine, tokenOf } = await waiting()
    expect(clock.open).toBe(1)
    engine.putApprovalResult(decision(tokenOf()), DANA)
    expect(clock.open).toBe(0)
  })

  test('is canceled when the pipeline is edited', async () => {
    const { engine, told, tokenOf, id, statusOf, clock, action } = await waiting()
    const edited = shop({ stages: [sourceStage, { name: 'Production', actions: [approve('Approve')] }] })
    const { pipeline } = engine.updatePipeline(edited)
    expect(pipeline.version).toBe(2)
    expect(told().slice(-3)).toEqual([
      'Action/Production/Approve CANCELED',
      'Stage/Production CANCELED',
      'Pipeline CANCELED',
    ])
    expect(statusOf(id)).toBe('Cancelled')
    expect(action()?.status).toBe('Abandoned')
    expect(clock.open).toBe(0)
    expect(refusal(() => engine.putApprovalResult(decision(tokenOf()), DANA))).toBe('InvalidApprovalTokenException')
    await settled()
  })
})
