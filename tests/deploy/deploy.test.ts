import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation'
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DescribeEventBusCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda'
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3'
import { ListSubscriptionsByTopicCommand, SNSClient } from '@aws-sdk/client-sns'
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs'
import { testAnotherRegion } from './another-region.ts'
import { testCommands } from './commands.ts'
import { testAttestations } from './attestations.ts'
import { testCheckpoints } from './checkpoints.ts'
import { testDeployed } from './deployed-resources.ts'
import { OWN_REGION, testSpokes } from './spokes.ts'
import { ACCOUNT, openInstallation, STACK, type Installation } from './installation.ts'

/* One story, run once because a deploy takes long: deploy, inspect, set up, break and mend, join accounts, remove. */

const nameOf = (queueUrl = '') => queueUrl.split('/').at(-1)

let installation: Installation
beforeAll(async () => {
  installation = await openInstallation()
})
afterAll(() => installation.close())

test('before a deploy, doctor says that the stack is missing', async () => {
  const { exitCode, out } = await installation.greenlight(['doctor'])
  expect(exitCode).toBe(1)
  expect(out).toContain(`There is no stack ${STACK} in eu-west-1.`)
  expect(out).toContain('Fix: npx serverless deploy --stage prod --region eu-west-1')
})

test('a person without the policies of infra/installer.yml can deploy nothing', async () => {
  const deploy = installation.installer.withoutPolicies(() => installation.serverless('deploy'))
  await expect(deploy).rejects.toThrow('is not authorized to perform: cloudformation:')
  await installation.project.keepArchives()
})

test('a deploy succeeds with these policies, and no other rights', async () => {
  expect(await installation.serverless('deploy')).toContain(`Service deployed to stack ${STACK}`)
})

describe('what is deployed', () => testDeployed(() => installation))

test('a second deploy has nothing to do', async () => {
  expect(await installation.serverless('deploy')).toContain('No changes to deploy. Deployment skipped.')
})

describe('greenlight', () => testCommands(() => installation))

describe('a joined account and Region', () => testSpokes(() => installation))

describe('a bot in another Region', () => testAnotherRegion(() => installation))

describe('afterwards', () => {
  let deployed: Record<string, string>
  beforeAll(async () => {
    deployed = await installation.resources()
  })

  const byHand = ['--param', `deploymentRoleArn=arn:aws:iam::${ACCOUNT}:role/installer`]

  // moto does not say with which role a stack was changed.
  test('a role for CloudFormation may be given', async () => {
    const print = (...argv: string[]) => installation.serverless('print', ...argv)
    expect(await print(...byHand)).toContain(`deploymentRole: arn:aws:iam::${ACCOUNT}:role/installer\n`)
    expect(await print()).toContain('deploymentRole: null\n')
  })

  test('remove deletes everything except the data', async () => {
    expect(await installation.serverless('remove', ...byHand)).toContain('successfully removed')
    const lambda = new LambdaClient(installation.connection)
    expect((await lambda.send(new ListFunctionsCommand({}))).Functions).toEqual([])
    expect(
      (await new S3Client({ ...installation.connection, forcePathStyle: true }).send(new ListBucketsCommand({})))
        .Buckets ?? [],
    ).toEqual([])
    const names = deployed
    const { QueueUrls = [] } = await new SQSClient(installation.connection).send(new ListQueuesCommand({}))
    const dead = Object.entries(names).filter(([id]) => id.endsWith('Dead'))
    expect(QueueUrls.map(nameOf).sort()).toEqual(dead.map(([, url]) => nameOf(url)).sort())
    const { Table } = await new DynamoDBClient(installation.connection).send(
      new DescribeTableCommand({ TableName: names.Table }),
    )
    expect(Table?.TableStatus).toBe('ACTIVE')
    await expect(
      new CloudFormationClient(installation.connection).send(new DescribeStacksCommand({ StackName: STACK })),
    ).rejects.toThrow('does not exist')
  })

  test('and the event bus accepts only its own events, and the bot has no subscription elsewhere', async () => {
    const { connection } = installation
    const bus = await new EventBridgeClient(connection).send(new DescribeEventBusCommand({ Name: 'default' }))
    expect(bus.Policy).toBeUndefined()
    const TopicArn = `arn:aws:sns:${OWN_REGION}:${ACCOUNT}:${STACK}-approvals`
    const { Subscriptions } = await new SNSClient({ ...connection, region: OWN_REGION }).send(
      new ListSubscriptionsByTopicCommand({ TopicArn }),
    )
    expect(Subscriptions).toEqual([])
  })

  test('a new deploy succeeds beside what was kept', async () => {
    expect(await installation.serverless('deploy')).toContain(`Service deployed to stack ${STACK}`)
    const again = await installation.resources()
    expect(again.Table).not.toBe(deployed.Table)
    const { QueueUrls = [] } = await new SQSClient(installation.connection).send(new ListQueuesCommand({}))
    const dead = Object.keys(again).filter((id) => id.endsWith('Dead'))
    const both = dead.flatMap((id) => [deployed[id], again[id]])
    expect(QueueUrls.map(nameOf)).toEqual(expect.arrayContaining(both.map(nameOf)))
  })
})

describe('with a bucket for checkpoints', () => testCheckpoints(() => installation))

describe('with artifact buckets', () => testAttestations(() => installation))
