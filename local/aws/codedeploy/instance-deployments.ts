import type { EventDiagnostics } from './deployment.ts'

/** CodeDeploy's data about a deployment to the one instance, this machine, which has ended. */
export interface InstanceDeployment {
  id: string
  /** Null if it succeeded. */
  diagnostics: EventDiagnostics | null
}

export type InstanceDeployments = ReturnType<typeof createInstanceDeployments>

export const createInstanceDeployments = () => {
  const deployments = new Map<string, InstanceDeployment>()
  return {
    add: (deployment: InstanceDeployment): void => void deployments.set(deployment.id, deployment),
    find: (id: string): InstanceDeployment | undefined => deployments.get(id),
  }
}
