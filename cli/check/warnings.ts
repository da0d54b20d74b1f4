import type { Window } from '../../functions/domain/window.ts'
import { frozenAt, nextEdge } from '../../functions/domain/window.ts'
import { canBeMet } from '../../functions/domain/policy.ts'
import type { Route } from '../../functions/domain/route.ts'
import { durationText } from './duration-text.ts'
import type { Path } from '../../functions/config/read-configuration.ts'
import { settingsOf } from '../../functions/config/route-settings.ts'
import type { ConfigurationFile, RouteEntry } from '../../functions/config/schema.ts'
import { takesAllOf } from './shadowing.ts'
import { staticPolicy } from '../../functions/config/static-policy.ts'

/** Something in a valid file that is hardly meant so. */
export interface Doubt {
  /** An `error` has no effect at all, whatever happens. */
  kind: 'error' | 'warning'
  path: Path
  message: string
}

/** Settings without effect, or with one that nobody would want. `now` in epoch milliseconds. */
export const doubtsOf = (file: ConfigurationFile, now: number): Doubt[] => [
  ...file.routes.flatMap((route, index) => {
    const path = ['routes', index]
    const settings = settingsOf(file, route, 'any')
    return [
      ...shadowed(file.routes, index),
      ...idle(route, settings, path),
      ...tight(route, settings, path),
      ...untimely(file, route, path, now),
    ]
  }),
  ...untimely(file, file.defaults, ['defaults'], now),
  ...(file.defaults.breakGlass !== undefined &&
  file.defaults.breakGlass !== 'none' &&
  file.routes.every((route) => settingsOf(file, route, 'any').freezes.length === 0)
    ? [warning(['defaults', 'breakGlass'], 'no route is ever frozen: there is no glass to break')]
    : []),
]

const warning = (path: Path, message: string): Doubt => ({ kind: 'warning', path, message })

const shadowed = (routes: readonly RouteEntry[], index: number): Doubt[] => {
  const earlier = routes.slice(0, index).findIndex((route) => takesAllOf(route, routes[index]!))
  return earlier < 0
    ? []
    : [
        {
          kind: 'error',
          path: ['routes', index],
          message: `routes.${earlier} takes all of it: this route never matches`,
        },
      ]
}

/** What the route says, and nothing comes of. */
const idle = (route: RouteEntry, { freezes, forbid }: Route, path: Path): Doubt[] => [
  ...(route.consoleOnly && route.approvers
    ? [warning([...path, 'approvers'], 'consoleOnly is set: nobody is asked in Slack')]
    : []),
  ...(route.breakGlass && route.breakGlass !== 'none' && freezes.length === 0
    ? [warning([...path, 'breakGlass'], 'this route is never frozen: there is no glass to break')]
    : []),
  ...(route.unidentified && forbid.length === 0
    ? [warning([...path, 'unidentified'], 'forbid names neither author nor starter: nobody has to be identified')]
    : []),
]

/** Rules that leave nobody to spare. */
const tight = (route: RouteEntry, { approvers, escalate, forbid }: Route, path: Path): Doubt[] => {
  if (route.consoleOnly) return []
  const at = [...path, 'approvers']
  if (!canBeMet(staticPolicy(approvers, null)))
    return [warning(at, 'they can only be met after the escalation, with its people standing in')]
  if (forbid.length === 0) return []
  const indispensable = [...new Set(approvers.flatMap(({ people }) => people))].filter((userId) => {
    const forbidden = [{ userId, because: 'author', revision: null } as const]
    return !canBeMet(staticPolicy(approvers, escalate, forbidden))
  })
  return indispensable.length === 0
    ? []
    : [
        warning(
          at,
          `what ${indispensable.join(' or ')} wrote or started can never be approved: nobody else may in their place`,
        ),
      ]
}

const WEEK = 7 * 86_400_000

/** What comes too late, or is over. */
const untimely = (
  { zone: usual }: ConfigurationFile,
  { remind = [], lastCall, escalate, freeze = [] }: Pick<RouteEntry, 'remind' | 'lastCall' | 'escalate' | 'freeze'>,
  path: Path,
  now: number,
): Doubt[] => [
  ...remind.flatMap((delay, index) => (delay >= WEEK ? [late([...path, 'remind', index], delay)] : [])),
  ...(escalate && escalate !== 'none' && escalate.after >= WEEK
    ? [late([...path, 'escalate', 'after'], escalate.after)]
    : []),
  ...(lastCall && lastCall !== 'none' && lastCall >= WEEK
    ? [warning([...path, 'lastCall'], `${durationText(lastCall)} before the end is when it is asked: ${USUALLY}`)]
    : []),
  ...freeze.flatMap(({ name, zone, span }, index) => {
    const window: Window = { name, zone: zone ?? usual, span }
    return nextEdge([window], now) === null && !frozenAt([window], now)
      ? [warning([...path, 'freeze', index], `${name} is over`)]
      : []
  }),
]

const USUALLY = 'an approval waits 7 days, unless its action says otherwise'
const late = (path: Path, delay: number): Doubt => warning(path, `${durationText(delay)} is too late: ${USUALLY}`)
