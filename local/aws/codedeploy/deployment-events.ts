import type { DeploymentStatus, InstanceDeployment } from './instance-deployment.ts'

/** What an event says of a deployment, apart from its envelope. */
export interface DeploymentEvent {
  accountId: string
  region: string
  'detail-type': string
  source: string
  resources: string[]
  detail: object
}

/** `state` of the event by the status of the deployment. One that is only created has no event. */
const STATES: Record<DeploymentStatus, string | null> = {
  Created: null,
  InProgress: 'START',
  Succeeded: 'SUCCESS',
  Failed: 'FAILURE',
  Stopped: 'STOP',
}

/**
 * The event of the state that a deployment has reached ("Monitoring deployments with Amazon CloudWatch Events", CodeDeploy
 * User Guide); null if CodeDeploy sends none of it.
 */
export const deploymentEvent = (deployment: InstanceDeployment): DeploymentEvent | null => {
  const { accountId, region, applicationName: application, deploymentGroupName: deploymentGroup } = deployment
  const state = STATES[deployment.status]
  if (state === null) return null
  const arn = `arn:aws:codedeploy:${region}:${accountId}`
  return {
    accountId,
    region,
    'detail-type': 'CodeDeploy Deployment State-change Notification',
    source: 'aws.codedeploy',
    resources: [`${arn}:application:${application}`, `${arn}:deploymentgroup:${application}/${deploymentGroup}`],
    detail: {
      instanceGroupId: deployment.groupId,
      region,
      application,
      deploymentId: deployment.id,
      state,
      deploymentGroup,
    },
  }
}
