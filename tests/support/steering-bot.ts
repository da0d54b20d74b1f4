import { configurationFrom } from '../../functions/config/configuration.ts'
import { readConfiguration } from '../../functions/config/read-configuration.ts'
import type { SteeringRequest } from '../../functions/domain/steering.ts'
import { sealedSteering, steeringId } from '../../functions/domain/steering.ts'
import { steerPipeline } from '../../functions/flows/steer/steer-pipeline.ts'
import type { PipelineSteering, SteeringOutcome } from '../../functions/ports/pipeline-steering.ts'
import type { DueServices } from '../../functions/ports/services.ts'
import { botInMemory } from './bot-in-memory.ts'
import { toldOfSteering } from './told-of-steering.ts'

interface Around {
  configuration: string
  /** CodePipeline's, one for each call. */
  answers: (SteeringOutcome | Error)[]
  pipelines: DueServices['pipelines']
}

/** A bot in memory with a CodePipeline that takes acts on a pipeline. `calls`: what it was asked to do. */
export const steeringBot = ({ configuration, answers, pipelines }: Around) => {
  const bot = botInMemory()
  const answered = toldOfSteering()
  const read = readConfiguration(configuration)
  if (read.kind === 'invalid') throw new Error(JSON.stringify(read.problems))
  const calls: Parameters<PipelineSteering['steer']>[] = []
  const services: DueServices = {
    ...bot.services,
    configuration: configurationFrom(read.configuration),
    pipelines,
    pipelineSteering: {
      steer: async (...given) => {
        calls.push(given)
        const answer = answers.shift()!
        if (answer instanceof Error) throw answer
        return answer
      },
    },
  }
  const steer = async (one: SteeringRequest, { isLast = false, by = services } = {}) =>
    steerPipeline({ ...by, tell: answered.tell }, one, await services.seals.seal(sealedSteering(one)), { isLast })
  return {
    ...bot,
    services,
    steer,
    calls,
    told: () => answered.told,
    entries: (id: string) => bot.entriesOf(steeringId(id)),
  }
}
