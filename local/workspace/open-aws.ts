import type { SNSEvent } from 'aws-lambda'
import type { KeySpec } from '../../functions/aws/kms.ts'
import { createCloudFormation } from '../aws/cloudformation/cloudformation.ts'
import { type BuildEvent, createPublishedBuilds } from '../aws/codebuild/codebuild.ts'
import type { CodePipeline } from '../aws/codepipeline/codepipeline.ts'
import { type DeploymentEvent, createCodeDeploy } from '../aws/codedeploy/codedeploy.ts'
import { openDynamoDb } from '../aws/dynamodb/dynamodb.ts'
import { type AwsServices, answerAws } from '../aws/endpoint/endpoint.ts'
import { createEventBus, type EventBus } from '../aws/eventbridge/eventbridge.ts'
import { createLogs } from '../aws/logs/logs.ts'
import { createKms } from '../aws/kms/kms.ts'
import { createLambda } from '../aws/lambda/lambda.ts'
import { createS3 } from '../aws/s3/s3.ts'
import { createSns } from '../aws/sns/sns.ts'
import { createSqs, type Queue } from '../aws/sqs/sqs.ts'
import { createCloudWatch } from '../aws/cloudwatch/cloudwatch.ts'
import { createSsm } from '../aws/ssm/ssm.ts'
import { createSts } from '../aws/sts/sts.ts'
import type { WorkspaceClock } from '../clock.ts'
import { createDisturbances } from '../disturbances.ts'
import { ACCOUNT, JOINED_ACCOUNT } from './account.ts'
import { botParameters, botStack } from './bot-stack.ts'
import { botTable } from './bot-table.ts'
import { openJoinedAccount } from './joined-account.ts'
import { JOINED_PARAMETERS, openFunctionRoles } from './function-roles.ts'

export interface Aws extends AwsServices {
  /** The queue of effects, its URL, and its dead-letter queue. */
  effects: { queue: Queue; url: string; dead: Queue }
  /** The bus of the joined account, whose rule forwards to the bot's. */
  joinedEventBus: EventBus
  answer(request: Request): Promise<Response>
}

const OTHER_KEYS = [ACCOUNT.checkpointKeyArn, ACCOUNT.attestationKeyArn]

/** The queue's settings in infra/bot.yml. */
const VISIBILITY_TIMEOUT_SECONDS = 180
const MAX_RECEIVE_COUNT = 10

/** Opens the services of the bot's account, and those that join the second one to it, around CodePipeline. */
export const openAws = async (options: {
  clock: WorkspaceClock
  /** The workspace's address. */
  url: string
  /** The secrets of the Slack app. */
  secrets: { botToken: string; signingSecret: string }
  signingKeySpec: KeySpec
  codePipeline: AwsServices['codePipeline']
  /** An artifact of a pipeline, as its bucket has it. */
  artifact: CodePipeline['artifact']
  /** SNS invokes the bot. */
  noticePublished: (event: SNSEvent) => void
}): Promise<Aws> => {
  const { clock, url, secrets, signingKeySpec, codePipeline, artifact, noticePublished } = options
  const { accountId, region } = ACCOUNT
  const now = () => clock.now()
  const sqs = createSqs({ clock, accountId, region, baseUrl: () => `${url}/aws` })
  const dead = sqs.createQueue({ name: 'greenlight-effects-dead', visibilityTimeoutSeconds: 30 })
  const queue = sqs.createQueue({
    name: 'greenlight-effects',
    visibilityTimeoutSeconds: VISIBILITY_TIMEOUT_SECONDS,
    redrive: { maxReceiveCount: MAX_RECEIVE_COUNT, deadLetterQueue: dead },
  })
  const joined = await openJoinedAccount(JOINED_ACCOUNT, JOINED_PARAMETERS)
  const eventBus = createEventBus({ account: accountId, region, now })
  const joinedEventBus = createEventBus({ account: joined.accountId, region: joined.region, now })
  joinedEventBus.addRule({
    name: `${JOINED_ACCOUNT.botName}-pipeline-changed-forward`,
    pattern: joined.forwarded,
    deliver: eventBus.emit,
  })
  const putEvent = ({ accountId: place, region: _, ...event }: BuildEvent | DeploymentEvent) =>
    (place === joined.accountId ? joinedEventBus : eventBus).putAwsEvent(event)
  const s3 = createS3({
    now,
    artifact,
    buckets: {
      [ACCOUNT.checkpointBucket]: { retention: { days: 400 } },
      [ACCOUNT.artifactBucket]: { retention: null },
    },
  })
  const { functions, decider } = await openFunctionRoles(signingKeySpec)
  const kms = createKms({ accountId, region, now, keyIds: OTHER_KEYS.map(idOf) })
  kms.createKey(idOf(ACCOUNT.signingKeyArn), signingKeySpec)
  const services: AwsServices = {
    sts: createSts({ account: ACCOUNT, clock, roles: [...joined.roles, decider], functions }),
    codePipeline,
    dynamoDb: await openDynamoDb({
      [ACCOUNT.tableName]: await botTable(),
      [ACCOUNT.objectionsTableName]: await botTable('Objections'),
    }),
    sqs,
    eventBus,
    sns: createSns({ topicArns: [ACCOUNT.approvalTopicArn, joined.topicArn], now, deliver: noticePublished }),
    cloudWatch: createCloudWatch(now),
    ssm: createSsm(botParameters(secrets), now),
    kms,
    s3,
    cloudFormation: createCloudFormation(
      [botStack({ url, effectsUrl: sqs.urlOf(queue), deadLettersUrl: sqs.urlOf(dead), signingKeySpec, now: now() })],
      now,
    ),
    builds: createPublishedBuilds({ putEvent, newId: () => clock.newId() }),
    logs: createLogs(now),
    codeDeploy: createCodeDeploy({ now, putEvent, read: s3.read }),
    lambda: createLambda(clock),
    disturbances: createDisturbances(),
  }
  return {
    ...services,
    effects: { queue, url: sqs.urlOf(queue), dead },
    joinedEventBus,
    answer: (request) => answerAws(services, request),
  }
}

const idOf = (keyArn: string): string => keyArn.split('/').at(-1)!
