import { type DeploymentEvent, deploymentEvent } from './deployment-events.ts'
import type { EventDiagnostics } from './deployment.ts'
import type { DeploymentStatus, InstanceDeployment, NewDeployment } from './instance-deployment.ts'

export type InstanceDeployments = ReturnType<typeof createInstanceDeployments>

/** The deployments to instances. `putEvent` gets the event of each state that one outside a pipeline reaches. */
export const createInstanceDeployments = ({
  now,
  putEvent,
}: {
  now: () => number
  putEvent: (event: DeploymentEvent) => void
}) => {
  const deployments = new Map<string, InstanceDeployment>()
  const enter = (deployment: InstanceDeployment, status: DeploymentStatus): void => {
    deployment.status = status
    const event = deployment.isOfPipeline ? null : deploymentEvent(deployment)
    if (event) putEvent(event)
  }
  return {
    create: (created: NewDeployment): InstanceDeployment => {
      const deployment: InstanceDeployment = {
        ...created,
        status: 'Created',
        createdAt: now(),
        startedAt: null,
        endedAt: null,
        reached: null,
        diagnostics: null,
        stop: new AbortController(),
        rollsBackIfStopped: true,
      }
      deployments.set(created.id, deployment)
      return deployment
    },
    start: (deployment: InstanceDeployment): void => {
      deployment.startedAt = now()
      enter(deployment, 'InProgress')
    },
    /** @param diagnostics of the event that failed; null if none did. */
    end: (deployment: InstanceDeployment, diagnostics: EventDiagnostics | null): void => {
      deployment.endedAt = now()
      deployment.diagnostics = diagnostics
      const failed = deployment.stop.signal.aborted ? 'Stopped' : 'Failed'
      enter(deployment, diagnostics === null ? 'Succeeded' : failed)
    },
    find: (id: string): InstanceDeployment | undefined => deployments.get(id),
    /** The newest first. */
    ofGroup: (groupId: string): InstanceDeployment[] =>
      [...deployments.values()].filter((deployment) => deployment.groupId === groupId).reverse(),
  }
}
