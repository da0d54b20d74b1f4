import type { Comparison } from '../../../domain/live.ts'
import { deploysTo } from '../../../domain/deploys-to.ts'
import { compareWithLive, versionsToCompare } from '../../../domain/live.ts'
import type { Brought, Deploying, Passage, Past, PastExecution, StageActions } from '../../../domain/past.ts'
import type { Pipeline, StageAction } from '../../../domain/pipeline.ts'
import { pipelineOf } from '../../../domain/pipeline.ts'
import { starterFrom } from '../../../domain/starter.ts'
import type { PipelineReader } from '../../execution/read-revisions.ts'
import { isSource, readRevisions, sourceOf } from '../../execution/read-revisions.ts'
import type {
  ActionRun,
  ArtifactRevision,
  DeclaredStage,
  ExecutionSummary,
  RunsRead,
  StageState,
} from '../../../ports/pipelines.ts'

/** A pipeline's past from CodePipeline's lists, and what follows from it for one execution. */
export interface PastRead {
  comparison: Comparison
  /** The stages of `comparison.liveIn`, with what deploys there. */
  deploying: readonly Deploying[]
  /** By execution ID. */
  executions: ReadonlyMap<string, ToldExecution>
  runs: readonly ActionRun[]
}

export interface ToldExecution extends ExecutionSummary {
  /** Its revisions by source action; null if CodePipeline does not list them. */
  bySource: readonly (Brought & { artifact: ArtifactRevision })[] | null
}

/** Each costs two reads of CodePipeline. Revisions of further executions that no list has count as unknown. */
export const LOOKED_INTO = 20

/** Of earlier versions of the pipeline. What others had in their stages counts as unknown. */
const VERSIONS_READ = 5

/** CodePipeline lists so many executions at once ("ListPipelineExecutions", CodePipeline API reference). */
const EXECUTIONS_LISTED = 100

/**
 * Reads back to what is live: one page of executions, and as many pages of actions as it takes. The stages come from
 * CodePipeline's state. `known`: executions that were read one by one before.
 */
export const readPast = async (
  services: PipelineReader,
  where: StageAction,
  executionId: string,
  stages: readonly StageState[],
  known: ReadonlyMap<string, ToldExecution> = new Map(),
): Promise<PastRead> => {
  const { pipelines } = services
  const pipeline = pipelineOf(where)
  const asked = { ...where, executionId }
  const names = withActionNames(stages)
  let declared: Past['declared'] = new Map()
  const pastOf = (all: readonly ToldExecution[], runs: readonly ActionRun[], isWhole: boolean): Past => ({
    executions: all.map(pastExecution),
    runs,
    stages: names,
    isWhole,
    declared,
  })
  const compare = (...read: Parameters<typeof pastOf>): Comparison => compareWithLive(asked, pastOf(...read))

  const tell = (executions: readonly ExecutionSummary[], read: ReadSoFar): ToldExecution[] =>
    toldBy(executions, read).map((one) => ({
      ...one,
      bySource: one.bySource ?? known.get(one.executionId)?.bySource ?? null,
    }))
  let listed = await listedWith(services, where, executionId)
  const isEnough = (told: readonly ToldExecution[], runs: readonly ActionRun[]): boolean => {
    const comparison = compare(told, runs, false)
    const { unknown } = deploysTo(asked, { stages: names, runs })
    return (
      unknown.length === 0 &&
      unpassed(comparison).length === 0 &&
      !comparison.lacksOnBranch &&
      reachesBack(runs, executionId, comparison, listed)
    )
  }
  const read = await pipelines.runs(pipeline, (runs) => isEnough(tell(listed, { runs, isWhole: false }), runs))
  const all = read ?? NO_RUNS
  const { runs, isWhole } = all
  const versions = versionsToCompare(asked, pastOf(tell(listed, all), runs, isWhole))
  declared = await declaredIn(services, pipeline, versions.slice(0, VERSIONS_READ))
  const oldest = oldestOf(runs)
  const isListed = (executions: readonly ExecutionSummary[]) => {
    const so = compare(tell(executions, all), runs, isWhole)
    return (
      (unpassed(so).length === 0 || so.hasWhole) &&
      // Of a branch that was never deployed, all matters of which the runs tell a branch.
      (!so.lacksOnBranch || executions.some(({ startedAt }) => startedAt < oldest)) &&
      passagesOf(so).every((one) => executions.some((listed) => listed.executionId === one.executionId))
    )
  }
  if (listed.length >= EXECUTIONS_LISTED && !isListed(listed))
    listed = (await pipelines.executions(pipeline, { enough: isListed })) ?? []

  const before = tell(listed, all)
  const first = compare(before, runs, isWhole)
  const told = await lookedInto(services, where, before, runs, {
    askedId: executionId,
    liveIds: passagesOf(first).map((one) => one.executionId),
    since: unpassed(first).length > 0 ? -Infinity : first.lacksOnBranch ? oldest : Infinity,
  })
  const executions = new Map(told.map((one) => [one.executionId, one]))
  const comparison = compare(told, runs, isWhole)
  // One that was read alone may be of another branch: then all is read back to the last of its own.
  const needsMore = !isWhole && !isEnough(told, runs) && isEnough(before, runs)
  if (needsMore || (comparison.lacksOnBranch && !first.lacksOnBranch))
    return readPast(services, where, executionId, stages, executions)
  return {
    comparison,
    deploying: deploysTo(asked, { stages: names, runs }).liveIn,
    executions,
    runs,
  }
}

