import type { TypedCommand } from '../../domain/command.ts'
import type { Effect } from '../../domain/effect.ts'
import { stageNames } from '../../domain/execution.ts'
import type { ExecutionKey } from '../../domain/pipeline.ts'
import type { SteeringRequest } from '../../domain/steering.ts'
import { LONGEST_HOLD_REASON, sealedSteering, steeringId } from '../../domain/steering.ts'
import type { Services } from '../../ports/services.ts'
import type { Typist } from '../freeze/change-freezes.ts'
import { typedPipeline } from './typed-pipeline.ts'

interface Typed {
  do: 'hold' | 'resume'
  pipeline: string
  stage: string
  reason: string
}

/**
 * Story: a person typed that a stage is to be held, or to go on. What they typed becomes a sealed request, which is judged
 * and done like those of the buttons. Or a sentence says what is missing.
 */
export const holdStage = async (
  services: Services,
  { id, at, responseUrl }: TypedCommand,
  { who }: Typist,
  { do: act, pipeline, stage, reason }: Typed,
): Promise<{ kind: 'sent'; effect: Effect } | { kind: 'not-done'; because: string }> => {
  const not = (because: string) => ({ kind: 'not-done', because }) as const
  if (pipeline === '' || stage === '') return not(MISSING[act])
  if (act === 'hold' && reason === '') return not('Say why: because …. People read it in CodePipeline.')
  if (reason.length > LONGEST_HOLD_REASON) return not(`A reason has at most ${LONGEST_HOLD_REASON} characters.`)
  const keys = await typedPipeline(services, pipeline)
  if (typeof keys === 'string') return not(keys)
  const execution = await services.executions.read(await sameAsBefore(services, id, keys))
  if (!execution) return not(`No execution of the pipeline ${pipeline} is known in the last 30 days.`)
  const stages = stageNames(execution)
  const named = stages.find((one) => one.toLowerCase() === stage.toLowerCase())
  if (named === undefined) return not(`The pipeline ${pipeline} has no stage ${stage}: it has ${stages.join(', ')}.`)
  const { accountId, region, executionId } = execution.key
  const key = { accountId, region, pipeline, executionId }
  const asked = { act, execution: key, stage: named, choice: null, reason: act === 'hold' ? reason : null }
  const request: SteeringRequest = { ...asked, id, who, at }
  const seal = await services.seals.seal(sealedSteering(request))
  return {
    kind: 'sent',
    effect: { do: 'steer-pipeline', request, seal, ...(responseUrl !== null && { answerTo: responseUrl }) },
  }
}

/**
 * The newest of these executions; or, if the queue had the command before, the one that it was begun with: another one would
 * make it another request.
 */
const sameAsBefore = async (
  { steerings }: Pick<Services, 'steerings'>,
  commandId: string,
  keys: readonly [ExecutionKey, ...ExecutionKey[]],
): Promise<ExecutionKey> => {
  const begun = await steerings.read(steeringId(commandId))
  return keys.find(({ executionId }) => executionId === begun?.request.execution.executionId) ?? keys[0]
}

const MISSING = {
  hold: 'Name a pipeline, its stage and a reason, as in: hold shop-web Production because incident 4711.',
  resume: 'Name a pipeline and its stage, as in: resume shop-web Production.',
} as const
