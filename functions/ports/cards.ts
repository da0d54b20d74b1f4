import type { Measures, TimeRange } from '../domain/delivery-measures.ts'
import type { Act } from '../domain/act.ts'
import type { Absence, AbsenceNotice } from '../domain/absence.ts'
import type { CommandWord } from '../domain/command.ts'
import type { Approval } from '../domain/approval.ts'
import type { Refusal } from '../domain/refusal.ts'
import type { Execution } from '../domain/execution.ts'
import type { HeldStage } from '../domain/held-stage.ts'
import type { Freeze, FreezeNotice, StoredFreeze } from '../domain/freeze.ts'
import type { DigestNotice } from '../domain/digest.ts'
import type { Mute } from '../domain/mute.ts'
import type { ExecutionNoticeKind, Notice } from '../domain/notice.ts'
import type { PipelineStatus, Release } from '../domain/pipeline-status.ts'
import type { Verdict } from '../domain/policy.ts'
import type { Route } from '../domain/route.ts'
import type { Offer } from '../domain/several.ts'
import type { Frozen } from '../domain/window.ts'
import type { Place } from '../domain/showing.ts'
import type { SteeringAim } from '../domain/steering.ts'

/** Why a click did not count, for the person who clicked. */
export interface RefusalCard {
  kind: 'refusal'
  act: Act
  refusal: Refusal
  approval: Approval
  route: Route | null
}

/** What a person is told who typed a command. */
export type CommandAnswer =
  /** `offered`: what the person may type. `unread`: why Greenlight cannot tell of the rest, in clauses. */
  | { kind: 'help'; offered: readonly CommandWord[]; unread: readonly string[] }
  | { kind: 'unknown'; word: string; nearest: string | null }
  /** `because` is a sentence. */
  | { kind: 'not-done'; because: string }
  /** It may be done or not: what it depends on did not answer. */
  | { kind: 'failed' }
  /** The same for a command that changes nothing. */
  | { kind: 'not-told'; because: string }
  | { kind: 'unanswered' }
  /** `unseen`: how many were not looked at, because there are too many. `several`: those to answer together. */
  | {
      kind: 'pending'
      forYou: readonly Judged[]
      several: Offer | null
      forOthers: readonly Judged[]
      unseen: number
    }
  /** What became of one answer to several approvals. `unclear`: of how many AWS did not say whether it counts. */
  | { kind: 'several'; verdict: Verdict; answered: readonly Answered[]; unclear: number }
  /** That answer came too late to be judged. */
  | { kind: 'several-late' }
  /** Of the approvals that wait there, whether this person can approve them. */
  | { kind: 'why'; about: string; judged: readonly Judged[] }
  /** `unseen`: how many more pipelines match. `since`: how far back it was looked, in epoch milliseconds. */
  | { kind: 'status'; about: string; since: number; pipelines: readonly PipelineShown[]; unseen: number }
  /** `pipeline`: null if no execution of it is known. */
  | { kind: 'history'; about: string; since: number; pipeline: string | null; releases: readonly ReleaseShown[] }
  | { kind: 'diff'; about: string; since: number; status: PipelineStatus | null }
  /** The person may start the pipeline, and has the button for it. `running`: its executions that run. */
  | { kind: 'release-offered'; aim: SteeringAim; running: readonly Execution[] }
  /** How an act ended. `because`: a sentence. */
  | { kind: 'steered'; steering: SteeringAim; answer: 'taken' | 'refused'; because: string | null }
  | { kind: 'freezes'; freezes: readonly StoredFreeze[]; now: number }
  /** Who stands in for the person, and for whom they do, now or later. */
  | { kind: 'absences'; mine: readonly Absence[]; theirs: readonly Absence[] }
  /** What the person has muted now; null if nothing. */
  | { kind: 'muted'; mute: Mute | null }
  | { kind: 'mute-set'; mute: Mute }
  | { kind: 'mute-ended' }
  | { kind: 'absence-set' | 'absence-ended'; absence: Absence }
  | { kind: 'freeze-set' | 'freeze-lengthened' | 'freeze-lifted'; freeze: Freeze }

/** With the freezes in force in any of its stages, and its held stages; null if CodePipeline did not tell those. */
export type PipelineShown = PipelineStatus & { frozen: readonly Frozen[]; held: readonly HeldStage[] | null }

