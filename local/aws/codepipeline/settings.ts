import type { Clock } from '../../../functions/clock.ts'
import type { ActionRunner } from '../action-runner.ts'
import type { ApprovalNotice } from './approval-notice.ts'
import type { CodePipelineEvent } from './codepipeline-event.ts'

export interface CodePipelineSettings {
  accountId: string
  region: string
  clock: Pick<Clock, 'now' | 'newId'>
  /** Calls `fire` once at that epoch millisecond; returns a function that cancels it. For approval timeouts. */
  timers: { at(epochMs: number, fire: () => void): () => void }
  /** Lowercase UUIDs; the clock's if left out. */
  newId?: () => string
  /** `Category/Provider` → what runs such an action. `Approval/Manual` is the engine's own. */
  runners: Record<string, ActionRunner>
  /** SNS: an approval waits. Called after the engine's state is settled; must not throw. */
  publishNotice(topicArn: string, message: ApprovalNotice): void
  /** EventBridge: something changed. Called in order, after the engine's state is settled; must not throw. */
  putEvent(event: CodePipelineEvent): void
  /**
   * Where artifact directories are made. Without it the engine does not use the disk, and runners get relative names.
   */
  workDirectory?: string
}
