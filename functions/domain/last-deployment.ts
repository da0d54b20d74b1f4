import type { PastRun } from './past.ts'

/** A deployment into a stage that did not bring a new version there. */
export interface LastDeployment {
  stage: string
  executionId: string
  how: 'failed' | 'stopped' | 'rolled-back'
  /** When it ended. Epoch milliseconds. */
  at: number
}

const ENDED_BADLY = new Map<string, 'failed' | 'stopped'>([
  ['Failed', 'failed'],
  ['Abandoned', 'stopped'],
])

/**
 * The newest deployment into these stages, if it failed, was stopped or was a rollback; null if it brought what is live
 * there, is under way, or is not known.
 */
export const lastDeployment = (
  stages: readonly string[],
  runs: readonly PastRun[],
  isRollback: (executionId: string) => boolean,
): LastDeployment | null => {
  const deployments = runs.filter(({ stage, category }) => category === 'Deploy' && stages.includes(stage))
  const [first] = deployments
  if (!first) return null
  // CodePipeline lists the newest first: that tells the order of those that began at the same time.
  const {
    stage,
    executionId,
    status,
    updatedAt: at,
  } = deployments.reduce((newest, run) => (run.startedAt > newest.startedAt ? run : newest))
  const rolledBack = status === 'Succeeded' && isRollback(executionId) ? ('rolled-back' as const) : null
  const how = ENDED_BADLY.get(status) ?? rolledBack
  return how && { stage, executionId, how, at }
}
