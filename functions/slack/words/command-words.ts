/** The words of answers to what a person has typed. */

export const HELP = [
  ['/greenlight pending', 'lists the approvals that wait for you, and those that wait for others'],
  [
    '/greenlight why shop-web',
    'says whether you can approve what waits there, and why not; takes the link to a message as well',
  ],
  ['/greenlight status shop-web', 'says what runs, failed and is live'],
  ['/greenlight history shop-web Production', 'lists the last deployments, with who approved them'],
  ['/greenlight diff shop-web', 'says what is live in one stage and not yet in the next'],
  [
    '/greenlight freeze shop-* until Mon 08:00 because incident 4711',
    'no one can approve these deployments until then',
  ],
  ['/greenlight lengthen shop-* until Tue 08:00', 'the freeze lasts longer'],
  ['/greenlight lift shop-*', 'the freeze ends now'],
  ['/greenlight away until Fri 18:00 @dana', 'Dana approves for you until then; add “from Mon 08:00” to begin later'],
  ['/greenlight away', 'says who stands in for you, and for whom you do'],
  ['/greenlight back', 'no one stands in for you any more'],
  ['/greenlight freezes', 'lists the freezes that were set in Slack'],
  ['/greenlight hold shop-web Production because incident 4711', 'no execution enters this stage'],
  ['/greenlight resume shop-web Production', 'executions enter it again'],
  ['/greenlight release shop-web', 'a new execution starts, with the newest change of each source'],
  [
    '/greenlight mute shop-* until Mon 08:00',
    'no direct messages and no mentions of you there until then; without a name, says what you have muted',
  ],
  ['/greenlight unmute', 'you are told of everything again'],
  ['/greenlight help', 'shows this list'],
] as const

export const COMMAND = {
  name: '/greenlight',
  help: '*What you can type:*',
  leftOut:
    'Greenlight has more commands, for people whom the settings “may” and “standIns” of a route in greenlight.yml name.',
  helpUnread: 'Some may be missing here: {because}.',
  received: 'Got it: {typed}. The answer comes in a moment.',
  helpLine: '{command}: {what}',
  unknown: 'There is no command “{word}”. {instead}',
  nearest: 'Did you mean {command}?',
  all: '/greenlight help lists the commands.',
  notDone: '{because} Nothing was changed. You typed: {typed}',
  notTold: '{because} You typed: {typed}',
  unanswered: 'Greenlight could not answer, because AWS did not. Please try again in a minute. You typed: {typed}',
  failed:
    'Greenlight could not finish this, because AWS or Slack did not answer. {command} shows whether it was done. You typed: {typed}',
} as const

export const MUTES = {
  set: '*Muted:* {names} {until}. You get no direct messages of these approvals, and are not mentioned in them. What cannot wait mentions you all the same: escalations, last calls, and overrides of a freeze. To end it now: {unmute}',
  mine: '*You have muted {names}* {until}. To end it now: {unmute}',
  none: 'You have muted nothing.',
  ended: '*Unmuted:* you are told of everything again.',
  until: 'until {date_short_pretty} at {time}',
} as const

/** Who may start a pipeline gets the button that opens the form. */
export const RELEASE = {
  offered:
    '*Release the newest change of {pipeline}?* The button opens a form that says what will happen. Nothing starts before you send it.',
  running: { one: '*{count} execution* runs already:', other: '*{count} executions* run already:' },
} as const

export const FREEZES = {
  set: '*Frozen:* {names} {until}, because “{reason}”. No one can approve these deployments before. To end it now: {lift}',
  lengthened: '*The freeze lasts longer:* {names} {until}, because “{reason}”.',
  lifted: '*The freeze is lifted:* {names}. Approvals that wait can be given again.',
  none: 'No freeze that was set in Slack is in force. Freezes of greenlight.yml stand in the messages that they concern.',
  some: { one: '*{count} freeze* was set in Slack:', other: '*{count} freezes* were set in Slack:' },
  line: '{names} {until}: “{reason}”, by {person}. Id: {id}',
  unreadable: 'All pipelines: {because}, so no one can approve.',
} as const

