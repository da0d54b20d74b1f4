/** The words with which a person has a failed stage run again. */
export const RETRY = {
  label: 'Retry the failed stage…',
  spoken: 'Retry the failed stage… {stage} of {pipeline}',
  title: 'Retry the failed stage',
  submit: 'Retry',
  target: '*{stage} of {pipeline}*',
  what: 'CodePipeline runs these actions again in the same execution, with the same change. An approval that is among them is requested again.',
  which: 'Which actions',
  failed: 'The failed actions, and those after them',
  all: 'All actions of the stage',
  hint: 'Kept in the audit record, with your name.',
  sent: 'Your retry is being checked. You are told here how it ends.',
  retried: '{stage} of {pipeline} runs again.',
  refused: '{stage} of {pipeline} was not retried. {because}',
} as const

/** Titles of the answers. */
export const RETRY_TITLES = { sent: 'Being checked', retried: 'Retried', refused: 'Not retried' } as const
