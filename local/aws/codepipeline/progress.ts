import { endAction, startAction } from './action-run.ts'
import { evaluate } from './conditions.ts'
import { pipelineEvent, stageEvent } from './events.ts'
import { stageAt } from './model.ts'
import type { Execution, Pipeline, StageRun, StageSlot } from './model.ts'
import type { Settle, State } from './state.ts'
import { automaticRollback } from './rollback-execution.ts'

/*
 * How executions advance (CodePipeline User Guide, "How pipeline executions work"): a stage holds one execution at a
 * time unless the mode is PARALLEL; later ones wait in front of it, in a queue (QUEUED) or replaced by a newer one
 * (SUPERSEDED). An approval keeps its stage locked. A stage that failed or was stopped is free again.
 */

/** Records an action's outcome and advances its stage. A late outcome of an action that was cut short is ignored. */
export const settle: Settle = (state, action, outcome) => {
  if (action.status !== 'InProgress') return
  endAction(state, action, outcome)
  proceed(state, action.execution)
}

/** Puts an execution in front of a stage, and into it if the stage is free. */
export const arrive = (state: State, execution: Execution, index: number): void => {
  const slot = slotOf(execution, index)
  execution.place = { at: 'before', index }
  slot.waiting.push(execution)
  if (execution.definition.executionMode === 'SUPERSEDED') supersede(state, slot)
  admit(state, execution.pipeline, stageAt(execution, index).declaration.name)
}

/** Of the executions in front of the stage only the newest stays. */
const supersede = (state: State, slot: StageSlot): void => {
  const newest = slot.waiting.reduce((one, other) => (one.sequence > other.sequence ? one : other))
  const older = slot.waiting.filter((execution) => execution !== newest)
  slot.waiting = [newest]
  for (const execution of older) finish(state, execution, 'Superseded')
}

/** Lets waiting executions into a stage, as far as the stage and its transition allow. */
export const admit = (state: State, pipeline: Pipeline, stageName: string): void => {
  const slot = state.slot(pipeline, stageName)
  while (slot.transition.enabled) {
    const next = slot.waiting[0]
    if (!next || (slot.inside.size > 0 && next.definition.executionMode !== 'PARALLEL')) return
    slot.waiting.shift()
    enter(state, next, slot)
  }
}

const enter = (state: State, execution: Execution, slot: StageSlot): void => {
  const index = execution.place?.index ?? 0
  const stage = stageAt(execution, index)
  execution.place = { at: 'inside', index }
  execution.updatedAt = stage.startedAt = state.now()
  slot.inside.add(execution)
  slot.latest = execution
  stage.status = 'InProgress'
  stageEvent(state, execution, stage, 'STARTED')
  begin(state, execution, stage)
}

/** Starts the stage's actions, if its entry condition lets them. */
const begin = (state: State, execution: Execution, stage: StageRun): void => {
  const entry = evaluate(state, execution, stage, 'beforeEntry')
  if (entry?.status !== 'Failed') return proceed(state, execution)
  leave(state, execution, stage, entry.result === 'SKIP' ? 'Skipped' : 'Failed')
}

/** Starts the actions that can start next in the execution's stage; if none is left, ends the stage. */
export const proceed = (state: State, execution: Execution): void => {
  if (execution.place?.at !== 'inside') return
  const { index } = execution.place
  const stage = stageAt(execution, index)
  const runs = [...stage.current.values()]
  if (runs.some(({ status }) => status === 'InProgress')) return
  if (execution.status === 'Stopping') return leave(state, execution, stage, 'Stopped')
  if (runs.some(({ status }) => status === 'Failed')) return leave(state, execution, stage, 'Failed')
  const left = stage.declaration.actions.filter(({ name }) => !stage.current.has(name))
  if (left.length === 0) return succeed(state, execution, stage)
  const runOrder = Math.min(...left.map((action) => action.runOrder))
  for (const action of left) if (action.runOrder === runOrder) startAction(state, execution, stage, action, settle)
}

const succeed = (state: State, execution: Execution, stage: StageRun): void => {
  const after = evaluate(state, execution, stage, 'onSuccess')
  leave(state, execution, stage, after?.status === 'Failed' ? 'Failed' : 'Succeeded')
}

const STATE = {
  Succeeded: 'SUCCEEDED',
  Failed: 'FAILED',
  Stopped: 'STOPPED',
  Cancelled: 'CANCELED',
  Superseded: 'SUPERSEDED',
} as const

