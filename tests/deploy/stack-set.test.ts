import { readFile } from 'node:fs/promises'
import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  ListStackInstancesCommand,
  waitUntilStackCreateComplete,
} from '@aws-sdk/client-cloudformation'
import { EventBridgeClient, ListRulesCommand, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge'
import { GetRoleCommand, IAMClient, ListRolesCommand } from '@aws-sdk/client-iam'
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { GetTopicAttributesCommand, ListTopicsCommand, SNSClient } from '@aws-sdk/client-sns'
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs'
import { postSigned } from '../../functions/aws/signed-request.ts'
import { systemClock } from '../../functions/clock.ts'
import { ACCOUNT as MANAGEMENT } from './installation.ts'
import { startMoto, type Moto } from './moto.ts'
import { connectionIn } from './other-account.ts'

/*
 * An organization whose accounts join by one stack set, as docs/accounts.md says: infra/spoke-stack-set.yml in the management
 * account, with infra/spoke.yml from a bucket. moto updates no stack of a set and knows no account that enters a unit later.
 */

const REGION = 'eu-west-1'
const JOINED = 'us-east-1'
const NAME = 'greenlight-prod'
const EXTERNAL_ID = '0123456789abcdef0123456789abcdef'
const BUCKET = 'greenlight-templates'

let moto: Moto
let management: { region: string; endpoint: string; credentials: { accessKeyId: string; secretAccessKey: string } }
/** The unit of the pipelines' accounts: one of its own, one in a unit below it, and the bot's. */
let unit: string
let [payments, shop, bot, outside] = ['', '', '', '']

const organizations = async (
  operation: string,
  input: object = {},
): Promise<Record<string, Record<string, string>>> => {
  const answer = await postSigned(management, {
    service: 'organizations',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AWSOrganizationsV20161128.${operation}`,
    },
    body: JSON.stringify(input),
    timeoutMs: 30_000,
    now: systemClock.now(),
  })
  if (!answer.ok) throw new Error(`${operation}: ${await answer.text()}`)
  return answer.text().then((text) => (text ? JSON.parse(text) : {}) as Record<string, Record<string, string>>)
}

const unitIn = async (ParentId: string, Name: string): Promise<string> =>
  (await organizations('CreateOrganizationalUnit', { ParentId, Name }))['OrganizationalUnit']!['Id']!

const accountIn = async (parent: string | null, root: string, name: string): Promise<string> => {
  const asked = { AccountName: name, Email: `${name}@shop.example` }
  const AccountId = (await organizations('CreateAccount', asked))['CreateAccountStatus']!['AccountId']!
  if (parent) await organizations('MoveAccount', { AccountId, SourceParentId: root, DestinationParentId: parent })
  return AccountId
}

const deploySet = async (joinedRegion: string): Promise<string> => {
  const StackName = `greenlight-spokes-${joinedRegion}`
  const client = new CloudFormationClient({ ...management, maxAttempts: 1 })
  const parameters = {
    TemplateUrl: `https://${BUCKET}.s3.${REGION}.amazonaws.com/spoke.yml`,
    OrganizationalUnitIds: unit,
    JoinedRegion: joinedRegion,
    BotAccountId: bot,
    BotRegion: REGION,
    BotName: NAME,
    ReaderRoleArns: `arn:aws:iam::${bot}:role/reads,arn:aws:iam::${bot}:role/clicks`,
    DeciderRoleArns: `arn:aws:iam::${bot}:role/clicks`,
    ExternalId: EXTERNAL_ID,
  }
  await client.send(
    new CreateStackCommand({
      StackName,
      TemplateBody: await readFile('infra/spoke-stack-set.yml', 'utf8'),
      Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({
        ParameterKey,
        ParameterValue,
      })),
    }),
  )
  await waitUntilStackCreateComplete({ client, maxWaitTime: 60, minDelay: 1, maxDelay: 1 }, { StackName })
  return StackName
}

const joined = async (region: string) => {
  const listing = new ListStackInstancesCommand({ StackSetName: `${NAME}-spoke-${region}` })
  const { Summaries = [] } = await new CloudFormationClient(management).send(listing)
  return Summaries.map(({ Account, Region }) => `${Account} ${Region}`).sort()
}

/** What the stack of infra/spoke.yml made in an account. */
const madeIn = async (account: string, region: string) => {
  const there = await connectionIn({ ...management, region }, account)
  const [topics, rules, queues, roles] = await Promise.all([
    new SNSClient(there).send(new ListTopicsCommand({})),
    new EventBridgeClient(there).send(new ListRulesCommand({})),
    new SQSClient(there).send(new ListQueuesCommand({})),
    new IAMClient(there).send(new ListRolesCommand({})),
  ])
  return {
    there,
    topics: (topics.Topics ?? []).map(({ TopicArn }) => TopicArn),
    rules: (rules.Rules ?? []).map(({ Name }) => Name),
    queues: (queues.QueueUrls ?? []).length,
    roles: (roles.Roles ?? []).flatMap(({ RoleName = '' }) => (RoleName.startsWith(NAME) ? RoleName : [])).sort(),
  }
}
const NOTHING = { topics: [], rules: [], queues: 0, roles: [] }

beforeAll(async () => {
  moto = await startMoto()
  management = { region: REGION, endpoint: moto.url, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } }
  await organizations('CreateOrganization', { FeatureSet: 'ALL' })
  const roots = (await organizations('ListRoots'))['Roots'] as unknown as { Id: string }[]
  const root = roots[0]!.Id
  unit = await unitIn(root, 'pipelines')
  const below = await unitIn(unit, 'shops')
  payments = await accountIn(unit, root, 'payments')
  shop = await accountIn(below, root, 'shop')
  bot = await accountIn(unit, root, 'greenlight')
  outside = await accountIn(null, root, 'sandbox')
  const s3 = new S3Client({ ...management, forcePathStyle: true })
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET, CreateBucketConfiguration: { LocationConstraint: REGION } }))
  const Body = await readFile('infra/spoke.yml', 'utf8')
  await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'spoke.yml', Body }))
})
afterAll(() => moto.close())

