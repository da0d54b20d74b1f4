import { AwsError } from '../aws-error.ts'
import { currentVersion } from './model.ts'
import type { ActionRecord, Artifact, Execution, Pipeline } from './model.ts'
import { page } from './paging.ts'
import type { PageRequest } from './paging.ts'
import { apiStatus } from './state-view.ts'
import { seconds } from './timestamps.ts'

/*
 * The answers about executions past and present (API Reference, "GetPipelineExecution", "ListPipelineExecutions",
 * "ListActionExecutions"). Timestamps are epoch seconds; lists are newest first.
 */

export const pipelineExecution = (execution: Execution) => {
  const variables = Object.entries(execution.variables)
  return {
    pipelineExecution: {
      pipelineName: execution.pipeline.name,
      pipelineVersion: execution.definition.version,
      pipelineExecutionId: execution.id,
      ...standing(execution),
      artifactRevisions: execution.revisions.map((revision) => ({
        name: revision.artifactName,
        revisionId: revision.revisionId,
        revisionSummary: revision.revisionSummary,
        created: seconds(revision.created),
        revisionUrl: revision.revisionUrl,
      })),
      ...(variables.length > 0 && {
        variables: variables.map(([name, resolvedValue]) => ({ name, resolvedValue })),
      }),
    },
  }
}

export interface ExecutionsRequest extends PageRequest {
  filter?: { succeededInStage?: { stageName: string } | undefined } | undefined
}

/** Throws a ValidationException if the filter names a missing stage. */
export const listExecutions = (pipeline: Pipeline, request: ExecutionsRequest) => {
  const { version } = currentVersion(pipeline)
  const stageName = request.filter?.succeededInStage?.stageName
  if (stageName !== undefined && !pipeline.slots.has(stageName))
    throw new AwsError('ValidationException', `Pipeline ${pipeline.name} has no stage ${stageName}`)
  const succeeded = (execution: Execution) =>
    execution.definition.version === version &&
    execution.stages.some(({ declaration, status }) => declaration.name === stageName && status === 'Succeeded')
  const all = [...pipeline.executions.values()].reverse()
  const found = stageName === undefined ? all : all.filter(succeeded)
  const { items, ...more } = page(found, ({ id }) => id, request)
  return { pipelineExecutionSummaries: items.map(executionSummary), ...more }
}

const executionSummary = (execution: Execution) => ({
  pipelineExecutionId: execution.id,
  ...standing(execution),
  startTime: seconds(execution.startedAt),
  lastUpdateTime: seconds(execution.updatedAt),
  sourceRevisions: execution.revisions.map(({ actionName, revisionId, revisionSummary, revisionUrl }) => ({
    actionName,
    revisionId,
    revisionSummary,
    revisionUrl,
  })),
  ...(execution.stop && { stopTrigger: { reason: execution.stop.reason } }),
})

const standing = ({ status, stop, trigger, definition, type, rollbackTargetId }: Execution) => ({
  status,
  ...(stop?.reason && { statusSummary: stop.reason }),
  trigger,
  executionMode: definition.executionMode,
  executionType: type,
  ...(rollbackTargetId !== null && {
    rollbackMetadata: { rollbackTargetPipelineExecutionId: rollbackTargetId },
  }),
})

export interface ActionsRequest extends PageRequest {
  filter?:
    | {
        pipelineExecutionId?: string | undefined
        latestInPipelineExecution?: { pipelineExecutionId: string; startTimeRange: 'Latest' | 'All' } | undefined
      }
    | undefined
}

/** The execution that the filter names, or all, newest first. Throws PipelineExecutionNotFoundException. */
const executionsIn = (pipeline: Pipeline, { filter = {} }: ActionsRequest): Execution[] => {
  const wanted = filter.latestInPipelineExecution?.pipelineExecutionId ?? filter.pipelineExecutionId
  if (wanted === undefined) return [...pipeline.executions.values()].reverse()
  const only = pipeline.executions.get(wanted)
  if (!only) throw new AwsError('PipelineExecutionNotFoundException', `${pipeline.name} has no execution ${wanted}`)
  return [only]
}

/**
 * The runs of actions. `latestInPipelineExecution` with `Latest` gives the current runs of that execution, without
 * those that a retry replaced. Throws PipelineExecutionNotFoundException.
 */
export const listActions = (pipeline: Pipeline, request: ActionsRequest) => {
  const latest = request.filter?.latestInPipelineExecution?.startTimeRange === 'Latest'
  const runs = executionsIn(pipeline, request).flatMap(({ stages }) =>
    stages.flatMap(({ history, current }) => (latest ? [...current.values()] : history)).reverse(),
  )
  const { items, ...more } = page(runs, ({ id }) => id, request)
  return { actionExecutionDetails: items.map(actionDetail), ...more }
}

const actionDetail = (action: ActionRecord) => {
  const { declaration, execution, outcome, inputs, outputs } = action
  const { actionTypeId, configuration, roleArn, region, namespace } = declaration
  const { externalExecutionId, externalExecutionUrl, summary, errorCode } = outcome
  return {
    pipelineExecutionId: execution.id,
    actionExecutionId: action.id,
    pipelineVersion: execution.definition.version,
    stageName: action.stage.declaration.name,
    actionName: declaration.name,
    startTime: seconds(action.startedAt),
    lastUpdateTime: seconds(action.updatedAt),
    ...(action.updatedBy !== null && { updatedBy: action.updatedBy }),
    status: apiStatus(action.status),
    input: {
      actionTypeId,
      configuration,
      resolvedConfiguration: action.resolvedConfiguration,
      ...(roleArn !== undefined && { roleArn }),
      ...(region !== undefined && { region }),
      inputArtifacts: inputs.map(located),
      ...(namespace !== undefined && { namespace }),
    },
    output: {
      outputArtifacts: outputs.map(located),
      executionResult: {
        ...(externalExecutionId && { externalExecutionId }),
        ...(summary && { externalExecutionSummary: summary }),
        ...(externalExecutionUrl && { externalExecutionUrl }),
        ...(action.status === 'Failed' && {
          errorDetails: { code: errorCode ?? 'JobFailed', ...(summary && { message: summary }) },
        }),
      },
      outputVariables: outcome.outputVariables ?? {},
    },
  }
}

const located = ({ name, bucket, key }: Artifact) => ({ name, s3location: { bucket, key } })

/** The evaluations of rules (API Reference, "ListRuleExecutions"), newest first. Filters as {@link listActions}. */
export const listRules = (pipeline: Pipeline, request: ActionsRequest) => {
  const all = executionsIn(pipeline, request).flatMap((execution) =>
    execution.stages
      .flatMap((stage) => stage.rules.map((rule) => ({ execution, stage, rule })))
      .sort((one, other) => other.rule.at - one.rule.at),
  )
  const { items, ...more } = page(all, ({ rule }) => rule.id, request)
  return {
    ruleExecutionDetails: items.map(({ execution, stage, rule }) => ({
      pipelineExecutionId: execution.id,
      ruleExecutionId: rule.id,
      pipelineVersion: execution.definition.version,
      stageName: stage.declaration.name,
      ruleName: rule.declaration.name,
      startTime: seconds(rule.at),
      lastUpdateTime: seconds(rule.at),
      ...(rule.updatedBy !== null && { updatedBy: rule.updatedBy }),
      status: rule.status,
      input: {
        ruleTypeId: rule.declaration.ruleTypeId,
        configuration: rule.declaration.configuration,
        resolvedConfiguration: rule.resolvedConfiguration,
      },
      output: { executionResult: { externalExecutionSummary: rule.summary } },
    })),
    ...more,
  }
}
