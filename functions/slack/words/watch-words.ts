import { MARK } from './marks.ts'

/** Slack sends it with a click on the button. */
export const TELL_WHEN_LIVE = 'tell-when-live'

/** The button under a message, by the end that people wait for: `built` under a build, which is not live then. */
export const WATCH_BUTTON = {
  live: { label: 'Tell me when it is live', spoken: 'Tell me when it is live: {subject}' },
  built: { label: 'Tell me when it ends', spoken: 'Tell me when it ends: {subject}' },
} as const

/** What a person is told of, in a sentence. */
export const WATCHABLE = {
  CodePipeline: {
    subject: 'this execution',
    noted:
      'Noted: you get one direct message when {pipeline} is live, or when this execution fails, is rejected, stopped or superseded.',
  },
  CodeBuild: {
    subject: 'this build',
    noted: 'Noted: you get one direct message when this build of {pipeline} succeeds, fails or is stopped.',
  },
  CodeDeploy: {
    subject: 'this deployment',
    noted:
      'Noted: you get one direct message when this deployment of {pipeline} is live, or when it fails or is stopped.',
  },
} as const

/** The other private answers to the button. */
export const WATCH = {
  over: 'That is too late: {subject} of {pipeline} is over. Its message says how it ended.',
  full: 'So many people have asked to be told about {subject} of {pipeline} that no more can be. Its message will say how it ends.',
  busy: 'That could not be noted, because many events arrive at this moment. Press the button again.',
  unknown: 'Greenlight has no record any more of what this message is about.',
  /** After how it ended. */
  ended: 'It had ended before you asked, so no direct message follows.',
} as const

/** The direct message. Other ends have the words of the notices in threads. */
export const WATCHED = {
  live: { mark: MARK.succeeded, words: '*Live:* {pipeline}, {duration} after it started' },
  rejected: { mark: MARK.failed, words: '*Not approved:* {pipeline}. It was not deployed further.' },
  message: 'Open its message',
  why: 'You asked to be told. You get no more messages about {subject}.',
} as const
