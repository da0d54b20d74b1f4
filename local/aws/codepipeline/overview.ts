import { currentVersion } from './model.ts'
import type { ActionRecord, Execution, Pipeline, StageRun, Trigger } from './model.ts'
import type { State } from './state.ts'

/*
 * What the AWS console shows of a pipeline: its stages, and its newest executions with their state. Times are epoch
 * milliseconds.
 */

export interface PipelineOverview {
  name: string
  accountId: string
  region: string
  stages: { name: string; transitionEnabled: boolean; actions: ActionName[] }[]
  /** Newest first. */
  executions: ExecutionOverview[]
}

export interface ActionName {
  name: string
  category: string
  provider: string
}

export interface ExecutionOverview {
  id: string
  status: Execution['status']
  startedAt: number
  endedAt: number | null
  trigger: Trigger
  /** The revision of its first source action; null until that has succeeded. */
  revision: { id: string; summary: string; url: string } | null
  /** The output variables of the source action that succeeded last. */
  sourceVariables: Record<string, string>
  stages: StageOverview[]
}

export interface StageOverview {
  name: string
  status: StageRun['status']
  /** True when the execution is in front of this stage. */
  waitingToEnter: boolean
  actions: ActionOverview[]
}

export interface ActionOverview extends ActionName {
  status: ActionRecord['status'] | 'NotStarted'
  startedAt: number | null
  endedAt: number | null
  summary: string
  actionExecutionId: string | null
  hasLog: boolean
  /** On an approval that waits. */
  approval: { token: string; expiresAt: number } | null
}

/** Current executions matter here; ListPipelineExecutions has the older ones. */
const MOST_EXECUTIONS = 50

export const pipelineOverview = (state: State, pipeline: Pipeline): PipelineOverview => ({
  name: pipeline.name,
  accountId: state.settings.accountId,
  region: state.settings.region,
  stages: currentVersion(pipeline).stages.map(({ name, actions }) => ({
    name,
    transitionEnabled: pipeline.slots.get(name)?.transition.enabled ?? true,
    actions: actions.map(actionName),
  })),
  executions: [...pipeline.executions.values()]
    .slice(-MOST_EXECUTIONS)
    .reverse()
    .map((execution) => executionOverview(state, execution)),
})

const executionOverview = (state: State, execution: Execution): ExecutionOverview => {
  const { id, status, startedAt, endedAt, trigger, stages } = execution
  const [revision] = execution.revisions
  const source = stages[0]?.history.findLast((run) => run.status === 'Succeeded')
  return {
    id,
    status,
    startedAt,
    endedAt,
    trigger,
    revision: revision
      ? { id: revision.revisionId, summary: revision.revisionSummary, url: revision.revisionUrl }
      : null,
    sourceVariables: source?.outcome.outputVariables ?? {},
    stages: stages.map((stage, index) => stageOverview(state, execution, stage, index)),
  }
}

const stageOverview = (state: State, { place }: Execution, stage: StageRun, index: number): StageOverview => ({
  name: stage.declaration.name,
  status: stage.status,
  waitingToEnter: place?.at === 'before' && place.index === index,
  actions: stage.declaration.actions.map((action) => ({
    ...actionName(action),
    ...runOverview(state, stage.current.get(action.name)),
  })),
})

const NOT_STARTED = {
  status: 'NotStarted',
  startedAt: null,
  endedAt: null,
  summary: '',
  actionExecutionId: null,
  hasLog: false,
  approval: null,
} as const

const runOverview = (state: State, run: ActionRecord | undefined): Omit<ActionOverview, keyof ActionName> => {
  if (!run) return NOT_STARTED
  const waits = run.status === 'InProgress' && run.approval
  return {
    status: run.status,
    startedAt: run.startedAt,
    endedAt: run.endedAt,
    summary: run.outcome.summary ?? '',
    actionExecutionId: run.id,
    hasLog: state.logs.has(run.id),
    approval: waits ? { token: waits.token, expiresAt: waits.expiresAt } : null,
  }
}

const actionName = ({ name, actionTypeId: { category, provider } }: ActionRecord['declaration']): ActionName => ({
  name,
  category,
  provider,
})
