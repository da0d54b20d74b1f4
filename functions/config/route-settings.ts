import type { Calendar } from '../domain/calendar.ts'
import { calendarKey } from '../domain/calendar.ts'
import type { Window } from '../domain/window.ts'
import type { Approvers, May, Route } from '../domain/route.ts'
import type { ConfigurationFile, RouteEntry } from './schema.ts'
import { NO_MEMBERS } from '../domain/route.ts'

/** Each alternative as its list of rules. */
export const alternativesOf = ({ anyOf = [] }: Pick<RouteEntry, 'anyOf'>): Approvers[][] =>
  anyOf.map((way) => ('allOf' in way ? way.allOf : [way]))

/** The settings that apply to a route: its own, otherwise those of `defaults`, otherwise Greenlight's. */
export const settingsOf = (file: Pick<ConfigurationFile, 'defaults' | 'zone'>, entry: RouteEntry): Route => {
  const { zone, defaults } = file
  const given = { ...defaults, ...entry }
  const { escalate = 'none', lastCall = 'none', breakGlass = 'none', rejecters = 'none', onCall = 'none' } = given
  const { review = 'none', tickets = 'none', may = 'none', later = 'none' } = given
  return {
    environment: entry.environment ?? null,
    approvers: entry.approvers ?? [],
    anyOf: alternativesOf(entry),
    order: entry.order ?? 'any',
    rejecters: rejecters === 'none' ? [] : rejecters,
    automatic: automaticOf(entry),
    consoleOnly: entry.consoleOnly ?? null,
    forbid: given.forbid ?? [],
    whenUnidentified: given.unidentified ?? 'refuse',
    freezes: freezesIn(given, zone).flatMap((one) => ('span' in one ? [one] : [])),
    calendars: freezesIn(given, zone).flatMap((one) => ('span' in one ? [] : [one])),
    breakGlass: breakGlass === 'none' ? NO_MEMBERS : breakGlass,
    review: review === 'none' ? null : review,
    may: permissionsIn(may === 'none' ? {} : may),
    remind: (given.remind ?? []).toSorted((a, b) => a - b),
    lastCall: lastCall === 'none' ? null : lastCall,
    escalate: escalate === 'none' ? null : { ...escalate, channel: escalate.channel ?? null },
    quiet: (given.quiet ?? []).map(({ zone: own, span }): Window => ({ name: 'quiet hours', zone: own ?? zone, span })),
    ask: given.ask ?? ['topic', 'events'],
    notify: given.notify ?? 'none',
    deployments: given.deployments ?? 'changes',
    onCall: onCall === 'none' ? NO_MEMBERS : onCall,
    standIns: given.standIns ?? 'none',
    later: later === 'none' ? null : later,
    consoleApprovals: given.consoleApprovals ?? 'report',
    ...(tickets !== 'none' && { tickets }),
    ...commentSettings(given.comment ?? 'optional'),
  }
}

/** No one may do what a route does not name. */
const permissionsIn = (may: Exclude<NonNullable<RouteEntry['may']>, 'none'>): May => ({
  freeze: may.freeze ?? NO_MEMBERS,
  retry: may.retry ?? NO_MEMBERS,
  rollback: may.rollback ?? NO_MEMBERS,
  stop: may.stop ?? NO_MEMBERS,
  hold: may.hold ?? NO_MEMBERS,
  release: may.release ?? NO_MEMBERS,
})

const freezesIn = ({ freeze = [] }: Pick<RouteEntry, 'freeze'>, zone: string): (Window | Calendar)[] =>
  freeze.map(({ name, zone: own, ...one }) => {
    const named = { name, zone: own ?? zone }
    return 'span' in one ? { ...named, span: one.span } : { ...named, source: one.calendar }
  })

/** Every calendar that any route may be frozen by, once. */
export const calendarsIn = ({
  routes,
  defaults,
  zone,
}: Pick<ConfigurationFile, 'routes' | 'defaults' | 'zone'>): Calendar[] => {
  const all = [defaults, ...routes].flatMap(
    (given) => settingsOf({ defaults: {}, zone }, { match: {}, ...given }).calendars,
  )
  return [...new Map(all.map((one) => [calendarKey(one), one])).values()]
}

const automaticOf = ({ autoApprove }: RouteEntry): Route['automatic'] => {
  if (!autoApprove) return null
  const { emptyChangeSet, ...rule } = autoApprove
  return { ...rule, ...(emptyChangeSet && { emptyChangeSet }) }
}

const commentSettings = (comment: NonNullable<RouteEntry['comment']>): Pick<Route, 'comment' | 'commentForm'> => {
  if (typeof comment === 'string') return { comment, commentForm: null }
  const { required: isRequired, pattern, hint = null, url = null } = comment
  return { comment: isRequired ? 'required' : 'optional', commentForm: { isRequired, pattern, hint, url } }
}