describe('a stack set for another Region than the bot’s', () => {
  beforeAll(() => deploySet(JOINED))

  test('joins every account of the unit and of those below it, also the bot’s own, and no other', async () => {
    expect(await joined(JOINED)).toEqual([bot, payments, shop].map((account) => `${account} ${JOINED}`).sort())
    for (const account of [outside, MANAGEMENT]) expect(await madeIn(account, JOINED)).toMatchObject(NOTHING)
  })

  test('each account has the topic, the rule to the bot’s bus, a queue for what it refuses, and the roles', async () => {
    for (const account of [payments, shop]) {
      const { there, ...made } = await madeIn(account, JOINED)
      const roleOf = (name: string) => `${NAME}-${JOINED}-${name}`
      expect(made).toEqual({
        topics: [`arn:aws:sns:${JOINED}:${account}:${NAME}-approvals`],
        rules: [`${NAME}-pipeline-changed-forward`],
        queues: 1,
        roles: ['decider', 'forwarder', 'reader'].map(roleOf),
      })
      const { Targets } = await new EventBridgeClient(there).send(new ListTargetsByRuleCommand({ Rule: made.rules[0] }))
      expect(Targets?.map(({ Arn }) => Arn)).toEqual([`arn:aws:events:${REGION}:${bot}:event-bus/default`])
      const { Role } = await new IAMClient(there).send(new GetRoleCommand({ RoleName: roleOf('decider') }))
      const trust = decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')
      expect(trust).toContain(`arn:aws:iam::${bot}:role/clicks`)
      expect(trust).not.toContain('role/reads')
      expect(trust).toContain(EXTERNAL_ID)
      const { Attributes } = await new SNSClient(there).send(
        new GetTopicAttributesCommand({ TopicArn: made.topics[0] }),
      )
      expect(Attributes?.['Policy']).toContain(account)
    }
  })
})

test('a stack set for the bot’s own Region leaves out the bot’s account', async () => {
  await deploySet(REGION)
  expect(await joined(REGION)).toEqual([payments, shop].map((account) => `${account} ${REGION}`).sort())
  expect(await madeIn(bot, REGION)).toMatchObject({ topics: [], rules: [], queues: 0 })
})

test('to delete the stack is to leave every account, and the other Region’s stays', async () => {
  await new CloudFormationClient(management).send(new DeleteStackCommand({ StackName: `greenlight-spokes-${REGION}` }))
  for (const account of [payments, shop])
    expect(await madeIn(account, REGION)).toMatchObject({ topics: [], rules: [], queues: 0 })
  expect((await madeIn(payments, JOINED)).topics).toHaveLength(1)
  expect(await joined(JOINED)).toHaveLength(3)
})