/** Ends the execution's time in a stage and frees the stage for the next. */
export const leave = (
  state: State,
  execution: Execution,
  stage: StageRun,
  status: 'Succeeded' | 'Failed' | 'Stopped' | 'Cancelled' | 'Skipped',
): void => {
  const index = execution.stages.indexOf(stage)
  stage.status = status
  slotOf(execution, index).inside.delete(execution)
  // AWS documents no event of a skipped stage ("Stage-level state descriptions").
  if (status !== 'Skipped') stageEvent(state, execution, stage, STATE[status])
  if (status === 'Failed' && isRetriedAutomatically(stage)) {
    stage.autoRetries += 1
    return rerun(
      state,
      execution,
      index,
      stage.declaration.onFailure?.retryConfiguration?.retryMode ?? 'FAILED_ACTIONS',
    )
  }
  if ((status === 'Succeeded' || status === 'Skipped') && index < execution.finalIndex)
    arrive(state, execution, index + 1)
  else finish(state, execution, status === 'Skipped' ? 'Succeeded' : status)
  if (status === 'Failed') followWithRollback(state, execution, index)
  if (status !== 'Cancelled') admit(state, execution.pipeline, stage.declaration.name)
}

/** Once (CodePipeline User Guide, "Configure a stage for automatic retry on failure"). */
const isRetriedAutomatically = ({ declaration, autoRetries }: StageRun): boolean =>
  declaration.onFailure?.result === 'RETRY' && autoRetries === 0

/**
 * Runs a stage of the execution again, with new action executions, hence new approval tokens. What is in progress
 * continues beside the failed actions.
 */
export const rerun = (
  state: State,
  execution: Execution,
  index: number,
  retryMode: 'FAILED_ACTIONS' | 'ALL_ACTIONS',
): void => {
  const stage = stageAt(execution, index)
  const again = [...stage.current.values()].filter(
    ({ status }) => retryMode === 'ALL_ACTIONS' || !['Succeeded', 'InProgress'].includes(status),
  )
  for (const { declaration } of again) stage.current.delete(declaration.name)
  execution.attempt += 1
  execution.status = stage.status = 'InProgress'
  execution.place = { at: 'inside', index }
  execution.endedAt = execution.stop = null
  execution.updatedAt = stage.lastRetryAt = state.now()
  slotOf(execution, index).inside.add(execution)
  pipelineEvent(state, execution, 'RESUMED')
  stageEvent(state, execution, stage, 'RESUMED')
  const isAtWork = [...stage.current.values()].some(({ status }) => status === 'InProgress')
  if (isAtWork) for (const { declaration } of again) startAction(state, execution, stage, declaration, settle)
  // A condition that was overridden is not evaluated again.
  else if (stage.conditions.beforeEntry?.status === 'Failed') begin(state, execution, stage)
  else proceed(state, execution)
}

/** Ends a stage with success after all: the condition that failed it was overridden. */
export const leaveAgain = (state: State, execution: Execution, index: number): void => {
  const stage = stageAt(execution, index)
  execution.status = 'InProgress'
  execution.endedAt = null
  pipelineEvent(state, execution, 'RESUMED')
  stageEvent(state, execution, stage, 'RESUMED')
  leave(state, execution, stage, 'Succeeded')
}

/** A rollback goes ahead of waiting executions: it repairs what is live before any newer deployment. */
const followWithRollback = (state: State, failed: Execution, index: number): void => {
  const slot = slotOf(failed, index)
  const rollsBack = slot.transition.enabled && isRolledBack(state, failed, stageAt(failed, index))
  const rollback = rollsBack ? automaticRollback(state, failed, index) : null
  if (!rollback) return
  rollback.place = { at: 'before', index }
  slot.waiting.unshift(rollback)
}

const isRolledBack = (state: State, failed: Execution, stage: StageRun): boolean => {
  const { onSuccess } = stage.conditions
  if (onSuccess?.status === 'Failed' && onSuccess.result === 'ROLLBACK') return true
  const when = evaluate(state, failed, stage, 'onFailure')
  return when ? when.status === 'Succeeded' : stage.declaration.onFailure?.result === 'ROLLBACK'
}

/** Ends the execution. */
export const finish = (state: State, execution: Execution, status: keyof typeof STATE): void => {
  execution.status = status
  execution.place = null
  execution.updatedAt = execution.endedAt = state.now()
  pipelineEvent(state, execution, STATE[status])
}

const slotOf = (execution: Execution, index: number): StageSlot => {
  const slot = execution.pipeline.slots.get(stageAt(execution, index).declaration.name)
  if (!slot) throw new Error(`Pipeline ${execution.pipeline.name} has no slot for stage ${index}`)
  return slot
}
