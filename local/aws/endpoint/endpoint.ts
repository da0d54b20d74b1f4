import { randomUUID } from 'node:crypto'
import { type Disturbances, disturbed } from '../../disturbances.ts'
import { AwsError } from '../aws-error.ts'
import type { CloudWatch } from '../cloudwatch/cloudwatch.ts'
import type { CloudFormation } from '../cloudformation/cloudformation.ts'
import type { PublishedBuilds } from '../codebuild/codebuild.ts'
import type { CodeDeploy } from '../codedeploy/codedeploy.ts'
import type { DynamoDb } from '../dynamodb/dynamodb.ts'
import type { EventBus } from '../eventbridge/eventbridge.ts'
import type { Logs } from '../logs/logs.ts'
import type { Kms } from '../kms/kms.ts'
import type { Lambda } from '../lambda/lambda.ts'
import { type S3, type S3Request, s3Error } from '../s3/s3.ts'
import type { Sns } from '../sns/sns.ts'
import type { Sqs } from '../sqs/sqs.ts'
import type { Ssm } from '../ssm/ssm.ts'
import type { Caller, Sts } from '../sts/sts.ts'
import { lookForSecret, lookInHeaders } from '../../secrets-left.ts'
import { queryAnswer, queryError } from '../query-protocol.ts'
import { ownEntry } from '../../../functions/own-entry.ts'

/** The services behind the AWS endpoint. */
export interface AwsServices {
  sts: Sts
  /** Answers one CodePipeline call in the caller's account; `target` is the X-Amz-Target header. */
  codePipeline(
    target: string,
    input: unknown,
    callerArn: string,
    place: { accountId: string; region: string },
  ): { status: number; body: object }
  dynamoDb: DynamoDb
  sqs: Sqs
  eventBus: EventBus
  sns: Sns
  ssm: Ssm
  kms: Kms
  cloudWatch: CloudWatch
  s3: S3
  cloudFormation: CloudFormation
  builds: PublishedBuilds
  logs: Logs
  codeDeploy: CodeDeploy
  lambda: Lambda
  disturbances: Disturbances
}

interface Call {
  target: string
  operation: string
  body: string
  headers: Headers
  caller: Caller
}

type Service = (services: AwsServices, call: Call) => Promise<Response>

/** By the first part of `X-Amz-Target`. */
const TARGETS: Record<string, Service> = {
  CodePipeline_20150709: async (services, call) => {
    const { status, body } = services.codePipeline(call.target, parseJson(call.body), call.caller.arn, call.caller)
    return json(body, 'application/x-amz-json-1.1', status)
  },
  DynamoDB_20120810: (services, call) => services.dynamoDb.fetch(call),
  AmazonSQS: async (services, call) =>
    json(await services.sqs.answer(call.operation, parseJson(call.body)), 'application/x-amz-json-1.0'),
  AmazonSSM: async (services, call) =>
    json(services.ssm.answer(call.operation, parseJson(call.body)), 'application/x-amz-json-1.1'),
  GraniteServiceVersion20100801: async (services, call) =>
    json(services.cloudWatch.answer(call.operation, parseJson(call.body)), 'application/x-amz-json-1.0'),
  TrentService: async (services, call) =>
    json(services.kms.answer(call.operation, parseJson(call.body)), 'application/x-amz-json-1.1'),
  CodeBuild_20161006: async (services, call) =>
    json(services.builds.answer(call.operation, parseJson(call.body), call.caller), 'application/x-amz-json-1.1'),
  Logs_20140328: async (services, call) =>
    json(services.logs.answer(call.operation, parseJson(call.body), call.caller), 'application/x-amz-json-1.1'),
  CodeDeploy_20141006: async (services, call) =>
    json(services.codeDeploy.answer(call.operation, parseJson(call.body), call.caller), 'application/x-amz-json-1.1'),
  AWSEvents: async (services, call) => {
    if (call.operation !== 'PutEvents') throw notOffered('EventBridge', call.operation)
    return json(services.eventBus.putEvents(parseJson(call.body)), 'application/x-amz-json-1.1')
  },
}

const STS = 'https://sts.amazonaws.com/doc/2011-06-15/'
const CLOUDFORMATION = 'http://cloudformation.amazonaws.com/doc/2010-05-15/'

/** By the `Action` of a form in the Query protocol. */
const ACTIONS: Record<string, (services: AwsServices, form: URLSearchParams, caller: Caller) => Response> = {
  Publish: (services, form) =>
    queryAnswer('Publish', 'http://sns.amazonaws.com/doc/2010-03-31/', {
      MessageId: services.sns.publish({
        topicArn: form.get('TopicArn') ?? form.get('TargetArn') ?? '',
        message: form.get('Message') ?? '',
        subject: form.get('Subject'),
      }),
    }),
  GetCallerIdentity: (_services, _form, caller) =>
    queryAnswer('GetCallerIdentity', STS, { Arn: caller.arn, UserId: caller.accessKeyId, Account: caller.accountId }),
  DescribeStacks: (services, form) =>
    queryAnswer('DescribeStacks', CLOUDFORMATION, services.cloudFormation.describeStacks(form)),
  DescribeStackEvents: (services, form, caller) =>
    queryAnswer('DescribeStackEvents', CLOUDFORMATION, services.cloudFormation.describeStackEvents(form, caller)),
  ListStackResources: (services, form) =>
    queryAnswer('ListStackResources', CLOUDFORMATION, services.cloudFormation.listStackResources(form)),
  DescribeChangeSet: (services, form, caller) =>
    queryAnswer('DescribeChangeSet', CLOUDFORMATION, services.cloudFormation.changeSets.describe(form, caller)),
  AssumeRole: (services, form, caller) => queryAnswer('AssumeRole', STS, services.sts.assumeRole(form, caller)),
}

