import { endAction, startAction } from './action-run.ts'
import type { Settle } from './action-run.ts'
import { pipelineEvent, stageEvent } from './events.ts'
import { stageAt } from './model.ts'
import type { Execution, Pipeline, StageRun, StageSlot } from './model.ts'
import type { Plant } from './plant.ts'
import { automaticRollback } from './rollback-execution.ts'

/*
 * How executions move (CodePipeline User Guide, "How pipeline executions work"): a stage holds one execution at a time
 * unless the mode is PARALLEL; what arrives meanwhile waits in front of it, in a queue (QUEUED) or replaced by what is
 * newer (SUPERSEDED). An approval keeps its stage locked. A stage that failed or was stopped is free again.
 */

/** Records an action's outcome and moves its stage on. A late outcome of an action that was cut short is ignored. */
export const settle: Settle = (plant, action, outcome) => {
  if (action.status !== 'InProgress') return
  endAction(plant, action, outcome)
  proceed(plant, action.execution)
}

/** Brings an execution in front of a stage, and in when the stage takes it. */
export const arrive = (plant: Plant, execution: Execution, index: number): void => {
  const slot = slotOf(execution, index)
  execution.place = { at: 'before', index }
  slot.waiting.push(execution)
  if (execution.definition.executionMode === 'SUPERSEDED') supersede(plant, slot)
  admit(plant, execution.pipeline, stageAt(execution, index).declaration.name)
}

/** Of those in front of the stage only the newest stays. */
const supersede = (plant: Plant, slot: StageSlot): void => {
  const newest = slot.waiting.reduce((one, other) => (one.sequence > other.sequence ? one : other))
  const older = slot.waiting.filter((execution) => execution !== newest)
  slot.waiting = [newest]
  for (const execution of older) finish(plant, execution, 'Superseded')
}

/** Lets in whoever waits in front of a stage, as far as the stage and its transition allow. */
export const admit = (plant: Plant, pipeline: Pipeline, stageName: string): void => {
  const slot = plant.slot(pipeline, stageName)
  while (slot.transition.enabled) {
    const next = slot.waiting[0]
    if (!next || (slot.inside.size > 0 && next.definition.executionMode !== 'PARALLEL')) return
    slot.waiting.shift()
    enter(plant, next, slot)
  }
}

const enter = (plant: Plant, execution: Execution, slot: StageSlot): void => {
  const index = execution.place?.index ?? 0
  const stage = stageAt(execution, index)
  execution.place = { at: 'inside', index }
  execution.updatedAt = stage.startedAt = plant.now()
  slot.inside.add(execution)
  slot.latest = execution
  stage.status = 'InProgress'
  stageEvent(plant, execution, stage, 'STARTED')
  proceed(plant, execution)
}

/** Starts what can start next in the execution's stage; when nothing is left, ends the stage. */
export const proceed = (plant: Plant, execution: Execution): void => {
  if (execution.place?.at !== 'inside') return
  const { index } = execution.place
  const stage = stageAt(execution, index)
  const runs = [...stage.current.values()]
  if (runs.some(({ status }) => status === 'InProgress')) return
  if (execution.status === 'Stopping') return leave(plant, execution, stage, 'Stopped')
  if (runs.some(({ status }) => status === 'Failed')) return leave(plant, execution, stage, 'Failed')
  const left = stage.declaration.actions.filter(({ name }) => !stage.current.has(name))
  if (left.length === 0) return leave(plant, execution, stage, 'Succeeded')
  const runOrder = Math.min(...left.map((action) => action.runOrder))
  for (const action of left) if (action.runOrder === runOrder) startAction(plant, execution, stage, action, settle)
}

const STATE = {
  Succeeded: 'SUCCEEDED',
  Failed: 'FAILED',
  Stopped: 'STOPPED',
  Cancelled: 'CANCELED',
  Superseded: 'SUPERSEDED',
} as const

/** Ends the execution's stay in a stage and frees the stage for the next. */
export const leave = (
  plant: Plant,
  execution: Execution,
  stage: StageRun,
  status: 'Succeeded' | 'Failed' | 'Stopped' | 'Cancelled',
): void => {
  const index = execution.stages.indexOf(stage)
  stage.status = status
  slotOf(execution, index).inside.delete(execution)
  stageEvent(plant, execution, stage, STATE[status])
  if (status === 'Succeeded' && index < execution.finalIndex) arrive(plant, execution, index + 1)
  else finish(plant, execution, status)
  if (status === 'Failed') followWithRollback(plant, execution, index)
  if (status !== 'Cancelled') admit(plant, execution.pipeline, stage.declaration.name)
}

/** Ahead of whoever waits: what is live is put right before anything newer. */
const followWithRollback = (plant: Plant, failed: Execution, index: number): void => {
  const slot = slotOf(failed, index)
  const rollback = slot.transition.enabled ? automaticRollback(plant, failed, index) : null
  if (!rollback) return
  rollback.place = { at: 'before', index }
  slot.waiting.unshift(rollback)
}

/** Ends the execution. */
export const finish = (plant: Plant, execution: Execution, status: keyof typeof STATE): void => {
  execution.status = status
  execution.place = null
  execution.updatedAt = execution.endedAt = plant.now()
  pipelineEvent(plant, execution, STATE[status])
}

const slotOf = (execution: Execution, index: number): StageSlot => {
  const slot = execution.pipeline.slots.get(stageAt(execution, index).declaration.name)
  if (!slot) throw new Error(`Pipeline ${execution.pipeline.name} has no slot for stage ${index}`)
  return slot
}
