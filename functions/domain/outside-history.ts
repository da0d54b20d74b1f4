import type { Execution } from './execution.ts'
import type { Pipeline } from './pipeline.ts'
import { pipelineOf } from './pipeline.ts'
import { restoresEarlier } from './starter.ts'

/** How the builds of a project, or the deployments to a group, have ended outside pipelines. Times: epoch milliseconds. */
export interface OutsideHistory extends OutsideProject {
  succeededAt: number
  /** When the first one failed after the last success; null if none did. */
  failingSince: number | null
  /** The last one that ended a time of failures. */
  recovered: { id: string; since: number } | null
}

/** A project of CodeBuild; or an application of CodeDeploy with a deployment group. */
export interface OutsideProject extends Pipeline {
  group: string | null
}

export const projectOf = ({ key, outside }: Execution): OutsideProject => ({
  ...pipelineOf(key),
  group: outside?.group ?? null,
})

export const newHistory = (of: OutsideProject): OutsideHistory => ({
  ...of,
  succeededAt: 0,
  failingSince: null,
  recovered: null,
})

/**
 * The history with the end of one more. A rollback says nothing of the change that failed. Ends arrive late, twice and out
 * of order. Returns the same object if nothing changes.
 */
export const withEnd = (history: OutsideHistory, { key, overall, starter }: Execution): OutsideHistory => {
  const { progress, at } = overall
  const { succeededAt, failingSince, recovered } = history
  if (at <= succeededAt || restoresEarlier(starter)) return history
  if (progress === 'failed')
    return failingSince !== null && failingSince <= at ? history : { ...history, failingSince: at }
  if (progress !== 'succeeded') return history
  const isEnd = failingSince !== null && failingSince < at
  return {
    ...history,
    succeededAt: at,
    failingSince: isEnd ? null : failingSince,
    recovered: isEnd ? { id: key.executionId, since: failingSince } : recovered,
  }
}
