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

/** One run of an action. */
export interface PastRun {
  executionId: string
  stage: string
  action: string
  category: string
  status: string
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

/**
 * The latest passage through each of these stages; none for a stage that no execution is known to have passed.
 *
 * `succeededInStage` of ListPipelineExecutions would find less: it lists only executions of the pipeline's current
 * version, so after an edit all earlier ones are missing ("SucceededInStageFilter", CodePipeline API reference).
 */
export const latestPassages = (stages: readonly string[], past: Past, currentVersion: number | null): Passage[] => {
  const statusOf = new Map(past.executions.map(({ executionId, status }) => [executionId, status]))
  const byExecution = Map.groupBy(past.runs, ({ executionId }) => executionId)
  return stages.flatMap((stage) => {
    const namesIn = actionNames(stage, past, currentVersion)
    const passages = [...byExecution].flatMap(([executionId, runs]): Passage[] => {
      const at = passedAt(stage, runs, statusOf.get(executionId) ?? null, namesIn)
      return at === null ? [] : [{ stage, executionId, at }]
    })
    return passages.length === 0 ? [] : [passages.reduce((one, other) => (other.at > one.at ? other : one))]
  })
}

/** What an execution's status means for the stage that it was in last; for any other status its actions decide. */
const LAST_STAGE_PASSED = new Map([
  ['Succeeded', true],
  // An execution is superseded only between two stages, and an edit that cancels it ends the running action.
  ['Superseded', true],
  ['Cancelled', true],
  ['Failed', false],
])

/** When the execution with these runs passed the stage; null if it did not, or it is not known. */
const passedAt = (
  stage: string,
  runs: readonly PastRun[],
  status: string | null,
  namesIn: (version: number | null) => readonly string[],
): number | null => {
  const here = newestOfEach(runs.filter((run) => run.stage === stage))
  const [first] = here
  if (!first || here.some(({ status }) => status !== 'Succeeded')) return null
  const entered = Math.min(...here.map(({ startedAt }) => startedAt))
  const wentOn = runs.some((run) => run.stage !== stage && run.startedAt > entered)
  const ran = new Set(here.map(({ action }) => action))
  const passed =
    wentOn || (LAST_STAGE_PASSED.get(status ?? '') ?? namesIn(first.version).every((action) => ran.has(action)))
  return passed ? Math.max(...here.map(({ updatedAt }) => updatedAt)) : null
}

/** A retry runs an action again, and the newest run counts. */
const newestOfEach = (runs: readonly PastRun[]): PastRun[] => {
  const newest = new Map<string, PastRun>()
  for (const run of runs) {
    const known = newest.get(run.action)
    if (!known || run.startedAt >= known.startedAt) newest.set(run.action, run)
  }
  return [...newest.values()]
}

/** The actions of a stage as it is now; for an earlier version also those that ran there. */
const actionNames = (stage: string, { stages, runs }: Past, currentVersion: number | null) => {
  const now = stages.find((one) => one.stage === stage)?.actions ?? []
  const ran = Map.groupBy(
    runs.filter((run) => run.stage === stage),
    ({ version }) => version,
  )
  return (version: number | null): readonly string[] =>
    version === currentVersion ? now : [...now, ...(ran.get(version) ?? []).map(({ action }) => action)]
}
