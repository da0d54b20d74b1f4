import type { Newer } from '../../../domain/approval.ts'
import type { Pipeline } from '../../../domain/pipeline.ts'
import { pipelineOf } from '../../../domain/pipeline.ts'
import { readRevisions } from '../../execution/read-revisions.ts'
import type { Services } from '../../../ports/services.ts'

/** The execution that waits in front of the stage, as people name it. */
export const describeNewer = async (
  services: Services,
  where: Pipeline,
  executionId: string | null,
): Promise<Newer | null> => {
  if (!executionId) return null
  const { revisions, startedAt } = await readRevisions(services, { ...pipelineOf(where), executionId })
  return { executionId, revision: revisions[0] ?? null, startedAt }
}
