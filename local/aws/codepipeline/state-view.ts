import type { ActionDeclaration } from './declaration.ts'
import { currentVersion } from './model.ts'
import type { ActionRecord, ConditionType, Execution, Pipeline, StageSlot } from './model.ts'
import { seconds } from './timestamps.ts'

/**
 * The answer to GetPipelineState (API Reference, "GetPipelineState"): each stage with the execution that entered it
 * last, and each action with its last run, which may be of an older execution than the stage's. Timestamps are epoch
 * seconds.
 */
export const pipelineState = (pipeline: Pipeline) => {
  const { name, version, stages } = currentVersion(pipeline)
  return {
    pipelineName: name,
    pipelineVersion: version,
    stageStates: stages.map((stage, index) => {
      const slot = pipeline.slots.get(stage.name)
      return {
        stageName: stage.name,
        ...(slot && inbound(slot, index)),
        actionStates: stage.actions.map((action) => actionState(action, slot?.latestActions.get(action.name))),
        ...(slot?.latest && latest(slot.latest, stage.name)),
        ...(slot?.latest && conditionStates(slot.latest, stage.name)),
      }
    }),
    created: seconds(pipeline.createdAt),
    updated: seconds(pipeline.updatedAt),
  }
}

export type PipelineState = ReturnType<typeof pipelineState>

const inbound = ({ waiting, transition }: StageSlot, index: number) => {
  const { enabled, changedBy, changedAt, reason } = transition
  const executions = waiting.map((execution) => stageExecution(execution, 'InProgress'))
  return {
    // The execution that would enter next; in SUPERSEDED mode there is only one.
    ...(executions[0] && { inboundExecution: executions[0] }),
    inboundExecutions: executions,
    // The first stage has no transition before it.
    ...(index > 0 && {
      inboundTransitionState: {
        enabled,
        ...(changedBy !== undefined && { lastChangedBy: changedBy }),
        ...(changedAt !== undefined && { lastChangedAt: seconds(changedAt) }),
        ...(reason !== undefined && { disabledReason: reason }),
      },
    }),
  }
}

const latest = (execution: Execution, stageName: string) => {
  const stage = execution.stages.find(({ declaration }) => declaration.name === stageName)
  const { manualRetries = 0, autoRetries = 0 } = stage ?? {}
  return {
    latestExecution: stageExecution(execution, stage?.status ?? 'InProgress'),
    ...(manualRetries + autoRetries > 0 && {
      retryStageMetadata: {
        ...(autoRetries > 0 && { autoStageRetryAttempt: autoRetries }),
        ...(manualRetries > 0 && { manualStageRetryAttempt: manualRetries }),
        latestRetryTrigger: manualRetries > 0 ? 'ManualStageRetry' : 'AutomatedStageRetry',
      },
    }),
  }
}

const CONDITION_STATES = {
  beforeEntry: 'beforeEntryConditionState',
  onSuccess: 'onSuccessConditionState',
  onFailure: 'onFailureConditionState',
} as const

const conditionStates = (execution: Execution, stageName: string) => {
  const stage = execution.stages.find(({ declaration }) => declaration.name === stageName)
  return Object.fromEntries(
    Object.entries(stage?.conditions ?? {}).map(([type, { status, at, rules }]) => [
      CONDITION_STATES[type as ConditionType],
      {
        latestExecution: { status },
        conditionStates: [
          {
            latestExecution: { status, lastStatusChange: seconds(at) },
            ruleStates: rules.map((rule) => ({
              ruleName: rule.declaration.name,
              latestExecution: {
                ruleExecutionId: rule.id,
                status: rule.status,
                summary: rule.summary,
                lastStatusChange: seconds(rule.at),
                ...(rule.updatedBy !== null && { lastUpdatedBy: rule.updatedBy }),
              },
            })),
          },
        ],
      },
    ]),
  )
}

const stageExecution = ({ id, type }: Execution, status: string) => ({
  pipelineExecutionId: id,
  status,
  type,
})

const actionState = (declaration: ActionDeclaration, run: ActionRecord | undefined) => {
  const revision = run?.execution.revisions.find(({ actionName }) => actionName === declaration.name)
  const source = declaration.actionTypeId.category === 'Source' ? revision : undefined
  return {
    actionName: declaration.name,
    ...(source && { currentRevision: { revisionId: source.revisionId, created: seconds(source.created) } }),
    ...(run && { latestExecution: latestRun(run) }),
    ...(source && { entityUrl: source.revisionUrl, revisionUrl: source.revisionUrl }),
  }
}

const latestRun = ({ id, status, outcome, updatedAt, updatedBy, approval, execution }: ActionRecord) => {
  // In PARALLEL mode the token is only in ListActionExecutions, as externalExecutionId.
  const token = execution.definition.executionMode === 'PARALLEL' ? undefined : approval?.token
  const { summary, externalExecutionId, externalExecutionUrl, errorCode } = outcome
  const open = status === 'InProgress'
  return {
    actionExecutionId: id,
    status: apiStatus(status),
    ...(summary && { summary }),
    lastStatusChange: seconds(updatedAt),
    ...(token !== undefined && { token }),
    ...(updatedBy !== null && { lastUpdatedBy: updatedBy }),
    ...(!open && externalExecutionId && { externalExecutionId }),
    ...(externalExecutionUrl && { externalExecutionUrl }),
    ...(status === 'Failed' && {
      errorDetails: { code: errorCode ?? 'JobFailed', ...(summary && { message: summary }) },
    }),
  }
}

/** The API has no status for an action that an edit of the pipeline canceled. */
export const apiStatus = (status: ActionRecord['status']) => (status === 'Cancelled' ? 'Abandoned' : status)
