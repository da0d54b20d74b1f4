import type { Hono } from 'hono'
import type { WorkspaceClock } from '../clock.ts'
import type { PipelineDeclaration } from '../aws/codepipeline/declaration.ts'
import type { ActionRunner } from '../aws/codepipeline/runner.ts'
import type { LambdaDeployment } from '../aws/codedeploy/deploy-to-lambda.ts'
import type { Trouble } from '../slack/interactions.ts'
import type { Person, PushRequest, Snapshot } from '../page/contract.ts'

/** What the workspace's pipeline is made of: where its changes come from, and what runs its actions. */
export interface Delivery {
  pipeline: PipelineDeclaration
  /** `Category/Provider` → what runs it. */
  runners: Record<string, ActionRunner>
  /** What cannot run for real on this machine, and why. */
  notRun: Snapshot['notRun']
  /** Makes a commit on the pipeline's branch. */
  push(person: Person, kind: PushRequest['kind'], message: string | undefined): Promise<Trouble>
  application(): Snapshot['application']
  /** What hooks of its deployments ask CodeDeploy and Lambda, where it shifts traffic. */
  shifting?: LambdaDeployment['shifting']
  /** The pages of the repository, served under `/git`. */
  pages: Hono
  /** Stops everything that was deployed. */
  close(): Promise<void>
}

export interface DeliverySettings {
  clock: WorkspaceClock
  /** The workspace's address. */
  url: string
  /** An empty directory, removed when the workspace closes. */
  directory: string
  /** To be called when the application or the repository has changed. */
  changed: () => void
  /** Told of failures, a line each. */
  report: (line: string) => void
}
