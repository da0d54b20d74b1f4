import { z } from 'zod'
import { AwsError } from '../aws-error.ts'
import type { Caller } from './caller.ts'
import { ownEntry } from '../../../functions/own-entry.ts'
import type { Use } from '../../rights-used.ts'
import { allowing } from '../iam/iam.ts'

/** The services whose name in a signature is no prefix of permissions. */
const PREFIXES: Record<string, string> = { monitoring: 'cloudwatch' }

/** The permissions whose names differ from those of the operations (Service Authorization Reference). */
const ACTIONS: Record<string, string> = {
  'lambda:Invoke': 'lambda:InvokeFunction',
  's3:GetObjectLockConfiguration': 's3:GetBucketObjectLockConfiguration',
  's3:ListObjectsV2': 's3:ListBucket',
}

/**
 * Checks a call against the policies of an assumed role; GetCallerIdentity is open to every caller. `readInput` reads the
 * call's input, which names the resource of some services. Returns what allowed it. Throws AwsError.
 */
export const requireAllowed = (caller: Caller, operation: string, readInput: () => unknown): Use[] => {
  const { policies, principalArn } = caller
  if (!policies || operation === 'GetCallerIdentity') return []
  const body = readInput()
  const resources = [ownEntry(RESOURCES, caller.service)?.(caller, body) ?? '*'].flat()
  const context = {
    ...(caller.sourceIdentity && { 'aws:SourceIdentity': caller.sourceIdentity }),
    ...ownEntry(CONTEXTS, caller.service)?.(body),
  }
  return actionsOf(`${ownEntry(PREFIXES, caller.service) ?? caller.service}:${operation}`, context).flatMap((action) =>
    resources.flatMap((resource) => {
      const statements = allowing(policies, { action, resource, context })
      if (statements.length === 0)
        throw new AwsError(
          'AccessDeniedException',
          `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${resource}`,
        )
      return statements.map(({ Sid: sid }) => ({ principalArn, action, sid: String(sid) }))
    }),
  )
}

/** To give a session a source identity is a permission of its own ("Monitor and control actions taken with assumed roles"). */
const actionsOf = (operation: string, context: Record<string, string>): string[] => [
  ownEntry(ACTIONS, operation) ?? operation,
  ...('sts:SourceIdentity' in context ? ['sts:SetSourceIdentity'] : []),
]

const name = z.string().optional().catch(undefined)
const input = z.object({ name, pipelineName: name, stageName: name, actionName: name }).catch({})

/** By service, what a call names (Service Authorization Reference); the calls of other services name nothing here. */
const RESOURCES: Record<string, (caller: Caller, body: unknown) => string | string[]> = {
  codepipeline: (caller, body) => pipelineIn(caller, body),
  codebuild: (caller, body) => projectOrReportGroupIn(caller, body),
  cloudformation: ({ region, accountId }, body) =>
    `arn:aws:cloudformation:${region}:${accountId}:stack/${stack.parse(body).StackName}/*`,
  logs: (caller, body) => logIn(caller, body),
  // A deployment's ID does not say its group.
  codedeploy: ({ region, accountId }) =>
    `arn:aws:codedeploy:${region}:${accountId}:deploymentgroup:workspace/workspace`,
  dynamodb: ({ region, accountId }, body) => {
    const { TableName = '*', IndexName } = item.parse(body)
    const index = IndexName === undefined ? '' : `/index/${IndexName}`
    return `arn:aws:dynamodb:${region}:${accountId}:table/${TableName}${index}`
  },
  ecs: ({ region, accountId }, body) => {
    const { cluster, services } = described.parse(body)
    return services.map((service) => `arn:aws:ecs:${region}:${accountId}:service/${cluster}/${service}`)
  },
  events: ({ region, accountId }) => `arn:aws:events:${region}:${accountId}:event-bus/default`,
  kms: (_caller, body) => key.parse(body).KeyId,
  sqs: ({ region, accountId }, body) =>
    `arn:aws:sqs:${region}:${accountId}:${queue.parse(body).QueueUrl.split('/').at(-1)}`,
  sts: (_caller, body) => assumed.parse(body).RoleArn,
  ssm: ({ region, accountId }, body) => parametersOrCalendarsIn(`arn:aws:ssm:${region}:${accountId}`, body),
  s3: (_caller, body) => `arn:aws:s3:::${object.parse(body).path.replaceAll(/^\/|\/$/g, '')}`,
  lambda: ({ region, accountId }, body) => `arn:aws:lambda:${region}:${accountId}:function:${versionIn(body)}`,
}

