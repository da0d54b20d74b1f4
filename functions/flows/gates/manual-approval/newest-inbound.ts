import { pipelineOf, type Pipeline } from '../../../domain/pipeline.ts'
import type { Pipelines, StageState } from '../../../ports/pipelines.ts'

/**
 * Of the executions that wait in front of a stage, the one that started last; null if none waits. CodePipeline documents
 * no order for them, so several are looked up. One that it does not list counts by its place.
 */
export const newestInbound = async (
  pipelines: Pipelines,
  where: Pipeline,
  stage: Pick<StageState, 'inbound'> | undefined,
): Promise<string | null> => {
  const waiting = stage?.inbound ?? []
  if (waiting.length < 2) return waiting[0] ?? null
  const listed = await pipelines.executions(pipelineOf(where), {
    enough: (all) => waiting.every((id) => all.some(({ executionId }) => executionId === id)),
  })
  const startedAt = new Map(listed?.map((execution) => [execution.executionId, execution.startedAt]))
  return waiting.toSorted((a, b) => (startedAt.get(a) ?? 0) - (startedAt.get(b) ?? 0)).at(-1) ?? null
}
