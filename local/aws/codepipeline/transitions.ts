import { AwsError } from '../aws-error.ts'
import { currentVersion } from './model.ts'
import type { State } from './state.ts'
import { admit } from './progress.ts'

export interface TransitionRequest {
  pipelineName: string
  stageName: string
  transitionType: 'Inbound' | 'Outbound'
}

/** Lets executions into the stage again (API Reference, "EnableStageTransition"). Throws StageNotFoundException. */
export const enableTransition = (state: State, request: TransitionRequest, callerArn: string): void => {
  const { pipeline, stageName, slot } = transition(state, request)
  slot.transition = { enabled: true, changedBy: callerArn, changedAt: state.now() }
  admit(state, pipeline, stageName)
}

/** Keeps executions in front of the stage (API Reference, "DisableStageTransition"). Throws StageNotFoundException. */
export const disableTransition = (
  state: State,
  request: TransitionRequest & { reason: string },
  callerArn: string,
): void => {
  const { slot } = transition(state, request)
  slot.transition = { enabled: false, changedBy: callerArn, changedAt: state.now(), reason: request.reason }
}

/** The transition out of a stage is the one into the next. */
const transition = (state: State, { pipelineName, stageName, transitionType }: TransitionRequest) => {
  const pipeline = state.pipeline(pipelineName)
  const { stages } = currentVersion(pipeline)
  state.slot(pipeline, stageName)
  const at = stages.findIndex(({ name }) => name === stageName)
  const into = stages[transitionType === 'Inbound' ? at : at + 1]
  if (!into) throw new AwsError('ValidationException', `Nothing follows stage ${stageName}`)
  return { pipeline, stageName: into.name, slot: state.slot(pipeline, into.name) }
}
