import type { Newer } from '../../../domain/approval.ts'
import type { Pipeline } from '../../../domain/pipeline.ts'
import { pipelineOf } from '../../../domain/pipeline.ts'
import type { Change } from '../../../domain/revision.ts'
import { readRevisions } from '../../execution/read-revisions.ts'
import type { Services } from '../../../ports/services.ts'

/**
 * The execution that waits in front of the stage, named by what it would change compared with this approval's
 * execution. Null if it has the same revisions: then no newer change waits.
 */
export const describeNewer = async (
  services: Services,
  where: Pipeline,
  executionId: string | null,
  { revisions: asked }: Pick<Change, 'revisions'>,
): Promise<Newer | null> => {
  if (!executionId) return null
  const { revisions, startedAt } = await readRevisions(services, { ...pipelineOf(where), executionId })
  const other = revisions.find(({ id, source }) => !asked.some((one) => one.id === id && one.source === source))
  return revisions.length > 0 && !other ? null : { executionId, revision: other ?? null, startedAt }
}
