import type { ActionRunner } from '../aws/action-runner.ts'
import type { PipelineDeclaration } from '../aws/codepipeline/codepipeline.ts'
import type { WorkspaceClock } from '../clock.ts'
import type { ShownDelivery } from '../web/account.ts'
import type { Aws } from './open-aws.ts'

/** The parts of one of the workspace's pipelines: the source of its changes, and the runners of its actions. */
export interface Delivery extends Pick<ShownDelivery, 'notRun' | 'application' | 'source' | 'outside'> {
  pipeline: PipelineDeclaration
  /** `Category/Provider` → what runs it. */
  runners: Record<string, ActionRunner>
  /** Makes a commit on the pipeline's branch. */
  push: ShownDelivery['push']
  /** Stops everything that was deployed. */
  close(): Promise<void>
}

export interface DeliverySettings {
  clock: WorkspaceClock
  /** The workspace's address. */
  url: string
  aws: Pick<Aws, 'builds' | 'cloudFormation' | 'codeDeploy' | 'lambda' | 'logs'>
  /** An empty directory, removed when the workspace closes. */
  directory: string
  /** Called when the application or the repository has changed. */
  changed: () => void
  /** Called with failures, a line each. */
  report: (line: string) => void
}