/** Answers one HTTP request to the workspace's AWS endpoint, whichever service it is for. */
export const answerAws = async (services: AwsServices, request: Request): Promise<Response> => {
  const target = request.headers.get('x-amz-target')
  const bytes = new Uint8Array(await request.arrayBuffer())
  const body = new TextDecoder().decode(bytes)
  const invoked = target ? undefined : services.lambda.invokeIn(request)
  const asked = services.sts.serviceOf(request.headers) === 's3' ? s3Request(request, bytes) : undefined
  const form = target || invoked || asked ? undefined : new URLSearchParams(body)
  try {
    const caller = services.sts.callerOf(request.headers)
    if (!caller)
      throw new AwsError('MissingAuthenticationToken', 'Sign the request: any access key and secret will do here.', 403)
    const operation = asked
      ? services.s3.operationOf(asked)
      : (target?.split('.').at(-1) ?? (invoked ? 'Invoke' : (form?.get('Action') ?? '')))
    lookForSecret('a call of AWS', operation, body)
    lookInHeaders('AWS', request.headers)
    services.sts.requireAllowed(caller, operation, () =>
      target ? parseJson(body) : invoked ? invoked : asked ? namedIn(asked) : form && Object.fromEntries(form),
    )
    return await disturbed(services.disturbances, operation, async () => {
      if (invoked) return services.lambda.answerInvoke(invoked, body)
      if (asked) return services.s3.answer(asked)
      if (!target) return answerQuery(services, form, operation, caller)
      const service = ownEntry(TARGETS, target.split('.')[0] ?? '')
      if (!service) throw notOffered(caller.service, operation)
      return service(services, { target, operation, body, headers: request.headers, caller })
    })
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    if (asked) return s3Error(error)
    return target || speaksJson(services, request) ? jsonError(error) : queryError(error)
  }
}

/** What a request of S3 names. */
const namedIn = ({ path, query }: S3Request): { path: string; prefix?: string } => {
  const prefix = query.get('prefix')
  return { path, ...(prefix !== null && { prefix }) }
}

const s3Request = ({ method, url, headers }: Request, body: Uint8Array): S3Request => {
  const { pathname, searchParams } = new URL(url)
  return { method, path: pathname.replace(/^\/aws(?=\/)/, ''), query: searchParams, headers, body }
}

const answerQuery = (
  services: AwsServices,
  form: URLSearchParams | undefined,
  action: string,
  caller: Caller,
): Response => {
  const answer = ownEntry(ACTIONS, action)
  if (!form || !answer) throw notOffered(caller.service, action || 'that request')
  return answer(services, form, caller)
}

/** Services whose requests are neither JSON with a target nor a form: their errors are JSON all the same. */
const REST_JSON = new Set(['lambda'])

const speaksJson = ({ sts }: AwsServices, { headers }: Request): boolean => REST_JSON.has(sts.serviceOf(headers) ?? '')

/** An error in the AWS JSON protocol, as every SDK reads it. */
const jsonError = (error: AwsError): Response =>
  Response.json(
    { __type: error.code, message: error.message },
    { status: error.status, headers: { 'x-amzn-errortype': error.code, 'x-amzn-requestid': randomUUID() } },
  )

const json = (body: unknown, contentType: string, status = 200): Response =>
  new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': contentType, 'x-amzn-requestid': randomUUID() },
  })

const notOffered = (service: string, operation: string): AwsError =>
  new AwsError(
    'UnknownOperationException',
    `The workspace does not offer ${operation} of ${service}. It offers CodePipeline, DynamoDB, SQS, ` +
      'codebuild:BatchGetBuildBatches, codebuild:BatchGetBuilds, codebuild:BatchGetReports, codebuild:StartBuild, codebuild:StopBuild, logs:GetLogEvents, logs:FilterLogEvents, codedeploy:CreateDeployment, codedeploy:StopDeployment, codedeploy:GetDeployment, codedeploy:ListDeploymentTargets, codedeploy:BatchGetDeploymentTargets, ' +
      'codedeploy:PutLifecycleEventHookExecutionStatus, lambda:Invoke, events:PutEvents, sns:Publish, ' +
      'ssm:GetParameters, ssm:GetCalendarState, ssm:CreateDocument, ssm:UpdateDocument, cloudwatch:DescribeAlarms, cloudwatch:PutMetricAlarm, cloudwatch:SetAlarmState, kms:Sign, kms:GetPublicKey, kms:DescribeKey, s3:GetObject, s3:PutObject, ' +
      's3:ListObjectsV2, s3:GetObjectLockConfiguration, cloudformation:DescribeStacks, cloudformation:DescribeChangeSet, ' +
      'cloudformation:DescribeStackEvents, cloudformation:ListStackResources, sts:AssumeRole and sts:GetCallerIdentity.',
  )

const parseJson = (body: string): unknown => {
  try {
    return body === '' ? {} : JSON.parse(body)
  } catch {
    throw new AwsError('SerializationException', 'The request body is not JSON.')
  }
}
