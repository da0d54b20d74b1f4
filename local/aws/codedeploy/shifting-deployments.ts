/** CodeDeploy's data about a deployment to Lambda, for callers of its API. */
export interface ShiftingDeployment {
  id: string
  functionName: string
  alias: string
  currentVersion: string | null
  targetVersion: string
  /** 0 to 100. */
  targetVersionWeight: number
  events: { lifecycleEventName: string; status: 'Pending' | 'InProgress' | 'Succeeded' | 'Failed' | 'Skipped' }[]
}

export type ReportedStatus = 'Succeeded' | 'Failed'

/** The result of a report: `completed` if there was one before. */
export type ReportOutcome = 'taken' | 'completed' | 'no-deployment' | 'no-hook'

/** Deployments, and those of their hooks that CodeDeploy waits for. */
export interface ShiftingDeployments {
  add(deployment: ShiftingDeployment): void
  find(deploymentId: string): ShiftingDeployment | undefined
  /** Resolves with the report for this execution of a hook. */
  reportOf(deploymentId: string, hookExecutionId: string): Promise<ReportedStatus>
  /** CodeDeploy no longer waits, with or without a report. */
  complete(hookExecutionId: string): void
  report(deploymentId: string, hookExecutionId: string, status: ReportedStatus): ReportOutcome
}

export const createShiftingDeployments = (): ShiftingDeployments => {
  const deployments = new Map<string, ShiftingDeployment>()
  const waiting = new Map<string, { deploymentId: string; reported: (status: ReportedStatus) => void }>()
  const completed = new Set<string>()
  const complete = (hookExecutionId: string): void => {
    waiting.delete(hookExecutionId)
    completed.add(hookExecutionId)
  }
  return {
    add: (deployment) => void deployments.set(deployment.id, deployment),
    find: (deploymentId) => deployments.get(deploymentId),
    reportOf: (deploymentId, hookExecutionId) =>
      new Promise((reported) => waiting.set(hookExecutionId, { deploymentId, reported })),
    complete,
    report: (deploymentId, hookExecutionId, status) => {
      if (!deployments.has(deploymentId)) return 'no-deployment'
      const hook = waiting.get(hookExecutionId)
      if (hook?.deploymentId !== deploymentId) return completed.has(hookExecutionId) ? 'completed' : 'no-hook'
      complete(hookExecutionId)
      hook.reported(status)
      return 'taken'
    },
  }
}