export const ABSENCES = {
  set: '*You are away {from}, and {standIn} stands in for you.* They can approve and reject for you where the route’s setting “standIns” allows it, never your own changes. To end it: {back}',
  ended: '*You are back:* {standIn} does not stand in for you any more. What they decided before stays.',
  never: '*That is ended:* {standIn} does not stand in for you.',
  none: 'No one stands in for you, and you stand in for no one.',
  mine: '*{standIn} stands in for you* {from}. To end it: {back}',
  theirs: '*You stand in for {person}* {from}, where the route’s setting “standIns” allows it.',
} as const

export const PENDING = {
  none: 'No approval waits.',
  noneForYou: '*No approval waits for you.*',
  forYou: { one: '*{count} approval* waits for you:', other: '*{count} approvals* wait for you:' },
  forOthers: { one: '*{count} approval* waits for others:', other: '*{count} approvals* wait for others:' },
  expires: 'expires {date_short_pretty} at {time}',
  more: 'and {count} more',
  unseen: {
    one: '{count} more approval was not looked at, because too many wait.',
    other: '{count} more approvals were not looked at, because too many wait.',
  },
  why: 'To know why you cannot approve one: {command}',
} as const

/** Why an approval waits for others, after its name in a list. */
export const FOR_OTHERS = {
  author: 'you wrote a part of it',
  starter: 'you started it',
  'already-voted': 'you have approved',
  'absent-forbidden': 'the person you stand in for wrote or started it',
  'absent-decided': 'already decided for the person you stand in for',
  'not-your-turn': 'not your turn yet',
  frozen: 'change freeze',
  unread: 'Greenlight cannot tell whether you can approve it',
  unidentified: 'Greenlight cannot tell who wrote it',
  'console-only': 'in the AWS console only',
  'no-route': 'no one can approve it in Slack',
  'no-approvers': 'no one can approve it in Slack',
} as const

export const WHY = {
  none: 'No approval waits there: {about}. An approval is named by its pipeline, or by the link to its message in its channel.',
  noneAt: 'This is not the message of an approval that waits.',
  some: '*Can you approve?*',
  can: '{target}: You can approve it now. {count}.',
  cannot: '{target}: {because}',
} as const

export const WHAT_RUNS = {
  none: 'No execution of {about} is known {since}.',
  pipeline: '*{pipeline}*',
  inAccount: '*{pipeline}* in account {account}, {region}',
  running: '{version} runs in {stage} {since}',
  starts: '{version} runs {since}',
  queued: '{version} waits to enter {stage} {since}',
  waits: '{version} waits for approval in {stage} {since}',
  failed: '{version} failed in {stage}{at}',
  failedAt: '{version} failed{at}',
  live: 'Live in {stage}: {version} {since}',
  card: 'Status',
  heldUnread: 'AWS did not say which stages are held.',
  idle: 'Nothing runs, and no deployment is known.',
  since: 'since {date_short_pretty} at {time}',
  at: ', {date_short_pretty} at {time}',
  moreRunning: { one: '{count} more execution runs', other: '{count} more executions run' },
  unseen: {
    one: '{count} more pipeline matches. Name it to see it.',
    other: '{count} more pipelines match. Name one to see it.',
  },
} as const

export const HISTORY = {
  none: 'No deployment of {about} is known {since}.',
  some: '*The last deployments of {pipeline}:*',
  line: '{version} to {stage}, live {since}',
  waited: '{duration} from the request to the end of the approval',
  deployed: 'deployed in {duration}',
} as const

export const DIFFERENCE = {
  some: '*What is not deployed everywhere, {pipeline}:*',
  line: '{earlier} has {newer}, {later} has {older}',
  compare: 'Compare',
  same: '{later} has what {earlier} has',
  single: 'Less than two stages of {pipeline} are known to be deployed to, so there is nothing to compare.',
} as const
