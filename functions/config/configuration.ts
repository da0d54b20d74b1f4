import { SHORT_WEEKDAYS } from '../domain/weekdays.ts'
import { partitionOf } from '../domain/partition.ts'
import { DAY } from '../domain/time-units.ts'
import type { Pipeline, StageAction } from '../domain/pipeline.ts'
import type { Configuration, RouteSubject } from '../ports/configuration.ts'
import type { GlobSources } from './glob.ts'
import { matchesGlob } from './glob.ts'
import type { PipelineMatch } from './pipeline-match.ts'
import { PIPELINE_SETTINGS, matchesPipeline } from './pipeline-match.ts'
import { chooseRoute, repositoryCase } from './route-match.ts'
import { calendarKey } from '../domain/calendar.ts'
import { kindOfCalendar } from '../domain/calendar-source.ts'
import { calendarsIn, settingsOf } from './route-settings.ts'
import type { ConfigurationFile, RouteEntry } from './schema.ts'
import { touchedRoutes } from './touched-routes.ts'
import { ownEntry } from '../own-entry.ts'

type Globs = string | string[] | undefined

const matches = (sources: GlobSources, globs: Globs, value: string): boolean =>
  globs === undefined || matchesGlob(sources, globs, value)

/** The settings of `match`, and the fields of an action that they are compared with. */
export const WHERE_SETTINGS = [
  ...PIPELINE_SETTINGS,
  { setting: 'stage', field: 'stage' },
  { setting: 'action', field: 'action' },
] as const

const STAGE_SETTINGS = [...PIPELINE_SETTINGS, { setting: 'stage', field: 'stage' }] as const

/** The settings of `outside`, by the service whose work they name. */
const OUTSIDE_SETTINGS = { CodeBuild: 'builds', CodeDeploy: 'deployments' } as const

export const matchesSetting = (
  { globs }: Pick<ConfigurationFile, 'globs'>,
  { match }: RouteEntry,
  setting: (typeof WHERE_SETTINGS)[number]['setting'],
  value: string,
): boolean => matches(globs, match[setting], value)