/** The stages of these versions of the pipeline; none of one that CodePipeline does not tell. */
const declaredIn = async (
  { pipelines }: PipelineReader,
  pipeline: Pipeline,
  versions: readonly number[],
): Promise<Map<number, StageActions[]>> => {
  const read = await Promise.all(versions.map((version) => pipelines.structure(pipeline, version)))
  return new Map(
    read.flatMap((stages, index) => (stages ? [[versions[index]!, withActionNames(stages)] as const] : [])),
  )
}

/** Each stage with the names of its actions. */
const withActionNames = (stages: readonly Pick<StageState | DeclaredStage, 'stage' | 'actions'>[]): StageActions[] =>
  stages.map(({ stage, actions }) => ({ stage, actions: actions.map(({ action }) => action) }))

/** The newest executions, and this one: a list may be older than a notification. */
const listedWith = async (
  { pipelines, clock }: PipelineReader,
  where: StageAction,
  executionId: string,
): Promise<ExecutionSummary[]> => {
  const pipeline = pipelineOf(where)
  const isIt = (one: ExecutionSummary) => one.executionId === executionId
  const listed = (await pipelines.executions(pipeline, { enough: (all) => all.some(isIt) })) ?? []
  if (listed.some(isIt)) return listed
  const facts = await pipelines.execution({ ...pipeline, executionId })
  return facts ? [{ ...facts, startedAt: clock.now(), updatedAt: clock.now(), stopReason: null }, ...listed] : listed
}

const pastExecution = (one: ToldExecution): PastExecution => ({
  executionId: one.executionId,
  status: one.status,
  startedAt: one.startedAt,
  isRollback: isRollback(one),
  brought: one.bySource,
})

export const isRollback = (execution: Pick<ExecutionSummary, 'trigger'> | undefined): boolean =>
  ['rollback', 'automatic-rollback'].includes(starterFrom(execution?.trigger ?? null).kind)

/** CodePipeline no longer knows the pipeline, and so nothing is known of its past. */
const NO_RUNS: RunsRead = { runs: [], isWhole: false }

const passagesOf = ({ live, onBranch }: Comparison): Passage[] => [...live, ...onBranch]

/** Those of the stages to compare with that no execution is known to have passed. */
const unpassed = ({ liveIn, live }: Comparison): string[] =>
  liveIn.filter((name) => !live.some(({ stage }) => stage === name))

const oldestOf = (runs: readonly ActionRun[]): number =>
  runs.reduce((one, { startedAt }) => Math.min(one, startedAt), Infinity)

/**
 * Whether the runs go back beyond the start of this execution and of the live ones, so that their sources' runs are
 * among them, and of those that have changed since: in PARALLEL mode one of them may have passed the stage even later.
 */
const reachesBack = (
  runs: readonly ActionRun[],
  askedId: string,
  comparison: Comparison,
  listed: readonly ExecutionSummary[],
): boolean => {
  const oldest = oldestOf(runs)
  const live = passagesOf(comparison)
  const liveIds = new Set([
    ...live.map(({ executionId }) => executionId),
    ...comparison.onBranch.map(({ broughtFirstBy }) => broughtFirstBy),
  ])
  const since = Math.min(...live.map(({ at }) => at))
  return listed
    .filter(({ executionId, updatedAt }) => executionId === askedId || liveIds.has(executionId) || updatedAt >= since)
    .every(({ startedAt }) => oldest < startedAt)
}

