import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  CodePipelineClient,
  CreatePipelineCommand,
  UpdatePipelineCommand,
  type PipelineDeclaration,
} from '@aws-sdk/client-codepipeline'
import {
  DescribeTableCommand,
  DynamoDBClient,
  GetResourcePolicyCommand,
  PutResourcePolicyCommand,
  UpdateContinuousBackupsCommand,
} from '@aws-sdk/client-dynamodb'
import {
  DisableRuleCommand,
  EnableRuleCommand,
  EventBridgeClient,
  ListTargetsByRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  type Target,
} from '@aws-sdk/client-eventbridge'
import { CreateRoleCommand, DeleteRolePolicyCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import {
  CancelKeyDeletionCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  KMSClient,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms'
import {
  AddPermissionCommand,
  GetPolicyCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  RemovePermissionCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda'
import { SetTopicAttributesCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns'
import { PurgeQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { DeleteParameterCommand, GetParametersCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { parse } from 'yaml'
import type { Terminal } from '../../cli/terminal.ts'
import { ACCOUNT, REGION, STACK, type Installation } from './installation.ts'
import { BOT_TOKEN, SIGNING_SECRET } from './installed-slack.ts'
import { fetchWithRequestUrl } from './request-url.ts'
import { botToken } from '../support/secret.ts'

const SECRETS = { SLACK_BOT_TOKEN: BOT_TOKEN, SLACK_SIGNING_SECRET: SIGNING_SECRET }
const TOKEN_PARAMETER = '/greenlight/prod/slack/bot-token'
const SECRET_PARAMETER = '/greenlight/prod/slack/signing-secret'

interface Told {
  kind: string
  title: string
  findings?: { what: string; fix: string }[]
  because?: string
}

/** Declares the tests of `greenlight` against a deployed stack, in the order in which a person runs the commands. */
export const testCommands = (opened: () => Installation): void => {
  let installation: Installation
  let names: Record<string, string>
  let reach: typeof fetch

  beforeAll(async () => {
    installation = opened()
    names = await installation.resources()
    reach = await fetchWithRequestUrl(installation)
  })

  const configurationFile = () => join(installation.project.directory, 'greenlight.yml')
  const doctor = async (replaced: Partial<Terminal> = {}) => {
    const { out, err, exitCode } = await installation.greenlight(['doctor', '--json'], { fetch: reach, ...replaced })
    expect(err).toBe('')
    const { checks } = JSON.parse(out) as { checks: Told[] }
    return { exitCode, checks, wrong: checks.filter(({ kind }) => kind !== 'ok') }
  }

  describe('init', () => {
    test('stores both secrets, encrypted, and prints the manifest with the address that was deployed', async () => {
      await rm(configurationFile())
      const argv = ['init', '--approvals', 'C0RELEASES', '--status', 'C0DEPLOYS', '--approver', 'U0DANA', 'U0ELI']
      const { exitCode, out, err } = await installation.greenlight(argv, { environment: SECRETS })
      expect(err).toBe('')
      expect(exitCode).toBe(0)
      expect(out).toContain('The Shop')
      expect(out).toContain(`request_url: https://${names.HttpApi}.execute-api.${REGION}.amazonaws.com/slack/events`)
      expect(out).not.toContain(BOT_TOKEN)
      expect(out).not.toContain(SIGNING_SECRET)
      const { Parameters } = await new SSMClient(installation.connection).send(
        new GetParametersCommand({ Names: [TOKEN_PARAMETER, SECRET_PARAMETER], WithDecryption: true }),
      )
      expect(Parameters?.map(({ Name, Type, Value }) => [Name, Type, Value]).sort()).toEqual([
        [TOKEN_PARAMETER, 'SecureString', BOT_TOKEN],
        [SECRET_PARAMETER, 'SecureString', SIGNING_SECRET],
      ])
      expect(parse(await readFile(configurationFile(), 'utf8'))).toMatchObject({
        defaults: { approvals: 'C0RELEASES', status: 'C0DEPLOYS' },
        routes: [{ approvers: [{ people: ['U0DANA', 'U0ELI'] }] }],
      })
    })

    test('leaves alone what is already done', async () => {
      const { exitCode, out } = await installation.greenlight(['init'], { environment: SECRETS })
      expect(exitCode).toBe(0)
      expect(out).toContain('greenlight.yml   kept (--force replaces it)')
      expect(out).toContain(`stored already: ${TOKEN_PARAMETER}`)
      expect(out).toContain(`stored already: ${SECRET_PARAMETER}`)
    })

    test('stores no token that Slack refuses', async () => {
      const environment = { SLACK_BOT_TOKEN: botToken('of-another-app') }
      const { exitCode, err } = await installation.greenlight(['init'], { environment })
      expect(exitCode).toBe(1)
      expect(err).toBe('Slack refuses the bot token (invalid_auth): copy it again. Nothing was stored.\n')
    })

    test('prints a valid manifest', async () => {
      const { out } = await installation.greenlight(['init', '--manifest'])
      expect(parse(out)).toMatchObject({ settings: { interactivity: { is_enabled: true } } })
    })
  })

  describe('doctor', () => {
    const ROLE = 'pipeline-role'
    const roleArn = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`
    const trust = (service: string) =>
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
      })
    const mayPublish = () =>
      new PutRolePolicyCommand({
        RoleName: ROLE,
        PolicyName: 'notify',
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: 'sns:Publish', Resource: names.ApprovalTopic }],
        }),
      })

    /** A pipeline that requests approval; its approval action may have a role of its own. */
    const shopWeb = (actionRole?: string): PipelineDeclaration => {
      const stage = (name: string, category: 'Source' | 'Approval', provider: string, rest: object) => ({
        name,
        actions: [{ name, actionTypeId: { category, owner: 'AWS' as const, provider, version: '1' }, ...rest }],
      })
      return {
        name: 'shop-web',
        roleArn: roleArn(ROLE),
        artifactStore: { type: 'S3', location: 'artifacts' },
        stages: [
          stage('Source', 'Source', 'S3', {
            configuration: { S3Bucket: 'source', S3ObjectKey: 'source.zip' },
            outputArtifacts: [{ name: 'Source' }],
          }),
          stage('Release', 'Approval', 'Manual', {
            configuration: { NotificationArn: names.ApprovalTopic ?? '' },
            ...(actionRole && { roleArn: roleArn(actionRole) }),
          }),
        ],
      }
    }

    test('at first, misses a pipeline that requests approval, and a subscription of the alarms', async () => {
      const { wrong, exitCode } = await doctor()
      expect(exitCode).toBe(1)
      expect(wrong.map(({ title }) => title)).toEqual(['Pipelines that request approval', 'Alarm subscriptions'])
    })

    test('finds nothing wrong with a complete installation', async () => {
      const { connection } = installation
      const iam = new IAMClient(connection)
      await iam.send(
        new CreateRoleCommand({ RoleName: ROLE, AssumeRolePolicyDocument: trust('codepipeline.amazonaws.com') }),
      )
      await iam.send(mayPublish())
      await new CodePipelineClient(connection).send(new CreatePipelineCommand({ pipeline: shopWeb() }))
      // moto treats every subscription as confirmed.
      await new SNSClient(connection).send(
        new SubscribeCommand({ TopicArn: names.AlarmTopic, Protocol: 'email', Endpoint: 'on-call@shop.example' }),
      )
      const { wrong, checks, exitCode } = await doctor()
      expect(wrong).toEqual([])
      expect(exitCode).toBe(0)
      expect(checks.length).toBeGreaterThanOrEqual(19)
      const { out } = await installation.greenlight(['doctor'], { fetch: reach })
      expect(out).toContain('Everything is as it should be.')
    })

    /** A fault of the installation, how it is mended, and what doctor says meanwhile. */
    const TROUBLES: Record<
      string,
      () => { harm(): Promise<unknown>; mend(): Promise<unknown>; title: string; says: RegExp; fix: RegExp }
    > = {
      'a secret was deleted': () => {
        const ssm = new SSMClient(installation.connection)
        return {
          harm: () => ssm.send(new DeleteParameterCommand({ Name: TOKEN_PARAMETER })),
          mend: () => installation.greenlight(['init'], { environment: SECRETS }),
          title: 'Slack secrets',
          says: /bot-token is missing/,
          fix: /^npx greenlight init --installation prod --region eu-west-1$/,
        }
      },
      'a secret is stored unencrypted': () => {
        const ssm = new SSMClient(installation.connection)
        const open = { Name: SECRET_PARAMETER, Value: SIGNING_SECRET, Type: 'String' as const }
        return {
          harm: async () => {
            await ssm.send(new DeleteParameterCommand({ Name: SECRET_PARAMETER }))
            await ssm.send(new PutParameterCommand(open))
          },
          mend: () => installation.greenlight(['init'], { environment: SECRETS }),
          title: 'Slack secrets',
          says: /signing-secret is stored as a String, unencrypted/,
          fix: /^Create a new Signing Secret in Slack/,
        }
      },
      'the bot has left a channel': () => ({
        harm: async () => installation.slack.invitedTo.delete('C0RELEASES'),
        mend: async () => installation.slack.invitedTo.add('C0RELEASES'),
        title: 'Slack channels',
        says: /^The bot is not in C0RELEASES\.$/,
        fix: /\/invite @Greenlight/,
      }),
      'the app has lost a scope': () => ({
        harm: async () => installation.slack.scopes.splice(installation.slack.scopes.indexOf('chat:write'), 1),
        mend: async () => installation.slack.scopes.unshift('chat:write'),
        title: 'Slack scopes',
        says: /^The bot lacks chat:write\.$/,
        fix: /OAuth & Permissions/,
      }),
      'an approver has left': () => ({
        harm: async () => installation.slack.left.add('U0ELI'),
        mend: async () => installation.slack.left.clear(),
        title: 'Slack people and user groups',
        says: /U0ELI \(Eli Brandt\) is deactivated/,
        fix: /greenlight\.yml/,
      }),
      'the rule is disabled': () => {
        const events = new EventBridgeClient(installation.connection)
        const Name = `${STACK}-pipeline-changed`
        return {
          harm: () => events.send(new DisableRuleCommand({ Name })),
          mend: () => events.send(new EnableRuleCommand({ Name })),
          title: 'EventBridge rules',
          says: /pipeline-changed is disabled/,
          fix: /^aws events enable-rule --region eu-west-1 --name greenlight-prod-pipeline-changed$/,
        }
      },
      'the rule has a queue of the company beside its function, and the function was removed': () => {
        const events = new EventBridgeClient(installation.connection)
        const Rule = `${STACK}-pipeline-changed`
        const queueArn = `arn:aws:sqs:${REGION}:${ACCOUNT}:copies`
        let own: Target[] = []
        return {
          harm: async () => {
            own = (await events.send(new ListTargetsByRuleCommand({ Rule }))).Targets ?? []
            await events.send(new PutTargetsCommand({ Rule, Targets: [{ Id: 'copies', Arn: queueArn }] }))
            expect((await doctor()).wrong).toEqual([])
            await events.send(new RemoveTargetsCommand({ Rule, Ids: own.map(({ Id }) => Id ?? '') }))
          },
          mend: async () => {
            await events.send(new RemoveTargetsCommand({ Rule, Ids: ['copies'] }))
            await events.send(new PutTargetsCommand({ Rule, Targets: own }))
          },
          title: 'EventBridge rules',
          says: /pipeline-changed has no function of greenlight-prod as a target/,
          fix: /^Restore greenlight-prod in eu-west-1 from its template/,
        }
      },
      'the event source mapping of the retry queue is disabled': () => {
        const lambda = new LambdaClient(installation.connection)
        const mapping = async (Enabled: boolean) => {
          const { EventSourceMappings = [] } = await lambda.send(new ListEventSourceMappingsCommand({}))
          await lambda.send(new UpdateEventSourceMappingCommand({ UUID: EventSourceMappings[0]?.UUID, Enabled }))
        }
        return {
          harm: () => mapping(false),
          mend: () => mapping(true),
          title: 'Retry queue',
          says: /of the retry queue is Disabled .*: no retry runs\.$/,
          fix: /^aws lambda update-event-source-mapping --region eu-west-1 --uuid \S+ --enabled$/,
        }
      },
      'a function does not allow its topic': () => {
        const lambda = new LambdaClient(installation.connection)
        const FunctionName = `${STACK}-approval-requested`
        return {
          harm: async () => {
            const { Policy } = await lambda.send(new GetPolicyCommand({ FunctionName }))
            const { Statement } = JSON.parse(Policy ?? '{}') as { Statement: { Sid: string }[] }
            for (const { Sid } of Statement)
              await lambda.send(new RemovePermissionCommand({ FunctionName, StatementId: Sid }))
          },
          mend: () =>
            lambda.send(
              new AddPermissionCommand({
                FunctionName,
                StatementId: 'mended',
                Action: 'lambda:InvokeFunction',
                Principal: 'sns.amazonaws.com',
                SourceArn: names.ApprovalTopic,
              }),
            ),
          title: 'Approval topic',
          says: /approval-requested does not allow .* to start it/,
          fix: /^Restore greenlight-prod in eu-west-1 from its template/,
        }
      },
      'the topic is encrypted with a key that pipelines cannot use': () => {
        const sns = new SNSClient(installation.connection)
        const key = (AttributeValue: string) =>
          sns.send(
            new SetTopicAttributesCommand({
              TopicArn: names.ApprovalTopic,
              AttributeName: 'KmsMasterKeyId',
              AttributeValue,
            }),
          )
        return {
          harm: () => key('alias/aws/sns'),
          mend: () => key(''),
          title: 'Encryption of the approval topic',
          says: /pipelines cannot be allowed to use/,
          fix: /topicKeyArn/,
        }
      },
      'the role of a pipeline may not publish': () => {
        const iam = new IAMClient(installation.connection)
        return {
          harm: () => iam.send(new DeleteRolePolicyCommand({ RoleName: ROLE, PolicyName: 'notify' })),
          mend: () => iam.send(mayPublish()),
          title: 'Pipelines that request approval',
          says: /^shop-web cannot request approval: the role pipeline-role lacks sns:Publish/,
          fix: /docs\/existing-pipeline\.md/,
        }
      },
      'the role of an approval action may not publish': () => {
        const { connection } = installation
        const codepipeline = new CodePipelineClient(connection)
        const RoleName = 'requesting-role'
        return {
          harm: async () => {
            const AssumeRolePolicyDocument = trust('codepipeline.amazonaws.com')
            await new IAMClient(connection).send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }))
            await codepipeline.send(new UpdatePipelineCommand({ pipeline: shopWeb(RoleName) }))
          },
          mend: () => codepipeline.send(new UpdatePipelineCommand({ pipeline: shopWeb() })),
          title: 'Pipelines that request approval',
          says: /^shop-web › Release › Release cannot request approval: the role requesting-role lacks sns:Publish/,
          fix: /docs\/existing-pipeline\.md/,
        }
      },
      'a message waits in a dead-letter queue': () => {
        const sqs = new SQSClient(installation.connection)
        const QueueUrl = names.EffectDueDead
        return {
          harm: () => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{}' })),
          mend: () => sqs.send(new PurgeQueueCommand({ QueueUrl })),
          title: 'Dead-letter queues',
          says: /^1 message in EffectDueDead failed\.$/,
          fix: /npx greenlight redrive --queue EffectDueDead --installation prod --region eu-west-1$/,
        }
      },
      'the table could not be restored': () => {
        const dynamodb = new DynamoDBClient(installation.connection)
        const recovery = (PointInTimeRecoveryEnabled: boolean) =>
          dynamodb.send(
            new UpdateContinuousBackupsCommand({
              TableName: names.Table,
              PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled },
            }),
          )
        return {
          harm: () => recovery(false),
          mend: () => recovery(true),
          title: 'Table',
          says: /^Point-in-time recovery is off/,
          fix: /update-continuous-backups/,
        }
      },
      'the signing key is disabled': () => {
        const kms = new KMSClient(installation.connection)
        const KeyId = names.SigningKey
        return {
          harm: () => kms.send(new DisableKeyCommand({ KeyId })),
          mend: () => kms.send(new EnableKeyCommand({ KeyId })),
          title: 'Signing key',
          says: /^The key arn:aws:kms:\S+ is Disabled: no vote can be signed\.$/,
          fix: /^aws kms enable-key --region eu-west-1 --key-id arn:aws:kms:/,
        }
      },
      'the signing key waits for its deletion': () => {
        const kms = new KMSClient(installation.connection)
        const KeyId = names.SigningKey
        return {
          harm: () => kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 30 })),
          mend: async () => {
            await kms.send(new CancelKeyDeletionCommand({ KeyId }))
            await kms.send(new EnableKeyCommand({ KeyId }))
          },
          title: 'Signing key',
          says: /waits for its deletion: no vote can be signed\.$/,
          fix: /^aws kms cancel-key-deletion .* && aws kms enable-key /,
        }
      },
      'other roles may remove rejections': () => {
        const dynamodb = new DynamoDBClient(installation.connection)
        let ResourceArn: string
        let Policy: string
        return {
          harm: async () => {
            const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: names.Objections }))
            ResourceArn = Table!.TableArn!
            Policy = (await dynamodb.send(new GetResourcePolicyCommand({ ResourceArn }))).Policy!
            const laxer = Policy.replace('"dynamodb:DeleteItem",', '').replace('"dynamodb:DeleteItem", ', '')
            expect(laxer).not.toBe(Policy)
            await dynamodb.send(new PutResourcePolicyCommand({ ResourceArn, Policy: laxer }))
          },
          mend: () => dynamodb.send(new PutResourcePolicyCommand({ ResourceArn, Policy })),
          title: 'Table of rejections and withdrawals',
          says: /lets other roles remove rejections and withdrawals\.$/,
          fix: /^Restore greenlight-prod in eu-west-1 from its template/,
        }
      },
      'greenlight.yml is not valid': () => {
        let text: string
        return {
          harm: async () => {
            text = await readFile(configurationFile(), 'utf8')
            await writeFile(configurationFile(), text.replace('approvers:', 'aprovers:'))
          },
          mend: () => writeFile(configurationFile(), text),
          title: 'greenlight.yml',
          says: /greenlight\.yml:\d+ {2}.*aprovers: unknown setting/,
          fix: /Until then no one can approve in Slack/,
        }
      },
    }

    test.each(Object.keys(TROUBLES))('%s', async (name) => {
      const trouble = TROUBLES[name]!()
      await trouble.harm()
      const { wrong, exitCode } = await doctor()
      await trouble.mend()
      expect(exitCode).toBe(1)
      const found = wrong.find(({ title }) => title === trouble.title)?.findings ?? []
      const match = found.find(({ what }) => trouble.says.test(what))
      expect(match ?? wrong).toHaveProperty('fix', expect.stringMatching(trouble.fix))
      // No other check has a finding; checks that cannot be made meanwhile say so.
      expect(wrong.filter(({ title, kind }) => kind === 'finding' && title !== trouble.title)).toEqual([])
    })

    test('and after all faults are mended, it finds nothing wrong', async () => {
      expect((await doctor()).wrong).toEqual([])
    })

    test('a clock that is wrong', async () => {
      const { wrong } = await doctor({ now: () => Date.now() + 7 * 60_000 })
      expect(wrong.find(({ title }) => title === 'Clock')?.findings?.[0]?.what).toMatch(
        /^The clock of this machine is 7 minutes ahead of the clock of AWS\.$/,
      )
    })
  })
}
