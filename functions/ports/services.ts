import type { Clock } from '../clock.ts'
import type { Approval, Tombstone } from '../domain/approval.ts'
import type { SentDigest } from '../domain/digest.ts'
import type { Execution } from '../domain/execution.ts'
import type { Mutes } from '../domain/mute.ts'
import type { OpenHomes } from '../domain/open-homes.ts'
import type { OutsideHistory, OutsideProject } from '../domain/outside-history.ts'
import type { GateKind } from '../domain/gate.ts'
import type { ExecutionKey } from '../domain/pipeline.ts'
import type { SteeringRecord } from '../domain/steering.ts'
import type { Absences } from './absences.ts'
import type { Alarms } from './alarms.ts'
import type { Announcements } from './announcements.ts'
import type { CommandAnswers } from './answers.ts'
import type { Attention } from './attention.ts'
import type { Builds } from './builds.ts'
import type { CalendarReadings, Calendars } from './calendars.ts'
import type { ChangeSets } from './change-sets.ts'
import type { Configuration } from './configuration.ts'
import type { Delivery } from './delivery.ts'
import type { Directory } from './directory.ts'
import type { Entries } from './entries.ts'
import type { Failures } from './failures.ts'
import type { Freezes } from './freezes.ts'
import type { Gate } from './gate.ts'
import type { HomeTabs } from './home-tabs.ts'
import type { Log } from './log.ts'
import type { OutsideWorks } from './outside-works.ts'
import type { Objections } from './objections.ts'
import type { PipelineSteering } from './pipeline-steering.ts'
import type { Pipelines } from './pipelines.ts'
import type { Queue } from './queue.ts'
import type { Records } from './records.ts'
import type { Seals } from './seals.ts'
import type { Signatures } from './signatures.ts'
import type { Slack } from './slack.ts'
import type { Turns } from './turns.ts'

/** Everything outside that flows use. `aws/`, `slack/` and `config/` implement it. */
export interface Services {
  clock: Clock
  approvals: Records<Approval | Tombstone, string>
  executions: Records<Execution, ExecutionKey>
  digests: Records<SentDigest, string>
  histories: Records<OutsideHistory, OutsideProject>
  steerings: Records<SteeringRecord, string>
  homes: Records<OpenHomes, 'homes'>
  mutes: Records<Mutes, 'mutes'>
  attention: Attention
  pipelines: Pipelines
  builds: Builds
  changeSets: ChangeSets
  gates: Record<GateKind, GateRow>
  slack: Slack
  turns: Turns
  directory: Directory
  alarms: Alarms
  calendars: Calendars
  calendarReadings: CalendarReadings
  freezes: Freezes
  absences: Absences
  queue: Queue
  entries: Entries
  announcements: Announcements
  signatures: Signatures
  seals: Seals
  objections: Objections
  configuration: Configuration
  log: Log
}

/**
 * What `effect-due` has besides: it alone may read the audit record and why actions failed, answers commands, and does to
 * pipelines what people ask in Slack.
 */
export interface DueServices extends Services {
  answers: CommandAnswers
  delivery: Delivery
  failures: Failures
  homeTabs: HomeTabs
  outsideWorks: OutsideWorks
  pipelineSteering: PipelineSteering
}

/** What is peculiar to one kind of gate. Votes, policy, audit record and messages are the same for every kind. */
export interface GateRow {
  /** The AWS service that waits for the verdict, as messages name it. */
  service: string
  over(services: Services): Gate
}