/** The pages of runs that were read so far. */
type ReadSoFar = Omit<RunsRead, 'runs'> & { runs: readonly ActionRun[] }

const toldBy = (listed: readonly ExecutionSummary[], { runs, isWhole }: ReadSoFar): ToldExecution[] => {
  const oldest = isWhole ? -Infinity : oldestOf(runs)
  const ran = new Set(runs.map(({ executionId }) => executionId))
  const sourcesOf = Map.groupBy(runs.filter(isSource), ({ executionId }) => executionId)
  return listed.map((summary) => {
    const sources = sourcesOf.get(summary.executionId) ?? []
    const artifacts = summary.revisions ?? []
    const bySource = artifacts.map((artifact) => {
      const run = sourceOf(artifact, sources)
      const branch = run?.outputVariables['BranchName']
      const source = artifact.actionName ?? run?.action ?? null
      return { source, revisionId: artifact.revisionId, artifact, ...(branch && { branch }) }
    })
    // An execution that was superseded in front of its first stage has no runs at all. An execution whose runs were not
    // read is known only from the list.
    const neverRan = !ran.has(summary.executionId) && (summary.startedAt > oldest || summary.revisions !== null)
    const isNothing = neverRan || broughtNothing(sources)
    return { ...summary, bySource: artifacts.length > 0 ? identified(bySource) : isNothing ? [] : null }
  })
}

/** Sources are distinguished by name; a single one needs none. */
const identified = (
  all: readonly (Omit<Brought, 'source'> & { source: string | null; artifact: ArtifactRevision })[],
) =>
  all.length > 1 && all.some(({ source }) => source === null)
    ? null
    : all.map((one) => ({ ...one, source: one.source ?? '' }))

/** An execution whose sources have failed, or still run, has no revision. */
const broughtNothing = (sources: readonly ActionRun[]): boolean =>
  sources.length > 0 && sources.every(({ status }) => status !== 'Succeeded' && status !== 'Unknown')

/**
 * CodePipeline does not promise `sourceRevisions` in a list of executions. Those that matter, from the older ones of
 * these to the newest of them, are read one by one.
 */
const lookedInto = async (
  services: PipelineReader,
  where: StageAction,
  told: readonly ToldExecution[],
  runs: readonly ActionRun[],
  { askedId, liveIds, since }: { askedId: string; liveIds: readonly string[]; since: number },
): Promise<ToldExecution[]> => {
  // A rollback has no source actions of its own; the artifacts have the same names.
  const actionOf = new Map<string | null, string>(
    runs
      .filter(isSource)
      .flatMap(({ action, outputArtifacts }) => outputArtifacts.map((name) => [name, action] as const)),
  )
  const startOf = (id: string) => told.find(({ executionId }) => executionId === id)?.startedAt
  const to = startOf(askedId) ?? Infinity
  const from = Math.min(to, since, ...liveIds.map((id) => startOf(id) ?? -Infinity))
  const isAsked = ({ executionId }: ToldExecution) => executionId === askedId
  const isLive = ({ executionId }: ToldExecution) => liveIds.includes(executionId)
  // A rollback deploys revisions of a longer time ago.
  const isOld = told.some((one) => (isAsked(one) || isLive(one)) && isRollback(one))
  const matters = (one: ToldExecution) => isLive(one) || (one.startedAt <= to && (isOld || from <= one.startedAt))
  const untold = told.filter((one) => one.bySource === null && matters(one))
  const looked = await Promise.all(
    [...untold.filter(isAsked), ...untold.filter((one) => !isAsked(one))].slice(0, LOOKED_INTO).map(async (one) => {
      const { facts, revisions } = await readRevisions(services, { ...pipelineOf(where), executionId: one.executionId })
      const artifacts = facts?.revisions ?? []
      const bySource = artifacts.map((artifact, index) => ({
        source: revisions[index]!.source ?? actionOf.get(artifact.artifactName) ?? null,
        revisionId: artifact.revisionId,
        artifact,
        ...(revisions[index]!.branch && { branch: revisions[index]!.branch }),
      }))
      return { ...one, bySource: artifacts.length > 0 ? identified(bySource) : null }
    }),
  )
  return told.map((one) => looked.find(({ executionId }) => executionId === one.executionId) ?? one)
}
