import { ACCOUNT, SPOKE } from './account.ts'
import { botParameters, botStack } from './bot-stack.ts'
import { botRoleArn } from '../aws/sts/caller.ts'
import { openDynamoDb } from '../aws/dynamodb/dynamodb.ts'
import { type AwsServices, answerAws } from '../aws/endpoint.ts'
import { EventBus } from '../aws/eventbridge/event-bus.ts'
import { Queue } from '../aws/sqs/queue.ts'
import { SecurityTokens } from '../aws/sts/security-tokens.ts'
import { openSpoke, type Spoke } from '../aws/sts/spoke.ts'
import { queueArn, queueUrl } from '../aws/sqs/api.ts'
import { tableOf } from '../aws/dynamodb/table.ts'
import { type Notice, Topic } from '../aws/sns/topic.ts'
import type { WorkspaceClock } from '../clock.ts'
import { Disturbances } from '../disturbances.ts'
import { DeploymentHooks } from '../aws/codedeploy/deployment-hooks.ts'

export interface Aws extends AwsServices {
  spoke: Spoke
  effects: { queue: Queue; url: string; arn: string; dead: Queue }
  answer(request: Request): Promise<Response>
}

/** The queue's settings in infra/bot.yml. */
const VISIBILITY_TIMEOUT_SECONDS = 180
const MAX_RECEIVE_COUNT = 10

/** Opens the services of the bot's account, and what joins the second one to it, around CodePipeline. */
export const openAws = async (options: {
  clock: WorkspaceClock
  /** The workspace's address. */
  url: string
  /** The secrets of the Slack app. */
  secrets: { botToken: string; signingSecret: string }
  codePipeline: AwsServices['codePipeline']
  /** Deployments to Lambda functions, where there are any. */
  shifting?: Pick<AwsServices, 'deploymentHooks' | 'functions'>
  noticePublished: (notice: Notice) => void
}): Promise<Aws> => {
  const { clock, url, secrets, codePipeline, noticePublished, shifting } = options
  const { accountId, region } = ACCOUNT
  const dead = new Queue(clock, { name: 'greenlight-effects-dead', visibilityTimeoutSeconds: 30 })
  const queue = new Queue(clock, {
    name: 'greenlight-effects',
    visibilityTimeoutSeconds: VISIBILITY_TIMEOUT_SECONDS,
    redrive: { maxReceiveCount: MAX_RECEIVE_COUNT, deadLetterQueue: dead },
  })
  const sqs = { clock, accountId, region, baseUrl: `${url}/aws`, queues: [queue, dead] }
  const table = await tableOf(new URL('../../infra/bot.yml', import.meta.url))
  const spoke = await openSpoke(SPOKE, {
    BotAccountId: accountId,
    BotRegion: region,
    BotName: SPOKE.botName,
    ReaderRoleArns: botRoleArn(accountId),
    DeciderRoleArns: botRoleArn(accountId),
    ExternalId: SPOKE.externalId,
  })
  const services: AwsServices = {
    tokens: new SecurityTokens(ACCOUNT, clock, spoke.roles),
    codePipeline,
    dynamoDb: await openDynamoDb(ACCOUNT.tableName, table),
    sqs,
    eventBus: new EventBus({ account: accountId, region, now: () => clock.now() }),
    parameters: botParameters(secrets),
    stacks: [
      botStack({ url, effectsUrl: queueUrl(sqs, queue), deadLettersUrl: queueUrl(sqs, dead), now: clock.now() }),
    ],
    topics: [ACCOUNT.approvalTopicArn, spoke.topicArn].map((arn) => new Topic(arn, noticePublished)),
    deploymentHooks: shifting?.deploymentHooks ?? new DeploymentHooks(),
    functions: shifting?.functions ?? new Map(),
    disturbances: new Disturbances(),
  }
  return {
    ...services,
    spoke,
    effects: { queue, url: queueUrl(sqs, queue), arn: queueArn(sqs, queue), dead },
    answer: (request) => answerAws(services, request),
  }
}