const leading = z.object({ pk: z.object({ S: name }) }).catch({ pk: {} })
const item = z
  .object({
    TableName: name,
    IndexName: name,
    Key: leading,
    Item: leading,
    KeyConditionExpression: name,
    ExpressionAttributeValues: z.record(z.string(), z.object({ S: name })).catch({}),
  })
  .catch({ TableName: '*', Key: { pk: {} }, Item: { pk: {} }, ExpressionAttributeValues: {} })
const queue = z.object({ QueueUrl: z.string() }).catch({ QueueUrl: '*' })
const key = z.object({ KeyId: z.string(), SigningAlgorithm: name }).catch({ KeyId: '*' })
const put = z.object({ Entries: z.array(z.object({ Source: z.string() })) }).catch({ Entries: [] })
const assumed = z.object({ RoleArn: z.string(), SourceIdentity: name }).catch({ RoleArn: '*' })

const PARTITION_VALUE = /\bpk = (:\w+)/

const leadingKey = (body: unknown): string | undefined => {
  const { Key, Item, KeyConditionExpression = '', ExpressionAttributeValues } = item.parse(body)
  const placeholder = PARTITION_VALUE.exec(KeyConditionExpression)?.[1] ?? ''
  return Key.pk.S ?? Item.pk.S ?? ownEntry(ExpressionAttributeValues, placeholder)?.S
}

/** By service, the condition keys of a call as far as the roles name them (Service Authorization Reference). */
const CONTEXTS: Record<string, (body: unknown) => Record<string, string>> = {
  dynamodb: (body) => named('dynamodb:LeadingKeys', leadingKey(body)),
  events: (body) => named('events:source', put.parse(body).Entries[0]?.Source),
  kms: (body) => named('kms:SigningAlgorithm', key.parse(body).SigningAlgorithm),
  s3: (body) => named('s3:prefix', object.parse(body).prefix),
  sts: (body) => named('sts:SourceIdentity', assumed.parse(body).SourceIdentity),
}

const named = (key: string, value: string | undefined): Record<string, string> =>
  value === undefined ? {} : { [key]: value }

const stack = z.object({ StackName: z.string() }).catch({ StackName: '*' })

/** A request of S3 has no body with names: they are in its path. */
const object = z.object({ path: z.string(), prefix: name }).catch({ path: '' })

const invoked = z.object({ name: z.string(), qualifier: z.string() }).catch({ name: '*', qualifier: '*' })

const versionIn = (body: unknown): string => {
  const { name, qualifier } = invoked.parse(body)
  return `${name}:${qualifier}`
}

/** The parameters' names, and the calendars' ARNs. */
const secrets = z
  .object({ Names: z.array(z.string()).optional(), CalendarNames: z.array(z.string()).optional() })
  .catch({})

const parametersOrCalendarsIn = (place: string, body: unknown): string[] => {
  const { Names = [], CalendarNames = [] } = secrets.parse(body)
  return [...Names.map((one) => `${place}:parameter${one}`), ...CalendarNames]
}

const described = z
  .object({ cluster: z.string(), services: z.array(z.string()) })
  .catch({ cluster: '*', services: ['*'] })

const builds = z.object({ ids: z.array(z.string()).optional(), reportArns: z.array(z.string()).optional() }).catch({})

const log = z.object({ logGroupName: name, logStreamName: name }).catch({})

/** A log stream or, for all of them, the log group. */
const logIn = ({ region, accountId }: Caller, body: unknown): string => {
  const { logGroupName = '*', logStreamName } = log.parse(body)
  const stream = logStreamName === undefined ? '' : `:log-stream:${logStreamName}`
  return `arn:aws:logs:${region}:${accountId}:log-group:${logGroupName}${stream}`
}

/** The project of the first build, or the group of the first report. */
const projectOrReportGroupIn = ({ region, accountId }: Caller, body: unknown): string => {
  const { ids = [], reportArns = [] } = builds.parse(body)
  const group = /:report\/([^:]+):/.exec(reportArns[0] ?? '')?.[1]
  const path = group === undefined ? `project/${ids[0]?.split(':')[0] ?? '*'}` : `report-group/${group}`
  return `arn:aws:codebuild:${region}:${accountId}:${path}`
}

/** The pipeline, or its stage and action (Service Authorization Reference, "… for AWS CodePipeline"). */
const pipelineIn = ({ region, accountId }: Caller, body: unknown): string => {
  const { name, pipelineName, stageName, actionName } = input.parse(body)
  const path = [pipelineName ?? name ?? '*', stageName, actionName].filter((part) => part !== undefined)
  return `arn:aws:codepipeline:${region}:${accountId}:${path.join('/')}`
}
