import type { Execution } from './execution.ts'
import { hasFailed, isOver, latestActions, stageNames } from './execution.ts'
import type { Pipeline } from './pipeline.ts'
import { pipelineOf } from './pipeline.ts'

/** What runs in a pipeline, what failed and what is live, by its executions that are known. */
export interface PipelineStatus {
  pipeline: Pipeline
  /** Newest first. */
  running: readonly Execution[]
  /** The newest that has ended, if it failed; null if it did not. */
  failed: Execution | null
  /** In the pipeline's order. */
  live: readonly Release[]
}

/** An execution that has passed a stage that deploys. */
export interface Release {
  stage: string
  execution: Execution
  /** When its stage ended. Epoch milliseconds. */
  at: number
  /** When its stage began; null if that is not known. */
  startedAt: number | null
}

/** `executions`: of one pipeline, at least one, the newest first. */
export const statusFrom = (executions: readonly [Execution, ...Execution[]]): PipelineStatus => {
  const ended = executions.find((one) => isOver(one) && !PASSED_OVER.has(one.overall.progress))
  const releases = releasesIn(executions)
  return {
    pipeline: pipelineOf(executions[0].key),
    running: executions.filter((one) => !isOver(one)),
    failed: ended && hasFailed(ended) ? ended : null,
    live: deployingStages(executions).flatMap((stage) => releases.find((one) => one.stage === stage) ?? []),
  }
}

/** A newer execution took its place. */
const PASSED_OVER = new Set<Execution['overall']['progress']>(['superseded', 'canceled'])

/** The releases of a pipeline, the newest first. */
export const releasesIn = (executions: readonly Execution[]): Release[] => {
  const stages = deployingStages(executions)
  return executions
    .flatMap((execution) =>
      stages.flatMap((stage): Release[] => {
        const known = execution.stages.get(stage)
        return known?.progress === 'succeeded' ? [{ stage, execution, at: known.at, startedAt: known.startedAt }] : []
      }),
    )
    .sort((one, other) => other.at - one.at)
}

/** The stages in which actions deploy; where none is known to, the last one. In the pipeline's order. */
const deployingStages = (executions: readonly Execution[]): string[] => {
  const names = [...new Set(executions.flatMap(stageNames))]
  const deploying = new Set(
    executions.flatMap(({ actions }) =>
      [...actions.values()].flatMap(({ category, stage }) => (category === 'Deploy' ? [stage] : [])),
    ),
  )
  return deploying.size > 0 ? names.filter((name) => deploying.has(name)) : names.slice(-1)
}

/** The approvals that an execution passed on its way to the deployment in a stage: those behind the deployment before. */
export const approvalsBefore = ({ execution, stage }: Release, releases: readonly Release[]): string[] => {
  const names = stageNames(execution)
  const own = names.indexOf(stage)
  const before = Math.max(
    -1,
    ...releases.flatMap((one) => (names.indexOf(one.stage) < own ? [names.indexOf(one.stage)] : [])),
  )
  return [...execution.approvals]
    .filter(([where]) => {
      const at = names.findIndex((name) => where.startsWith(`${name}/`))
      const [first, last] = asksLast(execution, names[at] ?? '', where) ? [before, own - 1] : [before + 1, own]
      return at >= first && at <= last
    })
    .map(([, { id }]) => id)
}

/** Whether an approval began after the last action that deploys in its stage. */
const asksLast = (execution: Execution, stage: string, where: string): boolean => {
  const began = latestActions(execution, stage)
  const deployed = began.findLastIndex(({ category }) => category === 'Deploy')
  return deployed >= 0 && began.findLastIndex(({ action }) => where === `${stage}/${action}`) > deployed
}
