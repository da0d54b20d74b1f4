/** The AWS account that the workspace plays, and the names of the bot's resources in it. */
export const ACCOUNT = {
  accountId: '111122223333',
  region: 'eu-west-1',
  botAccessKeyId: 'GREENLIGHTBOT',
  tableName: 'greenlight',
  approvalTopicArn: 'arn:aws:sns:eu-west-1:111122223333:greenlight-approvals',
} as const
