import * as z from 'zod/mini'
import en from 'zod/v4/locales/en.js'
import {
  ANY_OF,
  APPROVERS,
  AUTO_APPROVE,
  PERSON_BY_IDENTITY,
  POLICY_SETTINGS,
  RETENTION,
  TIME,
  ZONE,
} from './policy-settings.ts'
import { SHORT_WEEKDAYS } from '../domain/weekdays.ts'
import { globSources } from './glob-sources.ts'
import { CHANNEL } from './slack-names.ts'
import type { ClosedTimes } from '../domain/calendar.ts'

// zod/mini has no messages of its own.
z.config(en())

const NAME_OR_GLOB = 'expected a name or a glob such as shop-*; put a number in quotes'
/** Of names in AWS. */
export const GLOB = z.string(NAME_OR_GLOB).check(
  z.minLength(1, NAME_OR_GLOB),
  z.maxLength(200, 'expected at most 200 characters'),
  // One match among several globs is enough, so a glob that excludes would match nearly everything.
  z.regex(/^(?!!(?!\())/, 'expected a glob that does not start with !: put the exception in a route of its own, above'),
)
const GLOBS = z.union([GLOB, z.array(GLOB).check(z.minLength(1, 'expected at least one name'))], NAME_OR_GLOB)
const WORD = z.enum(
  [
    'push',
    'branch-push',
    'tag-push',
    'pull-request',
    'manual',
    'rollback',
    'schedule',
    'StartPipelineExecution',
    'ManualRollback',
    'AutomatedRollback',
    'CloudWatchEvent',
    'CreatePipeline',
  ],
  'expected push, branch-push, tag-push, pull-request, manual, rollback, schedule, or a trigger of CodePipeline such as ManualRollback',
)
const MODE = z.enum(['SUPERSEDED', 'QUEUED', 'PARALLEL'], 'expected SUPERSEDED, QUEUED or PARALLEL')
const TRIGGER = z.union([WORD, z.array(WORD).check(z.minLength(1, 'expected at least one trigger'))])
const WEB_ADDRESS = z.string().check(
  z.regex(/^https?:\/\/\S+$/, 'expected an address that starts with https://'),
  z.maxLength(1_000, 'expected at most 1000 characters'),
  z.refine(
    (address) => !/^https?:\/\/\S+$/.test(address) || URL.canParse(address),
    'expected an address that a browser can open',
  ),
)
const PIPELINES = {
  pipeline: z.optional(GLOBS),
  account: z.optional(GLOBS),
  region: z.optional(GLOBS),
}
const GROUP_EXPECTED = 'expected application/group, such as shop/production or shop/*'
const DEPLOYMENT_GLOB = GLOB.check(z.regex(/^[^/]+\/[^/]+$/, GROUP_EXPECTED))
const DEPLOYMENT_GLOBS = z.union(
  [DEPLOYMENT_GLOB, z.array(DEPLOYMENT_GLOB).check(z.minLength(1, 'expected at least one name'))],
  GROUP_EXPECTED,
)

/** Builds and deployments that no pipeline runs, and that have cards all the same. */
const OUTSIDE_SETTING = z
  .strictObject({ builds: z.optional(GLOBS), deployments: z.optional(DEPLOYMENT_GLOBS) })
  .check(
    z.refine(
      ({ builds, deployments }) => builds !== undefined || deployments !== undefined,
      'expected builds, deployments or both',
    ),
  )

const ROUTE = z.strictObject({
  match: z.strictObject({
    ...PIPELINES,
    stage: z.optional(GLOBS),
    action: z.optional(GLOBS),
    branch: z.optional(GLOBS),
    tag: z.optional(GLOBS),
    author: z.optional(GLOBS),
    repository: z.optional(GLOBS),
    source: z.optional(GLOBS),
    trigger: z.optional(TRIGGER),
    executionMode: z.optional(z.union([MODE, z.array(MODE).check(z.minLength(1, 'expected at least one mode'))])),
    time: z.optional(z.union([TIME, z.array(TIME).check(z.minLength(1, 'expected at least one time'))])),
  }),
  environment: z.optional(
    z.string().check(z.minLength(1, 'expected a name'), z.maxLength(40, 'expected at most 40 characters')),
  ),
  approvals: z.optional(CHANNEL),
  status: z.optional(CHANNEL),
  outside: z.optional(OUTSIDE_SETTING),
  approvers: z.optional(
    z
      .array(APPROVERS)
      .check(
        z.minLength(1, 'expected at least one group of approvers'),
        z.maxLength(20, 'expected at most 20 groups of approvers'),
      ),
  ),
  anyOf: z.optional(ANY_OF),
  autoApprove: z.optional(AUTO_APPROVE),
  order: z.optional(z.enum(['any', 'sequence'], 'expected any or sequence')),
  consoleOnly: z.optional(
    z
      .string('expected the reason, as a text for people')
      .check(
        z.minLength(1, 'expected the reason, as a text for people'),
        z.maxLength(300, 'expected at most 300 characters'),
      ),
  ),
  ...POLICY_SETTINGS,
})

const REPOSITORY = z.strictObject({
  match: GLOB,
  url: WEB_ADDRESS,
  kind: z.enum(['github', 'gitlab', 'bitbucket', 'codecommit'], 'expected github, gitlab, bitbucket or codecommit'),
})

const TIME_OF_DAY_EXPECTED = 'expected a time such as 09:00'
const TIME_OF_DAY = z.pipe(
  z.string(TIME_OF_DAY_EXPECTED).check(z.regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, TIME_OF_DAY_EXPECTED)),
  z.transform((time) => ({ hour: Number(time.slice(0, 2)), minute: Number(time.slice(3)) })),
)

