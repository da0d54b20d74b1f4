import { partitionOf } from './partition.ts'
import type { ExecutionKey } from './pipeline.ts'

/**
 * A build of CodeBuild or a deployment of CodeDeploy outside a pipeline. It is kept as an execution of one action: in its
 * key, `pipeline` is the project or the application, and `executionId` the ID of the build or the deployment. CodePipeline
 * gives no execution such an ID.
 */
export interface OutsideWork {
  service: OutsideService
  /** The deployment group; null for a build. */
  group: string | null
  /** What is built or deployed, as the service names it: a commit, or an object of Amazon S3; null if it is not told. */
  version: string | null
  /** A pipeline created it, so that the pipeline's execution shows it, and this record is never shown. */
  isOfPipeline?: true
}

export type OutsideService = 'CodeBuild' | 'CodeDeploy'

/** Its page in the AWS console. */
export const outsidePage = ({ accountId, region, pipeline, executionId }: ExecutionKey, { service }: OutsideWork) => {
  const suite = `https://${partitionOf(region).consoleHost}/codesuite`
  const [name, id] = [pipeline, executionId].map((one) => encodeURIComponent(one.toWellFormed()))
  return service === 'CodeBuild'
    ? `${suite}/codebuild/${accountId}/projects/${name}/build/${id}/?region=${region}`
    : `${suite}/codedeploy/deployments/${id}?region=${region}`
}
