import type { Person } from '../domain/person.ts'

/** Who is who in Slack. Answers are kept for five minutes; a failed question is asked anew the next time. */
export interface Directory {
  person(userId: string): Promise<LookupResult<SlackPerson>>
  /** The Slack user ID behind an e-mail address. */
  byEmail(email: string): Promise<LookupResult<string>>
  /** The Slack user IDs of a user group's members. */
  members(groupId: string): Promise<LookupResult<readonly string[]>>
}

export type LookupResult<T> =
  | { kind: 'found'; value: T }
  /** Slack says there is no such person or group, or that it is switched off. */
  | { kind: 'not-found' }
  /** Slack did not say. `because` is a clause for people: "Slack does not answer (timeout)". */
  | { kind: 'unread'; because: string }

export interface SlackPerson extends Person {
  isDeactivated: boolean
  /** From another company's workspace, through a channel shared with Slack Connect. */
  isStranger: boolean
}
