import type { ExecutionKey } from '../../../domain/pipeline.ts'
import { pipelineOf } from '../../../domain/pipeline.ts'
import type { Change, Revision } from '../../../domain/revision.ts'
import { UNKNOWN_COMMIT_AUTHOR, authorsOf } from '../../../domain/revision.ts'
import { UNKNOWN_SOURCE, describeRevision } from '../../../domain/source.ts'
import { type ReadRevisions, readRevisions } from '../../execution/read-revisions.ts'
import type { ExecutionSummary } from '../../../ports/pipelines.ts'
import type { Services } from '../../../ports/services.ts'

/** A reader of a message reads no more than this; the compare link has the rest. */
const CHANGES_LISTED = 5
/** Each costs two reads of CodePipeline. If there are more in between, the authors of the rest count as unknown. */
const LOOKED_INTO = 20

/**
 * What this execution would bring to the stage, compared with what is live there. `reading`: its revisions, while they
 * are read.
 */
export const describeChange = async (
  services: Services,
  key: ExecutionKey,
  stage: string,
  reading: Promise<ReadRevisions> = readRevisions(services, key),
): Promise<Change> => {
  const { pipelines } = services
  const pipeline = pipelineOf(key)
  const [{ revisions }, listed, listedPassed] = await Promise.all([
    reading,
    pipelines.executions(pipeline),
    pipelines.executions(pipeline, { succeededInStage: stage }),
  ])
  const all = listed ?? []
  const passed = listedPassed ?? []
  const others = passed.filter(({ executionId }) => executionId !== key.executionId)
  const [last] = others
  // A rollback deploys an earlier execution: everything since that execution first passed is undone.
  const base = last ? (others.findLast((execution) => sameRevisions(execution, last)) ?? last) : null
  const between = all
    .filter(({ executionId, startedAt }) => executionId !== key.executionId && startedAt > (base?.startedAt ?? 0))
    .filter(({ startedAt }) => startedAt <= startOf(all, key.executionId))
  const looked = await Promise.all(
    between.slice(0, LOOKED_INTO).map(async (execution) => {
      const read = await readRevisions(services, { ...pipeline, executionId: execution.executionId })
      // An execution whose source failed has no change; for any other, a missing revision is unknown.
      return read.hasSource ? read.revisions : null
    }),
  ).then((reads) => reads.filter((read) => read !== null))
  const live = new Set(base?.revisions?.map(({ revisionId }) => revisionId))
  const news = looked.flat().filter(({ id }) => !live.has(id))
  const isAllKnown =
    revisions.length > 0 &&
    looked.every((read) => read.length > 0) &&
    between.length <= LOOKED_INTO &&
    (all.length < EXECUTIONS_LISTED || all.some(({ startedAt }) => startedAt <= (base?.startedAt ?? 0)))
  const authors = [...authorsOf([...revisions, ...news]), ...(isAllKnown ? [] : [UNKNOWN_COMMIT_AUTHOR])]

  const current = revisions[0]
  const lastRevision = last && listedRevisions(services, last, key.region)[0]
  if (!current || !lastRevision) return { revisions, since: null, authors }

  const released = { ...lastRevision, repository: lastRevision.repository ?? current.repository }
  const unread = between.slice(LOOKED_INTO).flatMap((execution) => listedRevisions(services, execution, key.region))
  const included = distinct([current, ...looked.flatMap((read) => read.slice(0, 1)), ...unread]).filter(
    ({ id }) => id !== released.id,
  )
  return {
    revisions,
    since: {
      released,
      releasedAt: last.updatedAt,
      included: included.slice(0, CHANGES_LISTED),
      more: included.length > CHANGES_LISTED,
    },
    authors,
  }
}

/** CodePipeline lists so many executions at once ("ListPipelineExecutions", CodePipeline API reference). */
const EXECUTIONS_LISTED = 100

const sameRevisions = (one: ExecutionSummary, other: ExecutionSummary): boolean =>
  idsOf(one).length > 0 && idsOf(one).join(' ') === idsOf(other).join(' ')

const idsOf = ({ revisions }: ExecutionSummary): string[] =>
  (revisions ?? []).map(({ revisionId }) => revisionId).sort()

/** A revision from the list of executions, which has no author. */
const listedRevisions = ({ configuration }: Services, { revisions }: ExecutionSummary, region: string): Revision[] =>
  (revisions ?? [])
    .slice(0, 1)
    .map((artifact) => describeRevision(artifact, UNKNOWN_SOURCE, region, configuration.repositoryFor))

const startOf = (executions: ExecutionSummary[], executionId: string): number =>
  executions.find((execution) => execution.executionId === executionId)?.startedAt ?? Infinity

const distinct = (revisions: Revision[]): Revision[] =>
  revisions.filter((revision, index) => revisions.findIndex(({ id }) => id === revision.id) === index)
