import type { Clock } from '../../../functions/clock.ts'
import { ActionLogs } from './action-log.ts'
import type { CodePipelineEvent } from './events.ts'
import type { ApprovalNotice } from './approval-notice.ts'
import { CodePipelineError } from './errors.ts'
import { currentVersion } from './model.ts'
import type { ActionRecord, Execution, Pipeline, StageSlot } from './model.ts'
import type { ActionRunner } from './runner.ts'

export interface CodePipelineSettings {
  accountId: string
  region: string
  clock: Pick<Clock, 'now' | 'newId'>
  /** Calls `fire` once at that epoch millisecond; returns what cancels it. For approval timeouts. */
  timers: { at(epochMs: number, fire: () => void): () => void }
  /** Lowercase UUIDs; the clock's when left out. */
  newId?: () => string
  /** `Category/Provider` → what runs such an action. `Approval/Manual` is the engine's own. */
  runners: Record<string, ActionRunner>
  /** SNS: an approval waits. Called after the engine's state is settled; must not throw. */
  publishNotice(topicArn: string, message: ApprovalNotice): void
  /** EventBridge: something changed. Called in order, after the engine's state is settled; must not throw. */
  putEvent(event: CodePipelineEvent): void
  /** Where artifact directories are made. Without it nothing touches the disk and runners get relative names. */
  workDirectory?: string
}

/** Everything the parts of the engine share. */
export class Plant {
  readonly settings: CodePipelineSettings
  readonly pipelines = new Map<string, Pipeline>()
  readonly approvals = new Map<string, ActionRecord>()
  readonly logs = new ActionLogs()
  readonly #listeners = new Set<() => void>()
  readonly #outbox: (() => void)[] = []
  #sequence = 0
  #delivering = false

  constructor(settings: CodePipelineSettings) {
    this.settings = settings
  }

  now(): number {
    return this.settings.clock.now()
  }

  newId(): string {
    return this.settings.newId ? this.settings.newId() : this.settings.clock.newId()
  }

  nextSequence(): number {
    return ++this.#sequence
  }

  /** Queues a delivery: it leaves once the change that caused it is complete. */
  send(delivery: () => void): void {
    this.#outbox.push(delivery)
  }

  /**
   * Makes one change whole, then delivers what it caused, in order. A delivery that calls the engine again makes its
   * own change at once; what that causes is delivered after what was queued before.
   */
  change<T>(make: () => T): T {
    const made = make()
    this.changed()
    if (!this.#delivering) this.#deliver()
    return made
  }

  /** Tells the listeners. */
  changed(): void {
    for (const listener of this.#listeners) listener()
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #deliver(): void {
    this.#delivering = true
    try {
      for (let next = this.#outbox.shift(); next; next = this.#outbox.shift()) next()
    } finally {
      this.#delivering = false
    }
  }

  /** Throws PipelineNotFoundException. */
  pipeline(name: string): Pipeline {
    const pipeline = this.pipelines.get(name)
    if (pipeline) return pipeline
    const { accountId } = this.settings
    throw new CodePipelineError(
      'PipelineNotFoundException',
      `Account '${accountId}' does not have a pipeline with name '${name}'`,
    )
  }

  /** Throws PipelineExecutionNotFoundException, or the code that the operation has for it. */
  execution(pipeline: Pipeline, id: string, code = 'PipelineExecutionNotFoundException'): Execution {
    const execution = pipeline.executions.get(id)
    if (execution) return execution
    throw new CodePipelineError(code, `Pipeline ${pipeline.name} has no execution ${id}`)
  }

  /** The slot of a stage of the current version. Throws StageNotFoundException. */
  slot(pipeline: Pipeline, stageName: string): StageSlot {
    const slot = pipeline.slots.get(stageName)
    if (slot) return slot
    const version = currentVersion(pipeline).version
    const message = `Stage ${stageName} could not be found in pipeline ${pipeline.name} (version ${version})`
    throw new CodePipelineError('StageNotFoundException', message)
  }

  pipelineArn(name: string): string {
    const { accountId, region } = this.settings
    return `arn:aws:codepipeline:${region}:${accountId}:${name}`
  }
}
