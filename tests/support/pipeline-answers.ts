import type { ActionRun, ExecutionSummary, FailedRule, Pipelines, StageState } from '../../functions/ports/pipelines.ts'
import { KEY, START, TOKEN } from './records.ts'

/** A run of the approval action that waits; `more` says how it ended. */
export const actionRun = (more: Partial<ActionRun> = {}): ActionRun => ({
  executionId: KEY.executionId,
  actionExecutionId: 'Production/Approve/1',
  version: 1,
  stage: 'Production',
  action: 'Approve',
  category: 'Approval',
  owner: 'AWS',
  provider: 'Manual',
  status: 'InProgress',
  statusText: more.status ?? 'InProgress',
  startedAt: START,
  updatedAt: START,
  externalId: TOKEN,
  externalUrl: null,
  summary: null,
  updatedBy: null,
  configuration: {},
  outputVariables: {},
  outputArtifacts: [],
  ...more,
})

export const executionSummary = (more: Partial<ExecutionSummary> = {}): ExecutionSummary => ({
  executionId: KEY.executionId,
  status: 'InProgress',
  revisions: [],
  trigger: null,
  startedAt: START,
  updatedAt: START,
  stopReason: null,
  ...more,
})

export const stageState = (stage: string, more: Partial<StageState> = {}): StageState => ({
  stage,
  executionId: null,
  status: null,
  inbound: [],
  actions: [],
  ...more,
})

/** As many as are enough, one a page. */
const firstOf = <T>(all: T[], enough: (read: readonly T[]) => boolean): T[] =>
  all.map((_, index) => all.slice(0, index + 1)).find(enough) ?? all

/** A CodePipeline that answers this, newest first, and refuses every verdict. Null: it does not have it. */
export const pipelinesThatAnswer = ({
  stages = [stageState('Source'), stageState('Production')] as StageState[] | null,
  runs = [] as ActionRun[] | null,
  executions = [] as ExecutionSummary[] | null,
  rules = [] as FailedRule[] | 'refused' | null,
  /** Those that succeeded in whichever stage is asked for. */
  succeeded = [] as ExecutionSummary[],
} = {}): Pipelines => ({
  pipelines: async () => (stages ? [{ pipeline: KEY.pipeline, isParallel: false }] : []),
  structure: async () => [],
  failedRules: async () => rules,
  stages: async () => stages,
  actionRuns: async ({ executionId }) => runs && runs.filter((run) => run.executionId === executionId),
  runs: async (_, enough) => {
    if (!runs) return null
    const read = firstOf(runs, enough)
    return { runs: read, isWhole: read.length === runs.length }
  },
  execution: async ({ executionId }) => executions?.find((one) => one.executionId === executionId) ?? null,
  executions: async (_, { enough = () => true, succeededIn } = {}) =>
    executions && firstOf(succeededIn === undefined ? executions : succeeded, enough),
  putApprovalResult: async () => ({ kind: 'gone' }),
})
