import { MARK } from './marks.ts'

/** The words of notices about an approval, in its thread or in the channel that it was escalated to. */

/** The first line says the state. */
export const NOTICE = {
  direct: { mark: MARK.waiting, words: '*Your approval is needed:* {pipeline} to {environment}' },
  reminder: { mark: MARK.waiting, words: '*Still waiting* {since}: {pipeline} to {environment}' },
  turn: { mark: MARK.waiting, words: '*{groups} can approve now:* {pipeline} to {environment}' },
  turnOver: { mark: MARK.waiting, words: '*Waiting for {groups}:* {pipeline} to {environment}' },
  later: { mark: MARK.waiting, words: '*Approved, deploys later:* {pipeline} to {environment}' },
  enough: { mark: MARK.waiting, words: '*Approved by enough people:* {pipeline} to {environment}' },
  'last-call': { mark: MARK.waiting, words: '*Last call:* {pipeline} to {environment} {expires}' },
  overtaken: { mark: MARK.warning, words: '*Approve again?* A newer change has come: {pipeline} to {environment}' },
  escalation: { mark: MARK.waiting, words: '*Escalated:* {pipeline} to {environment} has waited {duration}' },
  overridden: { mark: MARK.warning, words: '*Freeze overridden* by {people}: {pipeline} to {environment}' },
  review: { mark: MARK.warning, words: '*Override not confirmed yet:* {pipeline} to {environment}' },
  'review-overdue': { mark: MARK.warning, words: '*Override not confirmed in time:* {pipeline} to {environment}' },
  'override-confirmed': {
    mark: MARK.succeeded,
    words: '*Override confirmed* by {people}: {pipeline} to {environment}',
  },
  'past-policy': {
    mark: MARK.warning,
    words: '*Approved past the policy* in the AWS console: {pipeline} to {environment}',
  },
  approved: { mark: MARK.succeeded, words: '*Approved* by {people}: {pipeline} to {environment}' },
  rejected: { mark: MARK.failed, words: '*Rejected* by {people}: {pipeline} to {environment}' },
  approvedInConsole: { mark: MARK.succeeded, words: '*Approved* in the AWS console: {pipeline} to {environment}' },
  approvedInConsoleBy: {
    mark: MARK.succeeded,
    words: '*Approved* in the AWS console by {people}: {pipeline} to {environment}',
  },
  rejectedInConsole: { mark: MARK.failed, words: '*Rejected* in the AWS console: {pipeline} to {environment}' },
  rejectedInConsoleBy: {
    mark: MARK.failed,
    words: '*Rejected* in the AWS console by {people}: {pipeline} to {environment}',
  },
  expired: { mark: MARK.failed, words: '*Expired:* {pipeline} to {environment}' },
  stopped: { mark: MARK.stopped, words: '*Stopped* in AWS: {pipeline} to {environment}' },
  stoppedBy: { mark: MARK.stopped, words: '*Stopped* in AWS by {people}: {pipeline} to {environment}' },
  stoppedInSlack: { mark: MARK.stopped, words: '*Stopped* by {people}: {pipeline} to {environment}' },
  canceled: { mark: MARK.stopped, words: '*Canceled:* {pipeline} to {environment}' },
  deleted: { mark: MARK.stopped, words: '*Canceled:* {pipeline} to {environment}' },
  outOfReach: { mark: MARK.stopped, words: '*Closed:* {pipeline} to {environment}' },
  unknown: { mark: MARK.stopped, words: '*Ended:* {pipeline} to {environment}' },
} as const

/** How a deployment ended that was approved. */
export const DEPLOYMENT_NOTICE = {
  failed: { mark: MARK.failed, words: '*Failed:* {pipeline} to {environment}' },
  'rolled-back': { mark: MARK.failed, words: '*Failed, rolled back:* {pipeline} to {environment}' },
  live: { mark: MARK.succeeded, words: '*Live:* {pipeline} to {environment}' },
  recovered: { mark: MARK.succeeded, words: '*Recovered* after {duration}: {pipeline} to {environment} is live' },
  restored: { mark: MARK.succeeded, words: '*Rolled back:* {pipeline} to {environment}' },
  stopped: { mark: MARK.stopped, words: '*Stopped* after the approval: {pipeline} to {environment}' },
  superseded: { mark: MARK.superseded, words: '*Superseded:* {pipeline} to {environment}' },
  /** After the notice of a failure, once that is known. */
  cause: { mark: MARK.failed, words: '*Why it failed:* {pipeline} to {environment}' },
} as const

