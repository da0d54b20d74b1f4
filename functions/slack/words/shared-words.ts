/** Words that several kinds of message share, so that one thing has one name everywhere. */

/** What is approved. `action`: where it is deployed, if the stage has several approvals. */
export const TARGET = {
  named: '{pipeline} to {environment}',
  action: '{environment} ({action})',
} as const

export const PEOPLE = {
  counted: { one: '{count} person', other: '{count} people' },
  more: '{count} more',
  /** After the person who decided. */
  standingIn: 'for {person}',
} as const

/** Who or what started an execution. */
export const STARTED = {
  push: 'Started by a push',
  'push-by': 'By {name}’s push',
  person: 'Started by hand',
  'person-by': 'Started by {name}',
  rollback: 'Started as a rollback',
  'rollback-by': 'Started as a rollback by {name}',
  'automatic-rollback': 'Started by CodePipeline as a rollback',
  'automatic-rollback-by': 'Started by {name} as a rollback',
  'schedule-or-rule': 'Started by a rule',
  'schedule-or-rule-by': 'Started by the rule {name}',
  creation: 'Started when the pipeline was created',
  unknown: 'Started by something that AWS does not name',
} as const

export const REVISION = {
  titled: '{title} ({id})',
  by: '{title} ({author})',
} as const

export const ACCOUNT = {
  named: '{account}, {region}',
  unnamed: 'account {account}, {region}',
} as const

/** A change freeze, and its override for one approval. */
export const FREEZE = {
  lasts: '*Change freeze “{name}”* {until}.',
  setInSlack: '*Change freeze “{name}”*, set in Slack, {until}.',
  withoutEnd: '*Change freeze “{name}”* until further notice.',
  unread: '*Change freeze “{name}”*, because {why}. Greenlight looks again every few minutes.',
  until: 'until {date_long_pretty} at {time}',
  override: '{people} can override it.',
  noOverride: 'No one is named who can override it.',
  overridden: '*Freeze overridden* by {person} {at}: “{reason}”',
  at: '({date_short_pretty} at {time})',
  toConfirm: 'Another person must confirm the override: due {date_short_pretty} at {time}.',
  confirmed: '*Override confirmed* by {person} {at}',
  confirmedWith: '*Override confirmed* by {person} {at}: “{comment}”',
  rulesHold: 'The freeze no longer applies to this approval. The required approvals still do.',
} as const

/** Slack no longer lets Greenlight change a message. */
export const CONTINUED = {
  here: '*This message is out of date.* Slack does not let Greenlight change it any more. See {there}.',
  there: 'the new message',
} as const

/** A stage that takes no executions in. */
export const HELD = {
  stage: '*{stage} is held*',
  by: ' by {person}',
  inAws: ' in AWS',
  byInAws: ' in AWS by {name}',
  since: 'since {date_short_pretty} at {time}',
  because: ': “{reason}”',
  behind: 'Nothing goes on to {stage} until it is resumed.',
} as const
