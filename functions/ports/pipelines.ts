import type { Hold } from '../domain/held-stage.ts'
import type { AccountRegion, ExecutionKey, Pipeline, StageAction } from '../domain/pipeline.ts'
import type { Verdict } from '../domain/policy.ts'
import type { VerdictOutcome } from './gate.ts'

/**
 * CodePipeline's answers. Null means that it has no such pipeline, or no such execution of it: deleted, or created
 * again under the same name.
 */
export interface Pipelines {
  /** Every pipeline there, in order of the names; null if the bot's role may not list them. */
  pipelines(there: AccountRegion): Promise<ListedPipeline[] | null>
  /**
   * The stages and actions as that version of the pipeline declares them, or its newest; also null if the bot’s role may not
   * read them.
   */
  structure(pipeline: Pipeline, version?: number): Promise<DeclaredStage[] | null>
  /** Rules of stage conditions that failed in the execution, newest first; `refused` if the bot's role may not list them. */
  failedRules(key: ExecutionKey): Promise<FailedRule[] | 'refused' | null>
  /** Stages with the execution in them and those that wait in front. */
  stages(pipeline: Pipeline): Promise<StageState[] | null>
  /** Every run of the execution's actions, newest first. */
  actionRuns(key: ExecutionKey): Promise<ActionRun[] | null>
  /**
   * Runs of actions of every execution of the pipeline, newest first, page by page, until the runs so far are `enough`
   * or there are no more; at most two thousand.
   */
  runs(pipeline: Pipeline, enough: (read: readonly ActionRun[]) => boolean): Promise<RunsRead | null>
  execution(key: ExecutionKey): Promise<ExecutionFacts | null>
  /** Newest first, page by page, until those that were listed are `enough` or there are no more. */
  executions(pipeline: Pipeline, asked?: ListedExecutions): Promise<ExecutionSummary[] | null>
  putApprovalResult(where: StageAction, token: string, verdict: Verdict, told: ToldVerdict): Promise<VerdictOutcome>
}

/** In place of people's IDs, if a rule approved. */
export const BY_RULE = 'greenlight-automatic'

/** What AWS is told of a verdict: the summary in CodePipeline, and for CloudTrail the Slack user IDs of the deciders. */
export interface ToldVerdict {
  summary: string
  by: readonly string[]
}

export interface FailedRule {
  stage: string
  rule: string
  /** What it says of itself; null if it says nothing. */
  summary: string | null
  /** ARN of the caller that changed it last: of the person who overrode it, if one did. */
  updatedBy: string | null
  /** When it said so, in epoch milliseconds; null if CodePipeline does not tell. */
  at: number | null
}

export interface ListedPipeline {
  pipeline: string
  /** In this mode the pipeline's state shows no approval's token. */
  isParallel: boolean
}

export interface DeclaredStage {
  stage: string
  actions: DeclaredAction[]
}

export interface DeclaredAction extends Located {
  action: string
  category: string
  provider: string
  /** Actions of a stage with the same number run at once. */
  runOrder: number
  /** Of an approval action that sets one. */
  timeoutInMinutes?: number
}

/** Where an action acts, and its settings: of a run, with their variables resolved and as far as CodePipeline says. */
export interface Located {
  configuration: Record<string, string>
  /** Missing in the Region and account of the pipeline. */
  region?: string
  roleArn?: string
}

export interface RunsRead {
  runs: ActionRun[]
  /** Whether CodePipeline has no older ones. */
  isWhole: boolean
}

export interface ListedExecutions {
  /** Called after each page of at most a hundred; by default one page is enough. */
  enough?: (listed: readonly ExecutionSummary[]) => boolean
  /** Only those that succeeded in this stage, in the pipeline's current version. CodePipeline must have the stage. */
  succeededIn?: string
}

export interface StageState {
  stage: string
  /** The execution that entered it last, and its status as CodePipeline names it. */
  executionId: string | null
  status: string | null
  /** Set if the stage has conditions, each of which may fail, skip or roll back. */
  hasConditions?: true
  /** Missing if it takes executions in. */
  held?: Hold
  /** When it was last let go on, in epoch milliseconds; missing if it is held, or CodePipeline does not say. */
  resumedAt?: number
  /** Those that wait to enter, newest last. */
  inbound: string[]
  actions: {
    action: string
    status: ActionStatus | null
    /** Since when; for one in progress, when it began. */
    since: number | null
    token: string | null
  }[]
}

/** `Unknown`: a status that CodePipeline did not have when this was written. */
export type ActionStatus = 'InProgress' | 'Abandoned' | 'Succeeded' | 'Failed' | 'Unknown'

export interface ActionRun extends Located {
  executionId: string
  actionExecutionId: string
  /** The version of the pipeline that it ran in. */
  version: number | null
  stage: string
  action: string
  category: string
  owner: string
  provider: string
  status: ActionStatus
  /** The status as CodePipeline names it. */
  statusText: string
  startedAt: number
  updatedAt: number
  /** The token of an approval action: AWS says so for PARALLEL mode, and only there. */
  externalId: string | null
  externalUrl: string | null
  /** The log stream of an action that CodePipeline computes itself; missing if it has none. */
  logStreamArn?: string
  summary: string | null
  /** Why the action failed, as CodePipeline says it; missing if it does not. */
  error?: string
  /** ARN of the caller that changed it last. */
  updatedBy: string | null
  outputVariables: Record<string, string>
  /** Names of its output artifacts. */
  outputArtifacts: string[]
}

export interface ArtifactRevision {
  /** The source action, in a list of executions, and the output artifact, in one execution. */
  actionName: string | null
  artifactName: string | null
  revisionId: string
  summary: string | null
  url: string | null
}

/** What CodePipeline says started an execution. `steeredFor`: the Slack user ID of the person for whom the bot did. */
export interface Trigger {
  type: string
  detail: string
  steeredFor?: string
}

export interface ExecutionFacts {
  executionId: string
  status: ExecutionStatus
  /** Null if CodePipeline has no list of revisions, which differs from an empty list. */
  revisions: ArtifactRevision[] | null
  trigger: Trigger | null
  /** As CodePipeline names it, such as `SUPERSEDED`; missing if it does not say. */
  executionMode?: string
}

export interface ExecutionSummary extends ExecutionFacts {
  startedAt: number
  updatedAt: number
  stopReason: string | null
  /** The execution that it returns a stage to; missing if it is no rollback. */
  rollbackTo?: string
}

export type ExecutionStatus =
  'Cancelled' | 'InProgress' | 'Stopped' | 'Stopping' | 'Succeeded' | 'Superseded' | 'Failed' | 'Unknown'
