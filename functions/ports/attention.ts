import type { ExecutionKey, Pipeline } from '../domain/pipeline.ts'

/** Which records need a look, and which approvals are open in a pipeline (both eventually consistent). */
export interface Attention {
  due(now: number): Promise<DueRecord[]>
  /** All that will be due at some time, and is compared with CodePipeline until then. */
  watched(): Promise<DueRecord[]>
  openApprovals(pipeline: Pipeline): Promise<string[]>
  /** Every approval that waits, or whose deployment runs. */
  waitingApprovals(): Promise<string[]>
  /**
   * Executions of pipelines whose first event came since then, the newest first. `isWanted`: null for those of all
   * pipelines. `most`: it stops when it has found so many.
   */
  newestExecutions(
    since: number,
    isWanted: ((key: ExecutionKey) => boolean) | null,
    most?: number,
  ): Promise<NewestExecutions>
}

export type DueRecord = { approval: string } | { execution: ExecutionKey }

/** `since`: from when on these are all; later than what was asked for where there are too many. Epoch milliseconds. */
export interface NewestExecutions {
  keys: ExecutionKey[]
  since: number
}
