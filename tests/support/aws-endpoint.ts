import type { SNSMessage } from 'aws-lambda'
import { createCloudFormation, type Stack } from '../../local/aws/cloudformation/cloudformation.ts'
import { createPublishedBuilds } from '../../local/aws/codebuild/codebuild.ts'
import { createCodeDeploy } from '../../local/aws/codedeploy/codedeploy.ts'
import { openDynamoDb } from '../../local/aws/dynamodb/dynamodb.ts'
import { type AwsServices, answerAws } from '../../local/aws/endpoint/endpoint.ts'
import { createEventBus } from '../../local/aws/eventbridge/eventbridge.ts'
import { createLogs } from '../../local/aws/logs/logs.ts'
import { createKms } from '../../local/aws/kms/kms.ts'
import { createLambda } from '../../local/aws/lambda/lambda.ts'
import { createS3 } from '../../local/aws/s3/s3.ts'
import { createSns } from '../../local/aws/sns/sns.ts'
import { createSqs } from '../../local/aws/sqs/sqs.ts'
import { createCloudWatch } from '../../local/aws/cloudwatch/cloudwatch.ts'
import { createSsm } from '../../local/aws/ssm/ssm.ts'
import { createSts } from '../../local/aws/sts/sts.ts'
import { createWorkspaceClock } from '../../local/clock.ts'
import { type Disturbance, createDisturbances } from '../../local/disturbances.ts'
import { type Answer, listen } from '../../local/http-server.ts'
import { botTable } from '../../local/workspace/bot-table.ts'
import { reachDirectly } from './direct-dynamodb.ts'
import { accessKeySecret, botToken } from './secret.ts'

export const ACCOUNT = '111122223333'
export const REGION = 'eu-west-1'

/** A stack with every kind of text that XML has to escape. */
export const STACK: Stack = {
  name: 'greenlight-prod',
  arn: `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/greenlight-prod/1`,
  createdAt: '2026-11-23T09:30:00.000Z',
  outputs: {
    TableName: 'greenlight',
    SigningKeyArn: `arn:aws:kms:${REGION}:${ACCOUNT}:key/first`,
    SlackRequestUrl: 'http://127.0.0.1:4600/slack/events?a=1&b=<2>',
  },
  resources: [
    { id: 'Table', type: 'AWS::DynamoDB::Table', name: 'greenlight' },
    { id: 'DeciderRole', type: 'AWS::IAM::Role', name: 'greenlight-prod-DeciderRole-1X' },
    { id: 'Effects', type: 'AWS::SQS::Queue', name: 'http://127.0.0.1:4600/aws/111122223333/effects' },
  ],
}

interface AwsOptions {
  artifact?: Parameters<typeof createS3>[0]['artifact']
  /** Whether the table is reached without HTTP: faster, where the calls themselves are not what is tested. */
  directTable?: boolean
  /** Of the stack, besides those of STACK. */
  outputs?: Record<string, string>
}

/** The AWS endpoint by itself, over HTTP, with a CodePipeline that keeps what it was asked. */
export const openAws = async (options: AwsOptions = {}) => {
  const clock = createWorkspaceClock()
  const now = () => clock.now()
  const notices: SNSMessage[] = []
  /** What CodePipeline answers, by operation; `{ pipelines: [] }` where nothing is set. */
  const answers = new Map<string, () => object>()
  const asked: { target: string; input: unknown; callerArn: string; region: string }[] = []
  let answer: Answer = () => new Response(null, { status: 503 })
  const server = await listen((request) => answer(request), 0)
  const sqs = createSqs({ clock, accountId: ACCOUNT, region: REGION, baseUrl: () => `${server.url}/aws` })
  const dead = sqs.createQueue({ name: 'effects-dead', visibilityTimeoutSeconds: 30 })
  const effects = sqs.createQueue({
    name: 'effects',
    visibilityTimeoutSeconds: 30,
    redrive: { maxReceiveCount: 2, deadLetterQueue: dead },
  })
  const topicArn = `arn:aws:sns:${REGION}:${ACCOUNT}:greenlight-approvals`
  const services: AwsServices = {
    sts: createSts({
      account: {
        accountId: ACCOUNT,
        region: REGION,
        botAccessKeyId: 'BOTKEY',
        botRoleName: 'greenlight-button-clicked',
      },
      clock,
    }),
    codePipeline: (target, input, callerArn, { region }) => {
      asked.push({ target, input, callerArn, region })
      return { status: 200, body: answers.get(target.split('.')[1]!)?.() ?? { pipelines: [] } }
    },
    builds: createPublishedBuilds(),
    logs: createLogs(now),
    dynamoDb: await openDynamoDb({
      greenlight: await botTable(),
      'greenlight-objections': await botTable('Objections'),
    }),
    sqs,
    eventBus: createEventBus({ account: ACCOUNT, region: REGION, now }),
    sns: createSns({
      topicArns: [topicArn],
      now,
      deliver: ({ Records }) => notices.push(...Records.map(({ Sns }) => Sns)),
    }),
    cloudWatch: createCloudWatch(now),
    ssm: createSsm(new Map([['/greenlight/prod/slack/bot-token', botToken()]]), now),
    kms: createKms({ accountId: ACCOUNT, region: REGION, now, keyIds: ['first', 'second'] }),
    s3: createS3({
      now,
      buckets: {
        log: { retention: { days: 400 } },
        open: { retention: null },
        artifacts: { retention: null },
        others: { retention: null },
      },
      ...(options.artifact && { artifact: options.artifact }),
    }),
    cloudFormation: createCloudFormation([{ ...STACK, outputs: { ...STACK.outputs, ...options.outputs } }], now),
    codeDeploy: createCodeDeploy(),
    lambda: createLambda(clock),
    disturbances: createDisturbances(),
  }
  answer = (request) => answerAws(services, request)
  const faults = { areOrdered: false }
  const endDirect = options.directTable
    ? reachDirectly(server.url, { answer, isStill: () => !faults.areOrdered })
    : () => {}
  return {
    ...services,
    disturbances: {
      ...services.disturbances,
      order: (disturbance: Disturbance) => {
        faults.areOrdered = true
        services.disturbances.order(disturbance)
      },
    },
    topicArn,
    clock,
    notices,
    asked,
    answers,
    effects,
    dead,
    /** What every SDK client takes to reach the endpoint. */
    client: {
      endpoint: `${server.url}/aws`,
      region: REGION,
      credentials: { accessKeyId: 'BOTKEY', secretAccessKey: accessKeySecret() },
      maxAttempts: 1,
    },
    url: server.url,
    close: async () => {
      clock.stop()
      await server.close()
      endDirect()
    },
  }
}
