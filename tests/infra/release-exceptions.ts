import type { Resource } from '../support/template.ts'

/*
 * Actions that CloudFormation's schemas list for a type and ReleaseRole of infra/self.yml does not have, with the
 * reason. An exception for a property ends when a resource has that property.
 */

interface Exception {
  /** The properties of which the resource must have one, anywhere, for the actions to be called. */
  unless: string[]
  actions: string[]
}

const KMS = ['CreateGrant', 'Decrypt', 'DescribeKey', 'Encrypt', 'GenerateDataKey', 'ListAliases', 'RevokeGrant']
const kms = (...properties: string[]): Exception => ({
  unless: properties,
  actions: KMS.map((operation) => `kms:${operation}`),
})
const unless = (property: string, ...actions: string[]): Exception => ({ unless: [property], actions })

const UNUSED: Record<string, Exception[]> = {
  'AWS::ApiGatewayV2::Api': [unless('BodyS3Location', 's3:getObject')],
  'AWS::ApiGatewayV2::Integration': [unless('CredentialsArn', 'iam:PassRole')],
  'AWS::DynamoDB::Table': [
    kms('SSESpecification'),
    unless('ContributorInsightsSpecification', 'dynamodb:UpdateContributorInsights'),
    unless(
      'KinesisStreamSpecification',
      'dynamodb:DisableKinesisStreamingDestination',
      'dynamodb:EnableKinesisStreamingDestination',
      'dynamodb:UpdateKinesisStreamingDestination',
      'kinesis:DescribeStream',
      'kinesis:PutRecords',
    ),
    unless(
      'ImportSourceSpecification',
      'dynamodb:DescribeImport',
      'dynamodb:ImportTable',
      'logs:CreateLogGroup',
      'logs:CreateLogStream',
      'logs:DescribeLogGroups',
      'logs:DescribeLogStreams',
      'logs:PutLogEvents',
      'logs:PutRetentionPolicy',
      's3:GetObject',
      's3:GetObjectMetadata',
      's3:ListBucket',
    ),
  ],
  'AWS::Events::Rule': [unless('RoleArn', 'iam:PassRole')],
  'AWS::IAM::Policy': [
    unless('Users', 'iam:DeleteUserPolicy', 'iam:GetUserPolicy', 'iam:PutUserPolicy'),
    unless('Groups', 'iam:DeleteGroupPolicy', 'iam:GetGroupPolicy', 'iam:PutGroupPolicy'),
  ],
  'AWS::IAM::Role': [
    { unless: ['Description', 'MaxSessionDuration'], actions: ['iam:UpdateRole', 'iam:UpdateRoleDescription'] },
  ],
  'AWS::KMS::Key': [unless('EnableKeyRotation', 'kms:DisableKeyRotation', 'kms:EnableKeyRotation')],
  'AWS::Lambda::EventSourceMapping': [kms('KmsKeyArn')],
  'AWS::Lambda::Function': [
    kms('KmsKeyArn', 'SourceKMSKeyArn'),
    unless(
      'VpcConfig',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeSecurityGroups',
      'ec2:DescribeSubnets',
      'ec2:DescribeVpcs',
    ),
    unless('FileSystemConfigs', 'elasticfilesystem:DescribeMountTargets', 's3files:ListMountTargets'),
    unless('Layers', 'lambda:GetLayerVersion'),
    unless(
      'CodeSigningConfigArn',
      'lambda:DeleteFunctionCodeSigningConfig',
      'lambda:GetCodeSigningConfig',
      'lambda:PutFunctionCodeSigningConfig',
    ),
    unless('ReservedConcurrentExecutions', 'lambda:DeleteFunctionConcurrency', 'lambda:PutFunctionConcurrency'),
    unless('RuntimeManagementConfig', 'lambda:AssociateRuntimeAlias', 'lambda:PutRuntimeManagementConfig'),
    unless('RecursiveLoop', 'lambda:PutFunctionRecursionConfig'),
    unless('CapacityProviderConfig', 'lambda:PassCapacityProvider'),
    unless('FunctionScalingConfig', 'lambda:PutFunctionScalingConfig'),
    unless('PublishToLatestPublished', 'lambda:PublishVersion'),
  ],
  'AWS::Logs::LogGroup': [
    unless('KmsKeyId', 'logs:AssociateKmsKey', 'logs:DisassociateKmsKey'),
    unless(
      'DataProtectionPolicy',
      'firehose:TagDeliveryStream',
      'logs:CreateLogDelivery',
      'logs:DeleteDataProtectionPolicy',
      'logs:PutDataProtectionPolicy',
      's3:REST.PUT.OBJECT',
    ),
    unless('FieldIndexPolicies', 'logs:DeleteIndexPolicy', 'logs:PutIndexPolicy'),
    unless('ResourcePolicyDocument', 'logs:DeleteResourcePolicy', 'logs:PutResourcePolicy'),
    unless('BearerTokenAuthenticationEnabled', 'logs:PutBearerTokenAuthentication'),
    unless('DeletionProtectionEnabled', 'logs:PutLogGroupDeletionProtection'),
  ],
  'AWS::SNS::Subscription': [unless('SubscriptionRoleArn', 'iam:GetRole', 'iam:PassRole')],
  'AWS::SNS::Topic': [
    unless('DeliveryStatusLogging', 'iam:GetRole', 'iam:PassRole'),
    unless('DataProtectionPolicy', 'sns:PutDataProtectionPolicy'),
  ],
}

