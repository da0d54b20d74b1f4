import type { ExecutionKey } from '../../domain/pipeline.ts'
import type { Revision } from '../../domain/revision.ts'
import { UNKNOWN_SOURCE, describeRevision } from '../../domain/source.ts'
import type { ActionRun, ArtifactRevision, ExecutionFacts } from '../../ports/pipelines.ts'
import type { Services } from '../../ports/services.ts'

/** What reading CodePipeline takes: the command line has no more of it than this. */
export type PipelineReader = Pick<Services, 'pipelines' | 'configuration' | 'clock'>

export interface ReadRevisions {
  facts: ExecutionFacts | null
  /** Every run of an action of this execution, newest first; null if CodePipeline does not know the execution. */
  runs: ActionRun[] | null
  /** One for each source action. */
  revisions: Revision[]
  startedAt: number | null
}

/** An execution's revisions, from its source actions' output variables and, if those are missing, from CodePipeline. */
export const readRevisions = async (services: PipelineReader, key: ExecutionKey): Promise<ReadRevisions> => {
  const { pipelines } = services
  const [facts, runs] = await Promise.all([pipelines.execution(key), pipelines.actionRuns(key)])
  const sources = (runs ?? []).filter(isSource)
  return {
    facts,
    runs,
    startedAt: sources.reduce<number | null>((first, { startedAt }) => Math.min(first ?? startedAt, startedAt), null),
    revisions: (facts?.revisions ?? []).map((artifact) => revisionFrom(services, key.region, artifact, sources)),
  }
}

export const isSource = ({ category }: ActionRun): boolean => category === 'Source'

/** `sources`: runs of source actions of the execution that brought the revision. */
export const revisionFrom = (
  { configuration }: Pick<Services, 'configuration'>,
  region: string,
  artifact: ArtifactRevision,
  sources: readonly ActionRun[],
): Revision => {
  const run = sourceOf(artifact, sources)
  return describeRevision(
    { ...artifact, actionName: artifact.actionName ?? run?.action ?? null },
    run ?? UNKNOWN_SOURCE,
    region,
    configuration.repositoryFor,
  )
}

/**
 * The source action that brought the revision: a list of executions names it, and one execution names the artifact that
 * it put out. Of runs before and after a retry, the one that succeeded counts.
 */
export const sourceOf = (
  { actionName, artifactName, revisionId }: ArtifactRevision,
  sources: readonly ActionRun[],
): ActionRun | undefined => {
  const brought = sources.filter(
    ({ action, outputArtifacts, outputVariables }) =>
      action === actionName ||
      (actionName === null &&
        ((artifactName !== null && outputArtifacts.includes(artifactName)) ||
          outputVariables['CommitId'] === revisionId)),
  )
  return brought.find(({ status }) => status === 'Succeeded') ?? brought[0]
}
