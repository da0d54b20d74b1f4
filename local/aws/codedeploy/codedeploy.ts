import { answerCall } from './api.ts'
import { type InstanceGroup, type InstanceGroupOptions, openInstanceGroup } from './instance-group.ts'
import { createInstanceDeployments } from './instance-deployments.ts'
import { type LambdaGroup, type LambdaGroupOptions, openLambdaGroup } from './lambda-group.ts'
import { createShiftingDeployments } from './shifting-deployments.ts'

export { readAppspec } from './appspec.ts'
export type { HookFunction } from './ask-hook.ts'
export type { DeployedApplication } from './deployed-application.ts'
export type { InstanceGroup, InstanceGroupOptions } from './instance-group.ts'
export type { LambdaGroup, LambdaGroupOptions } from './lambda-group.ts'
export type { ShiftStep } from './shift-steps.ts'

export type CodeDeploy = ReturnType<typeof createCodeDeploy>

/** CodeDeploy: deployment groups on this machine, and the part of its API that lifecycle hooks and the bot call. */
export const createCodeDeploy = () => {
  const deployments = createShiftingDeployments()
  const onInstances = createInstanceDeployments()
  return {
    /** A deployment group with one instance, this machine. */
    openInstanceGroup: (options: Omit<InstanceGroupOptions, 'deployments'>): Promise<InstanceGroup> =>
      openInstanceGroup({ ...options, deployments: onInstances }),
    /** A deployment group of one Lambda function. */
    openLambdaGroup: (options: Omit<LambdaGroupOptions, 'deployments'>): Promise<LambdaGroup> =>
      openLambdaGroup({ ...options, deployments }),
    /** Answers one call. Throws an AwsError, as CodeDeploy would. */
    answer: (operation: string, input: unknown): object =>
      answerCall({ shifting: deployments, onInstances }, operation, input),
  }
}
