/** A route that lets an approval approve itself: `after` so many milliseconds in which none of these alarms rang. */
export interface AutomaticRule {
  after: number
  /** The names of CloudWatch alarms in the account and Region of the pipeline. */
  alarms: readonly string[]
  /** Only if every change set that waits behind the approval is empty, and nothing else does. */
  emptyChangeSet?: true
}
