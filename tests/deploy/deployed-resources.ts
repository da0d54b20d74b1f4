import { globSync, readFileSync } from 'node:fs'
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation'
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch'
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs'
import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
} from '@aws-sdk/client-dynamodb'
import { DescribeRuleCommand, EventBridgeClient, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge'
import { DescribeKeyCommand, GetKeyPolicyCommand, KMSClient } from '@aws-sdk/client-kms'
import {
  GetFunctionConfigurationCommand,
  GetFunctionEventInvokeConfigCommand,
  GetPolicyCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  ListFunctionsCommand,
} from '@aws-sdk/client-lambda'
import {
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  SNSClient,
} from '@aws-sdk/client-sns'
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs'
import { kmsSignatures } from '../../functions/aws/kms.ts'
import { systemClock } from '../../functions/clock.ts'
import { ACCOUNT, REGION, STACK, type Installation } from './installation.ts'

/*
 * `serverless deploy` with moto's server, inspected through the AWS SDK. moto_server.py adds what moto's CloudFormation
 * lacks, except the policy of the deployment bucket, which tests/package.test.ts and AWS check.
 */

/** They run, and have alarms, only where checkpointBucket and attestedBuckets are set (checkpoints.ts, attestations.ts). */
const ON_DEMAND = ['day-passed', 'approval-decided']

const DOORS = globSync('functions/*.ts')
  .filter((path) => readFileSync(path, 'utf8').includes('export const handler'))
  .map((path) => path.slice('functions/'.length, -'.ts'.length))
const arn = (service: string, rest: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${rest}`
const functionArn = (door: string) => arn('lambda', `function:${STACK}-${door}`)

/** Declares the tests of the deployed resources. */
export const testDeployed = (opened: () => Installation): void => {
  let installation: Installation
  let names: Record<string, string>
  let outputs: Record<string, string>
  let lambda: LambdaClient

  beforeAll(async () => {
    installation = opened()
    names = await installation.resources()
    const { Stacks } = await new CloudFormationClient(installation.connection).send(
      new DescribeStacksCommand({ StackName: STACK }),
    )
    outputs = Object.fromEntries((Stacks?.[0]?.Outputs ?? []).map((output) => [output.OutputKey, output.OutputValue]))
    lambda = new LambdaClient(installation.connection)
  })

  const queue = async (id: string) => {
    const { Attributes } = await new SQSClient(installation.connection).send(
      new GetQueueAttributesCommand({ QueueUrl: names[id], AttributeNames: ['All'] }),
    )
    return Attributes ?? {}
  }

  /** Who may call the function, and for which source. */
  const callers = async (door: string) => {
    const { Policy } = await lambda.send(new GetPolicyCommand({ FunctionName: `${STACK}-${door}` }))
    const { Statement } = JSON.parse(Policy ?? '{}') as {
      Statement: { Principal: { Service: string }; Condition: { ArnLike: Record<string, string> } }[]
    }
    return Statement.map(({ Principal, Condition }) => [Principal.Service, Condition.ArnLike['AWS:SourceArn']])
  }

  test('the stack has the tags that CloudFormation gives to its resources', async () => {
    const { Stacks } = await new CloudFormationClient(installation.connection).send(
      new DescribeStacksCommand({ StackName: STACK }),
    )
    const tags = Object.fromEntries((Stacks?.[0]?.Tags ?? []).map(({ Key, Value }) => [Key, Value]))
    expect(tags).toMatchObject({ service: 'greenlight', stage: 'prod' })
  })

  test('the stack names its addresses', () => {
    expect(outputs).toMatchObject({
      ApprovalTopicArn: names.ApprovalTopic,
      AlarmTopicArn: names.AlarmTopic,
      TableName: names.Table,
      SlackRequestUrl: `https://${names.HttpApi}.execute-api.${REGION}.amazonaws.com/slack/events`,
    })
  })

  test('all handlers are functions, and there are no others', async () => {
    const { Functions } = await lambda.send(new ListFunctionsCommand({}))
    expect(Functions?.map(({ FunctionName }) => FunctionName).sort()).toEqual(
      DOORS.map((door) => `${STACK}-${door}`).sort(),
    )
  })

  describe.each(DOORS)('%s', (door) => {
    test('runs as configured, in a role of its own, without a secret in its environment', async () => {
      const deployed = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: `${STACK}-${door}` }))
      expect(deployed).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: `functions/${door}.handler`,
      })
      const timeout = deployed.Timeout ?? 0
      expect(timeout).toBeGreaterThanOrEqual(10)
      expect(timeout).toBeLessThanOrEqual(ON_DEMAND.includes(door) ? 900 : 60)
      expect(Object.values(names).filter((name) => deployed.Role?.endsWith(`/${name}`))).toHaveLength(1)
      expect(JSON.stringify(deployed.Environment)).not.toMatch(/xox|secret"|password|BOT_TOKEN|SIGNING_SECRET/i)
    })

    test('has a log with a retention time', async () => {
      const logGroupNamePrefix = `/aws/lambda/${STACK}-${door}`
      const { logGroups } = await new CloudWatchLogsClient(installation.connection).send(
        new DescribeLogGroupsCommand({ logGroupNamePrefix }),
      )
      expect(logGroups?.map(({ retentionInDays }) => retentionInDays)).toEqual([90])
    })
  })

  test('the key signs what people decide, by the bot’s own calls, and only the two functions may use it', async () => {
    const { connection } = installation
    const kms = new KMSClient(connection)
    const KeyId = outputs.SigningKeyArn!
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }))
    expect(KeyMetadata).toMatchObject({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY', Enabled: true })
    const signatures = kmsSignatures(
      connection,
      { signing: KeyId, spec: 'ECC_NIST_P256', trusted: [KeyId] },
      systemClock,
    )
    const signature = await signatures.sign('a statement')
    expect(signature.key).toBe(KeyId)
    expect(await signatures.verify('a statement', signature)).toBe(true)
    expect(await signatures.verify('another statement', signature)).toBe(false)
    // moto keeps the policy of a key and of a table, and does not enforce either: AWS does.
    const { Policy } = await kms.send(new GetKeyPolicyCommand({ KeyId, PolicyName: 'default' }))
    const { Statement } = JSON.parse(Policy!) as { Statement: { Action: string; Principal: { AWS: string[] } }[] }
    const roles = [names.ButtonClickedRole, names.EffectDueRole].map((name) => `:role/${name}`)
    expect(Statement.find(({ Action }) => Action === 'kms:Sign')!.Principal.AWS).toEqual(
      roles.map((end): unknown => expect.stringMatching(`${end}$`)),
    )
    const deployed = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: `${STACK}-button-clicked` }))
    expect(deployed.Environment?.Variables).toMatchObject({ SIGNING_KEY: KeyId, OBJECTIONS_TABLE: names.Objections })
  })

  test('a notification of an approval action reaches approval-requested, or a dead-letter queue', async () => {
    const sns = new SNSClient(installation.connection)
    const { Subscriptions } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: names.ApprovalTopic }))
    expect(Subscriptions).toEqual([
      expect.objectContaining({ Protocol: 'lambda', Endpoint: functionArn('approval-requested') }),
    ])
    const { Attributes } = await sns.send(
      new GetSubscriptionAttributesCommand({ SubscriptionArn: Subscriptions?.[0]?.SubscriptionArn }),
    )
    const { QueueArn, Policy } = await queue('ApprovalRequestedDead')
    expect(JSON.parse(Attributes?.RedrivePolicy ?? '{}')).toEqual({ deadLetterTargetArn: QueueArn })
    expect(JSON.parse(Policy ?? '{}').Statement[0].Principal).toEqual({ Service: 'sns.amazonaws.com' })
    expect(await callers('approval-requested')).toContainEqual(['sns.amazonaws.com', names.ApprovalTopic])
    const topic = await sns.send(new GetTopicAttributesCommand({ TopicArn: names.ApprovalTopic }))
    const { Statement } = JSON.parse(topic.Attributes?.Policy ?? '{}') as { Statement: { Sid: string }[] }
    expect(Statement.map(({ Sid }) => Sid)).toEqual(['RolesOfThisAccount', 'OnlyEncryptedInTransit'])
  })

  test('state changes reach pipeline-changed, or a dead-letter queue', async () => {
    const events = new EventBridgeClient(installation.connection)
    const Name = `${STACK}-pipeline-changed`
    const rule = await events.send(new DescribeRuleCommand({ Name }))
    expect(rule.State).toBe('ENABLED')
    expect(JSON.parse(rule.EventPattern ?? '{}')).toMatchObject({
      source: ['aws.codepipeline', 'aws.codebuild', 'aws.codedeploy'],
      'detail-type': [
        'CodePipeline Pipeline Execution State Change',
        'CodePipeline Stage Execution State Change',
        'CodePipeline Action Execution State Change',
        'CodeBuild Build State Change',
        'CodeDeploy Deployment State-change Notification',
      ],
    })
    const { Targets } = await events.send(new ListTargetsByRuleCommand({ Rule: Name }))
    const { QueueArn } = await queue('PipelineChangedDead')
    expect(Targets).toEqual([
      expect.objectContaining({
        Arn: functionArn('pipeline-changed'),
        DeadLetterConfig: { Arn: QueueArn },
        RetryPolicy: { MaximumRetryAttempts: 185, MaximumEventAgeInSeconds: 86_400 },
      }),
    ])
    expect(await callers('pipeline-changed')).toEqual([['events.amazonaws.com', rule.Arn]])
  })

  test('every minute reaches minute-passed', async () => {
    const events = new EventBridgeClient(installation.connection)
    const Name = `${STACK}-minute-passed`
    const rule = await events.send(new DescribeRuleCommand({ Name }))
    expect(rule).toMatchObject({ State: 'ENABLED', ScheduleExpression: 'rate(1 minute)' })
    const { Targets } = await events.send(new ListTargetsByRuleCommand({ Rule: Name }))
    expect(Targets?.map(({ Arn }) => Arn)).toEqual([functionArn('minute-passed')])
    expect(await callers('minute-passed')).toEqual([['events.amazonaws.com', rule.Arn]])
  })

  test('Slack reaches button-clicked', async () => {
    expect(await callers('button-clicked')).toEqual([
      ['apigateway.amazonaws.com', arn('execute-api', `${names.HttpApi}/*`)],
    ])
  })

  test('an effect to try again reaches effect-due, ten times at most', async () => {
    const effects = await queue('Effects')
    const { EventSourceMappings } = await lambda.send(new ListEventSourceMappingsCommand({}))
    expect(EventSourceMappings).toEqual([
      expect.objectContaining({
        EventSourceArn: effects.QueueArn,
        FunctionArn: functionArn('effect-due'),
        BatchSize: 5,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ScalingConfig: { MaximumConcurrency: 5 },
        State: 'Enabled',
      }),
    ])
    const { QueueArn } = await queue('EffectDueDead')
    expect(JSON.parse(effects.RedrivePolicy ?? '{}')).toEqual({ deadLetterTargetArn: QueueArn, maxReceiveCount: 10 })
    expect(effects).toMatchObject({ VisibilityTimeout: '180', SqsManagedSseEnabled: 'true' })
  })

  test.each(['approval-requested', 'pipeline-changed', 'minute-passed', ...ON_DEMAND])(
    'each event that fails in %s is kept',
    async (door) => {
      const { DestinationConfig } = await lambda.send(
        new GetFunctionEventInvokeConfigCommand({ FunctionName: `${STACK}-${door}` }),
      )
      const id = `${door.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase())}Dead`
      const { QueueArn, MessageRetentionPeriod } = await queue(id)
      expect(DestinationConfig?.OnFailure?.Destination).toBe(QueueArn)
      expect(MessageRetentionPeriod).toBe('1209600')
    },
  )

  test('the table has its keys, expiry and point-in-time recovery', async () => {
    const dynamodb = new DynamoDBClient(installation.connection)
    const TableName = names.Table
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }))
    const keys = (schema: { AttributeName: string | undefined }[] = []) => schema.map((key) => key.AttributeName)
    expect(keys(Table?.KeySchema as { AttributeName: string }[])).toEqual(['pk', 'sk'])
    expect(
      Object.fromEntries(
        (Table?.GlobalSecondaryIndexes ?? []).map((index) => [
          index.IndexName,
          keys(index.KeySchema as { AttributeName: string }[]),
        ]),
      ),
    ).toMatchObject({
      due: ['dueShard', 'dueAt'],
      open: ['openIn', 'pk'],
    })
    expect(Table).toMatchObject({
      DeletionProtectionEnabled: true,
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
    })
    const { TimeToLiveDescription } = await dynamodb.send(new DescribeTimeToLiveCommand({ TableName }))
    expect(TimeToLiveDescription).toEqual({ AttributeName: 'expireAt', TimeToLiveStatus: 'ENABLED' })
    const { ContinuousBackupsDescription } = await dynamodb.send(new DescribeContinuousBackupsCommand({ TableName }))
    expect(ContinuousBackupsDescription?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus).toBe('ENABLED')
  })

  test('each function that fails and each dead-letter queue with a message has an alarm', async () => {
    const { MetricAlarms = [] } = await new CloudWatchClient(installation.connection).send(
      new DescribeAlarmsCommand({}),
    )
    const on = (metric: string) =>
      MetricAlarms.filter((alarm) => alarm.MetricName === metric && alarm.AlarmActions?.[0] === names.AlarmTopic)
        .map(({ Dimensions }) => Dimensions?.[0]?.Value)
        .sort()
    const running = DOORS.filter((door) => !ON_DEMAND.includes(door))
    expect(on('Errors')).toEqual(running.map((door) => `${STACK}-${door}`).sort())
    const dead = Object.entries(names).filter(
      ([id]) => id.endsWith('Dead') && !['DayPassedDead', 'ApprovalDecidedDead'].includes(id),
    )
    const queues = dead.map(([, url]) => url.split('/').at(-1)).sort()
    expect(queues.length).toBeGreaterThanOrEqual(4)
    expect(on('ApproximateNumberOfMessagesVisible')).toEqual(queues)
  })
}
