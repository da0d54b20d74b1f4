import type { KeySpec } from '../../functions/aws/kms.ts'
import { markedSecret } from '../secret-mark.ts'
import { ACCOUNT, JOINED_ACCOUNT } from './account.ts'
import { type FunctionName, accessKeyOf } from './function-roles.ts'

/** What the bot's functions find in their environment, as serverless.yml sets it. */
export const botEnvironment = (workspace: {
  url: string
  queueUrl: string
  botToken: string
  signingSecret: string
  signingKeySpec: KeySpec
}): Record<string, string> => ({
  ACCOUNT_ID: ACCOUNT.accountId,
  AWS_ENDPOINT_URL: `${workspace.url}/aws`,
  AWS_REGION: ACCOUNT.region,
  AWS_ACCESS_KEY_ID: ACCOUNT.botAccessKeyId,
  AWS_SECRET_ACCESS_KEY: markedSecret('workspace'),
  SLACK_API_URL: `${workspace.url}/slack/api/`,
  SLACK_BOT_TOKEN: workspace.botToken,
  SLACK_SIGNING_SECRET: workspace.signingSecret,
  TABLE_NAME: ACCOUNT.tableName,
  STORED_RECORDS: 'deflated',
  QUEUE_URL: workspace.queueUrl,
  SIGNING_KEY: ACCOUNT.signingKeyArn,
  SIGNING_KEY_SPEC: workspace.signingKeySpec,
  OBJECTIONS_TABLE: ACCOUNT.objectionsTableName,
  SPOKES: `${JOINED_ACCOUNT.accountId}/${JOINED_ACCOUNT.region}`,
  SPOKE_ROLE: `arn:aws:iam::{account}:role/${JOINED_ACCOUNT.botName}-{region}-{role}`,
  SPOKE_EXTERNAL_ID: JOINED_ACCOUNT.externalId,
  CHECKPOINT_BUCKET: ACCOUNT.checkpointBucket,
  CHECKPOINT_CHANNEL: 'C0AUDIT',
  CHECKPOINT_KEY: ACCOUNT.checkpointKeyArn,
  CHECKPOINT_ORIGIN: `greenlight-prod/${ACCOUNT.accountId}/${ACCOUNT.region}`,
  ATTESTATION_KEY: ACCOUNT.attestationKeyArn,
  DECIDER_ROLE: `arn:aws:iam::${ACCOUNT.accountId}:role/${ACCOUNT.deciderRoleName}`,
})

const SEES_CLICKS = new Set<FunctionName>(['button-clicked', 'effect-due'])

/** What differs in one function: its credentials and, in place of Slack's secrets, where they are stored. */
export const functionVariables = (name: FunctionName): Record<string, string> => ({
  AWS_ACCESS_KEY_ID: accessKeyOf(name),
  AWS_LAMBDA_FUNCTION_NAME: `${JOINED_ACCOUNT.botName}-${name}`,
  SLACK_BOT_TOKEN: '',
  SLACK_SIGNING_SECRET: '',
  SLACK_SECRETS_PATH: ACCOUNT.slackSecretsPath,
  ...(SEES_CLICKS.has(name) && { SEES_CLICKS: 'true' }),
})
