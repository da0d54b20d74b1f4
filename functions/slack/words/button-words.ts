/** Labels of buttons. What a screen reader says of one begins with its label. */
export const BUTTONS = {
  approve: { label: 'Approve…', spoken: 'Approve… {pipeline} to {environment}' },
  'approve-at-once': { label: 'Approve', spoken: 'Approve {pipeline} to {environment}' },
  reject: { label: 'Reject…', spoken: 'Reject… {pipeline} to {environment}' },
  'break-glass': { label: 'Override freeze…', spoken: 'Override freeze… for {pipeline} to {environment}' },
  'stop-automatic': {
    label: 'Stop automatic approval',
    spoken: 'Stop automatic approval of {pipeline} to {environment}',
  },
  'confirm-override': {
    label: 'Confirm the override…',
    spoken: 'Confirm the override… for {pipeline} to {environment}',
  },
  'deploy-now': { label: 'Deploy now', spoken: 'Deploy now: {pipeline} to {environment}' },
  withdraw: { label: 'Withdraw my approval', spoken: 'Withdraw my approval of {pipeline} to {environment}' },
  'take-newer': {
    label: 'Reject and ask for the newer one',
    spoken: 'Reject and ask for the newer one: {pipeline} to {environment}',
  },
  'open-console': { label: 'Open in AWS', spoken: 'Open in AWS: {pipeline}' },
} as const

/** The confirmation before a button acts. */
export const CONFIRM = {
  approve: {
    title: 'Approve?',
    text: 'Your approval of {pipeline} to {environment} counts at once.',
    confirm: 'Approve',
  },
  withdraw: {
    title: 'Withdraw your approval?',
    text: 'Your approval of {pipeline} to {environment} will be removed. You can approve again while this is open.',
    confirm: 'Withdraw',
  },
  deployNow: {
    title: 'Deploy now?',
    text: 'Your approval of {pipeline} to {environment} no longer waits for the time that you chose.',
    confirm: 'Deploy now',
  },
  newer: {
    title: 'Reject this one?',
    text: '{pipeline} to {environment} is rejected. The newer change is requested next.',
    textOf: '{pipeline} to {environment} is rejected with {older}. The newer change is requested next: {newer}.',
    confirm: 'Reject',
  },
  cancel: 'Cancel',
} as const
