import { decideApproval } from './approval.ts'
import type { ApprovalDecision } from './approval.ts'
import type { PipelineDeclaration } from './declaration.ts'
import { createPipeline, deletePipeline, updatePipeline } from './definitions.ts'
import { AwsError } from '../aws-error.ts'
import { listActions, listExecutions, listRules, pipelineExecution } from './history.ts'
import type { ActionsRequest, ExecutionsRequest } from './history.ts'
import { currentVersion } from './model.ts'
import type { Pipeline } from './model.ts'
import { overrideCondition } from './override-condition.ts'
import type { OverrideRequest } from './override-condition.ts'
import { page } from './paging.ts'
import type { PageRequest } from './paging.ts'
import type { State } from './state.ts'
import { settle } from './progress.ts'
import { retryStage } from './retry-stage.ts'
import type { RetryRequest } from './retry-stage.ts'
import { rollBackStage } from './roll-back-stage.ts'
import type { RollbackRequest } from './roll-back-stage.ts'
import { startExecution } from './start-execution.ts'
import type { StartRequest } from './start-execution.ts'
import { pipelineState } from './state-view.ts'
import { stopExecution } from './stop-execution.ts'
import type { StopRequest } from './stop-execution.ts'
import { seconds } from './timestamps.ts'
import { disableTransition, enableTransition } from './transitions.ts'
import type { TransitionRequest } from './transitions.ts'

export type Operations = ReturnType<typeof createOperations>

/**
 * The operations of the API. They take the API's input after the schemas of `api-inputs.ts`, with the caller's ARN if
 * AWS records it, and answer as the API does (timestamps are epoch seconds). They throw an AwsError.
 */
export const createOperations = (state: State) => ({
  /** Registers a pipeline and, as AWS does, starts it; `start: false` leaves it waiting for its first change. */
  createPipeline: (declaration: PipelineDeclaration, callerArn: string, { start = true } = {}) =>
    state.change(() => {
      const pipeline = createPipeline(state, declaration)
      const trigger = { triggerType: 'CreatePipeline', triggerDetail: callerArn } as const
      if (start) startExecution(state, { name: pipeline.name }, trigger)
      return { pipeline: currentVersion(pipeline) }
    }),
  /** Gives the pipeline its next version; cancels running executions. */
  updatePipeline: (declaration: PipelineDeclaration) =>
    state.change(() => ({ pipeline: updatePipeline(state, declaration) })),
  deletePipeline: (request: { name: string }) => {
    state.change(() => deletePipeline(state, request.name))
    return {}
  },
  getPipeline: (request: { name: string; version?: number | undefined }) => {
    const pipeline = state.pipeline(request.name)
    return {
      pipeline: versionOf(pipeline, request.version),
      metadata: {
        pipelineArn: state.pipelineArn(pipeline.name),
        created: seconds(pipeline.createdAt),
        updated: seconds(pipeline.updatedAt),
      },
    }
  },
  listPipelines: (request: PageRequest = {}) => {
    const { items, ...more } = page([...state.pipelines.values()], ({ name }) => name, request)
    return { pipelines: items.map(pipelineSummary), ...more }
  },
  getPipelineState: (request: { name: string }) => pipelineState(state.pipeline(request.name)),
  getPipelineExecution: (request: { pipelineName: string; pipelineExecutionId: string }) =>
    pipelineExecution(state.execution(state.pipeline(request.pipelineName), request.pipelineExecutionId)),
  listPipelineExecutions: (request: ExecutionsRequest & { pipelineName: string }) =>
    listExecutions(state.pipeline(request.pipelineName), request),
  listActionExecutions: (request: ActionsRequest & { pipelineName: string }) =>
    listActions(state.pipeline(request.pipelineName), request),
  listRuleExecutions: (request: ActionsRequest & { pipelineName: string }) =>
    listRules(state.pipeline(request.pipelineName), request),
  startPipelineExecution: (request: StartRequest, callerArn: string) => {
    const trigger = { triggerType: 'StartPipelineExecution', triggerDetail: callerArn } as const
    return state.change(() => ({ pipelineExecutionId: startExecution(state, request, trigger).id }))
  },
  stopPipelineExecution: (request: StopRequest) =>
    state.change(() => ({ pipelineExecutionId: stopExecution(state, request).id })),
  /** Returns `approvedAt`, epoch seconds. */
  putApprovalResult: (request: ApprovalDecision, callerArn: string) =>
    state.change(() => ({ approvedAt: seconds(decideApproval(state, request, callerArn, settle).approvedAt) })),
  retryStageExecution: (request: RetryRequest) =>
    state.change(() => ({ pipelineExecutionId: retryStage(state, request).id })),
  rollbackStage: (request: RollbackRequest, callerArn: string) =>
    state.change(() => ({ pipelineExecutionId: rollBackStage(state, request, callerArn).id })),
  overrideStageCondition: (request: OverrideRequest, callerArn: string) => {
    state.change(() => overrideCondition(state, request, callerArn))
    return {}
  },
  enableStageTransition: (request: TransitionRequest, callerArn: string) => {
    state.change(() => enableTransition(state, request, callerArn))
    return {}
  },
  disableStageTransition: (request: TransitionRequest & { reason: string }, callerArn: string) => {
    state.change(() => disableTransition(state, request, callerArn))
    return {}
  },
})

const versionOf = (pipeline: Pipeline, version?: number) => {
  const found = version === undefined ? currentVersion(pipeline) : pipeline.versions[version - 1]
  if (found) return found
  throw new AwsError('PipelineVersionNotFoundException', `${pipeline.name} has no version ${version}`)
}

const pipelineSummary = (pipeline: Pipeline) => {
  const { name, version, pipelineType, executionMode } = currentVersion(pipeline)
  const created = seconds(pipeline.createdAt)
  return { name, version, pipelineType, executionMode, created, updated: seconds(pipeline.updatedAt) }
}
