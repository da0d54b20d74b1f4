/** What Slack did not answer about people: clauses, for the messages of those who are concerned. */
export const UNANSWERED = {
  because: '{question} ({why})',
  person: 'Slack did not say who {person} is',
  workspace: 'Slack did not say in which workspace {person} is',
  group: 'Slack did not list the members of {group}',
  installation: 'Slack did not say in which workspace Greenlight is installed',
} as const

/** Why, for the errors that people meet; any other is told as Slack names it. */
export const REASONS: Record<string, string> = {
  busy: 'it asks to wait',
  missing_scope: 'the bot lacks a permission: missing_scope',
  slack_webapi_request_error: 'no answer',
  plan_upgrade_required: 'its plan has no user groups',
}
