import type { ExecutionKey } from '../../domain/pipeline.ts'
import { pipelineOf } from '../../domain/pipeline.ts'
import type { ExecutionSummary, Pipelines } from '../../ports/pipelines.ts'

/** The execution as CodePipeline lists it, which has more than a single one; undefined if it is listed no longer. */
export const findExecution = async (pipelines: Pipelines, key: ExecutionKey): Promise<ExecutionSummary | undefined> => {
  const isIt = ({ executionId }: ExecutionSummary) => executionId === key.executionId
  const listed = await pipelines.executions(pipelineOf(key), { enough: (all) => all.some(isIt) })
  return listed?.find(isIt)
}
