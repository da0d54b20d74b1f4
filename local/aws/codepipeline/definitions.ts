import { cutShort } from './action-run.ts'
import type { PipelineDeclaration } from './declaration.ts'
import { AwsError } from '../aws-error.ts'
import { currentVersion, isOpen, stageAt } from './model.ts'
import type { Execution, Pipeline, StageSlot } from './model.ts'
import type { State } from './state.ts'
import { finish, leave } from './progress.ts'
import { checkStructure } from './check-structure.ts'

/** Registers a pipeline as version 1. Throws PipelineNameInUseException, or what {@link checkStructure} throws. */
export const createPipeline = (state: State, declaration: PipelineDeclaration): Pipeline => {
  checkStructure(declaration)
  if (state.pipelines.has(declaration.name))
    throw new AwsError('PipelineNameInUseException', `A pipeline named ${declaration.name} already exists`)
  const now = state.now()
  const pipeline: Pipeline = {
    name: declaration.name,
    versions: [{ ...declaration, version: 1 }],
    createdAt: now,
    updatedAt: now,
    slots: new Map(declaration.stages.map(({ name }) => [name, emptySlot()])),
    executions: new Map(),
    startTokens: new Map(),
  }
  state.pipelines.set(pipeline.name, pipeline)
  return pipeline
}

/**
 * Gives a pipeline its next version. Running executions end as Cancelled, with their open approvals (API Reference,
 * "PipelineExecution": "The pipeline's definition was updated before the pipeline execution could be completed").
 * Throws PipelineNotFoundException, or what {@link checkStructure} throws.
 */
export const updatePipeline = (state: State, declaration: PipelineDeclaration): PipelineDeclaration => {
  const pipeline = state.pipeline(declaration.name)
  checkStructure(declaration)
  for (const execution of pipeline.executions.values()) if (isOpen(execution)) cancel(state, execution)
  const next = { ...declaration, version: currentVersion(pipeline).version + 1 }
  pipeline.versions.push(next)
  pipeline.updatedAt = state.now()
  pipeline.slots = new Map(
    next.stages.map(({ name, actions }) => {
      const slot = pipeline.slots.get(name) ?? emptySlot()
      for (const known of slot.latestActions.keys())
        if (!actions.some((action) => action.name === known)) slot.latestActions.delete(known)
      return [name, slot]
    }),
  )
  return next
}

const cancel = (state: State, execution: Execution): void => {
  const { place } = execution
  if (!place) return
  const stage = stageAt(execution, place.index)
  if (place.at === 'inside') {
    for (const action of stage.current.values()) cutShort(state, action, 'Cancelled')
    leave(state, execution, stage, 'Cancelled')
  } else {
    const slot = state.slot(execution.pipeline, stage.declaration.name)
    slot.waiting = slot.waiting.filter((waiting) => waiting !== execution)
    finish(state, execution, 'Cancelled')
  }
}

/** Removes a pipeline and ends its work without an event. Deleting a missing pipeline is no error, as at AWS. */
export const deletePipeline = (state: State, name: string): void => {
  const pipeline = state.pipelines.get(name)
  if (!pipeline) return
  state.pipelines.delete(name)
  for (const execution of pipeline.executions.values())
    for (const action of execution.stages.flatMap((stage) => stage.history)) {
      if (action.approval) state.approvals.delete(action.approval.token)
      if (action.status !== 'InProgress') continue
      action.status = 'Cancelled'
      action.approval?.cancelTimer()
      action.abort.abort()
    }
}

const emptySlot = (): StageSlot => ({
  inside: new Set(),
  waiting: [],
  transition: { enabled: true },
  latest: null,
  latestActions: new Map(),
})
