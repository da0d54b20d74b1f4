/** The words of the forms that ask for a comment or a reason. Titles have at most 24 characters. */
export const FORM_WORDS = {
  approve: {
    title: 'Approve deployment',
    submit: 'Approve',
    label: 'Comment',
    hint: 'Kept in AWS and in the audit record, with your name.',
    missing: 'Enter a comment: this pipeline requires one.',
  },
  reject: {
    title: 'Reject deployment',
    submit: 'Reject',
    label: 'Reason',
    hint: 'Kept in AWS and in the audit record, with your name. The author reads it in the channel.',
    missing: 'Enter a reason: the author reads it.',
  },
  'break-glass': {
    title: 'Override the freeze',
    submit: 'Override',
    label: 'Reason',
    hint: 'Kept in the audit record, with your name. Everyone in the channel reads it.',
    missing: 'Enter a reason: why this cannot wait until the freeze ends.',
  },
  'confirm-override': {
    title: 'Confirm the override',
    submit: 'Confirm',
    label: 'Comment',
    hint: 'Kept in the audit record, with your name. Everyone in the channel reads it.',
    missing: 'Enter a comment.',
  },
} as const

export const FORM = {
  cancel: 'Cancel',
  close: 'Close',
  target: '*{pipeline} to {environment}*',
  pattern: 'Enter a comment with a part of the form {pattern}.',
  tooLong: 'This has {length} characters. Shorten it to {most}.',
} as const

/** When the verdict is sent, where the route lets approvers choose. */
export const CHOSEN_TIME = {
  label: 'Deploy at',
  hint: 'In your time zone, at most {duration} ahead. Leave it empty to deploy at once.',
  'not-offered': 'This route does not let approvers choose a time. Leave it empty to deploy at once.',
  past: 'This time has passed. Choose a later time, or leave it empty to deploy at once.',
  'after-expiry': 'The approval expires before that. Choose an earlier time, or leave it empty to deploy at once.',
  'too-far': 'That is further ahead than this route allows. Choose an earlier time.',
} as const

/** What an override does, before the person confirms it. */
export const WARNING = {
  lasts: '*This overrides the change freeze* “{name}” for this approval. The freeze lasts {until}.',
  withoutEnd: '*This overrides the change freeze* “{name}” for this approval.',
  unknown: '*This overrides the change freeze* for this approval.',
  until: 'until {date_short_pretty} at {time}',
  atOnce: 'The deployment starts as soon as the required approvals are there.',
  rulesHold: 'All other rules still apply: who can approve, and how many must.',
  named: 'The channel, the audit record, and an alarm name you and your reason.',
} as const
