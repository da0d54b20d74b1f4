/** Somebody in Slack, as far as Slack tells. For the record and for people to read; only the IDs ever authorise. */
export interface Person {
  userId: string
  /** The Slack workspace they belong to. */
  teamId: string | null
  name: string
  email: string | null
}
