import { AwsError } from '../aws-error.ts'
import { currentVersion } from './model.ts'
import type { Execution } from './model.ts'
import type { State } from './state.ts'
import { arrive } from './progress.ts'
import { rollbackTo } from './rollback-execution.ts'

export interface RollbackRequest {
  pipelineName: string
  stageName: string
  targetPipelineExecutionId: string
}

/**
 * Rolls a stage back to an earlier execution (API Reference, "RollbackStage"), see {@link rollbackTo}. Throws
 * PipelineExecutionNotFoundException, PipelineExecutionOutdatedException (another structure version),
 * UnableToRollbackStageException.
 */
export const rollBackStage = (state: State, request: RollbackRequest, callerArn: string): Execution => {
  const { pipelineName, stageName, targetPipelineExecutionId } = request
  const pipeline = state.pipeline(pipelineName)
  const slot = state.slot(pipeline, stageName)
  const target = state.execution(pipeline, targetPipelineExecutionId)
  const { stages, version, executionMode, pipelineType } = currentVersion(pipeline)
  const index = stages.findIndex(({ name }) => name === stageName)
  if (target.definition.version !== version)
    throw new AwsError(
      'PipelineExecutionOutdatedException',
      `Execution ${target.id} ran version ${target.definition.version}; the pipeline is at version ${version}`,
    )
  const reasons: [boolean, string][] = [
    [pipelineType !== 'V2', 'Only pipelines of type V2 can be rolled back'],
    [executionMode === 'PARALLEL', 'Rollback is not available in PARALLEL mode'],
    [index === 0, 'The source stage cannot be rolled back'],
    [target.type === 'ROLLBACK', 'The target execution is itself a rollback'],
    [target.stages[index]?.status !== 'Succeeded', `The target execution has not succeeded in stage ${stageName}`],
    [slot.inside.size > 0, `Stage ${stageName} is running`],
    [!slot.transition.enabled, `The transition into stage ${stageName} is disabled`],
  ]
  const reason = reasons.find(([applies]) => applies)?.[1]
  if (reason) throw new AwsError('UnableToRollbackStageException', reason)
  const execution = rollbackTo(state, target, index, { triggerType: 'ManualRollback', triggerDetail: callerArn })
  arrive(state, execution, index)
  return execution
}
