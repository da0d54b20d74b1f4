import { MARK } from './marks.ts'

/** The words of an approval's message, while it waits and afterwards. Dates include their prepositions. */

/** The first words say the state, for a notification as well. */
export const HEADINGS = {
  waiting: { mark: MARK.waiting, words: 'Approve {pipeline} to {environment}?' },
  later: { mark: MARK.waiting, words: 'Approved, deploys later: {pipeline} to {environment}' },
  again: { mark: MARK.waiting, words: 'Approve {pipeline} to {environment} again?' },
  frozen: { mark: MARK.stopped, words: 'Frozen: {pipeline} to {environment}' },
  'in-console': { mark: MARK.waiting, words: 'Approve in the AWS console: {pipeline} to {environment}' },
  'no-approver': { mark: MARK.waiting, words: 'No approver in Slack: {pipeline} to {environment}' },
  approved: { mark: MARK.succeeded, words: 'Approved: {pipeline} to {environment}' },
  rejected: { mark: MARK.failed, words: 'Rejected: {pipeline} to {environment}' },
  'waits-for-others': { mark: MARK.waiting, words: 'Approved, waits for {others}: {pipeline} to {environment}' },
  held: { mark: MARK.waiting, words: 'Approved, but {stage} is held: {pipeline} to {environment}' },
  queued: { mark: MARK.waiting, words: 'Approved, waits behind {ahead}: {pipeline} to {environment}' },
  deploying: { mark: MARK.running, words: 'Deploying {pipeline} to {environment}' },
  live: { mark: MARK.succeeded, words: 'Live: {pipeline} to {environment}' },
  failed: { mark: MARK.failed, words: 'Failed: {pipeline} to {environment}' },
  'rolled-back': { mark: MARK.failed, words: 'Failed, rolled back: {pipeline} to {environment}' },
  'stopped-later': { mark: MARK.stopped, words: 'Stopped after approval: {pipeline} to {environment}' },
  expired: { mark: MARK.failed, words: 'Expired: {pipeline} to {environment}' },
  stopped: { mark: MARK.stopped, words: 'Stopped: {pipeline} to {environment}' },
  canceled: { mark: MARK.stopped, words: 'Canceled: {pipeline} to {environment}' },
  ended: { mark: MARK.stopped, words: 'Ended: {pipeline} to {environment}' },
} as const

export type Heading = keyof typeof HEADINGS

/** How many approvals there are, and until when there can be more. */
export const COUNT = {
  approved: '{done} of {required} approved',
  waitingFor: '{done} of {required} approved, waiting for {groups}',
  /** A group that must give more than one more. */
  group: '{group} ({missing})',
  expires: 'expires {date_short_pretty} at {time}',
  expiresAlone: 'Expires {date_short_pretty} at {time}',
} as const

/** One line for each group of approvers. */
export const GROUP = {
  complete: `${MARK.succeeded} {group}`,
  completeBy: `${MARK.succeeded} {group}: {people}`,
  open: `${MARK.open} {group}`,
  openFor: `${MARK.open} {group}: {people}`,
  /** A group that must give more than one approval. */
  counted: '{group} ({approved} of {required})',
  more: { one: '{count} more group', other: '{count} more groups' },
  approved: '{person} {at}',
  approvedWith: '{person} {at} “{comment}”',
  moreApproved: { one: '{count} more approval', other: '{count} more approvals' },
  /** An approval can wait for days. */
  at: '({date_short_pretty} at {time})',
  /** The time that the approver chose. */
  forTime: 'for {date_short_pretty} at {time}',
  someOf: '{count} of {people}',
  /** Approvers of another group, whose approval lets an earlier approver count for this one. */
  freeing: '{people} (then {freed} counts here)',
  /** Members of the group who cannot approve this change. */
  without: ' (not {excluded})',
  /** In a sequence, the group that approves before. */
  after: ' (after {group})',
  authors: { one: 'its author', other: 'its authors' },
  starter: 'who started it',
} as const

/** Alternatives: approvers meet one of them. Each is named with its count, and its groups follow. */
export const WAYS = {
  either: '*Either* {done} of {required}:',
  or: '*Or* {done} of {required}:',
  more: { one: '{count} more way', other: '{count} more ways' },
} as const

/** Why no one can approve in Slack. */
export const NO_APPROVER = {
  'no-route': '*No one can approve this in Slack:* greenlight.yml has no route for it. {instead}',
  'no-approvers': '*No one can approve this in Slack:* its route in greenlight.yml names no approvers. {instead}',
  instead: 'Approve or reject it in the AWS console.',
  /** Where people may reject it in Slack. */
  insteadOfApproving: 'Approve it in the AWS console.',
  'console-only': '*This is approved or rejected in the AWS console only:* {why}',
} as const

/** The settings of `match` that messages call otherwise. */
export const SETTING_WORDS: Readonly<Record<string, string>> = { executionMode: 'execution mode' }

