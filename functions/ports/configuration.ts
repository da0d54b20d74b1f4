import type { Pipeline, StageAction } from '../domain/pipeline.ts'
import type { Repository } from '../domain/revision.ts'
import type { Route } from '../domain/route.ts'

export interface Configuration {
  /** The first route that matches, or null: then nobody may approve in Slack. */
  routeFor(where: StageAction): Route | null
  /** Where people are asked, or at least told that nobody may approve; null when they are to hear nothing. */
  approvalsChannelFor(where: StageAction): string | null
  statusChannelFor(pipeline: Pipeline): string | null
  /**
   * Whom the configuration's `people` map says an e-mail address, an author's name or an AWS identity stands for: a
   * Slack user ID, or `nobody` for a machine. Null where it says nothing.
   */
  personFor(identity: string): string | null
  /** How long approvals and their records are kept. Milliseconds. */
  retention: number
  /** A name for the account, or its ID. */
  accountName(accountId: string): string
  /** A person's way to the pipeline in the AWS console. */
  consoleUrl(pipeline: Pipeline): string
  /** Pages of a repository the source action names, where the configuration knows better than its provider's default. */
  repositoryFor: (fullName: string) => Repository | null
}
