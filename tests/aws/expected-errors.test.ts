import { globSync, readFileSync } from 'node:fs'
import { codePipeline } from '../../functions/aws/codepipeline.ts'
import { codePipelineSteering } from '../../functions/aws/steering-calls.ts'
import { ownClients } from '../../functions/aws/codepipeline-clients.ts'
import { EXPECTED_ERRORS } from '../../functions/aws/expected-errors.ts'
import { kmsSignatures } from '../../functions/aws/kms.ts'
import type { Steering } from '../../functions/domain/steering.ts'
import { openJsonService } from '../support/json-service.ts'
import { KEY, TOKEN, WHERE } from '../support/records.ts'

/** Every call of AWS's JSON services that a function makes, and the SDK's client for it; null if the project has none. */
const CALLS = {
  ListPipelines: 'client-codepipeline',
  GetPipeline: 'client-codepipeline',
  GetPipelineState: 'client-codepipeline',
  ListActionExecutions: 'client-codepipeline',
  ListRuleExecutions: 'client-codepipeline',
  GetPipelineExecution: 'client-codepipeline',
  ListPipelineExecutions: 'client-codepipeline',
  PutApprovalResult: 'client-codepipeline',
  RetryStageExecution: 'client-codepipeline',
  RollbackStage: 'client-codepipeline',
  DisableStageTransition: 'client-codepipeline',
  EnableStageTransition: 'client-codepipeline',
  StopPipelineExecution: 'client-codepipeline',
  StartPipelineExecution: 'client-codepipeline',
  GetItem: 'client-dynamodb',
  PutItem: 'client-dynamodb',
  Query: 'client-dynamodb',
  SendMessage: 'client-sqs',
  PutEvents: 'client-eventbridge',
  GetParameters: 'client-ssm',
  GetCalendarState: 'client-ssm',
  ListDeploymentTargets: 'client-codedeploy',
  BatchGetDeploymentTargets: 'client-codedeploy',
  PutLifecycleEventHookExecutionStatus: 'client-codedeploy',
  Invoke: 'client-lambda',
  AssumeRole: 'client-sts',
  Sign: 'client-kms',
  GetPublicKey: 'client-kms',
  DescribeKey: 'client-kms',
  UpdateItem: 'client-dynamodb',
  GetObject: 'client-s3',
  GetObjectLockConfiguration: null,
  PutObject: 'client-s3',
  BatchGetBuildBatches: null,
  BatchGetBuilds: null,
  BatchGetReports: null,
  DescribeChangeSet: null,
  GetLogEvents: 'client-cloudwatch-logs',
  FilterLogEvents: 'client-cloudwatch-logs',
  GetDeployment: 'client-codedeploy',
  DescribeServices: null,
  DescribeStackEvents: null,
} as const

/** Answers that a service gives and its model does not name for the call. */
const NOT_IN_MODEL: Record<string, string[]> = {
  ListPipelines: ['AccessDeniedException'],
  GetPipeline: ['AccessDeniedException'],
  GetPipelineState: ['AccessDeniedException'],
  ListActionExecutions: ['AccessDeniedException'],
  ListRuleExecutions: ['AccessDeniedException'],
  GetPipelineExecution: ['AccessDeniedException'],
  ListPipelineExecutions: ['AccessDeniedException'],
  PutApprovalResult: ['AccessDeniedException'],
  RetryStageExecution: ['AccessDeniedException'],
  RollbackStage: ['AccessDeniedException'],
  DisableStageTransition: ['AccessDeniedException'],
  EnableStageTransition: ['AccessDeniedException'],
  StopPipelineExecution: ['AccessDeniedException'],
  StartPipelineExecution: ['AccessDeniedException'],
  PutObject: ['PreconditionFailed'],
  AssumeRole: ['AccessDenied', 'ValidationError'],
  ListDeploymentTargets: ['AccessDeniedException'],
  BatchGetDeploymentTargets: ['AccessDeniedException'],
  GetDeployment: ['AccessDeniedException'],
  GetLogEvents: ['AccessDeniedException'],
  FilterLogEvents: ['AccessDeniedException'],
  DescribeServices: ['AccessDeniedException'],
  DescribeStackEvents: ['AccessDenied', 'AccessDeniedException', 'ValidationError'],
  BatchGetBuildBatches: ['AccessDeniedException'],
  BatchGetBuilds: ['AccessDeniedException'],
  BatchGetReports: ['AccessDeniedException'],
  DescribeChangeSet: ['ValidationError', 'AccessDenied', 'AccessDeniedException'],
}

