import type { Brought } from '../../../domain/past.ts'
import type { StageAction } from '../../../domain/pipeline.ts'
import { pipelineOf } from '../../../domain/pipeline.ts'
import type { Revision } from '../../../domain/revision.ts'
import type { PipelineReader } from '../../execution/read-revisions.ts'
import { isSource, revisionFrom } from '../../execution/read-revisions.ts'
import type { PastRead } from './read-past.ts'
import { LOOKED_INTO } from './read-past.ts'
import { fewAtOnce } from '../../../few-at-once.ts'

const ASKED_AT_ONCE = 5

/**
 * Reads these revisions. The result tells each of them as people know it: of several executions that brought it, as the one
 * with the given ID did. A push may bring a commit from another branch than the push before, or by a tag.
 */
export const toldRevisions = async (
  services: PipelineReader,
  where: StageAction,
  past: PastRead,
  all: readonly Brought[],
): Promise<TellRevision> => {
  const sources = Map.groupBy(past.runs.filter(isSource), ({ executionId }) => executionId)
  const placed = all.map((brought) => place(past, brought))
  // A rollback has no source actions of its own, and those of long ago are on no page that was read: not even if a retry
  // of theirs is, which failed.
  const isTold = (source: string, executionId: string): boolean =>
    (sources.get(executionId) ?? []).some(({ action, status }) => action === source && status === 'Succeeded')
  const untold = placed.filter(({ source, executionIds }) => !executionIds.some((id) => isTold(source, id)))
  const asked = [...new Set(untold.flatMap(({ executionIds }) => executionIds.slice(0, 1)))].slice(0, LOOKED_INTO)
  // A verdict is verified within seconds.
  await fewAtOnce(ASKED_AT_ONCE, asked, async (executionId) => {
    const runs = await services.pipelines.actionRuns({ ...pipelineOf(where), executionId })
    sources.set(executionId, (runs ?? []).filter(isSource))
  })
  return (brought, asBroughtBy) => {
    const { source, artifact, executionIds } = place(past, brought)
    const inOrder = executionIds.toSorted((one, other) => Number(other === asBroughtBy) - Number(one === asBroughtBy))
    const ran = inOrder.flatMap((id) => sources.get(id) ?? [])
    return { ...revisionFrom(services, where.region, artifact, ran), source }
  }
}

type TellRevision = (brought: Brought, asBroughtBy?: string) => Revision

/** The revision in the lists, and the executions that brought it, oldest first. */
const place = ({ executions }: PastRead, { source, revisionId }: Brought) => {
  const found = [...executions.values()].flatMap(({ executionId, startedAt, bySource }) => {
    const one = bySource?.find((other) => other.source === source && other.revisionId === revisionId)
    return one ? [{ executionId, startedAt, artifact: one.artifact }] : []
  })
  found.sort((one, other) => one.startedAt - other.startedAt)
  const artifact = found[0]?.artifact ?? {
    actionName: source,
    artifactName: null,
    revisionId,
    summary: null,
    url: null,
  }
  return { source, artifact, executionIds: found.map(({ executionId }) => executionId) }
}
