import { nameFromArn } from '../../functions/domain/starter.ts'
import type { ActionView, ExecutionView, PipelineView, StageView } from '../page/contract.ts'
import { currentVersion } from '../aws/codepipeline/model.ts'
import type { ActionRecord, Execution, Pipeline, StageRun } from '../aws/codepipeline/model.ts'
import type { Plant } from '../aws/codepipeline/plant.ts'

/** The page shows what is going on, not the archive. */
const MOST_EXECUTIONS = 50

/** A pipeline as the workspace's page shows it. */
export const pipelineView = (plant: Plant, pipeline: Pipeline): PipelineView => {
  const { accountId, region } = plant.settings
  return {
    name: pipeline.name,
    accountId,
    region,
    stages: currentVersion(pipeline).stages.map(({ name, actions }) => ({
      name,
      transitionEnabled: pipeline.slots.get(name)?.transition.enabled ?? true,
      actions: actions.map(({ name: action, actionTypeId: { category, provider } }) => ({
        name: action,
        category,
        provider,
      })),
    })),
    executions: [...pipeline.executions.values()]
      .slice(-MOST_EXECUTIONS)
      .reverse()
      .map((execution) => executionView(plant, execution)),
  }
}

const executionView = (plant: Plant, execution: Execution): ExecutionView => {
  const revision = execution.revisions[0]
  return {
    id: execution.id,
    status: execution.status,
    startedAt: execution.startedAt,
    endedAt: execution.endedAt,
    startedBy: starter(execution),
    revision: revision
      ? {
          id: revision.revisionId,
          title: commitTitle(revision.revisionSummary),
          author: author(execution),
          url: revision.revisionUrl,
        }
      : null,
    stages: execution.stages.map((stage, index) => stageView(plant, execution, stage, index)),
  }
}

const stageView = (plant: Plant, execution: Execution, stage: StageRun, index: number): StageView => ({
  name: stage.declaration.name,
  status: stage.status,
  waitingToEnter: execution.place?.at === 'before' && execution.place.index === index,
  actions: stage.declaration.actions.map(({ name, actionTypeId: { category, provider } }) => ({
    name,
    category,
    provider,
    ...runView(plant, stage.current.get(name)),
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

const runView = (plant: Plant, run: ActionRecord | undefined): Omit<ActionView, 'name' | 'category' | 'provider'> => {
  if (!run) return NOT_STARTED
  const waits = run.status === 'InProgress' && run.approval
  return {
    status: run.status,
    startedAt: run.startedAt,
    endedAt: run.endedAt,
    summary: run.outcome.summary ?? '',
    actionExecutionId: run.id,
    hasLog: plant.logs.has(run.id),
    approval: waits ? { token: waits.token, expiresAt: waits.expiresAt } : null,
  }
}

const starter = (execution: Execution): string => {
  const { triggerType, triggerDetail } = execution.trigger
  if (triggerType.startsWith('Webhook')) return author(execution) || 'a push'
  if (triggerType === 'AutomatedRollback') return 'CodePipeline itself, as a rollback'
  return nameFromArn(triggerDetail) ?? triggerDetail
}

const author = (execution: Execution): string => {
  const source = execution.stages[0]?.history.findLast(({ status }) => status === 'Succeeded')
  const variables = source?.outcome.outputVariables ?? {}
  return variables.AuthorDisplayName ?? variables.AuthorId ?? ''
}

/** The first line of the commit message, which connections wrap in JSON. */
const commitTitle = (revisionSummary: string): string =>
  (messageIn(revisionSummary) ?? revisionSummary).split('\n')[0]?.trim() ?? ''

const messageIn = (revisionSummary: string): string | undefined => {
  try {
    const parsed: unknown = JSON.parse(revisionSummary)
    const wrapped = typeof parsed === 'object' && parsed !== null && 'CommitMessage' in parsed
    return wrapped && typeof parsed.CommitMessage === 'string' ? parsed.CommitMessage : undefined
  } catch {
    return undefined
  }
}
