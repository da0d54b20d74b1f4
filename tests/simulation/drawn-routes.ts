import { configurationFrom } from '../../functions/config/configuration.ts'
import { globSources } from '../../functions/config/glob-sources.ts'
import { settingsOf } from '../../functions/config/route-settings.ts'
import type { ConfigurationFile, RouteEntry } from '../../functions/config/schema.ts'
import { same } from '../../functions/domain/canonical.ts'
import type { Route } from '../../functions/domain/route.ts'
import type { Configuration } from '../../functions/ports/configuration.ts'
import type { Chance } from './chance.ts'
import type { Asked } from './ledger.ts'

/** Whether a route matches an approval: unknown where CodePipeline does not tell. */
type Truth = 'yes' | 'no' | 'unknown'

interface DrawnMatch {
  match: RouteEntry['match']
  /** Computed without the code under test. */
  truth: (asked: Asked) => Truth
}

const known = (isSo: boolean): Truth => (isSo ? 'yes' : 'no')

/** What a second route above the first may match. The source tells no branch and no tag. */
const MATCHES: readonly DrawnMatch[] = [
  { match: { stage: 'Prod*' }, truth: ({ where }) => known(where.stage.startsWith('Prod')) },
  { match: { action: ['Sign', 'Check'] }, truth: ({ where }) => known(['Sign', 'Check'].includes(where.action)) },
  { match: { pipeline: '!(shop-*)' }, truth: () => 'no' },
  { match: { trigger: 'manual' }, truth: ({ trigger }) => known(trigger === 'StartPipelineExecution') },
  { match: { trigger: ['push', 'rollback'] }, truth: ({ trigger }) => known(trigger !== 'StartPipelineExecution') },
  { match: { executionMode: 'QUEUED' }, truth: ({ mode }) => known(mode === 'QUEUED') },
  { match: { executionMode: ['SUPERSEDED', 'PARALLEL'] }, truth: ({ mode }) => known(mode !== 'QUEUED') },
  { match: { branch: 'main' }, truth: () => 'unknown' },
  { match: { stage: 'Prod*', tag: 'v*' }, truth: (asked) => tagged(asked) },
  { match: { trigger: 'tag-push' }, truth: ({ trigger }) => (trigger === 'WebhookV2' ? 'unknown' : 'no') },
]

const tagged = ({ where, trigger }: Asked): Truth =>
  where.stage.startsWith('Prod') && trigger === 'WebhookV2' ? 'unknown' : 'no'

export interface DrawnRoutes {
  configuration: Configuration
  /** The route that applies to an approval in truth; without `automatic` where that is not known. */
  routeOf: (asked: Asked) => Route | null
}

/** A configuration of one route, or of two of which the first has a drawn `match`. */
export const drawnRoutes = (
  file: ConfigurationFile,
  base: Route | null,
  first: Route | null,
  chance: Chance,
): DrawnRoutes => {
  const drawn = first && base && { ...chance.pick(MATCHES), route: first }
  const entries = [...(drawn ? [entryOf(drawn.match, drawn.route)] : []), ...(base ? [entryOf({}, base)] : [])]
  const globs = globSources(
    entries.flatMap(({ match: { pipeline, stage, action, branch, tag } }) =>
      [pipeline, stage, action, branch, tag].flatMap((one) => one ?? []),
    ),
  )
  const configured = { ...file, routes: entries, globs }
  return {
    configuration: configurationFrom(configured),
    routeOf: (asked) => {
      if (!drawn || !base) return base
      const truth = drawn.truth(asked)
      if (truth !== 'unknown') return truth === 'yes' ? drawn.route : base
      return { ...(isStricter(base, drawn.route) ? base : drawn.route), automatic: null }
    },
  }
}

const sum = (rules: readonly { count: number }[]): number => rules.reduce((total, { count }) => total + count, 0)

/** As docs/policy.md lists what makes a route stricter, for the settings in which two drawn routes differ. */
const MEASURES: readonly ((route: Route) => number)[] = [
  ({ consoleOnly }) => (consoleOnly === null ? 0 : 1),
  ({ automatic }) => (automatic === null ? 1 : 0),
  ({ approvers, anyOf }) => sum(approvers) + (anyOf.length > 0 ? Math.min(...anyOf.map(sum)) : 0),
  ({ forbid }) => forbid.length,
  ({ forbid, whenUnidentified }) => (forbid.length > 0 && whenUnidentified === 'refuse' ? 1 : 0),
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
  const entry: RouteEntry = {
    match,
    ...(route.environment !== null && { environment: route.environment }),
    ...(approvers.length > 0 && { approvers: copy(approvers) }),
    ...(anyOf.length > 0 && { anyOf: anyOf.map((rules) => ({ allOf: copy(rules) })) }),
    order: route.order,
    ...(route.rejecters.length > 0 && { rejecters: copy(route.rejecters) }),
    ...(route.automatic && { autoApprove: copy(route.automatic) }),
    ...(route.consoleOnly !== null && { consoleOnly: route.consoleOnly }),
    forbid: [...route.forbid],
    unidentified: route.whenUnidentified,
    freeze: copy([...freezes, ...calendars.map(({ source, ...one }) => ({ ...one, calendar: source }))]),
    breakGlass: copy(route.breakGlass),
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
    comment: form
      ? {
          required: form.isRequired,
          pattern: form.pattern,
          ...(form.hint !== null && { hint: form.hint }),
          ...(form.url !== null && { url: form.url }),
        }
      : route.comment,
  }
  const read = settingsOf({ defaults: {}, zone: 'UTC' }, entry)
  const wanted = { ...route, quiet: read.quiet, comment: read.comment }
  if (!same(JSON.parse(JSON.stringify(read)), JSON.parse(JSON.stringify(wanted))))
    throw new Error(`A drawn route is configured as another one: ${JSON.stringify([read, wanted])}`)
  return entry
}

/** Lists that may change, as a configuration is read. */
const copy = <T>(value: T) => structuredClone(value) as never
