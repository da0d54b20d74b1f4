import type { ExecutionKey } from '../../domain/pipeline.ts'
import { pipelineId } from '../../domain/pipeline.ts'
import { nearestOf } from '../../domain/nearest.ts'
import { DAY } from '../../domain/time-units.ts'
import type { Services } from '../../ports/services.ts'

/** How far back it is looked for a pipeline. */
const KNOWN_SINCE = 30 * DAY

/** Finds the pipeline with this name: its executions, the newest first, or a sentence if no pipeline or several have it. */
export const typedPipeline = async (
  { attention, clock }: Pick<Services, 'attention' | 'clock'>,
  name: string,
): Promise<[ExecutionKey, ...ExecutionKey[]] | string> => {
  const others = new Set<string>()
  const { keys } = await attention.newestExecutions(clock.now() - KNOWN_SINCE, ({ pipeline }) => {
    others.add(pipeline)
    return pipeline === name
  })
  const pipelines = [...Map.groupBy(keys, pipelineId).values()]
  if (pipelines.length > 1) return `Several accounts or Regions have a pipeline ${name}. Do this in the AWS console.`
  const [newest, ...older] = pipelines[0] ?? []
  if (newest) return [newest, ...older]
  const near = nearestOf(name, [...others])
  return `No execution of the pipeline ${name} is known in the last 30 days.${near === null ? '' : ` Did you mean ${near}?`}`
}
