import type { Execution } from '../../domain/execution.ts'
import type { ExecutionKey } from '../../domain/pipeline.ts'
import { starterFrom } from '../../domain/starter.ts'
import type { ActionRun, StageState } from '../../ports/pipelines.ts'
import type { Services } from '../../ports/services.ts'
import { namedStarter } from './named-starter.ts'
import { isSource, readRevisions } from './read-revisions.ts'

/** What events do not say of an execution. */
export type LackedFacts = Partial<Pick<Execution, 'stageOrder' | 'revisions' | 'starter'>>

/**
 * The facts of an execution that events lack, and the pipeline's stages. Until all its sources have run, some of its
 * revisions are missing, and none is told.
 */
export const describeExecution = async (
  services: Services,
  key: ExecutionKey,
): Promise<{ stages: StageState[] | null; facts: LackedFacts; runs: ActionRun[] | null }> => {
  const stages = await services.pipelines.stages(key)
  if (!stages) return { stages, facts: {}, runs: null }
  const { facts, revisions, runs } = await readRevisions(services, key)
  // CodePipeline promises no order of revisions, and a card stays as it is while nothing changes.
  const inOrder = revisions.toSorted((one, other) => compareNames(one.source ?? '', other.source ?? ''))
  return {
    stages,
    runs,
    facts: {
      stageOrder: stages.map(({ stage }) => stage),
      ...(revisions.length > 0 && haveSourcesRun(runs ?? [], stages) && { revisions: inOrder }),
      ...(facts && { starter: await namedStarter(services, starterFrom(facts.trigger, facts.executionMode)) }),
    },
  }
}

const compareNames = (one: string, other: string): number => Number(one > other) - Number(one < other)

/** A rollback runs no source. */
const haveSourcesRun = (runs: readonly ActionRun[], stages: readonly StageState[]): boolean => {
  const sources = runs.filter(isSource)
  const ofStage = stages.find(({ stage }) => stage === sources[0]?.stage)
  const isOver = (action: string) => sources.some((run) => run.action === action && run.status !== 'InProgress')
  return sources.length === 0 || (ofStage?.actions ?? []).every(({ action }) => isOver(action))
}
