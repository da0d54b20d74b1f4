/** The words of the form that answers several approvals together. Titles have at most 24 characters. */
export const SEVERAL_FORM = {
  button: 'Answer several…',
  spoken: 'Answer several… of the approvals that wait for you',
  title: 'Answer several',
  submit: 'Send',
  each: 'Each approval is judged on its own, and Greenlight tells you what became of each.',
  rest: {
    one: 'These expire first, and {count} more waits for you. Send these, then type {command} for the rest.',
    other: 'These expire first, and {count} more wait for you. Send these, then type {command} for the rest.',
  },
  newer: '*{target}:* ',
  approvals: 'Approvals',
  option: '{pipeline} to {environment}',
  none: 'Choose at least one.',
  verdict: 'Your answer',
  verdicts: { Approved: 'Approve', Rejected: 'Reject' },
  noVerdict: 'Choose one.',
  comment: 'Comment or reason',
  hint: 'Kept with each approval in AWS and in the audit record, with your name. To reject, a reason is required.',
  hintRequired:
    'Kept with each approval in AWS and in the audit record, with your name. To reject, a reason is required; to approve, a comment is required for {names}.',
  moreNames: '{count} more',
  required: 'Enter a comment: {name} requires one.',
  form: '{name}: {hint}',
  noReason: 'Enter a reason: the authors read it.',
} as const

export const SEVERAL_SENT = {
  title: 'Being checked',
  sent: {
    one: 'Got it: your answer to {count} approval is being checked. Greenlight tells you what became of it in a private message.',
    other:
      'Got it: your answers to {count} approvals are being checked. Greenlight tells you what became of each in a private message.',
  },
  old: 'This list is not one that Greenlight made for you, or it is too old. Type {command} for a new one.',
  gone: 'None of these approvals waits for you any more. {command} lists what does.',
} as const

/** What became of each. */
export const SEVERAL = {
  Approved: { one: '*You approved {count} of {all}:*', other: '*You approved {count} of {all}:*' },
  Rejected: { one: '*You rejected {count} of {all}:*', other: '*You rejected {count} of {all}:*' },
  line: '{target}: {what}',
  approves: 'Your approval counts. {count}.',
  deploys: 'Your approval counts, and {service} is told to deploy.',
  later: 'Your approval counts. {deploys}, if nothing keeps it then.',
  rejects: 'Rejected. Nothing is deployed.',
  past: 'Your answer is on record, and does not count now. If the approval still waits, you can answer again.',
  unclear: {
    one: 'Greenlight cannot tell whether {count} of your answers counts, because AWS did not answer. {command} lists what still waits for you.',
    other:
      'Greenlight cannot tell whether {count} of your answers count, because AWS did not answer. {command} lists what still waits for you.',
  },
  tooLate:
    'Greenlight could not judge your answers within half an hour, so they may not count. {command} lists what still waits for you.',
} as const
