import { MARK } from './marks.ts'

/** For the person who stands in. */
export const STAND_IN = {
  named: {
    mark: MARK.waiting,
    words:
      '*You stand in for {person}* {span}. You can approve and reject for them where the route’s setting “standIns” allows it, never their changes or your own. If you cannot, tell {person}.',
  },
  ended: {
    mark: MARK.succeeded,
    words: '*{person} is back:* you do not stand in for them any more. What you decided before stays.',
  },
  never: { mark: MARK.succeeded, words: '*You do not stand in for {person}:* they ended that before it began.' },
} as const

export const ABSENCE_SPAN = {
  span: '{from} {until}',
  from: 'from {date_short_pretty} at {time}',
  until: 'until {date_short_pretty} at {time}',
} as const
