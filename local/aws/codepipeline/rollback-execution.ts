import { pipelineEvent } from './events.ts'
import { currentVersion } from './model.ts'
import type { Execution, Trigger } from './model.ts'
import { newExecution } from './new-execution.ts'
import type { State } from './state.ts'

/**
 * An execution of type ROLLBACK, which runs one stage again with the artifacts and variables of an earlier execution
 * that succeeded in it, and ends with that stage (CodePipeline User Guide, "Configuring stage rollback"). It has not
 * started yet.
 */
export const rollbackTo = (state: State, target: Execution, index: number, trigger: Trigger): Execution => {
  const execution = newExecution(state, target.pipeline, trigger, {
    type: 'ROLLBACK',
    rollbackTargetId: target.id,
    variables: { ...target.variables },
    outputs: new Map(target.outputs),
    artifacts: new Map(target.artifacts),
    revisions: [...target.revisions],
    finalIndex: index,
  })
  pipelineEvent(state, execution, 'STARTED')
  return execution
}

/**
 * The automatic rollback after the failure of a stage that is rolled back: to the newest execution that succeeded
 * there in the current version (CodePipeline User Guide, "Configure a stage for automatic rollback"). Null if none has
 * succeeded yet, and after a rollback that failed itself.
 */
export const automaticRollback = (state: State, failed: Execution, index: number): Execution | null => {
  const { pipeline } = failed
  const { version } = currentVersion(pipeline)
  if (failed.type === 'ROLLBACK') return null
  const target = [...pipeline.executions.values()]
    .filter(({ type, definition }) => type === 'STANDARD' && definition.version === version)
    .findLast(({ stages }) => stages[index]?.status === 'Succeeded')
  const triggerDetail = JSON.stringify({ FailedPipelineExecutionId: failed.id })
  return target ? rollbackTo(state, target, index, { triggerType: 'AutomatedRollback', triggerDetail }) : null
}
