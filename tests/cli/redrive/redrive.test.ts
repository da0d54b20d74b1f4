import { readFileSync } from 'node:fs'
import { approvalRequested } from '../../../functions/approval-requested.ts'
import { pipelineChanged } from '../../../functions/pipeline-changed.ts'
import { createCloudFormation } from '../../../local/aws/cloudformation/cloudformation.ts'
import { type AwsServices, answerAws } from '../../../local/aws/endpoint/endpoint.ts'
import { createLambda } from '../../../local/aws/lambda/lambda.ts'
import { createSqs } from '../../../local/aws/sqs/sqs.ts'
import { createSts } from '../../../local/aws/sts/sts.ts'
import { createWorkspaceClock } from '../../../local/clock.ts'
import { createDisturbances } from '../../../local/disturbances.ts'
import { listen } from '../../../local/http-server.ts'
import { botInMemory } from '../../support/bot-in-memory.ts'
import { hurried } from '../../support/hurried.ts'
import { KEY, TOKEN, WHERE, execution, notification } from '../../support/records.ts'
import { runGreenlight } from '../scripted-terminal.ts'

const TOPIC = `arn:aws:sns:${WHERE.region}:${WHERE.accountId}:greenlight-approvals`
const NOTIFICATION = {
  region: WHERE.region,
  consoleLink: 'https://console.example/',
  approval: {
    pipelineName: WHERE.pipeline,
    stageName: WHERE.stage,
    actionName: WHERE.action,
    token: TOKEN,
    expires: '2030-01-01T00:00Z',
    customData: 'Check \u001b[31mthis',
  },
}
/** What SNS keeps, and the same as Lambda got it. */
const FROM_SNS = { Type: 'Notification', MessageId: 'm1', TopicArn: TOPIC, Message: JSON.stringify(NOTIFICATION) }
const SNS_EVENT = { Records: [{ Sns: FROM_SNS }] }
const eventOf = (account: string) => ({
  'detail-type': 'CodePipeline Stage Execution State Change',
  source: 'aws.codepipeline',
  account,
  region: WHERE.region,
  time: '2026-11-23T09:30:00Z',
  detail: { pipeline: WHERE.pipeline, stage: 'Build', 'execution-id': KEY.executionId, state: 'SUCCEEDED' },
})
/** What Lambda sends to an on-failure destination. */
const invocation = (requestPayload: unknown, errorMessage: string) => ({
  version: '1.0',
  requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 3 },
  requestPayload,
  responsePayload: { errorType: 'Error', errorMessage },
})
const REQUEST = `a request for approval of Production / Approve in shop-web (111122223333, eu-west-1)`

const opened: (() => Promise<void>)[] = []
afterEach(() => Promise.all(opened.splice(0).map((close) => close())))