/** The same of an execution, in the thread of its status card. */
export const EXECUTION_NOTICE = {
  failed: { mark: MARK.failed, words: '*Failed:* {pipeline}' },
  live: { mark: MARK.succeeded, words: '*Succeeded:* {pipeline} in {duration}' },
  recovered: { mark: MARK.succeeded, words: '*Recovered* after {duration}: {pipeline} succeeded' },
  restored: { mark: MARK.succeeded, words: '*Rolled back:* {pipeline} in {duration}' },
  stopped: { mark: MARK.stopped, words: '*Stopped:* {pipeline} after {duration}' },
  canceled: { mark: MARK.stopped, words: '*Canceled:* {pipeline} after {duration}' },
  superseded: { mark: MARK.superseded, words: '*Superseded:* {pipeline}' },
  cause: { mark: MARK.failed, words: '*Why it failed:* {pipeline}' },
} as const

/** What an end means. */
export const END_WORDS = {
  failedIn: '{stage} › {action} failed',
  liveAgain: 'Rolled back to {version}',
  afterApproval: '{duration} after the approval',
  superseded: 'A newer execution has taken its place.',
  log: 'Log',
} as const

/** Times, for blocks in the reader's own zone and for a text as of the moment at which it is sent. */
export const TIMES = {
  since: 'since {date_short_pretty} at {time}',
  sinceSpoken: 'after {duration}',
  expires: 'expires {date_short_pretty} at {time}',
  expiresSpoken: 'expires in {duration}',
} as const

export const MORE = {
  overriddenBy: '{person} overrode the freeze: “{reason}”',
  overtaken: 'It was approved for a later time, and is not deployed until a person approves it again.',
  lastCall: 'Without the required approvals {service} rejects it.',
  lastCallLater: 'If nothing is done, {service} rejects it then.',
  standIn: { forGroups: '{people}, you can now approve for {groups}.', forAny: '{people}, you can now approve.' },
  standInAfterFreeze: {
    forGroups: '{people}, you can approve for {groups} once the freeze ends.',
    forAny: '{people}, you can approve once the freeze ends.',
  },
  quote: '“{words}”',
  comment: '{name}: “{comment}”',
  comments: { one: '{count} more comment', other: '{count} more comments' },
  forPeople: 'For {people}',
  openApproval: 'Open the approval',
} as const

/** What the end means, and what its author can do. */
export const AFTERWARDS = {
  approved: 'Deploying now.',
  goesOn: 'The pipeline goes on.',
  waits: 'The stage still waits for {others}.',
  behind: 'It waits behind {ahead}.',
  held: '{stage} is held, so nothing is deployed until it is resumed.',
  again: {
    inSlack: 'Nothing was deployed. Push a fix, or retry the stage, to request approval again.',
    inConsole: 'Nothing was deployed. Push a fix, or retry the stage in the AWS console, to request approval again.',
  },
  retry: 'Nothing was deployed. Retry the stage to request approval again.',
  newer: 'Nothing was deployed. Approval of the newer change is requested next: {newer}',
  expired: '{done} of {required} approved in time, so {service} rejected it.',
  expiredUncounted: 'Not approved in time, so {service} rejected it.',
  stopped: 'Nothing was deployed.',
  deleted: 'The pipeline was deleted. Nothing was deployed.',
  canceled: 'The pipeline was edited, so CodePipeline canceled the approval. Nothing was deployed.',
  outOfReach: 'Greenlight may not read the pipeline any more. The approval may still wait in the AWS console.',
  unknown: 'Greenlight does not know the status that {service} tells: “{status}”. See the AWS console.',
  untold: '{service} does not say how the approval ended. See the AWS console.',
} as const
