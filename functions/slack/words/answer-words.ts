/** The words of answers that one person reads alone, after a click. */

export const TITLES = {
  counted: 'Counted',
  notCounted: 'Not counted',
  checking: 'Being checked',
  withdrawn: 'Withdrawn',
} as const

export const DONE = {
  approved: 'Your approval counts. {count}.',
  later: 'Your approval counts. {deploys}, if nothing keeps it then.',
  withdrawn: 'Your approval was withdrawn. You can approve again while this is open.',
} as const

/** Why a click did not count, and what the person can do. */
export const REFUSED = {
  noRoute: 'No one can approve this in Slack: greenlight.yml has no route for it. {instead}',
  noApprovers: 'No one can approve this in Slack: its route in greenlight.yml names no approvers. {instead}',
  instead: 'Approve or reject it in the AWS console.',
  insteadOfApproving: 'Approve it in the AWS console.',
  consoleOnly: 'This is approved or rejected in the AWS console only: {why}',
  notAnApprover: 'You are not an approver of this deployment.',
  absentForbidden: {
    author:
      'You cannot approve this deployment for {person}: they wrote a part of it, and authors cannot approve their own changes.',
    starter:
      'You cannot approve this deployment for {person}: they started it, and its route does not let its starter approve it.',
  },
  absentDecided: {
    self: '{person} has decided about this deployment, so you do not stand in for them here.',
    other: '{other} has decided about this deployment for {person} already.',
  },
  notYourTurn: 'It is not your turn yet: {groups} must approve first.',
  notARejecter: 'You cannot reject this deployment: only {groups} can.',
  unread: 'Greenlight cannot tell whether you can do this. {clauses}. {again}',
  again: 'Nothing was counted; please try again in a minute.',
  author:
    'You cannot approve this deployment: you wrote {revision}, and authors cannot approve their own changes.{reject}',
  authorOfPart:
    'You cannot approve this deployment: you wrote a part of it, and authors cannot approve their own changes.{reject}',
  starter:
    'You cannot approve this deployment: you started it, and its route does not let its starter approve it.{reject}',
  reject: 'You can reject it.',
  unidentified: '{unknown} So Greenlight cannot tell who must not approve. {instead}{reject}',
  frozen: '{freeze} You cannot approve before it ends. {override}',
  deactivated: 'Your Slack account is deactivated, so this did not count. Ask a Slack admin.',
  stranger:
    'You are from another company’s Slack workspace, so this did not count: only people of this workspace can approve or reject.',
  unknownPerson: 'Greenlight cannot tell who you are, so this did not count. {why}. {again}',
  askAdmin: 'Ask a Slack admin, or approve or reject in the AWS console.',
  comment: 'Your approval does not count: its comment has not the form that this deployment requires. {hint}',
  expired: 'This approval has expired, and {service} is closing it.',
  approvedAlready: 'You approved this already {at}.',
  rejectedAlready: 'You rejected this already {at}.',
  at: '({date_short_pretty} at {time})',
  onRecord: {
    Approved: 'Your approval is on record {at}.',
    Rejected: 'Your rejection is on record {at}.',
  },
  deciding: {
    Approved: 'Just approved by {people}. Telling {service}…',
    Rejected: 'Just rejected by {people}. Telling {service}…',
  },
  time: {
    'not-offered': 'Your approval does not count: this route does not let approvers choose a time.',
    past: 'Your approval does not count: the time that you chose has passed. Approve again, with another time or without.',
    'after-expiry': 'Your approval does not count: you chose a time too close to the expiry. Choose one {latest}.',
    'too-far': 'Your approval does not count: this route lets you choose a time {latest}.',
  },
  latest: {
    'after-expiry': 'before {date_short_pretty} at {time}',
    'too-far': 'until {date_short_pretty} at {time}',
  },
  noTime: 'You chose no time here. {people} did, and can deploy it now.',
  noTimeChosen: 'No time is chosen here any more.',
  noVote: 'You have no approval here to withdraw.',
  overtaken: 'You clicked again right after this, and that click counts.',
  nothingNewer: 'No newer change is waiting any more. “Reject…” still stops this one.',
  notAutomatic: 'This approval does not approve itself, so there is nothing to stop.',
  notFrozen: 'There is no freeze to override right now.',
  mayNotOverride: 'You cannot override this freeze. {override}',
  unconfirmedOverride:
    'You cannot override this freeze yet: another person must first confirm the override by {people} {at}.',
  nothingToConfirm: 'There is no override here to confirm.',
  confirmedAlready: 'This override is confirmed already: {people} confirmed it {at}.',
  ownOverride: 'You cannot confirm this override: you overrode the freeze yourself. Another person must confirm it.',
  notAReviewer: 'You cannot confirm this override. {people} can.',
  noReviewer: 'You cannot confirm this override, and no other person can. Ask the owner of greenlight.yml.',
  unidentifiedReview:
    '{unknown} So Greenlight cannot tell who must not confirm the override. Add them under “people” in greenlight.yml.',
  waitingFor: 'Waiting for {groups}: {people}.',
  reminded: 'They were {reminded}.',
  remindedAt: 'reminded {date_short_pretty} at {time}',
} as const

/** It is over: how it ended. */
export const CLOSED = {
  approved: 'This approval is closed: {people} approved it {at}.',
  rejected: 'This approval is closed: {people} rejected it {at}.',
  approvedInConsole: 'This approval is closed: it was approved in the AWS console {at}.',
  approvedInConsoleBy: 'This approval is closed: {people} approved it in the AWS console {at}.',
  rejectedInConsole: 'This approval is closed: it was rejected in the AWS console {at}.',
  rejectedInConsoleBy: 'This approval is closed: {people} rejected it in the AWS console {at}.',
  expired: 'This approval is closed: it expired {at}.',
  stopped: 'This approval is closed: the execution was stopped in AWS {at}.',
  stoppedBy: 'This approval is closed: {people} stopped the execution in AWS {at}.',
  stoppedInSlack: 'This approval is closed: {people} stopped the execution {at}.',
  deleted: 'This approval is closed: the pipeline was deleted {at}.',
  canceled: 'This approval is closed: the pipeline was edited, so CodePipeline canceled it {at}.',
  outOfReach:
    'This approval is closed: Greenlight may not read the pipeline any more. It may still wait in the AWS console.',
  unknown: 'This approval is closed: {service} ended it {at}.',
} as const

/** What a person has clicked. */
export const CLICKED = {
  Approved: 'your approval',
  Rejected: 'your rejection',
  vote: 'your approval',
  withdraw: 'your withdrawal',
  'break-glass': 'your override',
  'stop-automatic': 'your stop',
  'confirm-override': 'your confirmation',
  'deploy-now': 'your approval at once',
  'take-newer': 'your rejection for the newer change',
} as const

/** Slack is slow to describe a person or group. */
export const CHECKING = 'Got it: {click} is being checked. You will be told if it does not count.'

/** What they are told then. */
export const REFUSED_LATER = '*{title}:* {click}, {target}. {why}'

export const FORM_NOT_OPENED = {
  late: 'Slack took too long to open the form. Nothing was sent; please try again.',
  refused: 'Slack did not open the form ({because}). Nothing was sent; please try again.',
  busy: 'Slack is busy and did not open the form. Nothing was sent; please try again.',
} as const

export const NO_RECORD = 'Greenlight has no record of this approval any more. Approve or reject it in the AWS console.'
