import type { ExecutionKey } from '../../domain/pipeline.ts'
import type { Revision } from '../../domain/revision.ts'
import { UNKNOWN_SOURCE, describeRevision } from '../../domain/source.ts'
import type { ActionRun, ExecutionFacts } from '../../ports/pipelines.ts'
import type { Services } from '../../ports/services.ts'

export interface ReadRevisions {
  facts: ExecutionFacts | null
  /** Every run of an action of this execution, newest first; null if CodePipeline does not know the execution. */
  runs: ActionRun[] | null
  /** Whether a source action of it succeeded: an execution whose source failed has no change. */
  hasSource: boolean
  /** One for each source action. */
  revisions: Revision[]
  startedAt: number | null
}

/** An execution's revisions, from its source actions' output variables and, if those are missing, from CodePipeline. */
export const readRevisions = async (services: Services, key: ExecutionKey): Promise<ReadRevisions> => {
  const { pipelines, configuration } = services
  const [facts, runs] = await Promise.all([pipelines.execution(key), pipelines.actionRuns(key)])
  const sources = (runs ?? []).filter(({ category }) => category === 'Source')
  return {
    facts,
    runs,
    hasSource: sources.length === 0 || sources.some(({ status }) => status !== 'Failed' && status !== 'Abandoned'),
    startedAt: sources.reduce<number | null>((first, { startedAt }) => Math.min(first ?? startedAt, startedAt), null),
    revisions: (facts?.revisions ?? []).map((artifact) =>
      describeRevision(
        artifact,
        sources.find((run) => run.outputVariables['CommitId'] === artifact.revisionId) ?? UNKNOWN_SOURCE,
        key.region,
        configuration.repositoryFor,
      ),
    ),
  }
}