/** With the approvals that it passed, as far as they are on record. */
export type ReleaseShown = Release & { approvals: readonly Approval[] }

/** An approval that waits, and why the person's approval would not count; null if it would. */
export interface Judged {
  approval: Approval
  route: Route | null
  refusal: Refusal | null
}

/** What became of the answer to one of several approvals. */
export type Answered =
  /** Greenlight has no record of it. */
  | { kind: 'unknown' }
  | { kind: 'refused'; approval: Approval; route: Route | null; refusal: Refusal }
  /** `counted`: it is on record. `checked`: it is checked later. `past`: it is on record, and does not count now. */
  | { kind: 'counted' | 'checked' | 'past'; approval: Approval; route: Route | null }

export type Card =
  | ApprovalCard
  | ExecutionCard
  | NoticeCard
  | ExecutionNoticeCard
  | FreezeCard
  | AbsenceCard
  | ContinuedCard
  | DigestCard

/** The numbers of a day or a week, for one channel. */
export interface DigestCard {
  kind: 'digest'
  notice: DigestNotice
  id: string
  every: 'daily' | 'weekly'
  /** The globs of the pipelines that it covers, and names of accounts; a field that is missing leaves none out. */
  only: { pipeline?: readonly string[]; account?: readonly string[]; region?: readonly string[] }
  range: TimeRange
  all: Measures
  /** Of the day or week before. */
  before: Measures
  /** Its pipelines. */
  rows: readonly { name: string; measures: Measures }[]
  /** It mentions no one. */
  mention: readonly string[]
}

/** A change freeze that was set in Slack, for the channels of the approvals that it may freeze. */
export interface FreezeCard {
  kind: 'freeze'
  notice: FreezeNotice
  freeze: Freeze
  /** No one is mentioned. */
  mention: readonly string[]
}

/** For the person who stands in for another one. */
export interface AbsenceCard {
  kind: 'absence'
  notice: AbsenceNotice
  absence: Absence
  /** No one else is mentioned. */
  mention: readonly string[]
}

/** A reply under a message that Slack no longer lets the bot change: it links to the new one. */
export interface ContinuedCard {
  kind: 'continued'
  at: Place
}

/** A notice that is sent once, in the thread of an approval or in the channel that it was escalated to. */
export interface NoticeCard {
  kind: 'notice'
  notice: Notice
  approval: Approval
  route: Route | null
  /** Where a person sees the pipeline in AWS. */
  consoleUrl: string
  /** Slack user IDs to mention; empty in quiet hours. */
  mention: readonly string[]
  /** Since when the deployments before failed, if this one ends that. Epoch milliseconds. */
  failingSince?: number | null
  /** The acts with which people may mend the failure that it tells of; missing if people can do nothing in Slack. */
  steering?: readonly SteeringAim[]
}

/** The notice of an execution's end, in the thread of its status card or to a person who asked for it. */
export interface ExecutionNoticeCard {
  kind: 'execution-notice'
  notice: Notice<ExecutionNoticeKind>
  execution: Execution
  consoleUrl: string
  /** Slack user IDs to mention; empty where an approval's thread mentions them. */
  mention: readonly string[]
  failingSince: number | null
  /** As in the notice of an approval. */
  steering?: readonly SteeringAim[]
}

export interface ApprovalCard {
  kind: 'approval'
  approval: Approval
  /** Null if no route matches any more: then no one can approve in Slack. */
  route: Route | null
  accountName: string
  /** A new message mentions those who can approve. Else it names them a moment later, which notifies no one. */
  notifies?: boolean
  /** Whom the new message does not mention all the same, because they have muted the pipeline. */
  muted?: readonly string[]
  /** The page of the pipeline in the AWS console. The notification's own link holds the token, so it is not shown. */
  consoleUrl: string
  /** The act that lets its held stage go on; missing if people can do nothing there. */
  steering?: readonly SteeringAim[]
}

export interface ExecutionCard {
  kind: 'execution'
  execution: Execution
  accountName: string
  consoleUrl: string
  /** Approvals of this execution, for links, by `Stage/Action`. */
  approvalPlaces: ReadonlyMap<string, Place>
  /** The acts with which people may steer it in Slack now; missing if people can do nothing there. */
  steering?: readonly SteeringAim[]
}
