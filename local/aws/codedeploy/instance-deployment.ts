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
