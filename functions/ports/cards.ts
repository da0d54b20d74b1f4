import type { Approval } from '../domain/approval.ts'
import type { Refusal } from '../domain/refusal.ts'
import type { Execution } from '../domain/execution.ts'
import type { Notice } from '../domain/notice.ts'
import type { Route } from '../domain/route.ts'
import type { Place } from '../domain/showing.ts'

/** Why a click did not count, for the one who clicked. */
export interface RefusalCard {
  kind: 'refusal'
  refusal: Refusal
  approval: Approval
  route: Route | null
}

export type Card = ApprovalCard | ExecutionCard | NoticeCard

/** Something said once, in the thread of an approval or in the channel it was escalated to. */
export interface NoticeCard {
  kind: 'notice'
  notice: Notice
  approval: Approval
  route: Route | null
  /** Slack user IDs to ping; empty in quiet hours. */
  mention: readonly string[]
}

export interface ApprovalCard {
  kind: 'approval'
  approval: Approval
  /** Null when no route matches any more: then nobody may approve in Slack. */
  route: Route | null
  accountName: string
  /** Where in AWS a person sees the pipeline. The notification's own link holds the token, so it is not shown. */
  consoleUrl: string
}

export interface ExecutionCard {
  kind: 'execution'
  execution: Execution
  accountName: string
  consoleUrl: string
  /** Approvals of this execution, to link back to, by `Stage/Action`. */
  approvalPlaces: Record<string, Place>
}
