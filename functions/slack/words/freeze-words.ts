/** What channels are told of a freeze that was set in Slack. */
export const SET_FREEZE = {
  until: 'until {date_short_pretty} at {time}',
  begun: '*Change freeze:* {names} {until}, by {person}: “{reason}”',
  over: '*The change freeze is over:* {names} (“{reason}”).',
  liftedBy: '*The change freeze is lifted:* {names}, by {person} {at} (“{reason}”).',
  at: '({date_short_pretty} at {time})',
} as const
