import type {
  ActionDeclaration,
  Condition,
  PipelineDeclaration,
  RuleDeclaration,
  StageDeclaration,
} from './declaration.ts'
import type { ActionOutcome } from '../action-runner.ts'

/*
 * The engine's state. Times are epoch milliseconds. Statuses are spelled as in the API; an action is `Cancelled` only
 * in events of AWS, the API's calls say Abandoned.
 */

export interface Pipeline {
  name: string
  /** Version n is at n - 1; the last is current. */
  versions: PipelineDeclaration[]
  createdAt: number
  updatedAt: number
  /** One for each stage name of the current version. */
  slots: Map<string, StageSlot>
  /** Oldest first. */
  executions: Map<string, Execution>
  /** clientRequestToken → the execution that it started. */
  startTokens: Map<string, string>
}

/** The place in the pipeline that executions pass through, one at a time unless the mode is PARALLEL. */
export interface StageSlot {
  inside: Set<Execution>
  /** In front of the stage, in order of arrival. */
  waiting: Execution[]
  transition: { enabled: boolean; changedBy?: string; changedAt?: number; reason?: string }
  /** The execution that entered last. */
  latest: Execution | null
  /** Action name → its last run here, of whichever execution. */
  latestActions: Map<string, ActionRecord>
}

export interface Trigger {
  triggerType:
    | 'CreatePipeline'
    | 'StartPipelineExecution'
    | 'PollForSourceChanges'
    | 'Webhook'
    | 'CloudWatchEvent'
    | 'PutActionRevision'
    | 'WebhookV2'
    | 'ManualRollback'
    | 'AutomatedRollback'
  /** The caller's ARN, the ARN of a rule or connection, or a JSON text: at most 1024 characters. */
  triggerDetail: string
}

export interface Execution {
  id: string
  /** Counts executions of all pipelines: the larger is the newer. */
  sequence: number
  pipeline: Pipeline
  /** The structure with which it started. */
  definition: PipelineDeclaration
  type: 'STANDARD' | 'ROLLBACK'
  rollbackTargetId: string | null
  status: 'InProgress' | 'Succeeded' | 'Failed' | 'Stopping' | 'Stopped' | 'Superseded' | 'Cancelled'
  startedAt: number
  updatedAt: number
  endedAt: number | null
  trigger: Trigger
  /** 1, and one more with every retry of a stage. */
  attempt: number
  variables: Record<string, string>
  /** Source action name → the revision to take instead of the newest. */
  sourceRevisions: Map<string, string>
  /** Namespace → output variables of the action that owns it. */
  outputs: Map<string, Record<string, string>>
  artifacts: Map<string, Artifact>
  revisions: Revision[]
  stages: StageRun[]
  /**
   * Index into stages: the one in front of which it waits, or that it is in. Null once it ended outside every stage.
   */
  place: { at: 'before' | 'inside'; index: number } | null
  /** The last stage that it will enter. */
  finalIndex: number
  stop: { abandon: boolean; reason: string } | null
}

export interface StageRun {
  declaration: StageDeclaration
  status: 'NotStarted' | 'InProgress' | 'Succeeded' | 'Failed' | 'Stopping' | 'Stopped' | 'Cancelled' | 'Skipped'
  startedAt: number | null
  lastRetryAt: number | null
  manualRetries: number
  autoRetries: number
  /** The last evaluation of each of its conditions. */
  conditions: Partial<Record<ConditionType, ConditionRun>>
  /** Every evaluation of a rule, oldest first. */
  rules: RuleRun[]
  /** Action name → its run in the current attempt. */
  current: Map<string, ActionRecord>
  /** Every run of every attempt, oldest first. */
  history: ActionRecord[]
}

/** As the structure of a stage names them. */
export type ConditionType = 'beforeEntry' | 'onSuccess' | 'onFailure'

export interface ConditionRun {
  status: 'Succeeded' | 'Failed' | 'Overridden'
  result: Condition['result']
  at: number
  rules: RuleRun[]
}

export interface RuleRun {
  id: string
  declaration: RuleDeclaration
  attempt: number
  at: number
  status: 'Succeeded' | 'Failed'
  summary: string
  resolvedConfiguration: Record<string, string>
  /** ARN of the person or role that overrode it. */
  updatedBy: string | null
}

export interface ActionRecord {
  id: string
  execution: Execution
  stage: StageRun
  declaration: ActionDeclaration
  attempt: number
  status: 'InProgress' | 'Succeeded' | 'Failed' | 'Abandoned' | 'Cancelled'
  startedAt: number
  updatedAt: number
  endedAt: number | null
  /** ARN of the person or role that decided it. */
  updatedBy: string | null
  resolvedConfiguration: Record<string, string>
  inputs: Artifact[]
  outputs: Artifact[]
  outcome: Omit<ActionOutcome, 'status'>
  /** Set on manual approvals. */
  approval: { token: string; expiresAt: number; decided: boolean; cancelTimer: () => void } | null
  abort: AbortController
}

export interface Artifact {
  name: string
  directory: string
  bucket: string
  key: string
}

/** What a source action returned. */
export interface Revision {
  actionName: string
  artifactName: string
  revisionId: string
  revisionSummary: string
  revisionUrl: string
  created: number
}

export const currentVersion = (pipeline: Pipeline): PipelineDeclaration => {
  const last = pipeline.versions.at(-1)
  if (!last) throw new Error(`Pipeline ${pipeline.name} has no version`)
  return last
}

export const stageAt = (execution: Execution, index: number): StageRun => {
  const stage = execution.stages[index]
  if (!stage) throw new Error(`Execution ${execution.id} has no stage ${index}`)
  return stage
}

/** True while the execution can still advance. */
export const isOpen = (execution: Execution): boolean =>
  execution.status === 'InProgress' || execution.status === 'Stopping'
