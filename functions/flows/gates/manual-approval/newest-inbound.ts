import { pipelineOf, type Pipeline } from '../../../domain/pipeline.ts'
import type { ExecutionSummary, Pipelines, StageState } from '../../../ports/pipelines.ts'

/**
 * Of the executions that wait in front of a stage, the one that started last; null if none waits. CodePipeline documents
 * no order for them, so several are looked up in its list of executions. If it lists none of them, the last one counts.
 */
export const newestInbound = async (
  pipelines: Pipelines,
  where: Pipeline,
  stage: Pick<StageState, 'inbound'> | undefined,
): Promise<string | null> => {
  const waiting = stage?.inbound ?? []
  if (waiting.length < 2) return waiting[0] ?? null
  const waits = ({ executionId }: ExecutionSummary) => waiting.includes(executionId)
  // Newest first: the first of them that is listed started last.
  const listed = await pipelines.executions(pipelineOf(where), { enough: (all) => all.some(waits) })
  return listed?.find(waits)?.executionId ?? waiting.at(-1) ?? null
}