/** Answers the flows' questions from a valid greenlight.yml. Routes are tried top down; the first match wins. */
export const configurationFrom = (file: ConfigurationFile): Configuration => {
  const { routes, defaults, accounts, repositories, retention } = file
  const isOf = ({ match }: { match: PipelineMatch }, pipeline: Pipeline): boolean =>
    matchesPipeline(file.globs, match, pipeline)
  const matchesAction = (route: RouteEntry, where: StageAction): boolean =>
    WHERE_SETTINGS.every(({ setting, field }) => matchesSetting(file, route, setting, where[field]))
  const people = new Map(Object.entries(file.people).map(([identity, person]) => [identity.toLowerCase(), person]))
  const choose = (where: StageAction, subject: RouteSubject | undefined) =>
    chooseRoute(
      file,
      routes.filter((route) => matchesAction(route, where)),
      subject ?? null,
    )
  return {
    routeFor: (where, subject) => {
      const chosen = choose(where, subject)
      return chosen && { ...settingsOf(file, chosen.route), ...(chosen.untold.length > 0 && { untold: chosen.untold }) }
    },
    routesTouching: (patterns) => touchedRoutes(file, patterns),
    allowsStandIns: routes.some((route) => settingsOf(file, route).standIns !== 'none'),
    mayAskByEvents: (where) =>
      routes.some(
        (route) =>
          WHERE_SETTINGS.every(
            ({ setting, field }) => where[field] === undefined || matchesSetting(file, route, setting, where[field]),
          ) && settingsOf(file, route).ask.includes('events'),
      ),
    approvalsChannelFor: (where, subject) => choose(where, subject)?.route.approvals ?? defaults.approvals ?? null,
    statusChannelFor: (pipeline) =>
      routes.find((route) => route.status && isOf(route, pipeline))?.status ?? defaults.status ?? null,
    outsideRouteFor: (key, { service, group }) => {
      const name = group === null ? key.pipeline : `${key.pipeline}/${group}`
      const route = routes.find(
        (one) =>
          one.outside?.[OUTSIDE_SETTINGS[service]] !== undefined &&
          matches(file.globs, one.outside[OUTSIDE_SETTINGS[service]], name) &&
          matchesSetting(file, one, 'account', key.accountId) &&
          matchesSetting(file, one, 'region', key.region),
      )
      const status = route && (route.status ?? defaults.status)
      return route && status ? { route: settingsOf(file, route), status } : null
    },
    seesDeployments: routes.some(({ outside }) => outside?.deployments !== undefined),
    routesOfStage: (where) => {
      const mayMatch = routes.filter((route) =>
        STAGE_SETTINGS.every(({ setting, field }) => matchesSetting(file, route, setting, where[field])),
      )
      const takesAll = mayMatch.findIndex(({ match }) =>
        Object.keys(match).every((setting) => STAGE_SETTINGS.some((one) => one.setting === setting)),
      )
      return mayMatch.slice(0, takesAll < 0 ? mayMatch.length : takesAll + 1).map((route) => settingsOf(file, route))
    },
    routeOfExecution: ({ stage, action, ...pipeline }) => {
      const ended =
        stage !== undefined && action !== undefined
          ? choose({ ...pipeline, stage, action }, undefined)?.route
          : undefined
      return settingsOf(file, ended ?? routes.find((route) => isOf(route, pipeline)) ?? { match: {} })
    },
    // AWS has no two roles, and e-mail no two mailboxes, that differ only in capital letters.
    personFor: (identity) => people.get(identity.toLowerCase()) ?? null,
    retention,
    calendarFile: (calendar) => ownEntry(file.calendars ?? {}, calendarKey(calendar)) ?? null,
    calendarAddresses: calendarsIn(file).filter(({ source }) => kindOfCalendar(source) === 'address'),
    digests: file.digests.map(({ channel, every, at, on, zone = file.zone, match = {} }) => ({
      channel,
      every,
      ...at,
      zone,
      weekday: every === 'weekly' ? SHORT_WEEKDAYS.indexOf(on ?? 'Mon') : null,
      only: Object.fromEntries(
        PIPELINE_SETTINGS.flatMap(({ setting, field }) => (match[setting] ? [[field, [match[setting]].flat()]] : [])),
      ),
      covers: (pipeline) => isOf({ match }, pipeline),
    })),
    accountName: (accountId) => ownEntry(accounts, accountId) ?? accountId,
    consoleUrl: (pipeline) =>
      (file.console ?? awsConsole(pipeline)).replaceAll(/\{(account|region|pipeline)\}/g, (_, name: PlaceholderName) =>
        encodeURIComponent(PLACEHOLDER[name](pipeline)),
      ),
    repositoryFor: (fullName) => {
      const known = repositories.find(({ match, kind }) =>
        matchesGlob(file.globs, match, fullName, repositoryCase(kind)),
      )
      return known ? { kind: known.kind, name: fullName, url: known.url.replace(/\/$/, '') } : null
    },
  }
}

const awsConsole = ({ region }: Pipeline): string =>
  `https://${partitionOf(region).consoleHost}/codesuite/codepipeline/pipelines/{pipeline}/view?region={region}`

type PlaceholderName = 'account' | 'region' | 'pipeline'
const PLACEHOLDER: Record<PlaceholderName, (pipeline: Pipeline) => string> = {
  account: ({ accountId }) => accountId,
  region: ({ region }) => region,
  pipeline: ({ pipeline }) => pipeline,
}

/** For a greenlight.yml that cannot be read: no one can approve in Slack, and nothing is posted there. */
export const closedConfiguration: Configuration = configurationFrom({
  accounts: {},
  globs: {},
  zone: 'UTC',
  people: {},
  retention: 400 * DAY,
  repositories: [],
  digests: [],
  defaults: {},
  routes: [],
})
