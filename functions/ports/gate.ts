import type { Approval, Newer } from '../domain/approval.ts'
import type { ApprovalNotification } from '../domain/effect.ts'
import type { Outcome } from '../domain/outcome.ts'
import type { StageAction } from '../domain/pipeline.ts'
import type { Verdict } from '../domain/policy.ts'
import type { Change } from '../domain/revision.ts'
import type { Starter } from '../domain/starter.ts'

/** How AWS is asked about one kind of gate, and answered. */
export interface Gate {
  /** Asks AWS whether it waits for this approval: a notification proves nothing by itself. */
  findPending(notification: ApprovalNotification): Promise<PendingApproval>
  /** What would be deployed, who started it, and the newer execution that waits behind the approval. */
  describe(where: StageAction, pending: Pending): Promise<Description>
  /** The newer execution, as people name it. */
  describeNewer(where: StageAction, executionId: string | null): Promise<Newer | null>
  /** Asks AWS whether it still waits for the verdict of an approval that looks open. */
  compare(approval: Approval): Promise<Comparison>
  /** Asks AWS how the approval ended: null while it waits or does not say yet, `gone` where it knows the gate no more. */
  findEnding(approval: Approval): Promise<Ended | 'gone' | null>
  /** Sends the fixed verdict. */
  sendVerdict(approval: Approval, verdict: Verdict): Promise<VerdictOutcome>
  /** The page of the AWS console where a person sees what waits. It holds no token. */
  consoleUrl(where: StageAction): string
}

export interface Pending {
  kind: 'pending'
  executionId: string
  /** Epoch milliseconds, as far as the notification's time can be believed. */
  expiresAt: number
  newerExecutionId: string | null
}

export type PendingApproval =
  | Pending
  /** AWS knows the token and waits no longer, or knows no such gate. */
  | { kind: 'over'; because: string }
  | { kind: 'not-shown-yet'; because: string }

export interface Description {
  change: Change
  starter: Starter
  newer: Newer | null
}

/**
 * Reads an end that AWS told, for the approval as it is when the end is stored. Only then it is known whose verdict it
 * was: a person may have voted since AWS was asked.
 */
export type Ended = (current: Approval) => Outcome

export type Comparison =
  | { kind: 'pending'; newerExecutionId: string | null }
  | { kind: 'ended'; ended: Ended }
  /** AWS gave answers that do not fit together yet. */
  | { kind: 'unclear'; because: string }

/** What AWS answered to the verdict. */
export type VerdictOutcome =
  | { kind: 'recorded' }
  /** Another verdict came before, or the token has expired. */
  | { kind: 'too-late' }
  /** AWS knows the gate no more: its pipeline was edited or deleted. */
  | { kind: 'gone' }
  /** AWS did not allow it or did not take the request; it will not by itself. */
  | { kind: 'refused'; because: string }
