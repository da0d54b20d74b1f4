import type { ExecutionKey } from '../../domain/pipeline.ts'
import { pipelineOf } from '../../domain/pipeline.ts'
import type { Revision } from '../../domain/revision.ts'
import { describeRevision } from '../../domain/source.ts'
import type { ActionRun, ExecutionFacts } from '../../ports/pipelines.ts'
import type { Services } from '../../ports/services.ts'

export interface ReadRevisions {
  facts: ExecutionFacts | null
  /** Every run of an action of this execution, newest first. */
  runs: ActionRun[]
  /** One for each source action. */
  revisions: Revision[]
  startedAt: number | null
}

/** An execution's revisions, told by its source actions' output variables and, where those are silent, by CodePipeline. */
export const readRevisions = async (services: Services, key: ExecutionKey): Promise<ReadRevisions> => {
  const { pipelines, configuration } = services
  const [facts, runs] = await Promise.all([
    pipelines.execution(key),
    pipelines.actionRuns(pipelineOf(key), key.executionId),
  ])
  const sources = runs.filter(({ category }) => category === 'Source')
  return {
    facts,
    runs,
    startedAt: sources.reduce<number | null>((first, { startedAt }) => Math.min(first ?? startedAt, startedAt), null),
    revisions: (facts?.revisions ?? []).map((artifact) =>
      describeRevision(
        artifact,
        sources.find((run) => run.outputVariables['CommitId'] === artifact.revisionId)?.outputVariables ?? {},
        key.region,
        configuration.repositoryFor,
      ),
    ),
  }
}
