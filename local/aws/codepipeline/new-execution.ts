import { currentVersion } from './model.ts'
import type { Execution, Pipeline, Trigger } from './model.ts'
import type { State } from './state.ts'

/** Registers an execution of the current version that has not moved yet. */
export const newExecution = (
  state: State,
  pipeline: Pipeline,
  trigger: Trigger,
  differing: Partial<Execution>,
): Execution => {
  const definition = currentVersion(pipeline)
  const now = state.now()
  const execution: Execution = {
    id: state.newId(),
    sequence: state.nextSequence(),
    pipeline,
    definition,
    type: 'STANDARD',
    rollbackTargetId: null,
    status: 'InProgress',
    startedAt: now,
    updatedAt: now,
    endedAt: null,
    trigger,
    attempt: 1,
    variables: {},
    sourceRevisions: new Map(),
    outputs: new Map(),
    artifacts: new Map(),
    revisions: [],
    stages: definition.stages.map((declaration) => ({
      declaration,
      status: 'NotStarted',
      startedAt: null,
      lastRetryAt: null,
      manualRetries: 0,
      autoRetries: 0,
      conditions: {},
      rules: [],
      current: new Map(),
      history: [],
    })),
    place: null,
    finalIndex: definition.stages.length - 1,
    stop: null,
    ...differing,
  }
  pipeline.executions.set(execution.id, execution)
  return execution
}
