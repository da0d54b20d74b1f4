import type { Approval, Tombstone } from '../domain/approval.ts'
import type { Refusal } from '../domain/attempt.ts'
import type { Due } from '../domain/effect.ts'
import type { Execution } from '../domain/execution.ts'
import type { ExecutionKey, Pipeline, StageAction } from '../domain/pipeline.ts'
import type { Entry } from '../domain/journal.ts'
import type { Notice } from '../domain/notice.ts'
import type { Person } from '../domain/person.ts'
import type { Verdict } from '../domain/policy.ts'
import type { Repository } from '../domain/revision.ts'
import type { Place } from '../domain/showing.ts'
import type { Window } from '../domain/window.ts'
import type { Clock } from '../clock.ts'

/** Everything that flows reach the world through. `aws/`, `slack/` and `config/` implement it. */
export interface Services {
  clock: Clock
  approvals: Records<Approval | Tombstone, string>
  executions: Records<Execution, ExecutionKey>
  attention: Attention
  pipelines: Pipelines
  slack: Slack
  directory: Directory
  queue: Queue
  entries: Entries
  announcements: Announcements
  configuration: Configuration
  log: Log
}

/**
 * Records that change one conditional write at a time.
 *
 * `change` reads the record, applies the pure step and writes the result only if nobody wrote in between; otherwise it
 * starts over with what is there now. A step that returns the very same record writes nothing.
 */
export interface Records<T, Id> {
  read(id: Id): Promise<T | null>
  /** True when it was stored, false when one of that id is there already. */
  create(record: T): Promise<boolean>
  /** Null when there is no such record and no `fresh` one to start from. */
  change<R>(id: Id, step: (record: T) => [T, R], fresh?: () => T): Promise<R | null>
}

/** Which records need a look, and which approvals are open in a pipeline (both eventually consistent). */
export interface Attention {
  due(now: number): Promise<DueRecord[]>
  openApprovals(pipeline: Pipeline): Promise<string[]>
}

export type DueRecord = { approval: string } | { execution: ExecutionKey }

/** The journals' entries, once they are filed. An entry is written once and never changed. */
export interface Entries {
  /** Adds those that are not there yet. Throws where another entry already has the place of one. */
  file(entries: readonly FiledEntry[]): Promise<void>
}

/** An entry with what a reader of the record looks for. */
export interface FiledEntry {
  entry: Entry
  where: StageAction
  /** Epoch milliseconds. */
  keptUntil: number
}

/** Our own event, for whoever subscribes to it (EventBridge, source `greenlight`). */
export interface Announcements {
  /** `detailType` such as "Greenlight Approval Decided"; `at` in epoch milliseconds. */
  put(event: { detailType: string; detail: object; resources: readonly string[]; at: number }): Promise<void>
}

export interface Queue {
  /** Has `effect-due` perform the effect after a delay, 0 to 900 seconds. */
  send(due: Due, delaySeconds: number): Promise<void>
}

export interface Log {
  info(message: string, about?: Record<string, unknown>): void
  warn(message: string, about?: Record<string, unknown>): void
  error(message: string, about?: Record<string, unknown>): void
  /** Counts one, by name, for alarms and the dashboard. */
  count(metric: Metric): void
}

export type Metric =
  | 'ApprovalRequested'
  | 'ApprovalNotificationUnconfirmed'
  | 'ApprovalNotificationStale'
  | 'VoteCounted'
  | 'VoteRefused'
  | 'VoteNoted'
  | 'VoteWithdrawn'
  | 'GlassBroken'
  | 'NoticeSaid'
  | 'VerdictAnnounced'
  /** An entry of the record is not what was written. */
  | 'RecordConflict'
  | 'ApprovalSettled'
  | 'EffectDeferred'
  | 'EffectFailed'
  | 'RequestRejected'
  | 'ConfigurationUnreadable'

export interface SlackSecrets {
  botToken: string
  signingSecret: string
}

export interface Secrets {
  /** Those known, read at most every five minutes. */
  current(): Promise<SlackSecrets>
  /** Reads anew, for a secret that was refused: it may have been rotated. At most once in half a minute. */
  renewed(): Promise<SlackSecrets>
}

// --- configuration -------------------------------------------------------------------------------------------------

export interface Route {
  /** What people call the place that is released to; the stage's name unless the route gives another. */
  environment: string
  approvers: readonly Approvers[]
  /** Why this stage is decided in the AWS console only; null when Slack may decide. */
  consoleOnly: string | null
  forbid: readonly ('author' | 'starter')[]
  /** What becomes of an approval whose author or starter nobody in Slack is known for. */
  whenUnidentified: 'refuse' | 'allow'
  freezes: readonly Window[]
  breakGlass: Members
  /** Delays in milliseconds; see Timing in domain/notice.ts. */
  remind: readonly number[]
  lastCall: number | null
  escalate: (Members & { after: number; channel: string | null }) | null
  quiet: readonly Window[]
  comment: 'none' | 'optional' | 'required'
}

