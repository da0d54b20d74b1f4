import { CodePipelineError } from './errors.ts'
import { currentVersion } from './model.ts'
import type { Plant } from './plant.ts'
import { admit } from './progress.ts'

export interface TransitionRequest {
  pipelineName: string
  stageName: string
  transitionType: 'Inbound' | 'Outbound'
}

/** Lets executions into the stage again (API Reference, "EnableStageTransition"). Throws StageNotFoundException. */
export const enableTransition = (plant: Plant, request: TransitionRequest, callerArn: string): void => {
  const { pipeline, stageName, slot } = transition(plant, request)
  slot.transition = { enabled: true, changedBy: callerArn, changedAt: plant.now() }
  admit(plant, pipeline, stageName)
}

/** Keeps executions in front of the stage (API Reference, "DisableStageTransition"). Throws StageNotFoundException. */
export const disableTransition = (
  plant: Plant,
  request: TransitionRequest & { reason: string },
  callerArn: string,
): void => {
  const { slot } = transition(plant, request)
  slot.transition = { enabled: false, changedBy: callerArn, changedAt: plant.now(), reason: request.reason }
}

/** The way out of a stage is the way into the next. */
const transition = (plant: Plant, { pipelineName, stageName, transitionType }: TransitionRequest) => {
  const pipeline = plant.pipeline(pipelineName)
  const { stages } = currentVersion(pipeline)
  plant.slot(pipeline, stageName)
  const at = stages.findIndex(({ name }) => name === stageName)
  const into = stages[transitionType === 'Inbound' ? at : at + 1]
  if (!into) throw new CodePipelineError('ValidationException', `Nothing follows stage ${stageName}`)
  return { pipeline, stageName: into.name, slot: plant.slot(pipeline, into.name) }
}
