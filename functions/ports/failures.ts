import type { FailureCause } from '../domain/failure-cause.ts'
import type { AccountRegion } from '../domain/pipeline.ts'
import type { ActionRun } from './pipelines.ts'

/** What a service is asked with. */
export type FailedRun = Pick<
  ActionRun,
  | 'action'
  | 'category'
  | 'configuration'
  | 'externalId'
  | 'logStreamArn'
  | 'provider'
  | 'region'
  | 'startedAt'
  | 'updatedAt'
>

/** The services that run a pipeline's actions, as far as they say why one failed. */
export interface Failures {
  /**
   * Why this run failed, in the words of the service and its log: secrets in them are not masked, and texts are not cut.
   * What cannot be read is an answer.
   *
   * @throws if the service does not answer.
   */
  read(where: AccountRegion, run: FailedRun): Promise<FailureCause>
}
