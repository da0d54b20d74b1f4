import { configurationFrom } from '../../functions/config/configuration.ts'
import { globSources } from '../../functions/config/glob-sources.ts'
import { settingsOf } from '../../functions/config/route-settings.ts'
import { POLICY_SETTINGS } from '../../functions/config/policy-settings.ts'
import type { ConfigurationFile, RouteEntry } from '../../functions/config/schema.ts'
import { same } from '../../functions/domain/canonical.ts'
import type { Members, Route } from '../../functions/domain/route.ts'
import type { Configuration } from '../../functions/ports/configuration.ts'
import type { Chance } from './chance.ts'
import type { DrawnMatch } from './drawn-matches.ts'
import { MATCHES } from './drawn-matches.ts'
import type { Asked } from './ledger.ts'

const MINUTE = 60_000
/** No history lasts longer. */
const LONGEST = 240 * MINUTE
/** By which CodePipeline's answers may be older than the time at which they are read. */
const OUTDATED_BY = 5_000

/** A second route that a test wants: any, or one whose `match` has this setting. */
export type SecondRoute = 'any' | keyof RouteEntry['match'] | undefined

/** When a route was chosen. */
export interface Moments {
  /** The times of which `match` may have asked. Epoch milliseconds. */
  at: readonly number[]
  /** From when to when the functions may have read what CodePipeline tells. */
  readFrom: number
  readTo: number
}

export interface DrawnRoutes {
  configuration: Configuration
  /**
   * The route that applies to an approval in truth; without `automatic` where that is not known. Several if it depends on
   * when in these moments the functions looked; without moments, on when in the whole history. Null: none applies.
   */
  routesOf: (asked: Asked, moments?: Moments) => readonly [Route | null, ...(Route | null)[]]
  /** The same, where anything that CodePipeline tells may be left out of its answers. */
  routesOfUntold: DrawnRoutes['routesOf']
  /** Every route that was drawn. */
  routes: readonly Route[]
}

/** What is wrong under each route that may apply; nothing if all is right under one of them. */
export const wrongUnderEach = (
  [first, ...others]: readonly [Route | null, ...(Route | null)[]],
  problemsUnder: (route: Route | null) => string[],
): string[] => {
  const problems = problemsUnder(first)
  return problems.length > 0 && others.every((route) => problemsUnder(route).length > 0) ? problems : []
}

/** A configuration of one route, or of two of which the first has a drawn `match`. */
export const drawnRoutes = (
  file: ConfigurationFile,
  base: Route | null,
  first: Route | null,
  chance: Chance,
  by: SecondRoute,
): DrawnRoutes => {
  const among = MATCHES.filter(({ match }) => by === undefined || by === 'any' || by in match)
  const drawn = first && base && { ...chance.pick(among), route: first }
  const entries = [...(drawn ? [entryOf(drawn.match, drawn.route)] : []), ...(base ? [entryOf({}, base)] : [])]
  const globs = globSources(
    entries.flatMap(({ match: { trigger, executionMode, time, ...globs } }) =>
      Object.values(globs).flatMap((one) => one ?? []),
    ),
  )
  const configured = { ...withDefaults(file, entries, chance), globs }
  for (const [index, route] of [...(drawn ? [drawn.route] : []), ...(base ? [base] : [])].entries())
    checkRead(settingsOf(configured, configured.routes[index]!), route)
  const unknown = drawn && base && { ...(isStricter(base, drawn.route) ? base : drawn.route), automatic: null }
  const routesOf: DrawnRoutes['routesOf'] = (asked, moments) => {
    if (!unknown) return [base]
    const routes = { yes: drawn.route, no: base, unknown }
    const [truth, ...others] = truthsOf(drawn, asked, moments ?? wholeHistory(asked))
    return [routes[truth], ...others.map((other) => routes[other])]
  }
  return {
    configuration: configurationFrom(configured),
    routesOf,
    routesOfUntold: (...asked) => [...routesOf(...asked), ...(unknown ? [unknown] : [])],
    routes: [...(drawn ? [drawn.route] : []), ...(base ? [base] : [])],
  }
}

const wholeHistory = ({ at }: Asked): Moments => ({
  at: Array.from({ length: LONGEST / MINUTE }, (_, minute) => at + minute * MINUTE),
  readFrom: at,
  readTo: at + LONGEST,
})

type Truth = ReturnType<DrawnMatch['truth']>

const truthsOf = ({ truth }: DrawnMatch, asked: Asked, { at, readFrom, readTo }: Moments): [Truth, ...Truth[]] => {
  const told = asked.told.filter(
    ({ from }, index) => from <= readTo && (asked.told[index + 1]?.from ?? Infinity) > readFrom - OUTDATED_BY,
  )
  const all = new Set(told.flatMap((change) => at.map((time) => truth(asked, change, time))))
  const [first, ...others] = all
  if (first === undefined) throw new Error(`CodePipeline told nothing of ${asked.id} at these moments`)
  return [first, ...others]
}

const sum = (rules: readonly { count: number }[]): number => rules.reduce((total, { count }) => total + count, 0)

