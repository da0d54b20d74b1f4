import type { Deploying, PastRun } from './past.ts'
import { newestOfEach } from './past.ts'

/** A deployment into a stage that did not bring a new version there. */
export interface LastDeployment {
  stage: string
  executionId: string
  how: 'failed' | 'stopped' | 'rolled-back'
  /** When it ended. Epoch milliseconds. */
  at: number
  /** Where it deployed all, and another action of the stage failed or was stopped behind it: the name of that action. */
  failedBehind?: string
}

/** The worse one first. */
const ENDED_BADLY = new Map<string, 'failed' | 'stopped'>([
  ['Failed', 'failed'],
  ['Abandoned', 'stopped'],
])

/**
 * The newest deployment into these stages, if it failed, was stopped or was a rollback, or if its stage failed behind it;
 * null if it brought what is live there, is under way, or is not known. An execution's deployment is every action there that
 * deploys. An execution whose approval there is not given has only prepared a deployment, unless it failed.
 */
export const lastDeployment = (
  stages: readonly Deploying[],
  runs: readonly PastRun[],
  isRollback: (executionId: string) => boolean,
): LastDeployment | null => {
  const newest = newestOfEach(runs)
  const unapproved = new Set(newest.filter(isUnapproved).map(inStage))
  const deployed = newest.filter(
    (run) =>
      stages.some((stage) => deploys(stage, run)) && (ENDED_BADLY.has(run.status) || !unapproved.has(inStage(run))),
  )
  if (deployed.length === 0) return null
  const { executionId } = deployed.reduce(newer)
  const own = deployed.filter((run) => run.executionId === executionId)
  const ended = (status: string): PastRun[] => own.filter((run) => run.status === status)
  for (const [status, how] of ENDED_BADLY) {
    const bad = ended(status)
    if (bad.length > 0) return { ...placed(bad), executionId, how }
  }
  const isOver = ended('Succeeded').length === own.length
  const behind = newest.find(
    (run) =>
      run.executionId === executionId &&
      run.category !== 'Approval' &&
      ENDED_BADLY.has(run.status) &&
      stages.some((one) => one.stage === run.stage && !deploys(one, run)),
  )
  if (isOver && behind)
    return { ...placed(own), executionId, how: ENDED_BADLY.get(behind.status)!, failedBehind: behind.action }
  return isOver && isRollback(executionId) ? { ...placed(own), executionId, how: 'rolled-back' } : null
}

/** An approval that was rejected or expired is no deployment that failed. */
const deploys = ({ stage, by }: Deploying, run: PastRun): boolean =>
  run.stage === stage && run.category !== 'Approval' && by.has(run.category)

/** Of an approval that waits, or that was rejected. */
const isUnapproved = ({ category, status }: PastRun): boolean => category === 'Approval' && status !== 'Succeeded'

const inStage = ({ executionId, stage }: PastRun): string => [executionId, stage].join('/')

/** CodePipeline lists the newest first: that tells the order of those that began at the same time. */
const newer = (one: PastRun, other: PastRun): PastRun => (other.startedAt > one.startedAt ? other : one)

/** Where and when the last of these ended. */
const placed = (runs: readonly PastRun[]): Pick<LastDeployment, 'stage' | 'at'> => {
  const { stage, updatedAt: at } = runs.reduce((one, other) => (other.updatedAt > one.updatedAt ? other : one))
  return { stage, at }
}
