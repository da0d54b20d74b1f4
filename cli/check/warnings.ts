import type { Path } from '../../functions/config/problem.ts'
import { settingsOf } from '../../functions/config/route-settings.ts'
import type { ConfigurationFile, RouteEntry } from '../../functions/config/schema.ts'
import { staticPolicy } from '../../functions/config/static-policy.ts'
import { canBeMet } from '../../functions/domain/policy.ts'
import type { Members, Route } from '../../functions/domain/route.ts'
import { rulesThrough } from '../../functions/domain/route.ts'
import type { Window } from '../../functions/domain/window.ts'
import { frozenAt, nextEdge } from '../../functions/domain/window.ts'
import { durationText } from './duration-text.ts'
import { emptyDigests } from './empty-digests.ts'

/** A likely mistake in a valid file. */
export interface Warning {
  path: Path
  message: string
}

/** Settings without effect, or with an unlikely one. `now` in epoch milliseconds. */
export const warningsOf = (file: ConfigurationFile, now: number): Warning[] => [
  ...file.routes.flatMap((route, index) => {
    const path = ['routes', index]
    const settings = settingsOf(file, route)
    return [
      ...withoutEffect(route, settings, path),
      ...withoutSubstitute(route, settings, path),
      ...tooLate(route, path),
      ...overFreezes(file, route, path, now),
    ]
  }),
  ...tooLate(file.defaults, ['defaults']),
  ...overFreezes(file, file.defaults, ['defaults'], now),
  ...unusedOverride(file),
  ...emptyDigests(file),
]

const unusedOverride = (file: ConfigurationFile): Warning[] => {
  const { breakGlass = 'none' } = file.defaults
  const hasFreeze = file.routes.some((route) => isFreezable(settingsOf(file, route)))
  const { review = 'none' } = file.defaults
  const hasOverride = file.routes.some((route) => !isEmpty(settingsOf(file, route).breakGlass))
  return [
    ...(breakGlass === 'none' || hasFreeze
      ? []
      : [{ path: ['defaults', 'breakGlass'], message: 'not used: no route has a change freeze to override' }]),
    ...(review === 'none' || hasOverride
      ? []
      : [{ path: ['defaults', 'review'], message: 'not used: no route has breakGlass, whose overrides it is for' }]),
  ]
}

const isEmpty = ({ people, groups }: Members): boolean => people.length + groups.length === 0

const isFreezable = ({ freezes, calendars, may }: Route): boolean =>
  freezes.length + calendars.length > 0 || !isEmpty(may.freeze)

/** What only an approval in Slack uses. */
const ONLY_IN_SLACK = ['approvers', 'anyOf', 'autoApprove', 'order', 'rejecters', 'comment'] as const

/** Each list of groups that may be met. */
const waysOf = ({ approvers, anyOf }: Route) =>
  anyOf.length > 0 ? anyOf.map((way) => [...approvers, ...way]) : [approvers]

/** Settings of the route that are never used. */
const withoutEffect = (route: RouteEntry, settings: Route, path: Path): Warning[] => [
  ...(route.consoleOnly ? ONLY_IN_SLACK : [])
    .filter((key) => key in route && route[key] !== 'none')
    .map((key) => ({
      path: [...path, key],
      message: 'not used: consoleOnly sends every approval to the AWS console',
    })),
  ...(route.order === 'sequence' && !waysOf(settings).some((rules) => rules.length > 1)
    ? [{ path: [...path, 'order'], message: 'not used: there is one group of approvers only' }]
    : []),
  ...(route.onCall && route.onCall !== 'none' && settings.deployments === 'none'
    ? [
        {
          path: [...path, 'onCall'],
          message: 'not used: with deployments: none, Greenlight tells people of no failed deployment',
        },
      ]
    : []),
  ...(route.breakGlass && route.breakGlass !== 'none' && !isFreezable(settings)
    ? [{ path: [...path, 'breakGlass'], message: 'not used: this route has no change freeze to override' }]
    : []),
  ...(route.review && route.review !== 'none' && isEmpty(settings.breakGlass)
    ? [{ path: [...path, 'review'], message: 'not used: this route has no breakGlass, whose overrides it is for' }]
    : []),
  ...(route.unidentified && settings.forbid.length === 0
    ? [{ path: [...path, 'unidentified'], message: 'not used: forbid names neither author nor starter' }]
    : []),
]

/** Rules that only certain people can meet. */
const withoutSubstitute = (route: RouteEntry, settings: Route, path: Path): Warning[] => {
  if (route.consoleOnly) return []
  const { escalate, forbid } = settings
  const at = [...path, route.approvers ? 'approvers' : 'anyOf']
  if (!canBeMet(staticPolicy(settings, null)))
    return [{ path: at, message: 'these rules can only be met after the escalation, by its stand-ins' }]
  if (forbid.length === 0) return []
  const indispensable = [...new Set(rulesThrough(settings).flatMap(({ people }) => people))].filter((userId) => {
    const forbidden = [{ userId, because: 'author', revision: null } as const]
    return !canBeMet(staticPolicy(settings, escalate, forbidden))
  })
  const names = new Intl.ListFormat('en', { type: 'disjunction' }).format(indispensable)
  return indispensable.length === 0
    ? []
    : [{ path: at, message: `no one can approve what ${names} wrote or started: too few other people are named` }]
}

const WEEK = 7 * 86_400_000
const EXPIRY = 'an approval expires after 7 days, unless its action sets another time'

type Timed = Pick<RouteEntry, 'remind' | 'lastCall' | 'escalate'>

/** Notices that are due later than most approvals end. */
const tooLate = ({ remind = [], lastCall, escalate }: Timed, path: Path): Warning[] => [
  ...remind.flatMap((delay, index) => (delay >= WEEK ? [late([...path, 'remind', index], delay)] : [])),
  ...(escalate && escalate !== 'none' && escalate.after >= WEEK
    ? [late([...path, 'escalate', 'after'], escalate.after)]
    : []),
  ...(lastCall && lastCall !== 'none' && lastCall >= WEEK
    ? [{ path: [...path, 'lastCall'], message: `${durationText(lastCall)} before the expiry is too early: ${EXPIRY}` }]
    : []),
]

const late = (path: Path, delay: number): Warning => ({
  path,
  message: `${durationText(delay)} is too late: ${EXPIRY}`,
})

const overFreezes = (
  { zone: usual }: ConfigurationFile,
  { freeze = [] }: Pick<RouteEntry, 'freeze'>,
  path: Path,
  now: number,
): Warning[] =>
  freeze.flatMap(({ name, zone, ...one }, index) => {
    if (!('span' in one)) return []
    const window: Window = { name, zone: zone ?? usual, span: one.span }
    return nextEdge([window], now) === null && !frozenAt([window], now)
      ? [{ path: [...path, 'freeze', index], message: `the change freeze “${name}” is over` }]
      : []
  })
