import { ACCOUNT } from './account.ts'
import { openDynamoDb } from './aws/dynamodb.ts'
import { type AwsServices, answerAws } from './aws/endpoint.ts'
import { EventBus } from './aws/event-bus.ts'
import { Queue } from './aws/queue.ts'
import { queueArn, queueUrl } from './aws/sqs.ts'
import { tableOf } from './aws/table.ts'
import { type Notice, Topic } from './aws/topic.ts'
import type { WorkspaceClock } from './clock.ts'
import { Disturbances } from './disturbances.ts'

export interface Aws extends AwsServices {
  effects: { queue: Queue; url: string; arn: string; dead: Queue }
  answer(request: Request): Promise<Response>
  close(): Promise<void>
}

/** The queue's settings in infra/bot.yml. */
const VISIBILITY_TIMEOUT_SECONDS = 180
const MAX_RECEIVE_COUNT = 10

/** Opens the account's services around a CodePipeline. */
export async function openAws(options: {
  clock: WorkspaceClock
  /** The workspace's address. */
  url: string
  codePipeline: AwsServices['codePipeline']
  noticePublished: (notice: Notice) => void
}): Promise<Aws> {
  const { clock, url, codePipeline, noticePublished } = options
  const { accountId, region } = ACCOUNT
  const dead = new Queue(clock, { name: 'greenlight-effects-dead', visibilityTimeoutSeconds: 30 })
  const queue = new Queue(clock, {
    name: 'greenlight-effects',
    visibilityTimeoutSeconds: VISIBILITY_TIMEOUT_SECONDS,
    redrive: { maxReceiveCount: MAX_RECEIVE_COUNT, deadLetterQueue: dead },
  })
  const sqs = { clock, accountId, region, baseUrl: `${url}/aws`, queues: [queue, dead] }
  const table = await tableOf(new URL('../infra/bot.yml', import.meta.url))
  const services: AwsServices = {
    accountId,
    botAccessKeyId: ACCOUNT.botAccessKeyId,
    codePipeline,
    dynamoDb: await openDynamoDb(ACCOUNT.tableName, table),
    sqs,
    eventBus: new EventBus({ account: accountId, region, now: () => clock.now() }),
    topic: new Topic(ACCOUNT.approvalTopicArn, noticePublished),
    disturbances: new Disturbances(),
  }
  return {
    ...services,
    effects: { queue, url: queueUrl(sqs, queue), arn: queueArn(sqs, queue), dead },
    answer: (request) => answerAws(services, request),
    close: () => services.dynamoDb.close(),
  }
}
