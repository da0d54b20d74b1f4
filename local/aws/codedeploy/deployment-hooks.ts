/** What CodeDeploy knows of a deployment to Lambda, for those who ask its API. */
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

/** What came of a report: `completed` when there was one before. */
export type ReportOutcome = 'taken' | 'completed' | 'no-deployment' | 'no-hook'

/** Deployments, and the hooks of theirs that CodeDeploy waits for. */
export class DeploymentHooks {
  readonly #deployments = new Map<string, ShiftingDeployment>()
  readonly #waiting = new Map<string, { deploymentId: string; reported: (status: ReportedStatus) => void }>()
  readonly #completed = new Set<string>()

  add(deployment: ShiftingDeployment): void {
    this.#deployments.set(deployment.id, deployment)
  }

  find(deploymentId: string): ShiftingDeployment | undefined {
    return this.#deployments.get(deploymentId)
  }

  /** Resolves with what is reported for this execution of a hook. */
  reportOf(deploymentId: string, hookExecutionId: string): Promise<ReportedStatus> {
    return new Promise((reported) => this.#waiting.set(hookExecutionId, { deploymentId, reported }))
  }

  /** CodeDeploy waits no longer, report or not. */
  complete(hookExecutionId: string): void {
    this.#waiting.delete(hookExecutionId)
    this.#completed.add(hookExecutionId)
  }

  report(deploymentId: string, hookExecutionId: string, status: ReportedStatus): ReportOutcome {
    if (!this.#deployments.has(deploymentId)) return 'no-deployment'
    const waiting = this.#waiting.get(hookExecutionId)
    if (waiting?.deploymentId !== deploymentId) return this.#completed.has(hookExecutionId) ? 'completed' : 'no-hook'
    this.complete(hookExecutionId)
    waiting.reported(status)
    return 'taken'
  }
}
