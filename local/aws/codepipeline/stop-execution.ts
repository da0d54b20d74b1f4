import { cutShort } from './action-run.ts'
import { AwsError } from '../aws-error.ts'
import { pipelineEvent, stageEvent } from './events.ts'
import { isOpen, stageAt } from './model.ts'
import type { Execution } from './model.ts'
import type { State } from './state.ts'
import { finish, leave, proceed } from './progress.ts'

export interface StopRequest {
  pipelineName: string
  pipelineExecutionId: string
  abandon?: boolean | undefined
  reason?: string | undefined
}

/**
 * Stops an execution (CodePipeline User Guide, "Stop a pipeline execution"): stop-and-wait lets running actions end
 * first, also an open approval; stop-and-abandon does not. Throws PipelineExecutionNotStoppableException if it no
 * longer runs, DuplicatedStopRequestException unless a wait is upgraded to an abandon.
 */
export const stopExecution = (state: State, request: StopRequest): Execution => {
  const { pipelineName, pipelineExecutionId, abandon = false, reason = '' } = request
  const notStoppable = 'PipelineExecutionNotStoppableException'
  const execution = state.execution(state.pipeline(pipelineName), pipelineExecutionId, notStoppable)
  if (!isOpen(execution))
    throw new AwsError(notStoppable, `The execution has the status ${execution.status} and cannot be stopped`)
  const stopping = execution.status === 'Stopping'
  if (stopping && (execution.stop?.abandon || !abandon))
    throw new AwsError('DuplicatedStopRequestException', 'The execution is already stopping in that way')
  execution.stop = { abandon, reason: reason || (execution.stop?.reason ?? '') }
  if (!stopping) announce(state, execution)
  if (abandon) abandonActions(state, execution)
  else proceed(state, execution)
  return execution
}

const announce = (state: State, execution: Execution): void => {
  execution.status = 'Stopping'
  execution.updatedAt = state.now()
  pipelineEvent(state, execution, 'STOPPING')
  if (!execution.place) return
  const { at, index } = execution.place
  const stage = stageAt(execution, index)
  if (at === 'before') {
    const slot = state.slot(execution.pipeline, stage.declaration.name)
    slot.waiting = slot.waiting.filter((waiting) => waiting !== execution)
    finish(state, execution, 'Stopped')
  } else {
    stage.status = 'Stopping'
    stageEvent(state, execution, stage, 'STOPPING')
  }
}

const abandonActions = (state: State, execution: Execution): void => {
  if (execution.place?.at !== 'inside') return
  const stage = stageAt(execution, execution.place.index)
  for (const action of stage.current.values()) cutShort(state, action, 'Abandoned')
  leave(state, execution, stage, 'Stopped')
}
