import type { Resource } from '../support/template.ts'

/*
 * Actions that CloudFormation's schemas list for a type and that it does not call for the resources here. An exception ends
 * when a resource has the property.
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
  'AWS::ApiGatewayV2::DomainName': [unless('MutualTlsAuthentication', 's3:GetObject', 's3:GetObjectVersion')],
  'AWS::AutoScaling::AutoScalingGroup': [
    unless('LoadBalancerNames', 'autoscaling:AttachLoadBalancers', 'autoscaling:DetachLoadBalancers'),
    unless(
      'TargetGroupARNs',
      'autoscaling:AttachLoadBalancerTargetGroups',
      'autoscaling:DetachLoadBalancerTargetGroups',
    ),
    unless(
      'TrafficSources',
      'autoscaling:AttachTrafficSources',
      'autoscaling:DetachTrafficSources',
      'vpc-lattice:DeregisterTargets',
      'vpc-lattice:GetTargetGroup',
      'vpc-lattice:ListTargets',
      'vpc-lattice:RegisterTargets',
    ),
    unless('LifecycleHookSpecificationList', 'autoscaling:DeleteLifecycleHook', 'autoscaling:PutLifecycleHook'),
    unless(
      'NotificationConfigurations',
      'autoscaling:DeleteNotificationConfiguration',
      'autoscaling:PutNotificationConfiguration',
    ),
    unless('MetricsCollection', 'autoscaling:DisableMetricsCollection', 'autoscaling:EnableMetricsCollection'),
    // Updates that replace instances. CodeDeploy changes them here.
    unless('InstanceRefresh', 'autoscaling:CancelInstanceRefresh', 'autoscaling:StartInstanceRefresh'),
    unless('AutoScalingRollingUpdate', 'autoscaling:ResumeProcesses', 'autoscaling:SuspendProcesses'),
    // The template’s parameter resolves the image.
    unless('ImageId', 'ssm:Get*'),
    unless('InstanceRequirements', 'ec2:Get*'),
  ],
  'AWS::AutoScaling::ScalingPolicy': [unless('PredictiveScalingConfiguration', 'cloudwatch:GetMetricData')],
  'AWS::Budgets::Budget': [unless('BillingViewArn', 'billing:GetBillingViewData')],
  'AWS::CloudFormation::StackSet': [unless('AdministrationRoleARN', 'iam:PassRole')],
  'AWS::CodeDeploy::DeploymentGroup': [
    unless(
      'Deployment',
      'codedeploy:CreateDeployment',
      'codedeploy:GetApplicationRevision',
      'codedeploy:GetDeployment',
      'codedeploy:ListDeployments',
      'codedeploy:RegisterApplicationRevision',
      'codedeploy:StopDeployment',
    ),
    unless('OnPremisesInstanceTagFilters', 'codedeploy:RegisterOnPremisesInstance'),
  ],
  'AWS::CodePipeline::Pipeline': [
    unless(
      'DisableInboundStageTransitions',
      'codepipeline:DisableStageTransition',
      'codepipeline:EnableStageTransition',
    ),
    unless('RestartExecutionOnUpdate', 'codepipeline:StartPipelineExecution'),
  ],
  'AWS::ECR::Repository': [unless('RepositoryPolicyText', 'ecr:DeleteRepositoryPolicy', 'ecr:SetRepositoryPolicy')],
  'AWS::ECS::Cluster': [
    unless('CapacityProviders', 'ecs:PutClusterCapacityProviders'),
    unless('KmsKeyId', 'kms:DescribeKey'),
    // They change settings of the whole account.
    unless('ServiceConnectDefaults', 'ecs:PutAccountSetting', 'ecs:PutAccountSettingDefault'),
  ],
  'AWS::ElasticLoadBalancingV2::Listener': [unless('AuthenticateCognitoConfig', 'cognito-idp:DescribeUserPoolClient')],
  'AWS::ElasticLoadBalancingV2::ListenerRule': [
    unless('AuthenticateCognitoConfig', 'cognito-idp:DescribeUserPoolClient'),
  ],
  'AWS::ElasticLoadBalancingV2::LoadBalancer': [
    unless('Ipv4IpamPoolId', 'ec2:DescribeIpamPools', 'elasticloadbalancing:ModifyIpPools'),
    unless('MinimumLoadBalancerCapacity', 'elasticloadbalancing:ModifyCapacityReservation'),
    unless('IpAddressType', 'elasticloadbalancing:SetIpAddressType'),
  ],
  'AWS::ElasticLoadBalancingV2::TargetGroup': [
    unless('Targets', 'elasticloadbalancing:DeregisterTargets', 'elasticloadbalancing:RegisterTargets'),
  ],
  'AWS::Lambda::Alias': [
    unless(
      'ProvisionedConcurrencyConfig',
      'lambda:DeleteProvisionedConcurrencyConfig',
      'lambda:PutProvisionedConcurrencyConfig',
    ),
  ],
  'AWS::Lambda::Version': [
    unless('FunctionScalingConfig', 'lambda:PutFunctionScalingConfig'),
    unless('ProvisionedConcurrencyConfig', 'lambda:PutProvisionedConcurrencyConfig'),
    unless('RuntimePolicy', 'lambda:PutRuntimeManagementConfig'),
  ],
  'AWS::S3::Bucket': [
    unless('AbacStatus', 's3:PutBucketAbac'),
    unless('AccelerateConfiguration', 's3:PutAccelerateConfiguration'),
    unless('AccessControl', 's3:PutBucketAcl', 's3:PutObjectAcl'),
    unless('AnalyticsConfigurations', 's3:PutAnalyticsConfiguration'),
    unless('CorsConfiguration', 's3:PutBucketCORS'),
    unless('IntelligentTieringConfigurations', 's3:PutIntelligentTieringConfiguration'),
    unless('InventoryConfigurations', 's3:PutInventoryConfiguration'),
    unless('LifecycleConfiguration', 's3:PutLifecycleConfiguration'),
    unless('LoggingConfiguration', 's3:PutBucketLogging'),
    unless(
      'MetadataConfiguration',
      's3:CreateBucketMetadataTableConfiguration',
      's3:DeleteBucketMetadataTableConfiguration',
      's3:DeleteObject',
      's3:UpdateBucketMetadataAnnotationTableConfiguration',
      's3:UpdateBucketMetadataInventoryTableConfiguration',
      's3:UpdateBucketMetadataJournalTableConfiguration',
      's3tables:CreateNamespace',
      's3tables:CreateTable',
      's3tables:CreateTableBucket',
      's3tables:GetTable',
      's3tables:GetTableMetadataLocation',
      's3tables:PutTableBucketPolicy',
      's3tables:PutTableEncryption',
      's3tables:PutTablePolicy',
      's3tables:UpdateTableMetadataLocation',
    ),
    unless('MetricsConfigurations', 's3:DeleteBucketMetricsConfiguration', 's3:PutMetricsConfiguration'),
    unless('NotificationConfiguration', 's3:PutBucketNotification'),
    unless('ObjectLockEnabled', 's3:PutBucketObjectLockConfiguration'),
    unless('OwnershipControls', 's3:PutBucketOwnershipControls'),
    unless('ReplicationConfiguration', 'iam:PassRole', 's3:PutReplicationConfiguration'),
    unless('VersioningConfiguration', 's3:PutBucketVersioning'),
    unless('WebsiteConfiguration', 's3:DeleteBucketWebsite', 's3:PutBucketWebsite'),
  ],
  'AWS::ApiGatewayV2::Api': [unless('BodyS3Location', 's3:getObject')],
  'AWS::ApiGatewayV2::Integration': [unless('CredentialsArn', 'iam:PassRole')],
  'AWS::DynamoDB::Table': [
    kms('SSESpecification'),
    unless('ContributorInsightsSpecification', 'dynamodb:UpdateContributorInsights'),
    unless(
      'Replicas',
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
    ),
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
    unless('ManagedPolicyArns', 'iam:AttachRolePolicy', 'iam:DetachRolePolicy'),
    { unless: ['Description', 'MaxSessionDuration'], actions: ['iam:UpdateRole', 'iam:UpdateRoleDescription'] },
  ],
  'AWS::KMS::Key': [
    unless('Enabled', 'kms:DisableKey', 'kms:EnableKey'),
    unless('EnableKeyRotation', 'kms:DisableKeyRotation', 'kms:EnableKeyRotation'),
  ],
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

/** What the schemas list and IAM does not know (Service Authorization Reference). */
const UNKNOWN_TO_IAM =
  /^(?:managed-fleets:|s3:(?:DeleteBucket(?:AnalyticsConfiguration|Cors|Encryption|Lifecycle|Replication|Tagging)|PutBucketReplication|PutObjectLockConfiguration)$)/

const has = (tree: unknown, property: string): boolean => JSON.stringify(tree).includes(`"${property}":`)

/** Of the actions that the type of a resource lists: those that CloudFormation has no use for. */
export const unusedFor = ({ Type, Properties }: Resource, listed: readonly string[]): string[] => [
  ...(UNUSED[Type] ?? [])
    .filter(({ unless: properties }) => !properties.some((property) => has(Properties, property)))
    .flatMap(({ actions }) => actions),
  ...listed.filter((action) => UNKNOWN_TO_IAM.test(action)),
]

/** For the access log of a stage (API Gateway Developer Guide, "Configure logging for HTTP APIs"). */
const ACCESS_LOG = [
  'logs:CreateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:DescribeResourcePolicies',
  'logs:GetLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:UpdateLogDelivery',
]

/** What the schema of a resource's type omits. */
export const omittedFor = ({ Type, Properties }: Resource): string[] =>
  Type === 'AWS::ApiGatewayV2::Stage' && has(Properties, 'AccessLogSettings') ? ACCESS_LOG : []
