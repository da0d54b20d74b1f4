import { ownEntry } from '../own-entry.ts'

/**
 * What the errors say that Slack's Web API names for the bot's calls ("Errors" of each method, Slack API reference).
 *
 * - `busy`: Slack asks to wait.
 * - `passing`: something inside Slack failed, and the same call may succeed a moment later. It may have had its effect.
 * - `token`: the token was rotated or revoked; the call is made once more with the newest.
 * - `final`: each later try would meet it again, and no one can help.
 * - `deleted`, `unchangeable`: the message is gone, or is there and can never be changed again: it is posted again.
 * - `not-found`: Slack has no such person or group, or deactivated it.
 *
 * Any other error had no effect and needs a person: an invitation to a channel, a permission, a setting of the workspace.
 * `channel_not_found` is one of those: Slack answers it for a private channel until the bot is invited. tests/slack/
 * expected-errors.test.ts holds the table against Slack's reference, and sends each error.
 */
export const SLACK_ERRORS = {
  any: {
    ratelimited: 'busy',
    rate_limited: 'busy',
    internal_error: 'passing',
    fatal_error: 'passing',
    service_unavailable: 'passing',
    request_timeout: 'passing',
    team_added_to_org: 'passing',
    invalid_auth: 'token',
    token_revoked: 'token',
    token_expired: 'token',
    account_inactive: 'token',
  },
  write: {
    update_failed: 'passing',
    external_channel_migrating: 'passing',
    cannot_reply_to_message: 'final',
    invalid_arguments: 'final',
    invalid_blocks: 'final',
    invalid_blocks_format: 'final',
    invalid_metadata_format: 'final',
    invalid_metadata_schema: 'final',
    message_not_found: 'final',
    metadata_too_large: 'final',
    msg_blocks_too_long: 'final',
    msg_too_long: 'final',
    no_text: 'final',
    thread_not_found: 'final',
  },
  update: {
    message_not_found: 'deleted',
    block_mismatch: 'unchangeable',
    cant_update_message: 'unchangeable',
    edit_window_closed: 'unchangeable',
    is_inactive: 'unchangeable',
  },
  list: {
    // A page's cursor expired: the list is read again from its beginning.
    invalid_cursor: 'passing',
    list_record_comment_fetch_failed: 'passing',
  },
  lookup: {
    user_not_found: 'not-found',
    users_not_found: 'not-found',
    user_not_visible: 'not-found',
    no_such_subteam: 'not-found',
  },
} as const satisfies Record<string, Record<string, string>>

export type Call = Exclude<keyof typeof SLACK_ERRORS, 'any'>

type Meaning = 'busy' | 'passing' | 'token' | 'final' | 'deleted' | 'unchangeable' | 'not-found'

/** What Slack's error means for a call of this kind; null if it needs a person. */
export const meaningOf = (error: string, call: Call): Meaning | null =>
  ownEntry<Meaning>(SLACK_ERRORS[call], error) ??
  (call === 'update' ? ownEntry<Meaning>(SLACK_ERRORS.write, error) : undefined) ??
  ownEntry<Meaning>(SLACK_ERRORS.any, error) ??
  null