/** People as a configuration names them: Slack user IDs or e-mail addresses, and Slack user groups by ID. */
export interface Members {
  people: readonly string[]
  groups: readonly string[]
}

export interface Approvers extends Members {
  name: string
  count: number
}

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

// --- CodePipeline ----------------------------------------------------------------------------------------------------

export interface Pipelines {
  /** Stages with what is in them now and what waits in front; null when there is no such pipeline. */
  stages(pipeline: Pipeline): Promise<StageState[] | null>
  /** Runs of actions, newest first: of one execution, or the latest hundred of the pipeline. */
  actionRuns(pipeline: Pipeline, executionId: string | null): Promise<ActionRun[]>
  execution(key: ExecutionKey): Promise<ExecutionFacts | null>
  /** Newest first; with `succeededInStage`, only those that passed it. At most a hundred. */
  executions(pipeline: Pipeline, succeededInStage: string | null): Promise<ExecutionSummary[]>
  putApprovalResult(where: StageAction, token: string, verdict: Verdict, summary: string): Promise<PutOutcome>
}

export interface StageState {
  stage: string
  executionId: string | null
  /** Those that wait to enter, newest last. */
  inbound: string[]
  actions: {
    action: string
    status: ActionStatus | null
    /** Since when; of one in progress, when it began. */
    since: number | null
    token: string | null
  }[]
}

export type ActionStatus = 'InProgress' | 'Abandoned' | 'Succeeded' | 'Failed'

export interface ActionRun {
  executionId: string
  actionExecutionId: string
  stage: string
  action: string
  category: string
  provider: string
  status: ActionStatus
  startedAt: number
  updatedAt: number
  /** Equals the token for an approval action. */
  externalId: string | null
  externalUrl: string | null
  summary: string | null
  /** ARN of who changed it last. */
  updatedBy: string | null
  outputVariables: Record<string, string>
}

export interface ArtifactRevision {
  revisionId: string
  summary: string | null
  url: string | null
}

export interface ExecutionFacts {
  executionId: string
  status: ExecutionStatus
  revisions: ArtifactRevision[]
  trigger: { type: string; detail: string } | null
}

export interface ExecutionSummary extends ExecutionFacts {
  startedAt: number
  updatedAt: number
  stopReason: string | null
}

export type ExecutionStatus =
  'Cancelled' | 'InProgress' | 'Stopped' | 'Stopping' | 'Succeeded' | 'Superseded' | 'Failed'

export type PutOutcome =
  | { kind: 'recorded' }
  /** Somebody or something answered before, or the token has run out. */
  | { kind: 'too-late' }
  /** The pipeline, stage or action is not there any more. */
  | { kind: 'gone' }
  /** AWS did not allow it or did not take the request; it will not by itself. */
  | { kind: 'refused'; because: string }

// --- Slack -----------------------------------------------------------------------------------------------------------

/** Messages that follow a record: rendered whole from the truth, every time. */
export interface Slack {
  /** In the thread of the message `under`, or in the channel itself. */
  post(channel: string, card: Card, under?: Place | null): Promise<PostOutcome>
  update(place: Place, card: Card): Promise<UpdateOutcome>
  /** Looks for a message of ours that a crash left unrecorded. */
  find(channel: string, card: Card, since: number, under?: Place | null): Promise<Place | null>
  /** Tells one person something that nobody else sees. Lost where they are not in the channel. */
  whisper(channel: string, userId: string, card: RefusalCard): Promise<void>
}

/** Why a click did not count, for the one who clicked. */
export interface RefusalCard {
  kind: 'refusal'
  refusal: Refusal
  approval: Approval
  route: Route | null
}

/** Who is who in Slack. Answers are kept for five minutes; a failed question is asked anew the next time. */
export interface Directory {
  person(userId: string): Promise<Looked<SlackPerson>>
  /** The Slack user ID behind an e-mail address. */
  byEmail(email: string): Promise<Looked<string>>
  /** The Slack user IDs of a user group's members. */
  members(groupId: string): Promise<Looked<readonly string[]>>
}

export type Looked<T> =
  | { kind: 'found'; value: T }
  /** Slack says there is no such person or group, or that it is switched off. */
  | { kind: 'nobody' }
  /** Slack did not say. `because` is a clause for people: "Slack does not answer (timeout)". */
  | { kind: 'unread'; because: string }

export interface SlackPerson extends Person {
  isDeactivated: boolean
  /** From another company's workspace, through a channel shared with Slack Connect. */
  isStranger: boolean
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

export type PostOutcome = { kind: 'posted'; place: Place } | SlackRefusal
export type UpdateOutcome = { kind: 'updated' } | { kind: 'lost' } | SlackRefusal

/**
 * `busy`: nothing was written; again after so many seconds. `unclear`: no answer, it may have been written.
 * `refused`: nothing was written, and it needs a person (the bot is not in the channel, …); where it `isFinal`, nobody
 * can help (the thread was deleted, …).
 */
export type SlackRefusal =
  | { kind: 'busy'; afterSeconds: number }
  | { kind: 'unclear'; because: string }
  | { kind: 'refused'; because: string; isFinal: boolean }
