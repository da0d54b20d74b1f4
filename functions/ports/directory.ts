import type { Person } from '../domain/person.ts'

/**
 * People and groups in Slack. Answers are kept for five minutes; a failed lookup is repeated the next time, and not before the
 * time that Slack asks to wait.
 */
export interface Directory {
  person(userId: string): Promise<LookupResult<SlackPerson>>
  /** The Slack user ID behind an e-mail address. */
  byEmail(email: string): Promise<LookupResult<string>>
  /** The Slack user IDs of a user group's members. */
  members(groupId: string): Promise<LookupResult<readonly string[]>>
}

export type LookupResult<T> =
  | { kind: 'found'; value: T }
  /** Slack has no such person or group, or it is deactivated. */
  | { kind: 'not-found' }
  /** Slack did not answer. `because` is a clause for people: "Slack does not answer (timeout)". */
  | {
      kind: 'unread'
      because: string
      /** Slack answered, and another try gives the same. */
      isFinal?: true
      /** Slack asks to wait: another try may succeed soon. */
      isBusy?: true
    }

export interface SlackPerson extends Person {
  /** The IANA time zone of their Slack; UTC if Slack does not tell. Few acts ask, and the first zone takes V8 30 ms. */
  zone: () => string
  isDeactivated: boolean
  /** From another company's workspace, through a channel shared with Slack Connect. */
  isStranger: boolean
}
