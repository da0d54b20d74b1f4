import { cutShort } from './action-run.ts'
import type { PipelineDeclaration } from './declaration.ts'
import { CodePipelineError } from './errors.ts'
import { currentVersion, isOpen, stageAt } from './model.ts'
import type { Execution, Pipeline, StageSlot } from './model.ts'
import type { Plant } from './plant.ts'
import { finish, leave } from './progress.ts'
import { checkStructure } from './structure.ts'

/** Registers a pipeline as version 1. Throws PipelineNameInUseException, or what {@link checkStructure} throws. */
export const createPipeline = (plant: Plant, declaration: PipelineDeclaration): Pipeline => {
  checkStructure(declaration)
  if (plant.pipelines.has(declaration.name))
    throw new CodePipelineError('PipelineNameInUseException', `A pipeline named ${declaration.name} already exists`)
  const now = plant.now()
  const pipeline: Pipeline = {
    name: declaration.name,
    versions: [{ ...declaration, version: 1 }],
    createdAt: now,
    updatedAt: now,
    slots: new Map(declaration.stages.map(({ name }) => [name, emptySlot()])),
    executions: new Map(),
    startTokens: new Map(),
  }
  plant.pipelines.set(pipeline.name, pipeline)
  return pipeline
}

/**
 * Gives a pipeline its next version. Executions that are under way end as Cancelled, their open approvals with them
 * (API Reference, "PipelineExecution": "The pipeline's definition was updated before the pipeline execution could be
 * completed"). Throws PipelineNotFoundException, or what {@link checkStructure} throws.
 */
export const updatePipeline = (plant: Plant, declaration: PipelineDeclaration): PipelineDeclaration => {
  const pipeline = plant.pipeline(declaration.name)
  checkStructure(declaration)
  for (const execution of pipeline.executions.values()) if (isOpen(execution)) cancel(plant, execution)
  const next = { ...declaration, version: currentVersion(pipeline).version + 1 }
  pipeline.versions.push(next)
  pipeline.updatedAt = plant.now()
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

const cancel = (plant: Plant, execution: Execution): void => {
  const { place } = execution
  if (!place) return
  const stage = stageAt(execution, place.index)
  if (place.at === 'inside') {
    for (const action of stage.current.values()) cutShort(plant, action, 'Cancelled')
    leave(plant, execution, stage, 'Cancelled')
  } else {
    const slot = plant.slot(execution.pipeline, stage.declaration.name)
    slot.waiting = slot.waiting.filter((waiting) => waiting !== execution)
    finish(plant, execution, 'Cancelled')
  }
}

/** Forgets a pipeline and ends its work without a word. Deleting what is not there is no error, as at AWS. */
export const deletePipeline = (plant: Plant, name: string): void => {
  const pipeline = plant.pipelines.get(name)
  if (!pipeline) return
  plant.pipelines.delete(name)
  for (const execution of pipeline.executions.values())
    for (const action of execution.stages.flatMap((stage) => stage.history)) {
      if (action.approval) plant.approvals.delete(action.approval.token)
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
