import { cutShort } from './action-run.ts'
import { CodePipelineError } from './errors.ts'
import { pipelineEvent, stageEvent } from './events.ts'
import { isOpen, stageAt } from './model.ts'
import type { Execution } from './model.ts'
import type { Plant } from './plant.ts'
import { finish, leave, proceed } from './progress.ts'

export interface StopRequest {
  pipelineName: string
  pipelineExecutionId: string
  abandon?: boolean | undefined
  reason?: string | undefined
}

/**
 * Stops an execution (CodePipeline User Guide, "Stop a pipeline execution"): stop-and-wait lets running actions, an open
 * approval too, come to their end first; stop-and-abandon does not. Throws PipelineExecutionNotStoppableException when
 * it is no longer running, DuplicatedStopRequestException unless a wait is upgraded to an abandon.
 */
export const stopExecution = (plant: Plant, request: StopRequest): Execution => {
  const { pipelineName, pipelineExecutionId, abandon = false, reason = '' } = request
  const notStoppable = 'PipelineExecutionNotStoppableException'
  const execution = plant.execution(plant.pipeline(pipelineName), pipelineExecutionId, notStoppable)
  if (!isOpen(execution))
    throw new CodePipelineError(notStoppable, `The execution has the status ${execution.status} and cannot be stopped`)
  const stopping = execution.status === 'Stopping'
  if (stopping && (execution.stop?.abandon || !abandon))
    throw new CodePipelineError('DuplicatedStopRequestException', 'The execution is already stopping in that way')
  execution.stop = { abandon, reason: reason || (execution.stop?.reason ?? '') }
  if (!stopping) announce(plant, execution)
  if (abandon) abandonActions(plant, execution)
  else proceed(plant, execution)
  return execution
}

const announce = (plant: Plant, execution: Execution): void => {
  execution.status = 'Stopping'
  execution.updatedAt = plant.now()
  pipelineEvent(plant, execution, 'STOPPING')
  if (!execution.place) return
  const { at, index } = execution.place
  const stage = stageAt(execution, index)
  if (at === 'before') {
    const slot = plant.slot(execution.pipeline, stage.declaration.name)
    slot.waiting = slot.waiting.filter((waiting) => waiting !== execution)
    finish(plant, execution, 'Stopped')
  } else {
    stage.status = 'Stopping'
    stageEvent(plant, execution, stage, 'STOPPING')
  }
}

const abandonActions = (plant: Plant, execution: Execution): void => {
  if (execution.place?.at !== 'inside') return
  const stage = stageAt(execution, execution.place.index)
  for (const action of stage.current.values()) cutShort(plant, action, 'Abandoned')
  leave(plant, execution, stage, 'Stopped')
}
