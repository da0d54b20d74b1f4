import type { Stack } from '../../../local/aws/cloudformation/stacks.ts'
import { openDynamoDb } from '../../../local/aws/dynamodb/dynamodb.ts'
import { type AwsServices, answerAws } from '../../../local/aws/endpoint.ts'
import { EventBus } from '../../../local/aws/eventbridge/event-bus.ts'
import { Queue } from '../../../local/aws/sqs/queue.ts'
import { SecurityTokens } from '../../../local/aws/sts/security-tokens.ts'
import { tableOf } from '../../../local/aws/dynamodb/table.ts'
import { type Notice, Topic } from '../../../local/aws/sns/topic.ts'
import { WorkspaceClock } from '../../../local/clock.ts'
import { Disturbances } from '../../../local/disturbances.ts'
import { listen } from '../../../local/http-server.ts'
import { DeploymentHooks } from '../../../local/aws/codedeploy/deployment-hooks.ts'

export const ACCOUNT = '111122223333'
export const REGION = 'eu-west-1'

/** A stack with every kind of text that XML has to escape. */
export const STACK: Stack = {
  name: 'greenlight-prod',
  arn: `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/greenlight-prod/1`,
  createdAt: '2026-11-23T09:30:00.000Z',
  outputs: { TableName: 'greenlight', SlackRequestUrl: 'http://127.0.0.1:4600/slack/events?a=1&b=<2>' },
  resources: [
    { id: 'Table', type: 'AWS::DynamoDB::Table', name: 'greenlight' },
    { id: 'Effects', type: 'AWS::SQS::Queue', name: 'http://127.0.0.1:4600/aws/111122223333/effects' },
  ],
}

/** The AWS endpoint by itself, over HTTP, with a CodePipeline that tells what it was asked. */
export async function openAws() {
  const clock = new WorkspaceClock()
  const notices: Notice[] = []
  const asked: { target: string; input: unknown; callerArn: string; region: string }[] = []
  const dead = new Queue(clock, { name: 'effects-dead', visibilityTimeoutSeconds: 30 })
  const effects = new Queue(clock, {
    name: 'effects',
    visibilityTimeoutSeconds: 30,
    redrive: { maxReceiveCount: 2, deadLetterQueue: dead },
  })
  const topic = new Topic(`arn:aws:sns:${REGION}:${ACCOUNT}:greenlight-approvals`, (notice) => notices.push(notice))
  const services: AwsServices = {
    tokens: new SecurityTokens({ accountId: ACCOUNT, region: REGION, botAccessKeyId: 'BOTKEY' }, clock),
    codePipeline: (target, input, callerArn, { region }) => {
      asked.push({ target, input, callerArn, region })
      return { status: 200, body: { pipelines: [] } }
    },
    dynamoDb: await openDynamoDb('greenlight', await tableOf(new URL('../../../infra/bot.yml', import.meta.url))),
    sqs: { clock, accountId: ACCOUNT, region: REGION, baseUrl: '', queues: [effects, dead] },
    eventBus: new EventBus({ account: ACCOUNT, region: REGION, now: () => clock.now() }),
    topics: [topic],
    parameters: new Map([['/greenlight/prod/slack/bot-token', 'xoxb-1']]),
    stacks: [STACK],
    deploymentHooks: new DeploymentHooks(),
    functions: new Map(),
    disturbances: new Disturbances(),
  }
  const server = await listen((request) => answerAws(services, request), 0)
  services.sqs.baseUrl = `${server.url}/aws`
  return {
    ...services,
    topic,
    clock,
    notices,
    asked,
    effects,
    dead,
    /** What every SDK client takes to reach the endpoint. */
    client: {
      endpoint: `${server.url}/aws`,
      region: REGION,
      credentials: { accessKeyId: 'BOTKEY', secretAccessKey: 'secret' },
      maxAttempts: 1,
    },
    url: server.url,
    close: async () => {
      clock.stop()
      await server.close()
    },
  }
}
