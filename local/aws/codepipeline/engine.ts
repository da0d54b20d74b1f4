import { decideApproval } from './approval.ts'
import type { ApprovalDecision } from './approval.ts'
import type { PipelineDeclaration } from './declaration.ts'
import { createPipeline, deletePipeline, updatePipeline } from './definitions.ts'
import { CodePipelineError } from './errors.ts'
import { listActions, listExecutions, pipelineExecution } from './history.ts'
import type { ActionsRequest, ExecutionsRequest } from './history.ts'
import { currentVersion } from './model.ts'
import type { Pipeline, Trigger } from './model.ts'
import { pipelineView } from '../../web/pipeline-view.ts'
import { page } from './paging.ts'
import type { PageRequest } from './paging.ts'
import { Plant } from './plant.ts'
import type { CodePipelineSettings } from './plant.ts'
import { settle } from './progress.ts'
import { retryStage } from './retrying.ts'
import type { RetryRequest } from './retrying.ts'
import { rollBackStage } from './rolling-back.ts'
import type { RollbackRequest } from './rolling-back.ts'
import { startExecution } from './starting.ts'
import type { StartRequest } from './starting.ts'
import { pipelineState } from './state-view.ts'
import { stopExecution } from './stopping.ts'
import type { StopRequest } from './stopping.ts'
import { seconds } from './time.ts'
import { disableTransition, enableTransition } from './transitions.ts'
import type { TransitionRequest } from './transitions.ts'

export type CodePipeline = ReturnType<typeof createCodePipeline>

/**
 * CodePipeline for one account and region, in memory. All its time and chance come from `settings`, so the same clock,
 * identifiers and runners give the same events. Operations take what the API takes, with the caller's ARN where AWS
 * records it, and answer as the API does (timestamps are epoch seconds); they throw {@link CodePipelineError}.
 * They take what has passed the schemas of `api-inputs.ts`; `parsePipeline` of `declaration.ts` makes a declaration.
 */
export const createCodePipeline = (settings: CodePipelineSettings) => {
  const plant = new Plant(settings)
  return {
    accountId: settings.accountId,
    /** Registers a pipeline and, as AWS does, starts it; `start: false` leaves it waiting for its first change. */
    createPipeline(declaration: PipelineDeclaration, callerArn: string, { start = true } = {}) {
      return plant.change(() => {
        const pipeline = createPipeline(plant, declaration)
        const trigger = { triggerType: 'CreatePipeline', triggerDetail: callerArn } as const
        if (start) startExecution(plant, { name: pipeline.name }, trigger)
        return { pipeline: currentVersion(pipeline) }
      })
    },
    /** Gives the pipeline its next version; cancels what is under way. */
    updatePipeline(declaration: PipelineDeclaration) {
      return plant.change(() => ({ pipeline: updatePipeline(plant, declaration) }))
    },
    deletePipeline(request: { name: string }) {
      plant.change(() => deletePipeline(plant, request.name))
      return {}
    },
    getPipeline(request: { name: string; version?: number | undefined }) {
      const pipeline = plant.pipeline(request.name)
      return {
        pipeline: versionOf(pipeline, request.version),
        metadata: {
          pipelineArn: plant.pipelineArn(pipeline.name),
          created: seconds(pipeline.createdAt),
          updated: seconds(pipeline.updatedAt),
        },
      }
    },
    listPipelines(request: PageRequest = {}) {
      const { items, ...more } = page([...plant.pipelines.values()], ({ name }) => name, request)
      return { pipelines: items.map(pipelineSummary), ...more }
    },
    getPipelineState: (request: { name: string }) => pipelineState(plant.pipeline(request.name)),
    getPipelineExecution: (request: { pipelineName: string; pipelineExecutionId: string }) =>
      pipelineExecution(plant.execution(plant.pipeline(request.pipelineName), request.pipelineExecutionId)),
    listPipelineExecutions: (request: ExecutionsRequest & { pipelineName: string }) =>
      listExecutions(plant.pipeline(request.pipelineName), request),
    listActionExecutions: (request: ActionsRequest & { pipelineName: string }) =>
      listActions(plant.pipeline(request.pipelineName), request),
    startPipelineExecution(request: StartRequest, callerArn: string) {
      const trigger = { triggerType: 'StartPipelineExecution', triggerDetail: callerArn } as const
      return plant.change(() => ({ pipelineExecutionId: startExecution(plant, request, trigger).id }))
    },
    /** Starts an execution as a change at the source does, such as a push that a webhook tells of. */
    sourceChanged(name: string, trigger: Trigger) {
      return plant.change(() => ({ pipelineExecutionId: startExecution(plant, { name }, trigger).id }))
    },
    stopPipelineExecution: (request: StopRequest) =>
      plant.change(() => ({ pipelineExecutionId: stopExecution(plant, request).id })),
    /** Answers `approvedAt`, epoch seconds. */
    putApprovalResult: (request: ApprovalDecision, callerArn: string) =>
      plant.change(() => ({ approvedAt: seconds(decideApproval(plant, request, callerArn, settle).approvedAt) })),
    retryStageExecution: (request: RetryRequest) =>
      plant.change(() => ({ pipelineExecutionId: retryStage(plant, request).id })),
    rollbackStage: (request: RollbackRequest, callerArn: string) =>
      plant.change(() => ({ pipelineExecutionId: rollBackStage(plant, request, callerArn).id })),
    enableStageTransition(request: TransitionRequest, callerArn: string) {
      plant.change(() => enableTransition(plant, request, callerArn))
      return {}
    },
    disableStageTransition(request: TransitionRequest & { reason: string }, callerArn: string) {
      plant.change(() => disableTransition(plant, request, callerArn))
      return {}
    },
    /** The log of one action execution, or undefined when it has none. */
    logOf: (actionExecutionId: string) => plant.logs.read(actionExecutionId),
    /** Calls `listener` after every change and every line of log; returns what ends that. */
    onChange: (listener: () => void) => plant.onChange(listener),
    view: () => [...plant.pipelines.values()].map((pipeline) => pipelineView(plant, pipeline)),
  }
}

const versionOf = (pipeline: Pipeline, version?: number) => {
  const found = version === undefined ? currentVersion(pipeline) : pipeline.versions[version - 1]
  if (found) return found
  throw new CodePipelineError('PipelineVersionNotFoundException', `${pipeline.name} has no version ${version}`)
}

const pipelineSummary = (pipeline: Pipeline) => {
  const { name, version, pipelineType, executionMode } = currentVersion(pipeline)
  const created = seconds(pipeline.createdAt)
  return { name, version, pipelineType, executionMode, created, updated: seconds(pipeline.updatedAt) }
}
