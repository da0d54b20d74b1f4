/**
 * A person in Slack, with what Slack says of them. For the audit record and for readers; only the IDs ever authorize.
 */
export interface Person {
  userId: string
  /** The Slack workspace they belong to. */
  teamId: string | null
  name: string
  email: string | null
}
