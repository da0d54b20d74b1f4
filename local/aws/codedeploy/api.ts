import { z } from 'zod'
import type { ReportOutcome, ShiftingDeployment, ShiftingDeployments } from './shifting-deployments.ts'
import { AwsError } from '../aws-error.ts'
import { ownEntry } from '../../../functions/own-entry.ts'

/*
 * The part of CodeDeploy's API that a lifecycle hook uses (AWS CodeDeploy API Reference).
 */

const deploymentOf = z.object({ deploymentId: z.string() })
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

const OPERATIONS: Record<string, (deployments: ShiftingDeployments, input: unknown) => object> = {
  ListDeploymentTargets: (deployments, input) => ({ targetIds: [targetId(find(deployments, input))] }),
  BatchGetDeploymentTargets: (deployments, input) => ({ deploymentTargets: [target(find(deployments, input))] }),
  PutLifecycleEventHookExecutionStatus: (deployments, input) => {
    const { deploymentId, lifecycleEventHookExecutionId, status } = parsed(report, input)
    const outcome = deployments.report(deploymentId, lifecycleEventHookExecutionId, status)
    if (outcome !== 'taken') throw new AwsError(...REFUSED[outcome])
    return { lifecycleEventHookExecutionId }
  },
}

/** Answers one call. Throws an AwsError, as CodeDeploy would. */
export const answerCall = (deployments: ShiftingDeployments, operation: string, input: unknown): object => {
  const answer = ownEntry(OPERATIONS, operation)
  if (answer) return answer(deployments, input)
  throw new AwsError(
    'UnknownOperationException',
    `The workspace does not offer ${operation} of CodeDeploy. It offers ${Object.keys(OPERATIONS).join(', ')}.`,
  )
}

const find = (deployments: ShiftingDeployments, input: unknown): ShiftingDeployment => {
  const found = deployments.find(parsed(deploymentOf, input).deploymentId)
  if (!found) throw new AwsError(...REFUSED['no-deployment'])
  return found
}

const targetId = ({ functionName, alias }: ShiftingDeployment) => `${functionName}:${alias}`

const target = (deployment: ShiftingDeployment) => ({
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
