/**
 * The keys of a log line that the logger writes itself ("Logger", Powertools for AWS Lambda): it drops ours with that
 * name.
 */
type Reserved = 'level' | 'message' | 'sampling_rate' | 'service' | 'timestamp'

/** The fields of a log line. */
export type About = { [Key in Reserved]?: never } & Record<string, unknown>

export interface Log {
  info(message: string, about?: About): void
  warn(message: string, about?: About): void
  error(message: string, about?: About): void
  /** Counts one, by name, for alarms and the dashboard. */
  count(metric: Metric): void
}

export type Metric =
  | 'ApprovalRequested'
  | 'ApprovalNotificationUnconfirmed'
  | 'ApprovalNotificationStale'
  /** A message to the topic of approvals that is no approval notification. */
  | 'NotificationIgnored'
  | 'VoteCounted'
  | 'VoteRefused'
  | 'VoteNoted'
  | 'VoteWithdrawn'
  | 'GlassBroken'
  /** A person left an approval to people that would have approved itself. */
  | 'AutomaticStopped'
  | 'OverrideConfirmed'
  /** Approved in the AWS console by a person whom the policy would not have let. */
  | 'VerdictPastPolicy'
  | 'NoticeSaid'
  | 'VerdictAnnounced'
  /** An entry of the audit record differs from the stored one. */
  | 'RecordConflict'
  /** A verdict that the signatures of its votes do not prove. */
  | 'VerdictNotProven'
  | 'CheckpointSigned'
  /** The audit record failed verification, so its state was not signed. */
  | 'CheckpointRefused'
  | 'AttestationWritten'
  /** An approved deployment has no attestation, because the record failed or a digest cannot be known. */
  | 'AttestationLeftOut'
  | 'ApprovalSettled'
  | 'EffectDeferred'
  | 'EffectFailed'
  /** A person gets no direct message, because Slack refuses it. */
  | 'DirectMessageRefused'
  | 'RequestRejected'
  | 'ConfigurationUnreadable'
  /** A person has set a change freeze in Slack, or lengthened it; lifted one. */
  | 'FreezeSet'
  | 'FreezeLifted'
  /** Freezes that were set in Slack could not be read. */
  | 'FreezeUnread'
  /** A person has said who answers for them, or that they are back. */
  | 'AbsenceSet'
  | 'AbsenceEnded'
  /** Who stands in could not be read, so that no one did. */
  | 'AbsenceUnread'
  /** A calendar that did not answer, or not as it should: an iCalendar address or a Change Calendar. */
  | 'CalendarUnread'
