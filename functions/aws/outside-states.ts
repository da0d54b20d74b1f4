import type { Progress } from '../domain/execution.ts'
import type { Starter } from '../domain/starter.ts'
import { ownEntry } from '../own-entry.ts'

/** `buildStatus` ("Build", CodeBuild API reference). A status that the bot does not know changes nothing. */
export const PROGRESS_OF_BUILD: Record<string, Progress> = {
  IN_PROGRESS: 'running',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  FAULT: 'failed',
  TIMED_OUT: 'failed',
  STOPPED: 'stopped',
}

/** `initiator` of a build that CodePipeline started: `codepipeline/` and the pipeline ("Build", CodeBuild API reference). */
export const isByPipeline = (initiator: string | null): boolean => initiator?.startsWith('codepipeline/') ?? false

/** By its `initiator`: the name of a user, or of what else started it. */
export const startedBuild = (initiator: string): Starter => ({
  kind: 'person',
  name: initiator.slice(0, 200),
  arn: null,
})

/** `status` ("DeploymentInfo", CodeDeploy API reference). */
export const PROGRESS_OF_DEPLOYMENT: Record<string, Progress> = {
  Created: 'running',
  Queued: 'running',
  InProgress: 'running',
  Baking: 'running',
  Ready: 'running',
  Succeeded: 'succeeded',
  Failed: 'failed',
  Stopped: 'stopped',
}

/**
 * By its `creator` ("DeploymentInfo", CodeDeploy API reference). A `user` is whatever calls CreateDeployment: CodeDeploy
 * does not name it, and has no word for CodePipeline.
 */
export const startedDeployment = (creator: string | null): Starter => ({
  ...(ownEntry(CREATORS, creator ?? '') ?? { kind: 'unknown', name: null }),
  arn: null,
})

const CREATORS: Record<string, Pick<Starter, 'kind' | 'name'>> = {
  autoscaling: { kind: 'person', name: 'Auto Scaling' },
  autoscalingTermination: { kind: 'person', name: 'Auto Scaling' },
  CodeDeploy: { kind: 'person', name: 'CodeDeploy' },
  CodeDeployAutoUpdate: { kind: 'person', name: 'CodeDeploy' },
  codeDeployRollback: { kind: 'automatic-rollback', name: 'CodeDeploy' },
  CloudFormation: { kind: 'person', name: 'CloudFormation' },
  CloudFormationRollback: { kind: 'automatic-rollback', name: 'CloudFormation' },
}
