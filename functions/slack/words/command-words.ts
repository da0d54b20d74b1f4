/** The words of answers to what a person has typed. */

export const HELP = [
  [
    '/greenlight freeze shop-* until Mon 08:00 because incident 4711',
    'no one can approve these deployments until then',
  ],
  ['/greenlight lengthen shop-* until Tue 08:00', 'the freeze lasts longer'],
  ['/greenlight lift shop-*', 'the freeze ends now'],
  ['/greenlight freezes', 'lists the freezes that were set in Slack'],
  ['/greenlight help', 'shows this list'],
] as const

export const COMMAND = {
  name: '/greenlight',
  help: '*What you can type:*',
  received: 'Got it: {typed}. The answer comes in a moment.',
  helpLine: '{command}: {what}',
  unknown: 'There is no command “{word}”. {instead}',
  nearest: 'Did you mean {command}?',
  all: '/greenlight help lists the commands.',
  notDone: '{because} Nothing was changed. You typed: {typed}',
  failed:
    'Greenlight could not finish this, because AWS did not answer. {freezes} lists what is in force. You typed: {typed}',
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