/** An installation with its queues and functions, behind an AWS endpoint. */
const open = async () => {
  const clock = createWorkspaceClock()
  const bot = botInMemory()
  await bot.services.executions.create(execution())
  const services = {
    ...bot.services,
    allowedAccounts: {
      require: ({ accountId }: { accountId: string }) => {
        if (accountId !== WHERE.accountId) throw new Error(`${accountId} is not registered`)
      },
    } as never,
  }
  const functions: Record<string, (event: never) => Promise<unknown>> = {
    'greenlight-prod-approval-requested': approvalRequested(services),
    'greenlight-prod-pipeline-changed': pipelineChanged(services),
    'greenlight-prod-minute-passed': () => Promise.resolve(),
  }
  const invoke = async (name: string, request: Request) => {
    try {
      await functions[name]!((await request.json()) as never)
      return Response.json(null)
    } catch (error) {
      const headers = { 'x-amz-function-error': 'Unhandled' }
      return Response.json({ errorMessage: (error as Error).message }, { headers })
    }
  }
  const server = await listen((request) => {
    const [, name] = /\/functions\/([\w-]+)\/invocations$/.exec(new URL(request.url).pathname) ?? []
    return name ? invoke(name, request) : answerAws(aws as AwsServices, request)
  }, 0)
  opened.push(async () => {
    clock.stop()
    await server.close()
  })
  const { accountId, region } = WHERE
  const sqs = createSqs({ clock, accountId, region, baseUrl: () => `${server.url}/aws` })
  const queue = (name: string) => sqs.createQueue({ name, visibilityTimeoutSeconds: 30 })
  const queues = {
    ApprovalRequestedDead: queue('approval-requested-dead'),
    EffectDueDead: queue('effect-due-dead'),
    PipelineChangedDead: queue('pipeline-changed-dead'),
    MinutePassedDead: queue('minute-passed-dead'),
    DayPassedDead: queue('day-passed-dead'),
    ApprovalDecidedDead: queue('approval-decided-dead'),
    Effects: queue('effects'),
  }
  const functionNames = {
    ApprovalDashrequestedLambdaFunction: 'greenlight-prod-approval-requested',
    PipelineDashchangedLambdaFunction: 'greenlight-prod-pipeline-changed',
    MinuteDashpassedLambdaFunction: 'greenlight-prod-minute-passed',
    DayDashpassedLambdaFunction: 'greenlight-prod-day-passed',
    ApprovalDashdecidedLambdaFunction: 'greenlight-prod-approval-decided',
  }
  const stack = {
    name: 'greenlight-prod',
    arn: `arn:aws:cloudformation:${region}:${accountId}:stack/greenlight-prod/1`,
    createdAt: '2026-11-23T09:30:00.000Z',
    outputs: {},
    resources: [
      ...Object.entries(queues).map(([id, one]) => ({ id, type: 'AWS::SQS::Queue', name: sqs.urlOf(one) })),
      ...Object.entries(functionNames).map(([id, name]) => ({ id, type: 'AWS::Lambda::Function', name })),
    ],
  }
  const aws: Partial<AwsServices> = {
    sqs,
    cloudFormation: createCloudFormation([stack]),
    sts: createSts({ account: { accountId, region, botAccessKeyId: 'BOTKEY', botRoleName: 'bot' }, clock }),
    lambda: createLambda(clock),
    disturbances: createDisturbances(),
  }
  const environment = {
    AWS_ENDPOINT_URL: `${server.url}/aws`,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: 'BOTKEY',
    AWS_SECRET_ACCESS_KEY: 'secret',
  }
  return {
    bot,
    queues,
    /** Each queue is asked for a second until it is known to be empty. */
    redrive: (...argv: string[]) => hurried(clock, runGreenlight(['redrive', ...argv], { environment })),
    bodies: (id: keyof typeof queues) => queues[id].messages().map(({ body }) => JSON.parse(body) as unknown),
  }
}

const withEverything = async () => {
  const installation = await open()
  const { ApprovalRequestedDead, EffectDueDead, PipelineChangedDead, MinutePassedDead } = installation.queues
  ApprovalRequestedDead.send(JSON.stringify(FROM_SNS))
  ApprovalRequestedDead.send(JSON.stringify(invocation(SNS_EVENT, 'the table is \u001b[2Jgone')))
  EffectDueDead.send(JSON.stringify({ effect: { do: 'request-approval', notification: notification() }, attempt: 11 }))
  EffectDueDead.send('{ "effect": "of another version" }')
  PipelineChangedDead.send(JSON.stringify(eventOf(WHERE.accountId)))
  PipelineChangedDead.send(JSON.stringify(invocation(eventOf('999988887777'), '999988887777 is not registered')))
  MinutePassedDead.send(JSON.stringify(invocation({ id: 'scheduled' }, 'the table is gone')))
  return installation
}

const linesOf = (out: string) =>
  out
    .replaceAll(/ {2}\d{4}-\d\d-\d\dT\d\d:\d\d {2}/g, ' ')
    .trim()
    .split('\n')

