import { AwsError } from '../aws-error.ts'
import { currentVersion } from './model.ts'
import type { Execution, StageRun, StageSlot } from './model.ts'
import type { State } from './state.ts'
import { rerun } from './progress.ts'

export interface RetryRequest {
  pipelineName: string
  stageName: string
  pipelineExecutionId: string
  retryMode: 'FAILED_ACTIONS' | 'ALL_ACTIONS'
}

/**
 * Runs a failed or stopped stage again, in the same execution but with new action executions, hence new approval tokens
 * (API Reference, "RetryStageExecution"). Beside actions in progress, failed ones can be run again, but not all. Throws
 * StageNotFoundException, StageNotRetryableException, NotLatestPipelineExecutionException if a later execution has been in
 * that stage, ConflictException while the stage runs in any other way.
 */
export const retryStage = (state: State, request: RetryRequest): Execution => {
  const { pipelineName, stageName, pipelineExecutionId, retryMode } = request
  const pipeline = state.pipeline(pipelineName)
  const slot = state.slot(pipeline, stageName)
  const execution = state.execution(pipeline, pipelineExecutionId, 'StageNotRetryableException')
  const index = execution.stages.findIndex(({ declaration }) => declaration.name === stageName)
  const stage = execution.stages[index]
  if (!stage || execution.definition.version !== currentVersion(pipeline).version)
    throw new AwsError('StageNotRetryableException', 'The pipeline structure has changed since the execution')
  check(execution, stage, slot, retryMode)
  stage.manualRetries += 1
  rerun(state, execution, index, retryMode)
  return execution
}

const check = (execution: Execution, stage: StageRun, slot: StageSlot, retryMode: RetryRequest['retryMode']): void => {
  const { name } = stage.declaration
  const isInside = slot.inside.has(execution)
  if (isInside && !(retryMode === 'FAILED_ACTIONS' && isRetryableAtWork(execution, stage)))
    throw new AwsError('ConflictException', `Stage ${name} is still at work`)
  if (!isInside && stage.status !== 'Failed' && stage.status !== 'Stopped')
    throw new AwsError('StageNotRetryableException', `Stage ${name} has no failed actions in this execution`)
  if (execution.definition.executionMode !== 'PARALLEL' && slot.latest !== execution)
    throw new AwsError(
      'NotLatestPipelineExecutionException',
      `Execution ${slot.latest?.id} has been in stage ${name} since`,
    )
}

/** Failed actions may be run again while others of the stage are in progress (User Guide, "Retry a failed action in a stage"). */
const isRetryableAtWork = ({ status }: Execution, { current }: StageRun): boolean =>
  status === 'InProgress' && [...current.values()].some((action) => action.status === 'Failed')