/** Actions that a release must not be able to perform, with the reason. */
const REFUSED: Record<string, Record<string, string[]>> = {
  'AWS::DynamoDB::Table': {
    'the record of decisions outlives every release, and no release begins another': [
      'dynamodb:CreateTable',
      'dynamodb:DeleteTable',
    ],
    'no release decides who may write': ['dynamodb:DeleteResourcePolicy', 'dynamodb:PutResourcePolicy'],
    'no release reads or writes what is kept; CloudFormation does for replicas, of which there are none': [
      'dynamodb:AssociateTableReplica',
      'dynamodb:BatchWriteItem',
      'dynamodb:CreateTableReplica',
      'dynamodb:DeleteItem',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'dynamodb:Scan',
      'dynamodb:UpdateItem',
      'iam:CreateServiceLinkedRole',
    ],
  },
  'AWS::IAM::Role': {
    'a role of the bot has the policies in its template and no other, AdministratorAccess least of all': [
      'iam:AttachRolePolicy',
      'iam:DetachRolePolicy',
    ],
    'a boundary is put around a role by hand, so that no release can take it away': [
      'iam:DeleteRolePermissionsBoundary',
      'iam:PutRolePermissionsBoundary',
    ],
  },
  'AWS::KMS::Key': {
    'no release decides who may sign, or begins another key': [
      'kms:CreateKey',
      'kms:DisableKey',
      'kms:EnableKey',
      'kms:PutKeyPolicy',
      'kms:ScheduleKeyDeletion',
    ],
    'the tags say which keys the role reaches': ['kms:TagResource', 'kms:UntagResource'],
  },
  'AWS::SQS::Queue': { 'what waits in a queue was accepted, and may be a decision': ['sqs:DeleteQueue'] },
}

/** The bucket belongs to `serverless deploy` alone: a change of it is deployed by hand. */
const LEFT_TO_A_DEPLOY_BY_HAND = ['AWS::S3::Bucket', 'AWS::S3::BucketPolicy']

const has = (tree: unknown, property: string): boolean => JSON.stringify(tree).includes(`"${property}":`)

/**
 * Of the actions that its type lists: those that a release needs for the resource, and those that it must not be able
 * to perform.
 */
export const permissionsFor = (
  { Type, Properties }: Resource,
  listed: string[] | undefined,
): { needed: string[]; refused: string[] } => {
  if (LEFT_TO_A_DEPLOY_BY_HAND.includes(Type)) return { needed: [], refused: [] }
  if (!listed) throw new Error(`${Type} is new: add what its schema lists to tests/fixtures/handler-permissions.json`)
  const unused = (UNUSED[Type] ?? [])
    .filter(({ unless: properties }) => !properties.some((property) => has(Properties, property)))
    .flatMap(({ actions }) => actions)
  const refused = Object.values(REFUSED[Type] ?? {}).flat()
  return { needed: listed.filter((action) => ![...unused, ...refused].includes(action)), refused }
}
