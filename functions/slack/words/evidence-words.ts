/** What approvers go by beside the change: test results, and what is live now. */

export const TESTS = {
  counted: 'Tests: {passed} passed, {failed} failed',
  skipped: '{count} skipped',
  unknown: '{count} without a result',
  unfinished: { one: '{count} report is not finished', other: '{count} reports are not finished' },
  report: 'Report',
  reportOf: 'Report of {name}',
  more: { one: '{count} more report', other: '{count} more reports' },
  none: 'No test reports',
  denied: 'Test reports cannot be read: the role lacks {permission}',
  'no-answer': 'Test reports cannot be read: CodeBuild did not answer',
  'no-build': 'Test reports cannot be read: CodeBuild does not have the build',
  'not-joined': 'Test reports cannot be read: Greenlight does not serve {region}',
} as const

export const LIVE = {
  now: 'Live now: {version} {since}',
  in: 'Live now in {stage}: {version} {since}',
  /** Where the last deployment brought something else, and its stage failed behind it. */
  passed: 'Passed {stage} last: {version}',
  execution: 'execution {id}',
  approvedBy: 'approved by {people}',
  approvedInConsole: 'approved in the AWS console',
  approvedInConsoleBy: 'approved in the AWS console by {people}',
  notOnRecord: 'no approval on record',
} as const

/** What CloudFormation would do in a stack, from its change set. */
export const CHANGE_SETS = {
  of: 'Stack {stack}: {what}',
  empty: 'Stack {stack}: no changes',
  noResource: 'no resource changes, only outputs or tags',
  unread: 'The change set of stack {stack} cannot be read: {because}',
  counts: {
    removed: '{count} removed',
    replaced: '{count} replaced',
    mayReplace: '{count} perhaps replaced',
    changed: '{count} changed',
    added: '{count} added',
  },
  atRisk: 'Stack {stack} {what}',
  removes: 'removes {id} ({type})',
  replaces: 'replaces {id} ({type})',
  mayReplace: 'may replace {id} ({type})',
  more: '{count} more with data',
  link: 'Change set',
  moreStacks: { one: '{count} more stack', other: '{count} more stacks' },
} as const

/** What the last deployment into a stage did, if its execution is not the one that passed the stage last. */
export const LAST = {
  failed: 'The last deployment to {stage} failed {at}: {version}',
  stopped: 'The last deployment to {stage} was stopped {at}: {version}',
  'rolled-back': 'The last deployment to {stage} was a rollback {at}: {version}',
  failedBehind: 'Deployed to {stage} last {at}: {version}. {action} failed behind it',
  stoppedBehind: 'Deployed to {stage} last {at}: {version}. {action} was stopped behind it',
  at: '({date_short_pretty} at {time})',
} as const
