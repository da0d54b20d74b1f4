import { z } from 'zod'
import type { ReportOutcome, ShiftingDeployment, ShiftingDeployments } from './shifting-deployments.ts'
import { LIFECYCLE } from './appspec.ts'
import type { DeploymentCaller } from './create-deployment.ts'
import type { EventDiagnostics } from './deployment.ts'
import type { DeploymentStatus, InstanceDeployment } from './instance-deployment.ts'
import type { InstanceDeployments } from './instance-deployments.ts'
import { AwsError } from '../aws-error.ts'
import { ownEntry } from '../../../functions/own-entry.ts'

/*
 * The part of CodeDeploy's API that a lifecycle hook uses, and that says how a deployment stands and why it failed (AWS
 * CodeDeploy API Reference).
 */

const deploymentOf = z.object({ deploymentId: z.string() })
const filtered = z.object({
  targetFilters: z.object({ TargetStatus: z.array(z.string()).optional() }).optional(),
})
const report = z.object({
  deploymentId: z.string(),
  lifecycleEventHookExecutionId: z.string(),
  status: z.enum(['Succeeded', 'Failed'], { error: 'is neither Succeeded nor Failed' }),
})

const REFUSED: Record<Exclude<ReportOutcome, 'taken'>, [code: string, message: string]> = {
  completed: ['LifecycleEventAlreadyCompletedException', 'The lifecycle event has already completed.'],
  'no-deployment': ['DeploymentDoesNotExistException', 'The deployment does not exist.'],
  'no-hook': ['InvalidLifecycleEventHookExecutionIdException', 'The lifecycle event hook execution does not exist.'],
}

/** Every deployment, by what it deploys to. */
export interface Deployments {
  shifting: ShiftingDeployments
  onInstances: InstanceDeployments
  /** What creates and stops those on instances, by the name of the operation. */
  creating: Record<string, (input: unknown, caller: DeploymentCaller) => object>
}

const OPERATIONS: Record<string, (deployments: Deployments, input: unknown) => object> = {
  GetDeployment: (deployments, input) => ({ deploymentInfo: infoOf(find(deployments, input)) }),
  ListDeploymentTargets: (deployments, input) => {
    const found = find(deployments, input)
    const { targetFilters } = parsed(filtered, input)
    const wanted = targetFilters?.TargetStatus
    return { targetIds: wanted && !wanted.includes(targetStatus(found)) ? [] : [targetId(found)] }
  },
  BatchGetDeploymentTargets: (deployments, input) => ({ deploymentTargets: [target(find(deployments, input))] }),
  PutLifecycleEventHookExecutionStatus: ({ shifting }, input) => {
    const { deploymentId, lifecycleEventHookExecutionId, status } = parsed(report, input)
    const outcome = shifting.report(deploymentId, lifecycleEventHookExecutionId, status)
    if (outcome !== 'taken') throw new AwsError(...REFUSED[outcome])
    return { lifecycleEventHookExecutionId }
  },
}

/** Answers one call. Throws an AwsError, as CodeDeploy would. */
export const answerCall = (
  deployments: Deployments,
  operation: string,
  input: unknown,
  caller: DeploymentCaller,
): object => {
  const answer = ownEntry(OPERATIONS, operation)
  if (answer) return answer(deployments, input)
  const create = ownEntry(deployments.creating, operation)
  if (create) return create(input, caller)
  throw new AwsError(
    'UnknownOperationException',
    `The workspace does not offer ${operation} of CodeDeploy. It offers ${[...Object.keys(OPERATIONS), ...Object.keys(deployments.creating)].join(', ')}.`,
  )
}

type Deployment = ShiftingDeployment | InstanceDeployment

const find = ({ shifting, onInstances }: Deployments, input: unknown): Deployment => {
  const { deploymentId } = parsed(deploymentOf, input)
  const found = shifting.find(deploymentId) ?? onInstances.find(deploymentId)
  if (!found) throw new AwsError(...REFUSED['no-deployment'])
  return found
}

const isShifting = (deployment: Deployment): deployment is ShiftingDeployment => 'functionName' in deployment

const infoOf = (deployment: Deployment) =>
  isShifting(deployment) ? shiftingInfo(deployment) : instanceInfo(deployment)

const shiftingInfo = ({ id: deploymentId, events }: ShiftingDeployment) =>
  events.some(({ status }) => status === 'Failed')
    ? { deploymentId, status: 'Failed', errorInformation: HOOK_FAILED }
    : { deploymentId, status: 'Succeeded' }