/** As docs/policy.md lists what makes a route stricter, for the settings in which two drawn routes differ. */
const MEASURES: readonly ((route: Route) => number)[] = [
  ({ consoleOnly }) => (consoleOnly === null ? 0 : 1),
  ({ automatic }) => (automatic === null ? 1 : 0),
  ({ approvers, anyOf }) => sum(approvers) + (anyOf.length > 0 ? Math.min(...anyOf.map(sum)) : 0),
  ({ forbid }) => forbid.length,
  ({ forbid, whenUnidentified }) => (forbid.length > 0 && whenUnidentified === 'refuse' ? 1 : 0),
  ({ commentForm }) => (commentForm?.isRequired ? 1 : 0),
  ({ commentForm }) => (commentForm ? 1 : 0),
  ({ order }) => (order === 'sequence' ? 1 : 0),
  ({ rejecters, approvers, anyOf }) => {
    const named = rejecters.length > 0 ? rejecters : [...approvers, ...anyOf.flat()]
    return new Set(named.flatMap(({ people, groups }) => [...people, ...groups])).size
  },
]

const isStricter = (one: Route, other: Route): boolean => {
  for (const measure of MEASURES) if (measure(one) !== measure(other)) return measure(one) > measure(other)
  return false
}

/** The settings of greenlight.yml that give this route. */
const entryOf = (match: RouteEntry['match'], route: Route): RouteEntry => {
  const { approvers, anyOf, freezes, calendars, escalate, quiet, commentForm: form } = route
  return {
    match,
    ...(route.environment !== null && { environment: route.environment }),
    ...(approvers.length > 0 && { approvers: copy(approvers) }),
    ...(anyOf.length > 0 && { anyOf: anyOf.map((rules) => ({ allOf: copy(rules) })) }),
    order: route.order,
    rejecters: route.rejecters.length > 0 ? copy(route.rejecters) : 'none',
    ...(route.automatic && { autoApprove: copy(route.automatic) }),
    ...(route.consoleOnly !== null && { consoleOnly: route.consoleOnly }),
    forbid: [...route.forbid],
    unidentified: route.whenUnidentified,
    freeze: copy([...freezes, ...calendars.map(({ source, ...one }) => ({ ...one, calendar: source }))]),
    breakGlass: isEmpty(route.breakGlass) ? 'none' : copy(route.breakGlass),
    // Without stand-ins the settings are drawn as they were before there were any.
    ...(route.standIns !== 'none' && { standIns: route.standIns }),
    ...(isPermitting(route) && { may: permitted(route.may) }),
    later: route.later ? copy(route.later) : 'none',
    review: route.review ? copy(route.review) : 'none',
    remind: [...route.remind],
    lastCall: route.lastCall ?? 'none',
    escalate: escalate ? copy({ ...escalate, channel: escalate.channel ?? undefined }) : 'none',
    quiet: quiet.map(({ zone, span }) => ({ zone, span })),
    ask: [...route.ask],
    notify: route.notify,
    deployments: route.deployments,
    onCall: copy(route.onCall),
    consoleApprovals: route.consoleApprovals,
    tickets: route.tickets ? copy(route.tickets) : 'none',
    comment: form
      ? {
          required: form.isRequired,
          pattern: form.pattern,
          ...(form.hint !== null && { hint: form.hint }),
          ...(form.url !== null && { url: form.url }),
        }
      : route.comment,
  }
}

/** Some settings of the first route are defaults, which the other route takes or replaces. */
const withDefaults = (file: ConfigurationFile, routes: RouteEntry[], chance: Chance): ConfigurationFile => {
  const shared = Object.keys(POLICY_SETTINGS).filter((setting) => routes[0] && setting in routes[0] && chance.is(0.3))
  const settings = Object.entries(routes[0] ?? {}).filter(([setting]) => shared.includes(setting))
  const defaults: ConfigurationFile['defaults'] = { ...file.defaults, ...Object.fromEntries(settings) }
  const own = (route: RouteEntry) =>
    Object.entries(route).filter(
      ([setting, value]) => !shared.includes(setting) || !same(value as never, defaults[setting as never]),
    )
  return { ...file, defaults, routes: routes.map((route) => Object.fromEntries(own(route)) as unknown as RouteEntry) }
}

const checkRead = (read: Route, route: Route): void => {
  const wanted = { ...route, quiet: read.quiet, comment: read.comment }
  if (!same(JSON.parse(JSON.stringify(read)), JSON.parse(JSON.stringify(wanted))))
    throw new Error(`A drawn route is configured as another one: ${JSON.stringify([read, wanted])}`)
}

const isPermitting = ({ may }: Route): boolean => Object.values<Members>({ ...may }).some((one) => !isEmpty(one))

const permitted = (may: Route['may']) =>
  copy(Object.fromEntries(Object.entries<Members>({ ...may }).filter(([, members]) => !isEmpty(members))))

const isEmpty = ({ people, groups }: Members): boolean => people.length + groups.length === 0

/** Lists that may change, as a configuration is read. */
const copy = <T>(value: T) => structuredClone(value) as never