/** What blocks it while it waits, or has changed: one line each. */
export const NEWS = {
  untold:
    'Which route applies depends on the {settings}, which CodePipeline does not tell for the whole change. So the strictest of them applies.',
  rejecters: 'Only {groups} can reject this.',
  escalated: '*Escalated* {at}: {people} can now approve for any group.',
  escalatedInFreeze: '*Escalated* {at}: {people} can approve for any group once the freeze ends.',
  at: '({date_short_pretty} at {time})',
  unread: '{clauses}. Greenlight tries again at every click and every few minutes.',
  checking: {
    slack: 'Checking {acts}: Slack is slow.',
    kms: 'Checking {acts}: AWS KMS has not signed yet.',
    others: 'Checking {acts}: many people clicked at once.',
  },
  notSent: '*The verdict was not sent:* {because}.',
  decideAgain: 'Approve or reject it again.',
  unsigned: {
    one: '*No longer counts:* {acts}, from before votes were signed. Please click again.',
    other: '*No longer count:* {acts}, from before votes were signed. Please click again.',
  },
  moreClicks: { one: '{count} more click', other: '{count} more clicks' },
  cannotApprove: '*No one can approve this in Slack.* {unknown} {instead}{reject}',
  reject: ' You can reject it here.',
  mayApproveOwn: '{unknown} So nothing keeps them from approving their own change.',
  tooFew: '*Not enough approvers:* {groups}. Approve it in the AWS console.{reject}',
  tooFewIn: '{group} can give {possible} of {required}',
  stuck: '*Stuck:* {problem}',
  version: 'Greenlight {version}',
} as const

/** Authors and starters who are not known, and what helps: people can be added only by their names. */
export const UNKNOWN = {
  author: '{name} wrote {revision} and has no known Slack account.',
  authorOfEarlier: '{name} wrote earlier changes and has no known Slack account.',
  nameless: 'The source does not say who wrote {revision}.',
  notListed: 'CodePipeline does not list all changes of this deployment and their authors.',
  starter: '{name} started this and has no known Slack account.',
  namelessStarter: 'AWS does not name who started this.',
  more: {
    one: '{count} more person is not known.',
    other: '{count} more people are not known.',
  },
  nameThem: 'Add them under “people” in greenlight.yml, or approve this in the AWS console.',
  unnamed: 'Approve this in the AWS console, or ask the owner of greenlight.yml.',
} as const

/** An approval that approves itself, where its route lets it. */
export const AUTOMATIC = {
  at: 'It approves itself at {at}.',
  unlessAlarm: 'It approves itself at {at}, unless an alarm rings.',
  ifEmpty: 'It approves itself at {at}, if CloudFormation has nothing to change.',
  ifEmptyUnlessAlarm: 'It approves itself at {at}, if CloudFormation has nothing to change, unless an alarm rings.',
  time: '{time} ({date_short_pretty})',
  afterFreeze: 'It approves itself after the change freeze.',
  notNow: 'It does not approve itself now: {because}.',
  stoppedBy: '*Automatic approval stopped* by {person} {at}.',
  byPeople: 'People must approve.',
  stoppedAt: '({date_short_pretty} at {time})',
} as const

/** Enough have approved, and the verdict waits for the time that they chose. */
export const LATER = {
  at: '*Approved.* {deploys}, if nothing keeps it then.',
  deploys: 'Deploys {date_short_pretty} at {time}',
  afterFreeze: '*Approved* {chosen}. It deploys after the change freeze “{name}”.',
  overtaken: '*Approved* {chosen}. It is not deployed until a person approves it again: a newer change has come since.',
  chosen: 'for {date_short_pretty} at {time}',
} as const

/** What a person did, as theirs. */
export const ACT_OF = {
  Approved: '{person}’s approval',
  Rejected: '{person}’s rejection',
  vote: '{person}’s approval',
  withdraw: '{person}’s withdrawal',
  'break-glass': '{person}’s override of the freeze',
  'stop-automatic': '{person}’s stop of the automatic approval',
  'confirm-override': '{person}’s confirmation of the override',
  'deploy-now': '{person}’s approval at once',
  'take-newer': '{person}’s rejection for the newer change',
} as const

