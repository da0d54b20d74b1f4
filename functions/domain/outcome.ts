import type { FailureCause } from './failure-cause.ts'
import type { PastPolicy, Verdict } from './policy.ts'

/** How an approval ended. */
export type Outcome =
  | { how: 'slack'; verdict: Verdict }
  /** Approved or rejected outside Greenlight. `by` and `summary` as far as AWS has them. */
  | {
      how: 'console'
      verdict: Verdict
      by: string | null
      summary: string | null
      /** Their Slack user ID, where they are known. */
      userId?: string
      /** Why the policy would not have let them approve; missing where it would have. */
      past?: PastPolicy
    }
  | { how: 'expired' }
  /** `inSlack`: with Greenlight; missing if in AWS. */
  | { how: 'stopped'; by: string | null; reason: string | null; inSlack?: true }
  | {
      how: 'pipeline-edited'
      /** Deleted, or created again under its name. */
      isDeleted?: true
    }
  /**
   * CodePipeline gave an end, `status`, that did not exist when this was written. The status is empty if CodePipeline does not
   * say how it ended, or the bot may not ask it any more.
   */
  | { how: 'unknown'; status: string; isOutOfReach?: true }

/** What became of the execution after its approval. `at`: epoch milliseconds. */
export type Deployment =
  | {
      name: 'running'
      /** Other approval actions of the stage that the execution waits for before it deploys. */
      waitsFor?: readonly string[]
    }
  | {
      name: 'live' | 'failed' | 'stopped'
      at: number
      summary: string | null
      /** A later approval action that was not approved: the deployment itself did not fail. */
      rejectedIn?: string
      /** The action that failed, or the stage that a rule of its condition failed; missing until it is known. */
      failedIn?: string
      /** Why it failed, as the service says that ran the action; missing if it does not, and until it is read. */
      cause?: FailureCause
      /** The service has not been asked yet: the notice waits for its answer, for a while. */
      awaitsCause?: true
      /** A newer execution took its place. */
      isSuperseded?: true
      /** When the execution's last stage began: a retry begins one later. Missing in what earlier versions stored. */
      startedAt?: number
      /**
       * Whom this approval's thread tells of the end: only its approvers if an approval beside it tells the others, and
       * no one if an approval of a later stage does. Missing if it tells all.
       */
      told?: 'approvers' | 'elsewhere'
    }

/** The execution may pass the stage. */
export const passed = (outcome: Outcome): boolean => 'verdict' in outcome && outcome.verdict === 'Approved'