/** "DeploymentInfo", CodeDeploy API reference: a deployment that CodePipeline creates is a user's. */
const instanceInfo = (deployment: InstanceDeployment) => {
  const { status, rollsBack, revision, createdAt, startedAt, endedAt, description } = deployment
  return {
    applicationName: deployment.applicationName,
    deploymentGroupName: deployment.deploymentGroupName,
    deploymentId: deployment.id,
    ...(revision && { revision: { revisionType: 'S3', s3Location: revision } }),
    status,
    ...(status === 'Failed' && { errorInformation: UNHEALTHY }),
    ...(status === 'Stopped' && { errorInformation: STOPPED }),
    createTime: createdAt / 1_000,
    ...(startedAt !== null && { startTime: startedAt / 1_000 }),
    ...(endedAt !== null && { completeTime: endedAt / 1_000 }),
    ...(description !== undefined && { description }),
    creator: rollsBack === null ? 'user' : 'codeDeployRollback',
    ...(rollsBack !== null && { rollbackInfo: { rollbackTriggeringDeploymentId: rollsBack } }),
    computePlatform: 'Server',
  }
}

/** "Error codes for AWS CodeDeploy", CodeDeploy User Guide. */
const UNHEALTHY = {
  code: 'HEALTH_CONSTRAINTS',
  message:
    'The overall deployment failed because too many individual instances failed deployment, too few healthy instances ' +
    'are available for deployment, or some instances in your deployment group are experiencing problems.',
}
const STOPPED = { code: 'MANUAL_STOP', message: 'The deployment was manually stopped.' }
const HOOK_FAILED = {
  code: 'HOOK_EXECUTION_FAILURE',
  message: 'The deployment failed because a lifecycle event hook function failed.',
}

const targetStatus = (deployment: Deployment): string =>
  isShifting(deployment) ? shiftingInfo(deployment).status : TARGET_STATUS[deployment.status]

const targetId = (deployment: Deployment) =>
  isShifting(deployment) ? `${deployment.functionName}:${deployment.alias}` : INSTANCE

const target = (deployment: Deployment) =>
  isShifting(deployment) ? lambdaTarget(deployment) : instanceTarget(deployment)

/** "InstanceTarget", CodeDeploy API reference: a target has no status Created or Stopped. */
const TARGET_STATUS: Record<DeploymentStatus, string> = {
  Created: 'Pending',
  InProgress: 'InProgress',
  Succeeded: 'Succeeded',
  Failed: 'Failed',
  Stopped: 'Failed',
}

/** The one instance of the group: this machine. */
const INSTANCE = 'local'

const instanceTarget = ({ id, status, reached, diagnostics }: InstanceDeployment) => {
  const at = LIFECYCLE.findIndex((event) => event === (diagnostics?.lifecycleEventName ?? reached))
  const itself = diagnostics ? 'Failed' : 'InProgress'
  const after = diagnostics ? 'Skipped' : 'Pending'
  return {
    deploymentTargetType: 'InstanceTarget',
    instanceTarget: {
      deploymentId: id,
      targetId: INSTANCE,
      status: TARGET_STATUS[status],
      lifecycleEvents: LIFECYCLE.map((lifecycleEventName, index) => ({
        lifecycleEventName,
        status: status === 'Succeeded' || index < at ? 'Succeeded' : index === at ? itself : after,
        ...(index === at && diagnostics && { diagnostics: diagnosticsOf(diagnostics) }),
      })),
    },
  }
}

const diagnosticsOf = ({ lifecycleEventName: _, ...rest }: EventDiagnostics) => rest

const lambdaTarget = (deployment: ShiftingDeployment) => ({
  deploymentTargetType: 'LambdaTarget',
  lambdaTarget: {
    deploymentId: deployment.id,
    targetId: targetId(deployment),
    lifecycleEvents: deployment.events,
    lambdaFunctionInfo: {
      functionName: deployment.functionName,
      functionAlias: deployment.alias,
      ...(deployment.currentVersion !== null && { currentVersion: deployment.currentVersion }),
      targetVersion: deployment.targetVersion,
      targetVersionWeight: deployment.targetVersionWeight,
    },
  },
})

const parsed = <Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> => {
  const result = schema.safeParse(input)
  if (result.success) return result.data
  const problems = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  throw new AwsError('ValidationException', problems.join('; '))
}
