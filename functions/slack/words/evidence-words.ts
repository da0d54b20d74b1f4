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
} as const

export const LIVE = {
  now: 'Live now: {version}',
  in: 'Live now in {stage}: {version}',
  execution: 'execution {id}',
  since: 'since {date_short_pretty} at {time}',
  approvedBy: 'approved by {people}',
  approvedInConsole: 'approved in the AWS console',
  approvedInConsoleBy: 'approved in the AWS console by {people}',
  notOnRecord: 'no approval on record',
} as const
