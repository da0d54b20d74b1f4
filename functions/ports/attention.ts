import type { ExecutionKey, Pipeline } from '../domain/pipeline.ts'

/** Which records need a look, and which approvals are open in a pipeline (both eventually consistent). */
export interface Attention {
  due(now: number): Promise<DueRecord[]>
  openApprovals(pipeline: Pipeline): Promise<string[]>
  /** Every approval that waits, or whose deployment runs. */
  waitingApprovals(): Promise<string[]>
}

export type DueRecord = { approval: string } | { execution: ExecutionKey }