/** From "Errors" of the call's page in the service's API reference. */
const NAMED_IN_REFERENCE: Record<string, string[]> = {
  DescribeServices: ['ClusterNotFoundException', 'InvalidParameterException'],
  DescribeStackEvents: [],
  BatchGetBuildBatches: ['InvalidInputException'],
  BatchGetBuilds: ['InvalidInputException'],
  BatchGetReports: ['InvalidInputException'],
  DescribeChangeSet: ['ChangeSetNotFound'],
  GetObjectLockConfiguration: ['ObjectLockConfigurationNotFoundError'],
}

const all = (reason: string, names: string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, reason]))

/** Errors that are thrown, so that Lambda or the queue tries again, each with the reason. */
const SURPRISES: Record<string, string> = {
  InvalidNextTokenException: 'a page’s token ran out: the list is read again from its beginning',
  ValidationException: 'the bot’s request is wrong, which says nothing about the pipeline',
  ...all('the service has a fault, or asks to slow down: it passes', [
    'InternalServerError',
    'ServiceUnavailableException',
    'InternalException',
    'ProvisionedThroughputExceededException',
    'ReplicatedWriteConflictException',
    'RequestLimitExceeded',
    'ThrottlingException',
    'RequestThrottled',
    'TransactionConflictException',
    'KmsThrottled',
    'DependencyTimeoutException',
    'KeyUnavailableException',
    'KMSInternalException',
  ]),
  ...all('the installation is broken: an alarm rings, and a person mends it', [
    'InvalidObjectState',
    'InvalidEndpointException',
    'ResourceNotFoundException',
    'ItemCollectionSizeLimitExceededException',
    'InvalidAddress',
    'InvalidSecurity',
    'KmsAccessDenied',
    'KmsDisabled',
    'KmsInvalidKeyUsage',
    'KmsInvalidState',
    'KmsNotFound',
    'KmsOptInRequired',
    'QueueDoesNotExist',
    'UnsupportedOperation',
    'InvalidKeyId',
    'DisabledException',
    'InvalidArnException',
    'InvalidKeyUsageException',
    'KMSInvalidStateException',
    'NotFoundException',
    'UnsupportedOperationException',
  ]),
  ...all('the bot never sends such a request', [
    'EncryptionTypeMismatch',
    'InvalidRequest',
    'InvalidWriteOffset',
    'TooManyParts',
    'InvalidMessageContents',
    'DryRunOperationException',
    'InvalidInputException',
    'InvalidParameterException',
    'InvalidGrantTokenException',
    'InvalidContextAssertionException',
    'MalformedPolicyDocumentException',
    'PackedPolicyTooLargeException',
  ]),
  ...all('a calendar counts as unread whatever Systems Manager answers, and the message names the error', [
    'InvalidDocument',
    'InvalidDocumentType',
    'UnsupportedCalendarException',
  ]),
  ExpiredTokenException: 'the function’s own credentials ran out: Lambda has newer ones at the next try',
  ...all('CodeDeploy asked about this deployment itself a moment ago', [
    'ApplicationDoesNotExistException',
    'DeploymentDoesNotExistException',
    'DeploymentGroupDoesNotExistException',
    'DeploymentIdRequiredException',
    'DeploymentNotStartedException',
    'DeploymentTargetDoesNotExistException',
    'DeploymentTargetIdRequiredException',
    'DeploymentTargetListSizeExceededException',
    'InstanceDoesNotExistException',
    'InvalidDeploymentIdException',
    'InvalidDeploymentInstanceTypeException',
    'InvalidDeploymentTargetIdException',
    'InvalidInstanceStatusException',
    'InvalidInstanceTypeException',
    'InvalidLifecycleEventHookExecutionIdException',
    'InvalidLifecycleEventHookExecutionStatusException',
    'InvalidNextTokenException',
    'InvalidTargetFilterNameException',
    'UnsupportedActionForDeploymentTypeException',
  ]),
}

