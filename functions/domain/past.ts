/** A pipeline's past from CodePipeline's lists, as far as they were read. The lists may be in any order. */
export interface Past {
  executions: readonly PastExecution[]
  runs: readonly PastRun[]
  /** The stages as they are now, in the pipeline's order. */
  stages: readonly StageActions[]
  /** There are no runs older than `runs`. */
  isWhole: boolean
}

export interface PastExecution {
  executionId: string
  /** The status as CodePipeline names it. */
  status: string
  /** Epoch milliseconds; 0 if CodePipeline does not say. */
  startedAt: number
  /** It deployed an earlier execution's revisions again, in one stage alone. */
  isRollback: boolean
  /** Null if CodePipeline does not list its revisions. */
  brought: readonly Brought[] | null
}

/** A revision by the source action that brought it: two sources may be one repository. */
export interface Brought {
  source: string
  revisionId: string
}

/** The kinds of actions that this code knows ("ActionTypeId", CodePipeline API reference). Any other may be any of them. */
export const KNOWN_KINDS: ReadonlySet<string> = new Set([
  'Source',
  'Build',
  'Deploy',
  'Test',
  'Invoke',
  'Approval',
  'Compute',
])

/** One run of an action. */
export interface PastRun {
  executionId: string
  stage: string
  action: string
  /** The kind of the action; empty if CodePipeline does not say. */
  category: string
  status: string
  /** Epoch milliseconds; 0 if CodePipeline does not say. */
  startedAt: number
  updatedAt: number
  /** The version of the pipeline; null if CodePipeline does not say. */
  version: number | null
}

export interface StageActions {
  stage: string
  actions: readonly string[]
}

/** An execution that has passed a stage, and when its last action there ended. */
export interface Passage {
  stage: string
  executionId: string
  at: number
}

/** A stage that deploys, by an action of one of these kinds. */
export interface Deploying {
  stage: string
  by: ReadonlySet<string>
}

/**
 * The latest deployment in each of these stages; none for a stage in which none is known. A stage may have been passed
 * in an earlier version of the pipeline, in which it only asked, or only tested.
 *
 * `succeededInStage` of ListPipelineExecutions would find less: it lists only executions of the pipeline's current
 * version, so after an edit all earlier ones are missing ("SucceededInStageFilter", CodePipeline API reference).
 */
export const latestPassages = (stages: readonly Deploying[], past: Past, currentVersion: number | null): Passage[] => {
  const statusOf = new Map(past.executions.map(({ executionId, status }) => [executionId, status]))
  const byExecution = [...Map.groupBy(past.runs, ({ executionId }) => executionId)]
  return stages.flatMap(({ stage, by }) => {
    const visits = byExecution.flatMap(([executionId, runs]) => {
      const visit = visitOf(stage, runs, statusOf.get(executionId))
      return visit ? [{ ...visit, executionId }] : []
    })
    const namesIn = actionNames(stage, past, currentVersion, visits)
    const passages = visits.flatMap(({ executionId, runs, passed }): Passage[] => {
      const ran = new Set(runs.map(({ action }) => action))
      const hasPassed = passed ?? namesIn(runs[0]!.version).every((action) => ran.has(action))
      const hasDeployed = runs.some(({ category }) => by.has(category))
      return hasPassed && hasDeployed
        ? [{ stage, executionId, at: Math.max(...runs.map(({ updatedAt }) => updatedAt)) }]
        : []
    })
    return passages.length === 0 ? [] : [passages.reduce((one, other) => (other.at > one.at ? other : one))]
  })
}

/** What an execution's status means for the stage that it was in last; for any other status its actions decide. */
const LAST_STAGE_PASSED = new Map<string | undefined, boolean>([
  ['Succeeded', true],
  // An execution is superseded only between two stages, and an edit that cancels it ends the running action.
  ['Superseded', true],
  ['Cancelled', true],
  ['Failed', false],
])

/** An execution in a stage in which every action that ran has succeeded. */
interface Visit {
  /** The newest run of each action. */
  runs: PastRun[]
  /** Whether it passed the stage; null if that depends on the actions that the stage had. */
  passed: boolean | null
}

const visitOf = (stage: string, runs: readonly PastRun[], status: string | undefined): Visit | null => {
  const here = newestOfEach(runs.filter((run) => run.stage === stage))
  if (here.length === 0 || here.some(({ status }) => status !== 'Succeeded')) return null
  const entered = Math.min(...here.map(({ startedAt }) => startedAt))
  const wentOn = runs.some((run) => run.stage !== stage && run.startedAt > entered)
  return { runs: here, passed: wentOn || (LAST_STAGE_PASSED.get(status) ?? null) }
}

/** A retry runs an action again, and the newest run counts. */
export const newestOfEach = (runs: readonly PastRun[]): PastRun[] => {
  const newest = new Map<string, PastRun>()
  for (const run of runs) {
    const key = [run.executionId, run.stage, run.action].join('/')
    const known = newest.get(key)
    if (!known || run.startedAt >= known.startedAt) newest.set(key, run)
  }
  return [...newest.values()]
}

/**
 * The actions of a stage as it is now. In an earlier version they were those that ran there, if an execution of that
 * version passed the stage; if none did, there may have been those that it has now as well.
 */
const actionNames = (
  stage: string,
  { stages, runs }: Past,
  currentVersion: number | null,
  visits: readonly Visit[],
) => {
  const now = stages.find((one) => one.stage === stage)?.actions ?? []
  const ran = Map.groupBy(
    runs.filter((run) => run.stage === stage),
    ({ version }) => version,
  )
  const passed = new Set(visits.flatMap((visit) => (visit.passed ? visit.runs[0]!.version : [])))
  return (version: number | null): readonly string[] => {
    if (version === currentVersion) return now
    const then = (ran.get(version) ?? []).map(({ action }) => action)
    return version !== null && passed.has(version) ? then : [...now, ...then]
  }
}
