import type { ExecutionKey, Pipeline, StageAction } from '../domain/pipeline.ts'
import type { Verdict } from '../domain/policy.ts'

export interface Pipelines {
  /** Stages with what is in them now and what waits in front; null when there is no such pipeline. */
  stages(pipeline: Pipeline): Promise<StageState[] | null>
  /** Runs of actions, newest first: of one execution, or the latest hundred of the pipeline. */
  actionRuns(pipeline: Pipeline, executionId: string | null): Promise<ActionRun[]>
  execution(key: ExecutionKey): Promise<ExecutionFacts | null>
  /** Newest first; with `succeededInStage`, only those that passed it. At most a hundred. */
  executions(pipeline: Pipeline, succeededInStage: string | null): Promise<ExecutionSummary[]>
  putApprovalResult(where: StageAction, token: string, verdict: Verdict, summary: string): Promise<PutOutcome>
}

export interface StageState {
  stage: string
  executionId: string | null
  /** Those that wait to enter, newest last. */
  inbound: string[]
  actions: {
    action: string
    status: ActionStatus | null
    /** Since when; of one in progress, when it began. */
    since: number | null
    token: string | null
  }[]
}

export type ActionStatus = 'InProgress' | 'Abandoned' | 'Succeeded' | 'Failed'

export interface ActionRun {
  executionId: string
  actionExecutionId: string
  stage: string
  action: string
  category: string
  provider: string
  status: ActionStatus
  startedAt: number
  updatedAt: number
  /** Equals the token for an approval action. */
  externalId: string | null
  externalUrl: string | null
  summary: string | null
  /** ARN of who changed it last. */
  updatedBy: string | null
  outputVariables: Record<string, string>
}

export interface ArtifactRevision {
  revisionId: string
  summary: string | null
  url: string | null
}

export interface ExecutionFacts {
  executionId: string
  status: ExecutionStatus
  revisions: ArtifactRevision[]
  trigger: { type: string; detail: string } | null
}

export interface ExecutionSummary extends ExecutionFacts {
  startedAt: number
  updatedAt: number
  stopReason: string | null
}

export type ExecutionStatus =
  'Cancelled' | 'InProgress' | 'Stopped' | 'Stopping' | 'Succeeded' | 'Superseded' | 'Failed'

export type PutOutcome =
  | { kind: 'recorded' }
  /** Somebody or something answered before, or the token has run out. */
  | { kind: 'too-late' }
  /** The pipeline, stage or action is not there any more. */
  | { kind: 'gone' }
  /** AWS did not allow it or did not take the request; it will not by itself. */
  | { kind: 'refused'; because: string }
