import { type DeploymentEvent, deploymentEvent } from './deployment-events.ts'
import type { LifecycleEvent } from './appspec.ts'
import type { EventDiagnostics } from './deployment.ts'

/** "S3Location", CodeDeploy API reference. */
export interface S3Location {
  bucket: string
  key: string
  bundleType: 'zip'
}

/** A deployment group, by its names in CodeDeploy's API. */
export interface GroupNames {
  applicationName: string
  deploymentGroupName: string
}

/** A deployment that was created. */
export interface NewDeployment extends GroupNames {
  id: string
  accountId: string
  region: string
  groupId: string
  /** Whether it belongs to an action of a pipeline: no events are sent of it. */
  isOfPipeline: boolean
  /** The failed or stopped deployment that it rolls back; null for one that a user created. */
  rollsBack: string | null
  /** Null for a bundle that CodePipeline or CodeDeploy has on the machine already. */
  revision: S3Location | null
  description?: string | undefined
}

/** "DeploymentInfo", CodeDeploy API reference: `status`. */
export type DeploymentStatus = 'Created' | 'InProgress' | 'Succeeded' | 'Failed' | 'Stopped'

/** CodeDeploy's data about a deployment to the one instance, this machine. Times are epoch milliseconds. */
export interface InstanceDeployment extends NewDeployment {
  status: DeploymentStatus
  createdAt: number
  startedAt: number | null
  endedAt: number | null
  /** The lifecycle event that it has reached; null before the first. */
  reached: LifecycleEvent | null
  /** Null unless it has failed or was stopped. */
  diagnostics: EventDiagnostics | null
  /** Stops it when aborted. */
  stop: AbortController
  /** What StopDeployment said of a rollback. */
  rollsBackIfStopped: boolean
}

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
