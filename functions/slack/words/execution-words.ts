import { MARK } from './marks.ts'

/** The words of an execution's message in the status channel. */

/** One mark and one sentence for each state of an execution; `timed` if its start is known. */
export const EXECUTION = {
  running: { mark: MARK.running, words: '{pipeline} is running', timed: null },
  succeeded: { mark: MARK.succeeded, words: '{pipeline} succeeded', timed: '{pipeline} succeeded in {duration}' },
  failed: { mark: MARK.failed, words: '{pipeline} failed', timed: '{pipeline} failed after {duration}' },
  stopping: { mark: MARK.stopped, words: '{pipeline} is stopping', timed: null },
  stopped: { mark: MARK.stopped, words: '{pipeline} was stopped', timed: '{pipeline} was stopped after {duration}' },
  superseded: { mark: MARK.superseded, words: '{pipeline} superseded by a newer execution', timed: null },
  canceled: { mark: MARK.stopped, words: '{pipeline} was canceled', timed: '{pipeline} was canceled after {duration}' },
} as const

export const EXECUTION_WAITS = { mark: MARK.waiting, words: '{pipeline} waits for approval' } as const

/** What a card is about that no pipeline runs. */
export const OUTSIDE_WORDS = {
  CodeBuild: 'Build of {name}',
  CodeDeploy: 'Deployment of {name} to {group}',
  version: 'Version {version}',
} as const

/** Another execution is in the stage that it would enter next. */
export const EXECUTION_QUEUED = {
  mark: MARK.waiting,
  words: '{pipeline} waits behind {ahead}',
  execution: 'execution {id}',
} as const

/** The stage that it would enter next takes no executions in. */
export const EXECUTION_HELD = { mark: MARK.waiting, words: '{pipeline} waits: {stage} is held' } as const

/** The same for each of its stages. */
export const STAGE = {
  skipped: { mark: MARK.superseded, words: '*{stage}* skipped', timed: null },
  running: { mark: MARK.running, words: '*{stage}* running {since}', timed: null },
  succeeded: { mark: MARK.succeeded, words: '*{stage}*', timed: '*{stage}* {duration}' },
  failed: { mark: MARK.failed, words: '*{stage}* failed', timed: '*{stage}* failed after {duration}' },
  stopping: { mark: MARK.stopped, words: '*{stage}* stopping', timed: null },
  stopped: { mark: MARK.stopped, words: '*{stage}* stopped', timed: '*{stage}* stopped after {duration}' },
  superseded: { mark: MARK.superseded, words: '*{stage}* superseded', timed: null },
  canceled: { mark: MARK.stopped, words: '*{stage}* canceled', timed: '*{stage}* canceled after {duration}' },
} as const

export const STAGES = {
  waits: '*{stage}* waits for {approval} {since}',
  runs: '*{stage}* {actions} {since}',
  approval: 'approval',
  notAsked: { one: 'its approval {actions} was not requested', other: 'its approvals {actions} were not requested' },
  overridden: 'a failed rule was overridden by {person}',
  /** A stage can wait for days. */
  since: 'since {date_short_pretty} at {time}',
  before: { one: '{count} stage before', other: '{count} stages before' },
  after: { one: '{count} stage after', other: '{count} stages after' },
} as const

export const FAILURE = {
  action: '*{stage} › {action} failed*',
  stage: '*{stage} failed*',
  spokenStage: '{stage} failed: {cause}',
  log: 'Log',
  more: { one: '{count} more action failed', other: '{count} more actions failed' },
  denied: 'Its cause cannot be read in full: the role lacks {of}',
  'no-group': 'Its log cannot be read: there is no log group {of}',
  'no-stream': 'Its log cannot be read: the log stream {of} has expired or was deleted',
  'no-lines': 'Its log cannot be read: {of} has no lines of it, or they have expired',
  'no-log': 'Its log cannot be read: {of} keeps none in CloudWatch',
  gone: 'Its cause cannot be read: {of} no longer has what it ran',
  'not-joined': 'Its cause cannot be read: Greenlight does not serve {of}',
  'no-answer': 'Its cause cannot be read: {of} did not answer',
  spoken: '{action} failed.',
  spokenWith: '{action} failed: {cause}',
} as const
