/** What Slack did not answer about people and groups: clauses for messages. */
export const UNANSWERED = {
  because: '{question} ({why})',
  person: 'Slack did not say who {person} is',
  workspace: 'Slack did not say in which workspace {person} is',
  group: 'Slack did not list the members of {group}',
  installation: 'Slack did not say in which workspace Greenlight is installed',
} as const

/** The reason, for known errors; any other has Slack's name. */
export const REASONS: Record<string, string> = {
  busy: 'it asks to wait',
  missing_scope: 'the bot lacks a permission: missing_scope',
  slack_webapi_request_error: 'no answer',
  plan_upgrade_required: 'its plan has no user groups',
}
