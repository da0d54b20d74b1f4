import { ownEntry } from '../own-entry.ts'

/**
 * The errors in AWS's service models that are answers to the bot, with the meaning of each. Every other error is
 * unexpected: it is thrown, and the queue tries again. tests/aws/expected-errors.test.ts compares this table with the
 * SDK, names the reason for each unexpected error, and sends them all.
 */
export const EXPECTED_ERRORS = {
  // AccessDeniedException is not in the model: every service answers so if the role lacks a permission, as the roles of
  // an account do that was joined by an earlier version.
  ListPipelines: { AccessDeniedException: 'refused' },
  GetPipeline: {
    PipelineNotFoundException: 'missing',
    PipelineVersionNotFoundException: 'missing',
    AccessDeniedException: 'refused',
  },
  GetPipelineState: { PipelineNotFoundException: 'missing', AccessDeniedException: 'refused' },
  ListActionExecutions: {
    PipelineNotFoundException: 'missing',
    PipelineExecutionNotFoundException: 'missing',
    AccessDeniedException: 'refused',
  },
  ListRuleExecutions: {
    PipelineNotFoundException: 'missing',
    PipelineExecutionNotFoundException: 'missing',
    AccessDeniedException: 'refused',
  },
  GetPipelineExecution: {
    PipelineNotFoundException: 'missing',
    PipelineExecutionNotFoundException: 'missing',
    AccessDeniedException: 'refused',
  },
  ListPipelineExecutions: { PipelineNotFoundException: 'missing', AccessDeniedException: 'refused' },
  PutApprovalResult: {
    ApprovalAlreadyCompletedException: 'too-late',
    // "The approval request already received a response or has expired": CodePipeline's list of actions says which.
    InvalidApprovalTokenException: 'too-late',
    PipelineNotFoundException: 'gone',
    StageNotFoundException: 'gone',
    ActionNotFoundException: 'gone',
    ValidationException: 'refused',
    // Not in the model: every service answers so if the role lacks a permission.
    AccessDeniedException: 'refused',
  },
  RetryStageExecution: {
    NotLatestPipelineExecutionException: 'not-latest',
    StageNotRetryableException: 'unable',
    ConcurrentPipelineExecutionsLimitExceededException: 'unable',
    // "The pipeline is busy handling ongoing activities. Try again later."
    ConflictException: 'busy',
    PipelineNotFoundException: 'gone',
    StageNotFoundException: 'gone',
    // Not in the model: every service answers so if the role lacks a permission.
    AccessDeniedException: 'refused',
  },
  RollbackStage: {
    UnableToRollbackStageException: 'unable',
    // The pipeline was edited since.
    PipelineExecutionOutdatedException: 'outdated',
    // The names and the ID come from CodePipeline itself, so this is a pipeline or a stage that it does not roll back.
    ValidationException: 'unable',
    ConflictException: 'busy',
    PipelineExecutionNotFoundException: 'gone',
    PipelineNotFoundException: 'gone',
    StageNotFoundException: 'gone',
    AccessDeniedException: 'refused',
  },
  DisableStageTransition: {
    ValidationException: 'unable',
    PipelineNotFoundException: 'gone',
    StageNotFoundException: 'gone',
    AccessDeniedException: 'refused',
  },
  EnableStageTransition: {
    ValidationException: 'unable',
    PipelineNotFoundException: 'gone',
    StageNotFoundException: 'gone',
    AccessDeniedException: 'refused',
  },
  StopPipelineExecution: {
    PipelineExecutionNotStoppableException: 'unable',
    DuplicatedStopRequestException: 'already',
    ConflictException: 'busy',
    PipelineNotFoundException: 'gone',
    AccessDeniedException: 'refused',
  },
  StartPipelineExecution: {
    ConcurrentPipelineExecutionsLimitExceededException: 'unable',
    ConflictException: 'busy',
    PipelineNotFoundException: 'gone',
    AccessDeniedException: 'refused',
  },
  // Evidence for approvers: an approval is requested without it, and says what the role lacks.
  BatchGetBuildBatches: { AccessDeniedException: 'denied' },
  BatchGetBuilds: { AccessDeniedException: 'denied' },
  BatchGetReports: { AccessDeniedException: 'denied' },
  // An approval is requested without this evidence too. Without the stack, CloudFormation answers ValidationError.
  DescribeChangeSet: {
    ChangeSetNotFound: 'missing',
    ValidationError: 'missing',
    AccessDenied: 'denied',
    AccessDeniedException: 'denied',
  },
  // Evidence of a failure: the failure is told without it, and says what is missing.
  GetLogEvents: { AccessDeniedException: 'denied', ResourceNotFoundException: 'missing' },
  FilterLogEvents: { AccessDeniedException: 'denied', ResourceNotFoundException: 'missing' },
  GetDeployment: { AccessDeniedException: 'denied', DeploymentDoesNotExistException: 'missing' },
  ListDeploymentTargets: { AccessDeniedException: 'denied', DeploymentDoesNotExistException: 'missing' },
  BatchGetDeploymentTargets: { AccessDeniedException: 'denied', DeploymentDoesNotExistException: 'missing' },
  DescribeServices: {
    AccessDeniedException: 'denied',
    ClusterNotFoundException: 'missing',
  },
  // CloudFormation names neither in its model; ValidationError says that there is no such stack.
  DescribeStackEvents: { AccessDenied: 'denied', AccessDeniedException: 'denied', ValidationError: 'missing' },
  // AWS names the first two only in "Common Errors" (STS API reference).
  AssumeRole: { AccessDenied: 'refused', ValidationError: 'refused', RegionDisabledException: 'refused' },
  PutItem: { ConditionalCheckFailedException: 'written-before' },
  UpdateItem: { ConditionalCheckFailedException: 'written-before' },
  GetObject: { NoSuchKey: 'missing' },
  // S3 names these two only in "Error responses" (S3 API reference).
  GetObjectLockConfiguration: { ObjectLockConfigurationNotFoundError: 'missing' },
  PutObject: { PreconditionFailed: 'written-before' },
  PutLifecycleEventHookExecutionStatus: { LifecycleEventAlreadyCompletedException: 'reported-before' },
} as const satisfies Record<string, Record<string, string>>

type Operation = keyof typeof EXPECTED_ERRORS
type ErrorMeaning<O extends Operation> = (typeof EXPECTED_ERRORS)[O][keyof (typeof EXPECTED_ERRORS)[O]]

/** What the error means as an answer to `operation`; null for an unexpected error. */
export const answerIn = <O extends Operation>(operation: O, error: unknown): ErrorMeaning<O> | null => {
  const expected: Record<string, string> = EXPECTED_ERRORS[operation]
  return (ownEntry(expected, nameIn(error)) as ErrorMeaning<O> | undefined) ?? null
}

/** The SDK's clients throw an error with a name; calls without a client have its code. */
const nameIn = (error: unknown): string =>
  error instanceof Error ? error.name : typeof error === 'string' ? error : ''
