'use strict'

/**
 * What the param `dataKeyArn` adds to the bot's stack: your own key for everything that it keeps. Without the param, AWS
 * encrypts with keys of its own, and this adds nothing. infra/data-key.yml makes such a key. serverless.yml and
 * infra/bot-roles.yml include it.
 *
 * It is a script, because a key that is not given must leave out more than one property.
 */

const KEY = /^arn:aws(-[a-z]+)*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/

const keyOf = async ({ resolveVariable }) => {
  const key = await resolveVariable('param:dataKeyArn')
  if (key && !KEY.test(key)) throw new Error(`params.dataKeyArn: "${key}" is not the ARN of a key, not of an alias`)
  return key || null
}

const TABLES = ['Table', 'Objections']
const QUEUES = [
  'Effects',
  'ApprovalRequestedDead',
  'EffectDueDead',
  'PipelineChangedDead',
  'MinutePassedDead',
  'DayPassedDead',
  'ApprovalDecidedDead',
]
/** As osls names them. */
const LOG_GROUPS = [
  'ApprovalDashdecidedLogGroup',
  'ApprovalDashrequestedLogGroup',
  'ButtonDashclickedLogGroup',
  'DayDashpassedLogGroup',
  'EffectDashdueLogGroup',
  'HttpApiLogGroup',
  'MinuteDashpassedLogGroup',
  'PipelineDashchangedLogGroup',
  'TrafficDashshiftingLogGroup',
]

const extend = (ids, Properties) => Object.fromEntries(ids.map((id) => [id, { Properties }]))
const via = (service) => ({ 'Fn::Sub': `${service}.\${AWS::Region}.\${AWS::URLSuffix}` })

module.exports = {
  /** Null without a key; of the environment variables and of the packages in the deployment bucket. */
  key: keyOf,
  bucketEncryption: async (serverless) => ((await keyOf(serverless)) ? 'aws:kms' : 'AES256'),

  resources: async (serverless) => {
    const key = await keyOf(serverless)
    if (!key) return { Resources: {} }
    // A param that is not given is a reference to AWS::NoValue.
    const topicHasItsOwn = typeof (await serverless.resolveVariable('param:topicKeyArn')) === 'string'
    return {
      extensions: {
        ...extend(TABLES, { SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: key } }),
        ...extend(QUEUES, { SqsManagedSseEnabled: false, KmsMasterKeyId: key }),
        ...extend(topicHasItsOwn ? ['AlarmTopic'] : ['AlarmTopic', 'ApprovalTopic'], { KmsMasterKeyId: key }),
        ...extend(LOG_GROUPS, { KmsKeyId: key }),
      },
    }
  },

  /** The functions use the key only through the services that keep the data. */
  use: async (serverless) => {
    const key = await keyOf(serverless)
    if (!key) return { Ref: 'AWS::NoValue' }
    return {
      Sid: 'UseDataKey',
      Effect: 'Allow',
      // DynamoDB Developer Guide, "DynamoDB encryption at rest usage notes"; SQS Developer Guide, "Key management".
      Action: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'],
      Resource: key,
      Condition: { StringEquals: { 'kms:ViaService': [via('dynamodb'), via('sqs')] } },
    }
  },
}
