import type { Approval } from '../../domain/approval.ts'
import type { Execution } from '../../domain/execution.ts'
import { stageNames } from '../../domain/execution.ts'
import type { HeldStage } from '../../domain/held-stage.ts'
import { heldAmong } from '../../domain/held-stage.ts'
import type { ExecutionKey } from '../../domain/pipeline.ts'
import { pipelineId } from '../../domain/pipeline.ts'
import { isNamePattern, matchesPattern } from '../../domain/name-pattern.ts'

import { approvalsBefore, releasesIn, statusFrom } from '../../domain/pipeline-status.ts'
import { DAY } from '../../domain/time-units.ts'
import type { Frozen } from '../../domain/window.ts'
import { frozenAt } from '../../domain/window.ts'
import type { CommandAnswer } from '../../ports/cards.ts'
import type { Services } from '../../ports/services.ts'
import { readableApproval, readableExecution } from '../readable-records.ts'
import { freezesOn } from '../approval/resolve-policy.ts'

/** How far back it is looked. */
const LOOKED_BACK = 30 * DAY
/** Each costs a read of the table. */
const MOST_EXECUTIONS = 12
const MOST_PIPELINES_READ = 6

const NAME_ONE = 'Name a pipeline, such as shop-web; * stands for any characters.'

/** Story: a person asks what runs, what failed and what is live. CodePipeline says which stages are held; the rest is in the table. */
export const pipelineStatuses = async (services: Services, about: string): Promise<CommandAnswer> => {
  if (!isNamePattern(about)) return { kind: 'not-told', because: NAME_ONE }
  const { pipelines, since } = await pipelinesThere(services, about)
  const shown = await Promise.all(
    pipelines.slice(0, MOST_PIPELINES_READ).map(async (keys) => {
      const executions = await executionsOf(services, keys)
      if (!executions) return []
      const [frozen, held] = await Promise.all([frozenIn(services, executions), heldIn(services, executions)])
      return [{ ...statusFrom(executions), frozen, held }]
    }),
  )
  return {
    kind: 'status',
    about,
    since,
    pipelines: shown.flat(),
    unseen: Math.max(0, pipelines.length - MOST_PIPELINES_READ),
  }
}

/** Story: a person asks for the last releases of a pipeline, to one of its stages or all. */
export const pipelineHistory = async (
  services: Services,
  { about, stage }: { about: string; stage: string | null },
): Promise<CommandAnswer> => {
  if (!isNamePattern(about)) return { kind: 'not-told', because: NAME_ONE }
  const { pipelines, since } = await pipelinesThere(services, about)
  const executions = await executionsOf(services, pipelines[0] ?? [])
  if (!executions) return { kind: 'history', about, since, pipeline: null, releases: [] }
  const all = releasesIn(executions)
  const releases = all.filter((one) => stage === null || one.stage.toLowerCase() === stage.toLowerCase())
  return {
    kind: 'history',
    about: stage === null ? about : `${about} ${stage}`,
    since,
    pipeline: executions[0].key.pipeline,
    releases: await Promise.all(
      releases.slice(0, MOST_EXECUTIONS).map(async (release) => {
        const read = await Promise.all(approvalsBefore(release, all).map((id) => readableApproval(services, id)))
        return { ...release, approvals: read.filter((one): one is Approval => one !== null) }
      }),
    ),
  }
}

/** Story: a person asks what is live in an earlier stage of a pipeline, and not yet in a later one. */
export const pipelineDifference = async (services: Services, about: string): Promise<CommandAnswer> => {
  if (!isNamePattern(about)) return { kind: 'not-told', because: NAME_ONE }
  const { pipelines, since } = await pipelinesThere(services, about)
  const executions = await executionsOf(services, pipelines[0] ?? [])
  return { kind: 'diff', about, since, status: executions && statusFrom(executions) }
}

/** The keys of each pipeline's executions, newest first; first the pipeline with the newest. */
const pipelinesThere = async (
  { attention, clock }: Services,
  about: string,
): Promise<{ pipelines: ExecutionKey[][]; since: number }> => {
  const { keys, since } = await attention.newestExecutions(clock.now() - LOOKED_BACK, ({ pipeline }) =>
    matchesPattern([about], pipeline),
  )
  return { pipelines: [...Map.groupBy(keys, pipelineId).values()], since }
}

const executionsOf = async (
  services: Services,
  keys: readonly ExecutionKey[],
): Promise<[Execution, ...Execution[]] | null> => {
  const read = await Promise.all(keys.slice(0, MOST_EXECUTIONS).map((key) => readableExecution(services, key)))
  const [first, ...rest] = read.filter((one) => one !== null)
  return first ? [first, ...rest] : null
}

/** The stages that take no executions in; null if CodePipeline does not tell. */
export const heldIn = async (
  { log, pipelines }: Services,
  [{ key }]: readonly [Execution, ...Execution[]],
): Promise<HeldStage[] | null> => {
  try {
    return heldAmong((await pipelines.stages(key)) ?? [])
  } catch (error) {
    log.warn('CodePipeline did not tell which stages are held', { pipeline: key.pipeline, error })
    return null
  }
}

/** The freezes in force now, of any stage of the pipeline. */
export const frozenIn = async (
  services: Services,
  [newest]: readonly [Execution, ...Execution[]],
): Promise<Frozen[]> => {
  const { clock, configuration } = services
  const { key } = newest
  const now = clock.now()
  const routes = new Set(stageNames(newest).flatMap((stage) => configuration.routesOfStage({ ...key, stage })))
  const frozen = await Promise.all(
    [...routes].map(async (route) => frozenAt(await freezesOn(services, route, key.pipeline, now), now)),
  )
  const inForce = frozen.filter((one) => one !== null)
  return [...new Map(inForce.map((one) => [`${one.name} ${one.until}`, one])).values()]
}