const DIGEST_SETTING = z
  .strictObject({
    channel: CHANNEL,
    match: z.optional(z.strictObject(PIPELINES)),
    every: z.enum(['daily', 'weekly'], 'expected daily or weekly'),
    at: TIME_OF_DAY,
    on: z.optional(z.enum(SHORT_WEEKDAYS, 'expected a day such as Mon')),
    zone: z.optional(ZONE),
  })
  .check(
    z.refine(({ every, on }) => every === 'weekly' || on === undefined, {
      message: 'a daily digest has no day: leave it out, or set every: weekly',
      path: ['on'],
    }),
  )

const FILE = z.strictObject({
  accounts: z._default(
    z.record(z.string().check(z.regex(/^\d{12}$/, 'expected a 12-digit account ID, in quotes')), z.string()),
    {},
  ),
  console: z.optional(WEB_ADDRESS),
  /** The zone of freezes and quiet hours that name none. */
  zone: z._default(ZONE, 'UTC'),
  people: z._default(PERSON_BY_IDENTITY, {}),
  retention: z._default(RETENTION, 400 * 86_400_000),
  repositories: z._default(z.array(REPOSITORY), []),
  digests: z._default(z.array(DIGEST_SETTING), []),
  defaults: z._default(
    z.strictObject({
      approvals: z.optional(CHANNEL),
      status: z.optional(CHANNEL),
      ...POLICY_SETTINGS,
    }),
    {},
  ),
  routes: z.array(ROUTE, 'expected a list of routes'),
})

/** The settings of `match` that take globs. */
const GLOB_SETTINGS = [
  'pipeline',
  'stage',
  'action',
  'account',
  'region',
  'branch',
  'tag',
  'author',
  'repository',
  'source',
] as const

const globsIn = ({ routes, repositories, digests }: z.output<typeof FILE>): string[] => [
  ...routes.flatMap(({ match }) => GLOB_SETTINGS.flatMap((setting) => match[setting] ?? [])),
  ...digests.flatMap(({ match = {} }) => Object.values(match).flatMap((globs) => globs ?? [])),
  ...routes.flatMap(({ outside: { builds = [], deployments = [] } = {} }) => [builds, deployments].flat(2)),
  ...repositories.map(({ match }) => match),
]

/**
 * greenlight.yml, with the regular expressions of its globs. An unknown key is an error: a mistyped setting must not be
 * ignored.
 */
export const CONFIGURATION = z.pipe(
  FILE,
  z.transform((file) => ({ ...file, globs: globSources(globsIn(file)) })),
)

export interface ConfigurationFile extends z.output<typeof CONFIGURATION> {
  /** The iCalendar files that freezes name, by `calendarKey`, as they were read together with greenlight.yml. */
  calendars?: Record<string, ClosedTimes>
}
export type RouteEntry = ConfigurationFile['routes'][number]