/** traffic-shifting invokes a new version: whatever Lambda answers is a fault of that version, and is reported. */
const ANY_ERROR_IS_AN_ANSWER = new Set(['Invoke'])

const namedInModel = (operation: string, client: string | null): string[] => {
  if (client === null) return NAMED_IN_REFERENCE[operation] ?? []
  const text = readFileSync(`node_modules/@aws-sdk/${client}/dist-types/commands/${operation}Command.d.ts`, 'utf8')
  const names = [...text.matchAll(/@throws \{@link (\w+)\}/g)].map(([, name]) => name!)
  return names.filter((name) => !name.endsWith('ServiceException') || name === 'ServiceException')
}

describe('every error that the service model names for a call of the bot is handled or listed as thrown', () => {
  test.each(Object.entries(CALLS))('%s', (operation, client) => {
    const named = namedInModel(operation, client)
    if (operation !== 'DescribeStackEvents') expect(named.length).toBeGreaterThan(0)
    if (ANY_ERROR_IS_AN_ANSWER.has(operation)) return
    const expected: Record<string, string> = { ...EXPECTED_ERRORS }[operation as 'PutItem'] ?? {}
    expect(named.filter((name) => !expected[name] && !SURPRISES[name])).toEqual([])
    expect(Object.keys(expected).filter((name) => !named.includes(name))).toEqual(NOT_IN_MODEL[operation] ?? [])
  })

  test('no call is missing from the list', () => {
    const sources = globSync('functions/**/*.ts').map((path) => readFileSync(path, 'utf8'))
    const commands = sources.flatMap((text) => [...text.matchAll(/new (\w+)Command\(/g)].map(([, name]) => name!))
    // Commands of the document client have other names than the operations.
    const operations = commands.map((name) => ({ Get: 'GetItem', Put: 'PutItem', Update: 'UpdateItem' })[name] ?? name)
    // Calls without a client of the SDK (signed-request.ts): some have the operation as an argument.
    const signed = sources
      .filter((text) =>
        /postSigned\(connection|askJson\(connection|askXml\(connection|askPatiently\(|askWhy\(\s*asking/.test(text),
      )
      .filter((text) => !/export const ask(?:Json|Xml|Why|Patiently)\b/.test(text))
      .map((text) =>
        [...text.matchAll(/(?:Action: |operation: |\bask(?:Why)?\([\w,\s]*?)'(\w+)'/g)].map(([, name]) => name!),
      )
    expect(signed.every((names) => names.length > 0)).toBe(true)
    expect([...new Set([...operations, ...signed.flat()])].sort()).toEqual(Object.keys(CALLS).sort())
  })
})

const SENDER = { by: 'U0DANA', once: 'steering-0123456789ab' }
const RETRY: Steering = { act: 'retry', execution: KEY, stage: 'Production', choice: 'ALL_ACTIONS', reason: null }

describe('CodePipeline answers with', () => {
  let service: Awaited<ReturnType<typeof openJsonService>>
  beforeAll(async () => {
    service = await openJsonService()
  })
  afterAll(() => service.close())

  const pipelines = () => codePipeline(ownClients(service.connection))
  const steering = () => codePipelineSteering(ownClients(service.connection))
  const CALL: Record<string, () => Promise<unknown>> = {
    ListPipelines: () => pipelines().pipelines(KEY),
    GetPipeline: () => pipelines().structure(WHERE),
    GetPipelineState: () => pipelines().stages(KEY),
    ListActionExecutions: () => pipelines().actionRuns(KEY),
    ListRuleExecutions: () => pipelines().failedRules(KEY),
    GetPipelineExecution: () => pipelines().execution(KEY),
    ListPipelineExecutions: () => pipelines().executions(KEY),
    RetryStageExecution: () => steering().steer(RETRY, SENDER),
    RollbackStage: () => steering().steer({ ...RETRY, act: 'rollback', choice: KEY.executionId }, SENDER),
    DisableStageTransition: () => steering().steer({ ...RETRY, act: 'hold', choice: null, reason: 'No' }, SENDER),
    EnableStageTransition: () => steering().steer({ ...RETRY, act: 'resume', choice: null }, SENDER),
    StopPipelineExecution: () => steering().steer({ ...RETRY, act: 'stop', choice: 'wait', reason: 'No' }, SENDER),
    StartPipelineExecution: () => steering().steer({ ...RETRY, act: 'release', choice: null }, SENDER),
    PutApprovalResult: () => pipelines().putApprovalResult(WHERE, TOKEN, 'Approved', { summary: '', by: [] }),
  }
  const cases = Object.keys(CALL).flatMap((operation) =>
    namedInModel(operation, 'client-codepipeline').map((error) => [error, operation] as const),
  )

  test.each(cases)('%s to %s', async (error, operation) => {
    service.refuses(error)
    const meaning = (EXPECTED_ERRORS as Record<string, Record<string, string>>)[operation]![error]
    const asked = CALL[operation]!()
    if (!meaning) await expect(asked).rejects.toMatchObject({ name: error })
    else expect(await asked).toEqual(meaning === 'missing' ? null : expect.objectContaining({ kind: meaning }))
  })

  test.each(['ListPipelines', 'GetPipeline'])(
    'AccessDeniedException to %s in an account that was joined by an earlier version: the bot does without',
    async (operation) => {
      service.refuses('AccessDeniedException')
      expect(await CALL[operation]!()).toBeNull()
    },
  )

  test.each(['GetPipelineState', 'ListActionExecutions', 'GetPipelineExecution', 'ListPipelineExecutions'])(
    'AccessDeniedException to %s: the pipeline is out of reach',
    async (operation) => {
      service.refuses('AccessDeniedException')
      await expect(CALL[operation]!()).rejects.toMatchObject({
        name: 'OutOfReach',
        isUnjoined: false,
        message: `the bot’s role may not call codepipeline:${operation} (AccessDenied)`,
      })
    },
  )
})

describe('KMS answers with', () => {
  let service: Awaited<ReturnType<typeof openJsonService>>
  beforeAll(async () => {
    service = await openJsonService()
  })
  afterAll(() => service.close())

  const KEY_ARN = 'arn:aws:kms:eu-west-1:111122223333:key/1'
  const signatures = () =>
    kmsSignatures(
      service.connection,
      { signing: KEY_ARN, spec: 'ECC_NIST_P256', trusted: [KEY_ARN] },
      { now: () => Date.now() },
    )
  const CALL: Record<string, () => Promise<unknown>> = {
    Sign: () => signatures().sign('x'),
    GetPublicKey: () => signatures().verify('x', { key: KEY_ARN, value: 'c2ln' }),
  }
  const cases = Object.keys(CALL).flatMap((operation) =>
    namedInModel(operation, 'client-kms').map((error) => [error, operation] as const),
  )

  test.each(cases)('%s to %s, which is thrown by its name', async (error, operation) => {
    service.refuses(error)
    await expect(CALL[operation]!()).rejects.toThrow(error)
  })
})
