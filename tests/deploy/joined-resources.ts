import { DescribeEventBusCommand, DescribeRuleCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { GetRolePolicyCommand, IAMClient, ListRolePoliciesCommand } from '@aws-sdk/client-iam'
import {
  GetFunctionConfigurationCommand,
  GetPolicyCommand,
  LambdaClient,
  ListFunctionsCommand,
} from '@aws-sdk/client-lambda'
import { ListSubscriptionsByTopicCommand, SNSClient } from '@aws-sdk/client-sns'
import { ACCOUNT, REGION, STACK, type Installation } from './installation.ts'

/*
 * `serverless deploy` with the params `spokes` and `spokeExternalId`, inspected through the AWS SDK: docs/accounts.md.
 */

export interface Connection {
  region: string
  endpoint: string
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }
}

export interface Joined {
  installation: Installation
  externalId: string
  /** First one in another account, then one in another Region of the bot's own. */
  spokes: { accountId: string; region: string; connection: Connection }[]
}

const FUNCTION = `${STACK}-approval-requested`
const READERS = ['ApprovalRequestedRole', 'ButtonClickedRole', 'EffectDueRole', 'PipelineChangedRole']
const DECIDERS = ['ButtonClickedRole', 'EffectDueRole']
const READS = [
  'GetPipeline',
  'GetPipelineExecution',
  'GetPipelineState',
  'ListActionExecutions',
  'ListPipelineExecutions',
]

/** Declares the tests of what such a deploy adds to the bot's stack. */
export const testJoined = (opened: () => Joined): void => {
  let joined: Joined
  let names: Record<string, string>
  let lambda: LambdaClient
  let topics: string[]

  beforeAll(async () => {
    joined = opened()
    names = await joined.installation.resources()
    lambda = new LambdaClient(joined.installation.connection)
    topics = joined.spokes.map(({ accountId, region }) => `arn:aws:sns:${region}:${accountId}:${STACK}-approvals`)
  })

  test('every function gets the joined accounts and the external ID', async () => {
    const { Functions = [] } = await lambda.send(new ListFunctionsCommand({}))
    expect(Functions).toHaveLength(8)
    for (const { FunctionName } of Functions) {
      const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }))
      expect(Environment?.Variables).toMatchObject({
        SPOKES: joined.spokes.map(({ accountId, region }) => `${accountId}/${region}`).join(','),
        SPOKE_ROLE: `arn:aws:iam::{account}:role/${STACK}-{region}-{role}`,
        SPOKE_EXTERNAL_ID: joined.externalId,
      })
    }
  })

  test('each joined topic may invoke approval-requested, beside the bot’s own', async () => {
    const { Policy } = await lambda.send(new GetPolicyCommand({ FunctionName: FUNCTION }))
    const { Statement } = JSON.parse(Policy ?? '{}') as {
      Statement: { Principal: { Service: string }; Condition: { ArnLike: Record<string, string> } }[]
    }
    const callers = Statement.map(({ Principal, Condition }) => [Principal.Service, Condition.ArnLike['AWS:SourceArn']])
    expect(callers.sort()).toEqual([names.ApprovalTopic, ...topics].map((topic) => ['sns.amazonaws.com', topic]).sort())
  })

  test('and the bot subscribes to each of these topics', async () => {
    for (const [index, { connection }] of joined.spokes.entries()) {
      const TopicArn = topics[index]
      const { Subscriptions } = await new SNSClient(connection).send(new ListSubscriptionsByTopicCommand({ TopicArn }))
      expect(Subscriptions).toEqual([
        expect.objectContaining({
          TopicArn,
          Protocol: 'lambda',
          Endpoint: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${FUNCTION}`,
        }),
      ])
    }
  })

  test('the other account’s rules may put CodePipeline’s events on the bus, and the bot’s rule takes them', async () => {
    const events = new EventBridgeClient(joined.installation.connection)
    const other = joined.spokes[0]!.accountId
    const { Policy } = await events.send(new DescribeEventBusCommand({ Name: 'default' }))
    expect((JSON.parse(Policy ?? '{}') as { Statement: unknown }).Statement).toEqual([
      {
        Sid: `${STACK}-${other}`,
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${other}:root` },
        Action: 'events:PutEvents',
        Resource: `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/default`,
        Condition: {
          StringEquals: { 'events:source': ['aws.codepipeline', 'aws.codebuild', 'aws.codedeploy'] },
          Bool: { 'events:eventBusInvocation': 'true' },
        },
      },
    ])
    const rule = await events.send(new DescribeRuleCommand({ Name: `${STACK}-pipeline-changed` }))
    expect(JSON.parse(rule.EventPattern ?? '{}')).toMatchObject({
      source: ['aws.codepipeline', 'aws.codebuild', 'aws.codedeploy'],
      account: [ACCOUNT, other],
    })
  })

  test('only the functions that read and those that decide have roles there', async () => {
    const iam = new IAMClient(joined.installation.connection)
    const [{ accountId, region }, own] = joined.spokes as [Joined['spokes'][0], Joined['spokes'][0]]
    const assume = (role: string, Action: string | string[]) => ({
      Sid: 'AssumeSpokeRoles',
      Effect: 'Allow',
      Action,
      Resource: [`arn:aws:iam::${accountId}:role/${STACK}-${region}-${role}`],
    })
    const here = (operations: string[], pipelines: string, Sid = 'OwnOtherRegions') => ({
      Sid,
      Effect: 'Allow',
      Action: operations.map((operation) => `codepipeline:${operation}`),
      Resource: [`arn:aws:codepipeline:${own.region}:${ACCOUNT}:${pipelines}`],
    })
    const steers = { Condition: { StringLike: { 'aws:SourceIdentity': 'steer-*' } } }
    const rights: Record<string, [string[], unknown]> = {
      'read-in-spokes': [READERS, [assume('reader', 'sts:AssumeRole'), here(READS, '*')]],
      'decide-in-spokes': [DECIDERS, [assume('decider', ['sts:AssumeRole', 'sts:SetSourceIdentity'])]],
      'decide-in-other-regions': [
        ['DeciderRole'],
        [
          here(['PutApprovalResult'], '*/*/*'),
          {
            ...here(
              ['DisableStageTransition', 'EnableStageTransition', 'RetryStageExecution', 'RollbackStage'],
              '*/*',
              'StagesOfOwnOtherRegions',
            ),
            ...steers,
          },
          {
            ...here(['StartPipelineExecution', 'StopPipelineExecution'], '*', 'PipelinesOfOwnOtherRegions'),
            ...steers,
          },
        ],
      ],
    }
    const roles = Object.keys(names).filter((id) => id.endsWith('Role'))
    expect(roles).toHaveLength(9)
    for (const [PolicyName, [holders, statements]] of Object.entries(rights))
      for (const id of roles) {
        const RoleName = names[id]
        const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }))
        expect([id, PolicyNames.includes(PolicyName)]).toEqual([id, holders.includes(id)])
        if (!holders.includes(id)) continue
        const { PolicyDocument = '' } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }))
        expect(JSON.parse(decodeURIComponent(PolicyDocument))).toHaveProperty('Statement', statements)
      }
  })
}
