import { AwsError } from '../aws-error.ts'
import { pipelineEvent } from './events.ts'
import { currentVersion } from './model.ts'
import type { Execution, Pipeline, Trigger } from './model.ts'
import { newExecution } from './new-execution.ts'
import type { State } from './state.ts'
import { arrive } from './progress.ts'

export interface StartRequest {
  name: string
  variables?: { name: string; value: string }[] | undefined
  clientRequestToken?: string | undefined
  sourceRevisions?: { actionName: string; revisionType: string; revisionValue: string }[] | undefined
}

/**
 * Starts an execution (API Reference, "StartPipelineExecution"). The same clientRequestToken starts only one execution.
 * Throws PipelineNotFoundException, or ValidationException for variables and source actions that the pipeline does not
 * have.
 */
export const startExecution = (state: State, request: StartRequest, trigger: Trigger): Execution => {
  const pipeline = state.pipeline(request.name)
  const { clientRequestToken } = request
  const known = clientRequestToken && pipeline.executions.get(pipeline.startTokens.get(clientRequestToken) ?? '')
  if (known) return known
  const definition = currentVersion(pipeline)
  const sources = new Set(definition.stages[0]?.actions.map(({ name }) => name))
  const stranger = request.sourceRevisions?.find(({ actionName }) => !sources.has(actionName))
  if (stranger) throw new AwsError('ValidationException', `${stranger.actionName} is not a source action`)
  const execution = newExecution(state, pipeline, trigger, {
    variables: variablesOf(pipeline, request.variables ?? []),
    sourceRevisions: new Map(request.sourceRevisions?.map((one) => [one.actionName, one.revisionValue])),
  })
  if (clientRequestToken) pipeline.startTokens.set(clientRequestToken, execution.id)
  pipelineEvent(state, execution, 'STARTED')
  arrive(state, execution, 0)
  return execution
}

const variablesOf = (pipeline: Pipeline, given: { name: string; value: string }[]): Record<string, string> => {
  const declared = currentVersion(pipeline).variables
  const stranger = given.find(({ name }) => !declared.some((one) => one.name === name))
  if (stranger) throw new AwsError('ValidationException', `Pipeline ${pipeline.name} has no variable ${stranger.name}`)
  return Object.fromEntries(
    declared.map(({ name, defaultValue }) => {
      const value = given.find((one) => one.name === name)?.value ?? defaultValue
      if (value === undefined)
        throw new AwsError('ValidationException', `The variable ${name} has no default and was not given`)
      return [name, value]
    }),
  )
}
