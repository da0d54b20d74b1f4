import { AwsError } from '../aws-error.ts'
import type { ConditionType, Execution } from './model.ts'
import { leaveAgain, rerun } from './progress.ts'
import type { State } from './state.ts'

export interface OverrideRequest {
  pipelineName: string
  stageName: string
  pipelineExecutionId: string
  conditionType: 'BEFORE_ENTRY' | 'ON_SUCCESS'
}

const TYPES: Record<OverrideRequest['conditionType'], ConditionType> = {
  BEFORE_ENTRY: 'beforeEntry',
  ON_SUCCESS: 'onSuccess',
}

/**
 * Lets the stage go on though its condition failed (API Reference, "OverrideStageCondition"). Throws
 * StageNotFoundException, ConditionNotOverridableException if the condition has not failed or skips the stage,
 * NotLatestPipelineExecutionException if a later execution has been in that stage.
 */
export const overrideCondition = (state: State, request: OverrideRequest, callerArn: string): Execution => {
  const { pipelineName, stageName, pipelineExecutionId, conditionType } = request
  const pipeline = state.pipeline(pipelineName)
  const slot = state.slot(pipeline, stageName)
  const notOverridable = (why: string) => new AwsError('ConditionNotOverridableException', why)
  const execution = pipeline.executions.get(pipelineExecutionId)
  const index = execution?.stages.findIndex(({ declaration }) => declaration.name === stageName) ?? -1
  const stage = execution?.stages[index]
  if (!execution || !stage) throw notOverridable(`Execution ${pipelineExecutionId} has no stage ${stageName}`)
  const run = stage.conditions[TYPES[conditionType]]
  if (run?.status !== 'Failed' || stage.status !== 'Failed')
    throw notOverridable(`No condition ${conditionType} of stage ${stageName} has failed in this execution`)
  // Of an earlier attempt: in this one, the stage has failed before it came to the condition.
  if (conditionType === 'ON_SUCCESS' && [...stage.current.values()].some(({ status }) => status !== 'Succeeded'))
    throw notOverridable(`No condition ${conditionType} of stage ${stageName} has failed in its newest attempt`)
  if (execution.definition.executionMode !== 'PARALLEL' && slot.latest !== execution)
    throw new AwsError(
      'NotLatestPipelineExecutionException',
      `Execution ${slot.latest?.id} has been in stage ${stageName} since`,
    )
  run.status = 'Overridden'
  for (const rule of run.rules) if (rule.status === 'Failed') rule.updatedBy = callerArn
  if (conditionType === 'BEFORE_ENTRY') rerun(state, execution, index, 'FAILED_ACTIONS')
  else leaveAgain(state, execution, index)
  return execution
}
