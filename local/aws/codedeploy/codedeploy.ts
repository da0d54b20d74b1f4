import { AwsError } from '../aws-error.ts'
import { answerCall } from './api.ts'
import { type CreatableGroup, type DeploymentCaller, createCreateDeployment } from './create-deployment.ts'
import type { DeploymentEvent } from './deployment-events.ts'
import { type InstanceGroup, type InstanceGroupOptions, openInstanceGroup } from './instance-group.ts'
import { createInstanceDeployments } from './instance-deployments.ts'
import { type LambdaGroup, type LambdaGroupOptions, openLambdaGroup } from './lambda-group.ts'
import { createShiftingDeployments } from './shifting-deployments.ts'

export { readAppspec } from './appspec.ts'
export type { HookFunction } from './ask-hook.ts'
export type { DeployedApplication } from './deployed-application.ts'
export type { DeploymentEvent } from './deployment-events.ts'
export type { InstanceGroup, InstanceGroupOptions } from './instance-group.ts'
export type { LambdaGroup, LambdaGroupOptions } from './lambda-group.ts'
export type { ShiftStep } from './shift-steps.ts'

export type CodeDeploy = ReturnType<typeof createCodeDeploy>

/**
 * CodeDeploy: deployment groups on this machine, and the part of its API that lifecycle hooks, the bot and people call.
 * `putEvent` gets the events of the deployments that no pipeline created; `read` answers an object of S3, or throws an
 * AwsError.
 */
export const createCodeDeploy = ({
  now = Date.now,
  putEvent = () => {},
  read = noObject,
}: {
  now?: () => number
  putEvent?: (event: DeploymentEvent) => void
  read?: (bucket: string, key: string) => Uint8Array
} = {}) => {
  const shifting = createShiftingDeployments()
  const onInstances = createInstanceDeployments({ now, putEvent })
  const creating = createCreateDeployment({ deployments: onInstances, read })
  return {
    /** A deployment group with one instance, this machine. */
    openInstanceGroup: (options: Omit<InstanceGroupOptions, 'deployments'>): Promise<InstanceGroup> =>
      openInstanceGroup({ ...options, deployments: onInstances }),
    /** A deployment group of one Lambda function. */
    openLambdaGroup: (options: Omit<LambdaGroupOptions, 'deployments'>): Promise<LambdaGroup> =>
      openLambdaGroup({ ...options, deployments: shifting }),
    /** Adds a group that CreateDeployment can deploy to. */
    addGroup: (group: CreatableGroup): void => creating.addGroup(group),
    /** Answers one call. Throws an AwsError, as CodeDeploy would. */
    answer: (operation: string, input: unknown, caller: DeploymentCaller): object =>
      answerCall({ shifting, onInstances, creating: creating.operations }, operation, input, caller),
  }
}

const noObject = (): never => {
  throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404)
}
