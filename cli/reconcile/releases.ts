import type { Definition, PipelineHistory, Run } from './pipeline-history.ts'

/** Something that CodePipeline let through. */
export type Release =
  /** An approval action that was approved. */
  | { kind: 'approved'; run: Run }
  /** A stage that ran although an approval action before it was not approved, or that has none before it. */
  | { kind: 'unapproved'; run: Run; because: Unapproved }
  /** A rollback to an execution that had passed every approval action before the stage. */
  | { kind: 'rolled-back'; run: Run; to: string }

export type Unapproved =
  /** These approval actions were in the pipeline and not approved. */
  | { kind: 'skipped'; gates: readonly Gate[] }
  | { kind: 'no-approval-action' }
  /** CodePipeline does not have this version of the pipeline any more. */
  | { kind: 'unknown-version' }

/** What was released from `from` up to `to` (epoch milliseconds), in the order of time. */
export const releasesIn = (
  history: PipelineHistory,
  { from, to, isWanted }: { from: number; to: number; isWanted: (stage: string) => boolean },
): Release[] => {
  const runs = history.runs.filter(({ stage }) => isWanted(stage))
  const approved = runs.filter(isApproved).map((run): Release => ({ kind: 'approved', run }))
  const approvals = approvalsOf(history.runs)
  const others = stagesRun(runs).flatMap((stage) => releaseOfStage(history, approvals, stage) ?? [])
  return [...approved, ...others]
    .filter((release) => momentOf(release) >= from && momentOf(release) < to)
    .sort((a, b) => momentOf(a) - momentOf(b))
}

/** When an approval was given, or when an action began that needed one. Epoch milliseconds. */
export const momentOf = ({ kind, run }: Release): number => (kind === 'approved' ? run.updatedAt : run.startedAt)

const isApproved = ({ category, status }: Run): boolean => category === 'Approval' && status === 'Succeeded'

/** For each execution and approval action, when it was first approved. Epoch milliseconds. */
type Approvals = ReadonlyMap<string, number>

const approvalsOf = (runs: readonly Run[]): Approvals => {
  const first = new Map<string, number>()
  for (const run of runs.filter(isApproved)) {
    const key = approvalKey(run.executionId, run)
    first.set(key, Math.min(run.updatedAt, first.get(key) ?? Infinity))
  }
  return first
}

const approvalKey = (executionId: string, { stage, action }: { stage: string; action: string }): string =>
  JSON.stringify([executionId, stage, action])

/** For each execution and stage, the runs of its actions in the order of time. */
const stagesRun = (runs: readonly Run[]): Run[][] =>
  [...Map.groupBy(runs, ({ executionId, stage }) => `${executionId} ${stage}`).values()].map((some) =>
    some.toSorted((a, b) => a.startedAt - b.startedAt),
  )

/** The first action of a stage that ran without its approvals; null if each had them, or deploys nothing. */
const releaseOfStage = (history: PipelineHistory, approvals: Approvals, runs: readonly Run[]): Release | null => {
  for (const run of runs) {
    const because = lacking(
      history,
      run,
      (gate) => (approvals.get(approvalKey(run.executionId, gate)) ?? Infinity) <= run.startedAt,
    )
    if (because === null) continue
    const to = history.rollbacks.get(run.executionId)
    const wasApproved = (gate: Gate) => to !== undefined && approvals.has(approvalKey(to, gate))
    if (to !== undefined && lacking(history, run, wasApproved) === null) return { kind: 'rolled-back', run, to }
    return { kind: 'unapproved', run, because }
  }
  return null
}

/** An approval action of a pipeline. */
export interface Gate {
  stage: string
  action: string
}

/** What a run lacks. One with no approval action before it lacks something only if it deploys. */
const lacking = (
  { definitions }: PipelineHistory,
  run: Run,
  wasApproved: (gate: Gate) => boolean,
): Unapproved | null => {
  if (run.category === 'Approval') return null
  const gates = gatesBefore(definitions.get(run.version ?? 0), run)
  const deploys = run.category === 'Deploy'
  if (gates === null) return deploys ? { kind: 'unknown-version' } : null
  if (gates.length === 0) return deploys ? { kind: 'no-approval-action' } : null
  const skipped = gates.filter((gate) => !wasApproved(gate))
  if (skipped.length === 0) return null
  return { kind: 'skipped', gates: skipped }
}

/** The approval actions that come before the run in its pipeline; null if the definition or its stage is not known. */
const gatesBefore = (definition: Definition | undefined, run: Run): Gate[] | null => {
  const own = definition?.findIndex(({ stage }) => stage === run.stage) ?? -1
  if (!definition || own === -1) return null
  return definition.slice(0, own + 1).flatMap(({ stage, actions }, index) => {
    const before = index < own ? Infinity : (actions.find(({ action }) => action === run.action)?.runOrder ?? Infinity)
    return actions
      .filter(({ category, runOrder }) => category === 'Approval' && runOrder < before)
      .map(({ action }) => ({ stage, action }))
  })
}
