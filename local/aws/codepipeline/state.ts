import type { ActionOutcome } from '../action-runner.ts'
import { AwsError } from '../aws-error.ts'
import { createActionLogs } from './action-log.ts'
import { currentVersion } from './model.ts'
import type { ActionRecord, Execution, Pipeline, StageSlot } from './model.ts'
import type { CodePipelineSettings } from './settings.ts'

export type State = ReturnType<typeof createState>

/** Records an action's outcome, whenever it comes, and advances its stage. */
export type Settle = (state: State, action: ActionRecord, outcome: ActionOutcome) => void

/** The state that the engine's operations read and change, and the outbox for its events and notifications. */
export const createState = (settings: CodePipelineSettings) => {
  const pipelines = new Map<string, Pipeline>()
  const listeners = new Set<() => void>()
  const outbox: (() => void)[] = []
  let sequence = 0
  let delivering = false

  const changed = () => {
    for (const listener of listeners) listener()
  }
  const deliver = () => {
    delivering = true
    try {
      for (let next = outbox.shift(); next; next = outbox.shift()) next()
    } finally {
      delivering = false
    }
  }
  return {
    settings,
    pipelines,
    /** By token. */
    approvals: new Map<string, ActionRecord>(),
    logs: createActionLogs(),
    now: () => settings.clock.now(),
    newId: () => (settings.newId ? settings.newId() : settings.clock.newId()),
    nextSequence: () => ++sequence,
    /** Queues a delivery: it leaves once the change that caused it is complete. */
    send: (delivery: () => void): void => {
      outbox.push(delivery)
    },
    /**
     * Makes one change whole, then delivers its events, in order. A delivery that calls the engine again makes its own
     * change at once; the events of that change are delivered after those that were queued before.
     */
    change: <T>(make: () => T): T => {
      const made = make()
      changed()
      if (!delivering) deliver()
      return made
    },
    /** Calls the listeners. */
    changed,
    /** Calls `listener` after every change; returns a function that stops it. */
    onChange: (listener: () => void) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    /** Throws PipelineNotFoundException. */
    pipeline: (name: string): Pipeline => {
      const pipeline = pipelines.get(name)
      if (pipeline) return pipeline
      throw new AwsError(
        'PipelineNotFoundException',
        `Account '${settings.accountId}' does not have a pipeline with name '${name}'`,
      )
    },
    /** Throws PipelineExecutionNotFoundException, or the operation's own code for it. */
    execution: (pipeline: Pipeline, id: string, code = 'PipelineExecutionNotFoundException'): Execution => {
      const execution = pipeline.executions.get(id)
      if (execution) return execution
      throw new AwsError(code, `Pipeline ${pipeline.name} has no execution ${id}`)
    },
    /** The slot of a stage of the current version. Throws StageNotFoundException. */
    slot: (pipeline: Pipeline, stageName: string): StageSlot => {
      const slot = pipeline.slots.get(stageName)
      if (slot) return slot
      const version = currentVersion(pipeline).version
      const message = `Stage ${stageName} could not be found in pipeline ${pipeline.name} (version ${version})`
      throw new AwsError('StageNotFoundException', message)
    },
    pipelineArn: (name: string) => `arn:aws:codepipeline:${settings.region}:${settings.accountId}:${name}`,
  }
}
