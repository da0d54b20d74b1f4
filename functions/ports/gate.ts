import type { Approval, ApprovalRequest, Newer } from '../domain/approval.ts'
import type { BehindApproval, ChangeSetEvidence } from '../domain/change-set.ts'
import type { ApprovalNotification, StartedAction } from '../domain/effect.ts'
import type { HeldStage } from '../domain/held-stage.ts'
import type { Outcome } from '../domain/outcome.ts'
import type { StageAction } from '../domain/pipeline.ts'
import type { Verdict } from '../domain/policy.ts'
import type { Change } from '../domain/revision.ts'
import type { Starter } from '../domain/starter.ts'
import type { TestEvidence } from '../domain/test-evidence.ts'

/** How to read one kind of gate from AWS, and to send it the verdict. */
export interface Gate {
  /** The notification that AWS would send of an action that an event named, or why there is none. */
  findStarted(started: StartedAction): Promise<FoundApproval>
  /**
   * Whether AWS waits for this approval: a notification alone proves nothing. `executionId`: the execution that is
   * thought to wait, where AWS is asked first; the answer names the one that does.
   */
  findPending(notification: ApprovalNotification, executionId?: string): Promise<PendingApproval>
  /** What would be deployed, who started it, what the gate's author wrote, and the newer execution that waits behind the approval. */
  describe(where: StageAction, pending: Pending, asked?: AskedEvidence): Promise<Description>
  /** What would go on behind the approval, and the change sets that wait there, read now. */
  behind(where: StageAction, executionId: string): Promise<BehindApproval>
  /** Whether it was rejected, or expired, before its stage was retried; null if AWS does not say. */
  wasRefused(where: StageAction, executionId: string): Promise<boolean | null>
  /** The newer execution, named by what it would change against the approval's. */
  describeNewer(where: StageAction, executionId: string | null, asked: Change): Promise<Newer | null>
  /** Whether AWS still waits for the verdict of an approval that looks open. */
  compare(approval: Approval): Promise<GateState>
  /**
   * How the approval ended, from AWS: null while it waits or its end is not known yet, `gone` if AWS no longer has the
   * gate.
   */
  findEnding(approval: Approval): Promise<Ended | 'gone' | null>
  /** Sends the fixed verdict. */
  sendVerdict(approval: Approval, verdict: Verdict): Promise<VerdictOutcome>
  /** The page of the AWS console where a person sees what waits. It holds no token. */
  consoleUrl(where: StageAction): string
}

/** Whether to read, for a message, the test results of the execution, its change sets, and who approved what is live: the policy needs none of them. */
export interface AskedEvidence {
  withEvidence?: boolean
}

export interface Pending {
  kind: 'pending'
  executionId: string
  /** Epoch milliseconds, as far as the notification's time is plausible. */
  expiresAt: number
  /** Since when it waits, by AWS. Epoch milliseconds; null if AWS does not say. */
  since: number | null
  newerExecutionId: string | null
}

export type FoundApproval = { kind: 'found'; notification: ApprovalNotification } | Exclude<PendingApproval, Pending>

export type PendingApproval =
  | Pending
  /** AWS has the token and no longer waits, or has no such gate. */
  | { kind: 'over'; because: string }
  | { kind: 'not-shown-yet'; because: string }

export interface Description {
  /** What the gate's author wrote; null if AWS does not list the action yet. */
  request: ApprovalRequest | null
  change: Change
  starter: Starter
  newer: Newer | null
  /** The next stage behind the approval, if it takes no executions in; null or missing if it does. */
  held?: HeldStage | null
  /** The execution’s test results; null if this kind of gate has none. */
  tests: TestEvidence | null
  /** The change sets that wait behind the approval; null if they were not asked for. */
  changeSets: readonly ChangeSetEvidence[] | null
  /** Other approvals of the same stage, as far as they are known. */
  otherApprovals: readonly string[]
  /** The stage has actions whose kind is not known yet. */
  mayAskMore: boolean
}

/**
 * Turns an end from AWS into an outcome, for the approval as it is when the end is stored. Only then is it known whose
 * verdict it was: a person may have voted since AWS answered.
 */
export type Ended = (current: Approval) => Outcome

export type GateState =
  /** `anew`: what would be deployed, if the description may be outdated by now. */
  | {
      kind: 'pending'
      newerExecutionId: string | null
      held?: HeldStage | null
      anew: Pick<Description, 'change' | 'otherApprovals'> | null
    }
  | { kind: 'ended'; ended: Ended }
  /** Answers of AWS contradict each other; a later look may tell. */
  | { kind: 'unclear'; because: string }

/** AWS's answer to the verdict. */
export type VerdictOutcome =
  /** `requestId`: as CloudTrail has it. */
  | { kind: 'recorded'; requestId?: string }
  /** Another verdict came before, or the token has expired. */
  | { kind: 'too-late' }
  /** AWS no longer has the gate: its pipeline was edited or deleted. */
  | { kind: 'gone' }
  /** AWS refused the request, and will refuse it again. */
  | { kind: 'refused'; because: string }
