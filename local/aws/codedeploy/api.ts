import { z } from 'zod'
import type { ReportOutcome, ShiftingDeployment, ShiftingDeployments } from './shifting-deployments.ts'
import { LIFECYCLE } from './appspec.ts'
import type { InstanceDeployment, InstanceDeployments } from './instance-deployments.ts'
import { AwsError } from '../aws-error.ts'
import { ownEntry } from '../../../functions/own-entry.ts'

/*
 * The part of CodeDeploy's API that a lifecycle hook uses, and that says why a deployment failed (AWS CodeDeploy API
 * Reference).
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
}

const OPERATIONS: Record<string, (deployments: Deployments, input: unknown) => object> = {
  GetDeployment: (deployments, input) => {
    const { id, status, ...more } = infoOf(find(deployments, input))
    return { deploymentInfo: { deploymentId: id, status, ...more } }
  },
  ListDeploymentTargets: (deployments, input) => {
    const found = find(deployments, input)
    const { targetFilters } = parsed(filtered, input)
    const wanted = targetFilters?.TargetStatus
    return { targetIds: wanted && !wanted.includes(infoOf(found).status) ? [] : [targetId(found)] }
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
export const answerCall = (deployments: Deployments, operation: string, input: unknown): object => {
  const answer = ownEntry(OPERATIONS, operation)
  if (answer) return answer(deployments, input)
  throw new AwsError(
    'UnknownOperationException',
    `The workspace does not offer ${operation} of CodeDeploy. It offers ${Object.keys(OPERATIONS).join(', ')}.`,
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

const infoOf = (deployment: Deployment) => {
  const { id } = deployment
  const failed = isShifting(deployment)
    ? deployment.events.some(({ status }) => status === 'Failed')
    : deployment.diagnostics !== null
  if (!failed) return { id, status: 'Succeeded' }
  return { id, status: 'Failed', errorInformation: isShifting(deployment) ? HOOK_FAILED : UNHEALTHY }
}

/** "Error codes for AWS CodeDeploy", CodeDeploy User Guide. */
const UNHEALTHY = {
  code: 'HEALTH_CONSTRAINTS',
  message:
    'The overall deployment failed because too many individual instances failed deployment, too few healthy instances ' +
    'are available for deployment, or some instances in your deployment group are experiencing problems.',
}
const HOOK_FAILED = {
  code: 'HOOK_EXECUTION_FAILURE',
  message: 'The deployment failed because a lifecycle event hook function failed.',
}

const targetId = (deployment: Deployment) =>
  isShifting(deployment) ? `${deployment.functionName}:${deployment.alias}` : INSTANCE

const target = (deployment: Deployment) =>
  isShifting(deployment) ? lambdaTarget(deployment) : instanceTarget(deployment)

/** The one instance of the group: this machine. */
const INSTANCE = 'local'

const instanceTarget = ({ id, diagnostics }: InstanceDeployment) => {
  const failedAt = LIFECYCLE.findIndex((event) => event === diagnostics?.lifecycleEventName)
  return {
    deploymentTargetType: 'InstanceTarget',
    instanceTarget: {
      deploymentId: id,
      targetId: INSTANCE,
      status: diagnostics ? 'Failed' : 'Succeeded',
      lifecycleEvents: LIFECYCLE.map((lifecycleEventName, at) => ({
        lifecycleEventName,
        status: failedAt < 0 || at < failedAt ? 'Succeeded' : at === failedAt ? 'Failed' : 'Skipped',
        ...(at === failedAt && { diagnostics: diagnosticsOf(diagnostics) }),
      })),
    },
  }
}

const diagnosticsOf = (diagnostics: InstanceDeployment['diagnostics']) => {
  const { lifecycleEventName: _, ...rest } = diagnostics!
  return rest
}

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
