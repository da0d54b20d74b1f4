import type { LastGood, SteeringAim } from '../../domain/steering.ts'
import { pipelineOf } from '../../domain/pipeline.ts'
import type { ExecutionSummary } from '../../ports/pipelines.ts'
import type { PipelineReader } from '../execution/read-revisions.ts'
import { readRevisions } from '../execution/read-revisions.ts'
import { REFUSALS } from './steering-calls.ts'

interface Good {
  kind: 'found'
  /** What the stage is rolled back to. */
  target: string
  /** The execution that deployed it there last: the target, or a rollback to it. */
  deployedBy: string
}

interface None {
  kind: 'none'
  /** A sentence. */
  because: string
}

/**
 * The execution to which the stage would return: what was live there before the execution that failed. CodePipeline takes
 * one that succeeded in the stage, in the current version of the pipeline, and is no rollback itself ("RollbackStage",
 * CodePipeline API reference). After a rollback, that is the rollback's own target, not the newer one that it took back.
 */
export const lastGood = async (
  { pipelines }: Pick<PipelineReader, 'pipelines'>,
  { execution, stage }: Pick<SteeringAim, 'execution' | 'stage'>,
): Promise<Good | None> => {
  const pipeline = pipelineOf(execution)
  const isOwn = ({ executionId }: ExecutionSummary) => executionId === execution.executionId
  const standing = (await pipelines.stages(pipeline))?.find((one) => one.stage === stage)
  if (!standing || stage === null) return none(REFUSALS.gone)
  const [succeeded, all] = await Promise.all([
    pipelines.executions(pipeline, { succeededIn: stage }),
    pipelines.executions(pipeline, { enough: (listed) => listed.some(isOwn) }),
  ])
  const own = all?.find(isOwn)
  if (!succeeded || !all || !own) return none(REFUSALS.gone)
  if (standing.status === 'InProgress')
    return none(
      standing.executionId === execution.executionId
        ? `The stage ${stage} has not ended yet. Ask again once it has.`
        : `Another execution is in the stage ${stage}. Wait until it has left.`,
    )
  const good = succeeded.find((one) => !isOwn(one))
  if (!good) return none(`No other execution has succeeded in the stage ${stage} since the pipeline was last edited.`)
  if (good.startedAt > own.startedAt) return none(`A newer execution has succeeded in the stage ${stage} since.`)
  return { kind: 'found', target: good.rollbackTo ?? good.executionId, deployedBy: good.executionId }
}

const none = (because: string): None => ({ kind: 'none', because })

/** The same, with what the person must know who decides about it. */
export const describedLastGood = async (
  services: PipelineReader,
  aim: Pick<SteeringAim, 'execution' | 'stage'>,
): Promise<{ kind: 'found'; good: LastGood } | None> => {
  const found = await lastGood(services, aim)
  if (found.kind === 'none') return found
  const { target, deployedBy } = found
  const pipeline = pipelineOf(aim.execution)
  const [{ revisions, runs }, later] = await Promise.all([
    readRevisions(services, { ...pipeline, executionId: target }),
    target === deployedBy ? null : services.pipelines.actionRuns({ ...pipeline, executionId: deployedBy }),
  ])
  const ended = ((target === deployedBy ? runs : later) ?? [])
    .filter(({ stage, status }) => stage === aim.stage && status === 'Succeeded')
    .map(({ updatedAt }) => updatedAt)
  return {
    kind: 'found',
    good: { executionId: target, since: ended.length > 0 ? Math.max(...ended) : null, revisions },
  }
}