/** What would be deployed, or was. */
export const CHANGES = {
  pullRequest: 'Pull request {number}',
  since: { one: '*{count} change*{since}', other: '*{count} changes*{since}' },
  moreThan: '*More than {count} changes*{since}',
  notDeployed: { one: '*{count} change*, not deployed', other: '*{count} changes*, not deployed' },
  moreNotDeployed: '*More than {count} changes*, not deployed',
  again: '*No new change*{since}, the same one again',
  /** Where the last deployment brought another one, and its stage failed behind it. */
  before: '*No new change*{since}, the one before the last deployment',
  /** Before a change that stands alone. */
  single: ': ',
  first: '*First deployment to {environment}* that Greenlight knows',
  edited: '*What is live in {environment} is not known* since the pipeline was edited',
  editedNotDeployed: '*Not deployed.* What is live in {environment} is not known since the pipeline was edited',
  far: '*What is live in {environment} is not known:* its last deployment is too far back',
  farNotDeployed: '*Not deployed.* What is live in {environment} is not known: its last deployment is too far back',
  firstNotDeployed: '*First deployment to {environment}*, not deployed',
  none: '{service} does not say which change this is.',
  unnamed: 'revision',
  sinceDay: 'since {date_short_pretty}',
  sinceTime: 'since {date_short_pretty} at {time}',
  compare: 'Compare',
  compareOf: 'Compare {name}',
  more: { one: 'and {count} more change', other: 'and {count} more changes' },
  newer: '*A newer change waits:* {newer}. Approving deploys the older one.',
  stopping: '*The execution is being stopped:* an approval deploys nothing.',
  failedBeside: '*{action} failed in this stage:* an approval deploys nothing until the stage is retried.',
  rejectedBeside: '*{action} was rejected in this stage:* an approval deploys nothing until the stage is retried.',
  newerLive: '*A newer change is live:* {newer}. Approving deploys the older one.',
  newerExecution: 'execution {id}',
  review: 'Review link',
} as const

/** One change that stands for all of them. */
export const IN_SHORT = {
  changes: '{count} changes: {one} and {others} more',
  moreThan: 'More than {count} changes: {one} and {others} more',
  again: 'No new change: {one} and {others} more',
} as const

/** How it ended, and what became of it. */
export const ENDED = {
  deciding: 'By {people}. Telling {service}…',
  approved: 'Approved by {people}, {duration} after the request',
  rejected: 'By {people}, {duration} after the request',
  /** In place of people. */
  rule: 'the rule autoApprove',
  /** After the reason of the person who rejected it. */
  later: '{duration} after the request',
  unknownPeople: 'people who are not on record',
  comment: '{person}: “{comment}”',
  moreComments: { one: '{count} more comment', other: '{count} more comments' },
  quote: '“{words}”',
  approvedInConsole: 'Approved in the AWS console, {duration} after the request',
  approvedInConsoleBy: 'Approved in the AWS console by {people}, {duration} after the request',
  rejectedInConsole: 'Rejected in the AWS console, {duration} after the request',
  rejectedInConsoleBy: 'Rejected in the AWS console by {people}, {duration} after the request',
  expired: 'Not approved in {duration}, so {service} rejected it',
  expiredOf: '{done} of {required} approved in {duration}, so {service} rejected it',
  stopped: 'The execution was stopped in AWS, {duration} after the request',
  stoppedBy: 'The execution was stopped in AWS by {people}, {duration} after the request',
  stoppedInSlack: 'The execution was stopped by {people}, {duration} after the request',
  deleted: 'The pipeline was deleted, {duration} after the request',
  canceled: 'The pipeline was edited, so CodePipeline canceled the approval {duration} after the request',
  outOfReach:
    'Closed {duration} after the request, because Greenlight may not read the pipeline any more. See the AWS console',
  unknown: '{service} ended the approval {duration} after the request',
  untold: '{service} no longer waits for the approval, and does not say how it ended. See the AWS console',
  status: 'Greenlight does not know the status that {service} tells: “{status}”',
  live: '{since}, {duration} after the approval',
  since: 'Since {date_short_pretty} at {time}',
  rolledBack: 'Rolled back to {version}',
  failed: 'Failed {duration} after the approval {at}',
  ended: '{duration} after the approval {at}',
  /** By a later approval of the same execution. */
  rejectedIn: '{action} was not approved · {duration} after this approval {at}',
  at: '({date_short_pretty} at {time})',
} as const

/** An approval in the AWS console that Slack would have refused: why. */
export const PAST = {
  line: '*Past the policy:* {why}',
  'not-an-approver': '{who} is not an approver of this deployment.',
  author: '{who} wrote this change, or a part of it.',
  starter: '{who} started this execution.',
  'not-your-turn': 'Others had to approve before {who}.',
  frozen: 'A change freeze applied.',
  unidentified: 'An author or a starter is not known in Slack, so no one could approve.',
  unread: 'Slack did not say whether {who} is an approver.',
  'no-approvers': 'The route names no approvers.',
  'unknown-person': '{who} is not known in Slack: greenlight.yml does not name them under “people”.',
  'too-few': 'The required approvals were not there.',
  someone: 'The person',
} as const

/** Sentences of the message's `text` alone: what a phone shows on its lock screen, or a screen reader says. */
export const SPOKEN = {
  changes: { one: '{count} change: {titles}', other: '{count} changes: {titles}' },
  moreThan: 'More than {count} changes: {titles}',
  again: 'No new change: {titles}',
  first: 'First deployment to {environment}: {titles}',
  edited: 'What is live in {environment} is not known since the pipeline was edited: {titles}',
  far: 'What is live in {environment} is not known: {titles}',
  more: '{count} more',
} as const
