/** The words of a digest: what was deployed in a day or a week. */
export const DIGEST = {
  daily: '*Daily digest:* {count}',
  weekly: '*Weekly digest:* {count}',
  accounts: { one: 'account {names}', other: 'accounts {names}' },
  regions: { one: 'Region {names}', other: 'Regions {names}' },
  from: '{date_short_pretty} {time}',
  to: 'to {date_short_pretty} {time}',
  deployments: { one: '{count} deployment', other: '{count} deployments' },
  none: 'no deployment',
  failed: '{count} failed ({share} %)',
  before: '{count} before',
  leadTime: 'Lead time: {duration} from the commit until it was live',
  waiting: 'Waited for approval: {duration}',
  restore: 'Time to restore: {duration} from a failure to the next deployment',
  more: { one: '{count} more pipeline', other: '{count} more pipelines' },
} as const

/** The table of the pipelines; `unknown` where there is nothing to measure. */
export const DIGEST_TABLE = {
  caption: 'Each pipeline',
  columns: ['Pipeline', 'Deployments', 'Failed', 'Lead time', 'Waited for approval', 'Time to restore'],
  unknown: '–',
} as const
