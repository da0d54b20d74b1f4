import type { SteeringAct } from '../../domain/steering.ts'

/** A sentence that may name the stage and the pipeline. */
type NamesAim = '{stage} {pipeline}'

/** The words with which people steer a pipeline. Titles have at most 24 characters. */
export interface SteeringWords {
  label: string
  spoken: NamesAim
  /** The one red button of a message. */
  isDanger?: true
  title: string
  submit: string
  target: NamesAim
  what: NamesAim
  /** What the form lets the person choose between. */
  which?: { label: string; options: Readonly<Record<string, string>> }
  taken: NamesAim
  refused: '{stage} {pipeline} {because}'
  titles: { taken: string; refused: string }
}

const WORDS_OF_ACTS = {
  retry: {
    label: 'Retry the failed stage…',
    spoken: 'Retry the failed stage… {stage} of {pipeline}',
    title: 'Retry the failed stage',
    submit: 'Retry',
    target: '*{stage} of {pipeline}*',
    what: 'CodePipeline runs these actions again in the same execution, with the same change. An approval that is among them is requested again.',
    which: {
      label: 'Which actions',
      options: {
        FAILED_ACTIONS: 'The failed actions, and those after them',
        ALL_ACTIONS: 'All actions of the stage',
      },
    },
    taken: '{stage} of {pipeline} runs again.',
    refused: '{stage} of {pipeline} was not retried. {because}',
    titles: { taken: 'Retried', refused: 'Not retried' },
  },
  rollback: {
    label: 'Roll back…',
    spoken: 'Roll back… {stage} of {pipeline}',
    title: 'Roll the stage back',
    submit: 'Roll back',
    target: '*{stage} of {pipeline}*',
    what: 'CodePipeline runs this stage again in a new execution, with the change that was good here before. The change that failed goes no further. An approval in this stage is requested again. Other stages keep what they have.',
    taken: '{stage} of {pipeline} is being rolled back, by a new execution.',
    refused: '{stage} of {pipeline} was not rolled back. {because}',
    titles: { taken: 'Rolling back', refused: 'Not rolled back' },
  },
  stop: {
    label: 'Stop…',
    spoken: 'Stop… the execution of {pipeline}',
    isDanger: true,
    title: 'Stop the execution',
    submit: 'Stop',
    target: '*{pipeline}*',
    what: 'CodePipeline stops this execution. Its change goes no further, until a stage is retried or a new execution deploys it.',
    which: {
      label: 'What happens to actions that run',
      options: {
        wait: 'Wait: they end first, also an open approval',
        abandon: 'Abandon: the execution ends at once, and nothing stops what they do',
      },
    },
    taken: 'The execution of {pipeline} is being stopped.',
    refused: 'The execution of {pipeline} was not stopped. {because}',
    titles: { taken: 'Stopping', refused: 'Not stopped' },
  },
  hold: {
    label: 'Hold…',
    spoken: 'Hold… {stage} of {pipeline}',
    title: 'Hold the stage',
    submit: 'Hold',
    target: '*{stage} of {pipeline}*',
    what: 'CodePipeline lets no execution into this stage until it is resumed. One that is in it goes on.',
    taken: '{stage} of {pipeline} is held: no execution enters it. One that is in it goes on.',
    refused: '{stage} of {pipeline} was not held. {because}',
    titles: { taken: 'Held', refused: 'Not held' },
  },
  resume: {
    label: 'Resume…',
    spoken: 'Resume… {stage} of {pipeline}',
    title: 'Resume the stage',
    submit: 'Resume',
    target: '*{stage} of {pipeline}*',
    what: 'CodePipeline lets executions into this stage again. The newest that waits enters at once.',
    taken: '{stage} of {pipeline} takes executions in again.',
    refused: '{stage} of {pipeline} was not resumed. {because}',
    titles: { taken: 'Resumed', refused: 'Not resumed' },
  },
  release: {
    label: 'Release change…',
    spoken: 'Release change… of {pipeline}',
    title: 'Release the change',
    submit: 'Release',
    target: '*{pipeline}*',
    what: 'CodePipeline starts a new execution with the newest change of each source. Its approvals are requested as always.',
    taken: 'A new execution of {pipeline} has started.',
    refused: 'No new execution of {pipeline} was started. {because}',
    titles: { taken: 'Started', refused: 'Not started' },
  },
} as const satisfies Record<SteeringAct, Partial<Record<keyof SteeringWords, unknown>>>

export const STEERING_WORDS = WORDS_OF_ACTS as unknown as Record<SteeringAct, SteeringWords>

/** What a stage is rolled back to. `since`: after "It was deployed here". */
export const ROLLBACK_TO = {
  change: 'Back to *{change}*',
  changes: 'Back to {count} changes: *{change}* and others',
  unknown: 'Back to a change that CodePipeline does not name',
  execution: 'Execution {execution}. Good here {since}.',
  since: 'since {date_short_pretty} at {time}',
  sometime: 'before, CodePipeline does not say since when',
  slow: 'CodePipeline was too slow to say what this stage would be rolled back to. Press the button again.',
} as const

/** The same for every act. */
export const STEERING_SENT = {
  title: 'Being checked',
  sent: 'Your request is being checked. You are told here how it ends.',
  sentFromHome: 'Your request is being checked. A direct message tells you how it ends.',
  hint: 'Kept in the audit record, with your name.',
  reason: 'Reason',
  reasonHint: 'Kept in AWS and in the audit record, with your name.',
  noReason: 'Enter a reason: people read it in CodePipeline.',
} as const
