import type { ExecutionKey } from '../domain/pipeline.ts'
import { pipelineOf } from '../domain/pipeline.ts'
import type { Change, CommitAuthor, Revision } from '../domain/revision.ts'
import { authorsOf } from '../domain/revision.ts'
import { describeRevision } from '../domain/source.ts'
import { readRevisions } from './read-revisions.ts'
import type { ExecutionSummary, Services } from './ports.ts'

/** More than this nobody reads in a message; the compare link has the rest. */
const LISTED = 5
/** Each costs two reads of CodePipeline. Where more came in between, the authors of the rest count as unknown. */
const LOOKED_INTO = 12

/** What this execution would bring to the stage, against what passed it last. */
export const describeChange = async (services: Services, key: ExecutionKey, stage: string): Promise<Change> => {
  const { pipelines } = services
  const pipeline = pipelineOf(key)
  const [{ revisions }, all, passedStage] = await Promise.all([
    readRevisions(services, key),
    pipelines.executions(pipeline, null),
    pipelines.executions(pipeline, stage),
  ])
  const current = revisions[0]
  const last = passedStage.find(({ executionId }) => executionId !== key.executionId)
  const alone = { revisions, since: null, authors: authorsOf(revisions) }
  if (!current || !last) return alone

  const lastRevision = plain(services, last, key.region)[0]
  if (!lastRevision) return alone

  const released = { ...lastRevision, repository: lastRevision.repository ?? current.repository }
  const between = all
    .filter(({ startedAt, executionId }) => startedAt > last.startedAt && executionId !== key.executionId)
    .filter(({ startedAt }) => startedAt <= startOf(all, key.executionId))
  const passedBy = await Promise.all(
    between.slice(0, LOOKED_INTO).map(async (execution) => {
      const read = await readRevisions(services, { ...pipeline, executionId: execution.executionId })
      return read.revisions.slice(0, 1)
    }),
  )
  const unread = between.slice(LOOKED_INTO).flatMap((execution) => plain(services, execution, key.region))
  const included = distinct([current, ...passedBy.flat(), ...unread]).filter(({ id }) => id !== released.id)
  return {
    revisions,
    since: {
      released,
      releasedAt: last.updatedAt,
      included: included.slice(0, LISTED),
      more: included.length > LISTED,
    },
    authors: [
      ...authorsOf([...revisions, ...included.filter((revision) => !unread.includes(revision))]),
      ...(unread.length > 0 ? [UNREAD] : []),
    ],
  }
}

const UNREAD: CommitAuthor = { name: null, email: null, revision: null }

/** A revision as the list of executions tells it: without its author. */
const plain = ({ configuration }: Services, { revisions }: ExecutionSummary, region: string): Revision[] =>
  revisions.slice(0, 1).map((artifact) => describeRevision(artifact, {}, region, configuration.repositoryFor))

const startOf = (executions: ExecutionSummary[], executionId: string): number =>
  executions.find((execution) => execution.executionId === executionId)?.startedAt ?? Infinity

const distinct = (revisions: Revision[]): Revision[] =>
  revisions.filter((revision, index) => revisions.findIndex(({ id }) => id === revision.id) === index)
