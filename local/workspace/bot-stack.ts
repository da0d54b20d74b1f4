import { readFileSync } from 'node:fs'
import type { KeySpec } from '../../functions/aws/kms.ts'
import type { Stack } from '../aws/cloudformation/cloudformation.ts'
import { ACCOUNT } from './account.ts'

/** The names in serverless.yml of the installation that the workspace plays. */
const INSTALLATION = 'prod'

/** What `greenlight init` stores in Parameter Store. */
export const botParameters = (secrets: { botToken: string; signingSecret: string }): Map<string, string> =>
  new Map([
    [`${ACCOUNT.slackSecretsPath}/bot-token`, secrets.botToken],
    [`${ACCOUNT.slackSecretsPath}/signing-secret`, secrets.signingSecret],
  ])

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string
}

/**
 * The resources of `serverless deploy`, one of each kind: the workspace has the tables, the queues and Slack's secrets.
 */
export const botStack = (workspace: {
  url: string
  deadLettersUrl: string
  effectsUrl: string
  signingKeySpec: KeySpec
  now: number
}): Stack => {
  const { accountId, region } = ACCOUNT
  const name = `greenlight-${INSTALLATION}`
  return {
    name,
    arn: `arn:aws:cloudformation:${region}:${accountId}:stack/${name}/workspace`,
    createdAt: new Date(workspace.now).toISOString(),
    outputs: {
      Version: version,
      TableName: ACCOUNT.tableName,
      SigningKeyArn: ACCOUNT.signingKeyArn,
      SigningKeySpec: workspace.signingKeySpec,
      CheckpointKeyArn: ACCOUNT.checkpointKeyArn,
      AttestationKeyArn: ACCOUNT.attestationKeyArn,
      ApprovalTopicArn: ACCOUNT.approvalTopicArn,
      SlackRequestUrl: `${workspace.url}/slack/events`,
    },
    resources: [
      { id: 'Table', type: 'AWS::DynamoDB::Table', name: ACCOUNT.tableName },
      { id: 'Objections', type: 'AWS::DynamoDB::Table', name: ACCOUNT.objectionsTableName },
      { id: 'HttpApi', type: 'AWS::ApiGatewayV2::Api', name: 'workspace' },
      { id: 'ApprovalTopic', type: 'AWS::SNS::Topic', name: ACCOUNT.approvalTopicArn },
      { id: 'AlarmTopic', type: 'AWS::SNS::Topic', name: `arn:aws:sns:${region}:${accountId}:${name}-alarms` },
      { id: 'SigningKey', type: 'AWS::KMS::Key', name: ACCOUNT.signingKeyArn.split('/').at(-1)! },
      { id: 'Effects', type: 'AWS::SQS::Queue', name: workspace.effectsUrl },
      { id: 'EffectDueDead', type: 'AWS::SQS::Queue', name: workspace.deadLettersUrl },
      { id: 'MinutePassedRule', type: 'AWS::Events::Rule', name: `${name}-minute-passed` },
      { id: 'PipelineChangedRule', type: 'AWS::Events::Rule', name: `${name}-pipeline-changed` },
      { id: 'EffectDueFunction', type: 'AWS::Lambda::Function', name: `${name}-effect-due` },
      { id: 'EffectDueMapping', type: 'AWS::Lambda::EventSourceMapping', name: 'effect-due' },
      { id: 'DeciderRole', type: 'AWS::IAM::Role', name: ACCOUNT.deciderRoleName },
      { id: 'EffectDueRole', type: 'AWS::IAM::Role', name: `${name}-effect-due` },
    ],
  }
}
