/** The AWS account in which the workspace's bot is installed, and the names of the bot's resources in it. */
export const ACCOUNT = {
  accountId: '111122223333',
  name: 'shop-prod',
  region: 'eu-west-1',
  botAccessKeyId: 'GREENLIGHTBOT',
  /** What only measures the bot runs all of its functions in this role, which may do everything. */
  botRoleName: 'greenlight-button-clicked',
  /** With which it decides in its own account. */
  deciderRoleName: 'greenlight-decider',
  /** Where `greenlight init` stores the secrets of the Slack app. */
  slackSecretsPath: '/greenlight/prod/slack',
  tableName: 'greenlight',
  objectionsTableName: 'greenlight-objections',
  approvalTopicArn: 'arn:aws:sns:eu-west-1:111122223333:greenlight-approvals',
  signingKeyArn: 'arn:aws:kms:eu-west-1:111122223333:key/5160ed00-0000-4000-8000-000000000001',
  checkpointKeyArn: 'arn:aws:kms:eu-west-1:111122223333:key/c4ec6000-0000-4000-8000-000000000001',
  attestationKeyArn: 'arn:aws:kms:eu-west-1:111122223333:key/a77e5700-0000-4000-8000-000000000001',
  checkpointBucket: 'greenlight-checkpoints',
  /** As infra/pipeline.yml names it here, in both accounts. */
  artifactBucket: 'workspace-artifactbucket',
} as const

/** A second account, in another Region, that infra/spoke.yml joins to the bot. */
export const JOINED_ACCOUNT = {
  accountId: '444455556666',
  name: 'shop-data',
  region: 'us-east-1',
  /** With which the names of its resources begin: that of the bot's stack. */
  botName: 'greenlight-prod',
  /** With which the bot decides and steers here, as infra/spoke.yml names it. */
  deciderRoleName: 'greenlight-prod-us-east-1-decider',
  approvalTopicArn: 'arn:aws:sns:us-east-1:444455556666:greenlight-prod-approvals',
  externalId: 'workspace-shop-data',
} as const
