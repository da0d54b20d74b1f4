import { MARK } from './marks.ts'

/** The button under a message, and the private answer to it. */
export const WATCH = {
  label: 'Tell me when it is live',
  spoken: 'Tell me when it is live: {pipeline}',
  noted:
    'Noted: you get one direct message when {pipeline} is live, or when this execution fails, is rejected, stopped or superseded.',
  over: 'This execution of {pipeline} is over. Its message says how it ended.',
  full: 'So many people have asked to be told about this execution of {pipeline} that no more can be. Its message will say how it ends.',
  busy: 'That could not be noted, because too much happens to this execution at this moment. Press the button again.',
  unknown: 'Greenlight has no record of this execution any more.',
} as const

/** The direct message. Other ends have the words of the notices in threads. */
export const WATCHED = {
  live: { mark: MARK.succeeded, words: '*Live:* {pipeline}, {duration} after it started' },
  rejected: { mark: MARK.failed, words: '*Not approved:* {pipeline}. It was not deployed further.' },
  message: 'Open its message',
  why: 'You asked to be told. You get no more messages about this execution.',
} as const
