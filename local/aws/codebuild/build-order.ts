import type { ActionOutcome, ActionRun } from '../action-runner.ts'

/** A build to run. */
export interface BuildOrder extends Pick<
  ActionRun,
  | 'accountId'
  | 'region'
  | 'actionName'
  | 'actionExecutionId'
  | 'category'
  | 'configuration'
  | 'outputArtifacts'
  | 'log'
  | 'signal'
> {
  /** Who starts it ("Build", CodeBuild API reference). */
  initiator: string
  /** The version that StartBuild was given. */
  sourceVersion: string | null
  /** The last part of its ID, and the name of its log's stream. */
  streamName: string
  /** Resolves to the directory of the source, read only. Rejects with a sentence. */
  source: () => Promise<string>
}

/** Runs a build to its end. The build has begun when it returns its promise. */
export type BuildRunner = (order: BuildOrder) => Promise<ActionOutcome>
