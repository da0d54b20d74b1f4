import type { ExecutionKey } from '../domain/pipeline.ts'
import { pipelineOf } from '../domain/pipeline.ts'
import type { Change, Revision } from '../domain/revision.ts'
import { describeRevision } from '../domain/source.ts'
import { readRevisions } from './read-revisions.ts'
import type { ExecutionSummary, Services } from './ports.ts'

/** More than this nobody reads in a message; the compare link has the rest. */
const LISTED = 5

/** What this execution would bring to the stage, against what passed it last. */
export const describeChange = async (services: Services, key: ExecutionKey, stage: string): Promise<Change> => {
  const { pipelines, configuration } = services
  const pipeline = pipelineOf(key)
  const [{ revisions }, all, passedStage] = await Promise.all([
    readRevisions(services, key),
    pipelines.executions(pipeline, null),
    pipelines.executions(pipeline, stage),
  ])
  const current = revisions[0]
  const last = passedStage.find(({ executionId }) => executionId !== key.executionId)
  if (!current || !last) return { revisions, since: null }

  const plain = (execution: ExecutionSummary): Revision[] =>
    execution.revisions
      .slice(0, 1)
      .map((artifact) => describeRevision(artifact, {}, key.region, configuration.repositoryFor))
  const lastRevision = plain(last)[0]
  if (!lastRevision) return { revisions, since: null }

  const released = { ...lastRevision, repository: lastRevision.repository ?? current.repository }
  const between = all
    .filter(({ startedAt, executionId }) => startedAt > last.startedAt && executionId !== key.executionId)
    .filter(({ startedAt }) => startedAt <= startOf(all, key.executionId))
    .flatMap(plain)
  const included = distinct([current, ...between]).filter(({ id }) => id !== released.id)
  return {
    revisions,
    since: {
      released,
      releasedAt: last.updatedAt,
      included: included.slice(0, LISTED),
      more: included.length > LISTED,
    },
  }
}

const startOf = (executions: ExecutionSummary[], executionId: string): number =>
  executions.find((execution) => execution.executionId === executionId)?.startedAt ?? Infinity

const distinct = (revisions: Revision[]): Revision[] =>
  revisions.filter((revision, index) => revisions.findIndex(({ id }) => id === revision.id) === index)