test('shows what waits and why, without tokens or control characters, and leaves it there', async () => {
  const { redrive, queues } = await withEverything()
  const { out, err, exitCode } = await redrive()
  expect(err).toBe('')
  expect(exitCode).toBe(1)
  expect(linesOf(out)).toEqual([
    `ApprovalRequestedDead ${REQUEST}`,
    `ApprovalRequestedDead ${REQUEST} (the table is  [2Jgone)`,
    `EffectDueDead ${REQUEST}`,
    'EffectDueDead an effect that this version does not know',
    'PipelineChangedDead SUCCEEDED of Build in shop-web (111122223333, eu-west-1)',
    'PipelineChangedDead SUCCEEDED of Build in shop-web (999988887777, eu-west-1) (999988887777 is not registered)',
    'MinutePassedDead a sweep, which a later one has done since (the table is gone)',
    '7 messages wait. Process them again: npx greenlight redrive --yes --installation prod --region eu-west-1',
  ])
  expect(out).not.toContain(TOKEN)
  for (const [id, queue] of Object.entries(queues))
    if (id !== 'Effects') expect(queue.receive(10).length).toBe(queue.messages().length)
})

test('names builds and deployments outside a pipeline', async () => {
  const { redrive, queues } = await open()
  const letter = (fixture: string) => JSON.parse(readFileSync(`tests/fixtures/${fixture}.json`, 'utf8')) as object
  for (const fixture of ['build-failed', 'deployment-failed'])
    queues.PipelineChangedDead.send(JSON.stringify(letter(fixture)))
  const { out } = await redrive()
  expect(linesOf(out).slice(0, 2)).toEqual([
    'PipelineChangedDead FAILED of a build of shop-nightly (111122223333, eu-west-1)',
    'PipelineChangedDead FAILURE of a deployment of shop to production (111122223333, eu-west-1)',
  ])
})

test('gives each message to its function, and deletes those that succeed', async () => {
  const { redrive, bodies, bot } = await withEverything()
  const { out, exitCode } = await redrive('--yes')
  expect(exitCode).toBe(1)
  expect(linesOf(out).map((line) => line.replace(/^(\w+) .*: (.*)$/, '$1: $2'))).toEqual([
    'ApprovalRequestedDead: processed',
    'ApprovalRequestedDead: processed',
    'EffectDueDead: queued again',
    'EffectDueDead: it cannot be read',
    'PipelineChangedDead: processed',
    'PipelineChangedDead: 999988887777 is not registered',
    'MinutePassedDead: processed',
    '2 messages still wait. docs/runbook.md says how to find the reason.',
  ])
  expect(bodies('ApprovalRequestedDead')).toEqual([])
  expect(bodies('MinutePassedDead')).toEqual([])
  expect(bodies('EffectDueDead')).toEqual([{ effect: 'of another version' }])
  expect(bodies('PipelineChangedDead')).toHaveLength(1)
  // The real function asked CodePipeline, which does not answer here, and left both requests to its queue.
  expect(bot.queued.filter(({ due }) => due.effect.do === 'request-approval')).toHaveLength(2)
  expect(bodies('Effects')).toEqual([
    { effect: expect.objectContaining({ do: 'request-approval' }) as unknown, attempt: 1 },
  ])
  expect(out).not.toContain(TOKEN)
})

test('is safe to repeat: what still fails stays, and can be tried again at once', async () => {
  const { redrive, bodies } = await withEverything()
  await redrive('--yes')
  const { out } = await redrive('--yes')
  expect(linesOf(out)).toHaveLength(3)
  expect(bodies('PipelineChangedDead')).toHaveLength(1)
  expect(bodies('Effects')).toHaveLength(1)
})

test('may be limited to queues, and says when nothing waits', async () => {
  const { redrive, bodies } = await withEverything()
  const { out, exitCode } = await redrive('--yes', '--queue', 'MinutePassedDead')
  expect(linesOf(out).at(-1)).toBe('No message waits.')
  expect(exitCode).toBe(0)
  expect(bodies('ApprovalRequestedDead')).toHaveLength(2)
  const { err } = await redrive('--queue', 'Effects')
  expect(err).toContain('Allowed choices are ApprovalRequestedDead, EffectDueDead')
})

test('more messages than SQS gives at once are all processed', async () => {
  const { redrive, queues } = await open()
  for (let count = 0; count < 25; count++) queues.MinutePassedDead.send(JSON.stringify(invocation({ count }, 'x')))
  expect((await redrive('--yes')).exitCode).toBe(0)
  expect(queues.MinutePassedDead.messages()).toEqual([])
})
