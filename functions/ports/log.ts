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
