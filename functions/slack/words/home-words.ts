/** The words of the Home tab. */
export const HOME = {
  asOf: 'As of {date_short_pretty} at {time}',
  followed: '{at}. Until {until}, what changes is shown here within a minute. After that, open this tab again.',
  until: '{time}',
  forYou: 'Waiting for you ({count})',
  noneForYou: 'No approval waits for you.',
  forOthers: 'Waiting for others ({count})',
  running: 'Running ({count})',
  failed: 'Failed ({count})',
  frozen: 'Change freezes ({count})',
  releases: 'Recent releases',
  inPipeline: '*{pipeline}*: {what}',
  release: '{version} to {stage}, live {since}',
  holdsFor: '{freeze} It holds for {pipelines}.',
  setInSlack: '{names} {until}: “{reason}”, by {person}',
  more: 'and {count} more: {command}',
  moreNames: '{count} more',
  empty:
    'Nothing waits, runs, failed or is frozen. Here you will see the approvals that wait for you, with their buttons, those that wait for others, what runs and failed, change freezes, and the recent releases.',
  notTold: '{because} So Greenlight shows you nothing here.',
} as const
