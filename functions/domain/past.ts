/** A pipeline's past from CodePipeline's lists, as far as they were read. The lists may be in any order. */
export interface Past {
  executions: readonly PastExecution[]
  runs: readonly PastRun[]
  /** The stages as they are now, in the pipeline's order. */
  stages: readonly StageActions[]
  /** There are no runs older than `runs`. */
  isWhole: boolean
  /** The stages of earlier versions of the pipeline, as far as they were read. */
  declared: ReadonlyMap<number, readonly StageActions[]>
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
  /** Missing if CodePipeline does not tell it. */
  branch?: string
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
  const visitsTo = visitsIn(past)
  return stages.flatMap((one) => {
    const visits = visitsTo(one)
    const namesIn = actionNames(one.stage, past, currentVersion, visits)
    const passages = visits.flatMap(({ executionId, runs, passed, hasDeployed, at }): Passage[] => {
      const ran = new Set(runs.map(({ action }) => action))
      const hasPassed = passed ?? namesIn(runs[0]!.version).every((action) => ran.has(action))
      return hasPassed && hasDeployed ? [{ stage: one.stage, executionId, at }] : []
    })
    return passages.length === 0 ? [] : [passages.reduce((one, other) => (other.at > one.at ? other : one))]
  })
}

/**
 * The earlier versions of the pipeline, newest first, whose stages would say whether an execution has passed one of these:
 * the runs do not tell, and no passage is known that was certainly later.
 */
export const versionsToRead = (stages: readonly Deploying[], past: Past, currentVersion: number | null): number[] => {
  const visitsTo = visitsIn(past)
  const versions = stages.flatMap((one) => {
    const all = visitsTo(one)
    const passed = versionsPassed(all)
    const visits = all.filter(({ hasDeployed }) => hasDeployed)
    const surelyLast = Math.max(...visits.flatMap((visit) => (visit.passed ? visit.at : [])))
    return visits.flatMap((visit) => {
      const { version } = visit.runs[0]!
      const isTold = version === null || version === currentVersion || passed.has(version) || past.declared.has(version)
      return isTold || visit.passed !== null || visit.at <= surelyLast ? [] : version
    })
  })
  return [...new Set(versions)].sort((one, other) => other - one)
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
  executionId: string
  /** The newest run of each action. */
  runs: PastRun[]
  /** Whether it passed the stage; null if that depends on the actions that the stage had. */
  passed: boolean | null
  hasDeployed: boolean
  /** When its last action there ended. */
  at: number
}

const visitsIn = ({ executions, runs }: Past) => {
  const statusOf = new Map(executions.map(({ executionId, status }) => [executionId, status]))
  const byExecution = [...Map.groupBy(runs, ({ executionId }) => executionId)]
  return ({ stage, by }: Deploying): Visit[] =>
    byExecution.flatMap(([executionId, all]): Visit[] => {
      const here = newestOfEach(all.filter((run) => run.stage === stage))
      if (here.length === 0 || here.some(({ status }) => status !== 'Succeeded')) return []
      const entered = Math.min(...here.map(({ startedAt }) => startedAt))
      const wentOn = all.some((run) => run.stage !== stage && run.startedAt > entered)
      return [
        {
          executionId,
          runs: here,
          passed: wentOn || (LAST_STAGE_PASSED.get(statusOf.get(executionId)) ?? null),
          hasDeployed: here.some(({ category }) => by.has(category)),
          at: Math.max(...here.map(({ updatedAt }) => updatedAt)),
        },
      ]
    })
}

/** In these, every action that a stage had has run in it. */
const versionsPassed = (visits: readonly Visit[]): Set<number | null> =>
  new Set(visits.flatMap((visit) => (visit.passed ? visit.runs[0]!.version : [])))

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
 * version passed the stage, or those that were read; else there may have been those that it has now as well.
 */
const actionNames = (
  stage: string,
  { stages, runs, declared }: Past,
  currentVersion: number | null,
  visits: readonly Visit[],
) => {
  const now = stages.find((one) => one.stage === stage)?.actions ?? []
  const ran = Map.groupBy(
    runs.filter((run) => run.stage === stage),
    ({ version }) => version,
  )
  const passed = versionsPassed(visits)
  return (version: number | null): readonly string[] => {
    if (version === currentVersion) return now
    const then = (ran.get(version) ?? []).map(({ action }) => action)
    const assumed = [...now, ...then]
    if (version === null) return assumed
    const read = declared.get(version)?.find((one) => one.stage === stage)?.actions
    return read ?? (passed.has(version) ? then : assumed)
  }
}
