import type { Stack } from '../aws/cloudformation/stacks.ts'
import { ACCOUNT } from './account.ts'

/** The names in serverless.yml of the installation that the workspace plays. */
const INSTALLATION = 'prod'
const SECRETS_PATH = `/greenlight/${INSTALLATION}/slack`

/** What `greenlight init` stores in Parameter Store. */
export const botParameters = (secrets: { botToken: string; signingSecret: string }): Map<string, string> =>
  new Map([
    [`${SECRETS_PATH}/bot-token`, secrets.botToken],
    [`${SECRETS_PATH}/signing-secret`, secrets.signingSecret],
  ])

/** What `serverless deploy` would have made, as far as the workspace plays it. */
export const botStack = (workspace: {
  url: string
  deadLettersUrl: string
  effectsUrl: string
  now: number
}): Stack => {
  const { accountId, region } = ACCOUNT
  const name = `greenlight-${INSTALLATION}`
  return {
    name,
    arn: `arn:aws:cloudformation:${region}:${accountId}:stack/${name}/workspace`,
    createdAt: new Date(workspace.now).toISOString(),
    outputs: {
      TableName: ACCOUNT.tableName,
      ApprovalTopicArn: ACCOUNT.approvalTopicArn,
      SlackRequestUrl: `${workspace.url}/slack/events`,
    },
    resources: [
      { id: 'Table', type: 'AWS::DynamoDB::Table', name: ACCOUNT.tableName },
      { id: 'ApprovalTopic', type: 'AWS::SNS::Topic', name: ACCOUNT.approvalTopicArn },
      { id: 'Effects', type: 'AWS::SQS::Queue', name: workspace.effectsUrl },
      { id: 'EffectDueDead', type: 'AWS::SQS::Queue', name: workspace.deadLettersUrl },
    ],
  }
}
