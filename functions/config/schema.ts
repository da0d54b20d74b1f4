import * as z from 'zod/mini'
import en from 'zod/v4/locales/en.js'

// Says in words what was expected; zod/mini comes without.
z.config(en())

const CHANNEL = z
  .string()
  .check(z.regex(/^[CG][A-Z0-9]{2,}$/, "expected a Slack channel ID such as C012AB3CD (the end of the channel's link)"))
const PERSON = z.string().check(z.regex(/^[UW][A-Z0-9]{2,}$/, 'expected a Slack user ID such as U012AB3CD'))
const NAME_OR_GLOB = 'expected a name or a glob such as shop-*, in quotes where it is a number'
const GLOB = z.string(NAME_OR_GLOB).check(
  z.minLength(1, NAME_OR_GLOB),
  z.maxLength(200, 'expected at most 200 characters'),
  // Of several globs any may match, so one that excludes would let everything in.
  z.regex(/^(?!!(?!\())/, 'a glob that starts with ! is not taken: put the exception in a route of its own above'),
)
const GLOBS = z.union([GLOB, z.array(GLOB).check(z.minLength(1, 'expected at least one name'))], NAME_OR_GLOB)
const WEB_ADDRESS = z.string().check(
  z.regex(/^https?:\/\/\S+$/, 'expected an address that starts with https://'),
  z.maxLength(1_000, 'expected at most 1000 characters'),
  z.refine((address) => !/^https?:\/\/\S+$/.test(address) || URL.canParse(address), 'not an address that opens'),
)
const COMMENT = z.enum(['none', 'optional', 'required'], 'expected none, optional or required')

const APPROVERS = z.strictObject({
  name: z.string().check(z.minLength(1, 'expected a name'), z.maxLength(60, 'expected at most 60 characters')),
  people: z.array(PERSON).check(z.minLength(1, 'expected at least one person: with none, nobody could approve')),
  count: z._default(z.int().check(z.minimum(1, 'expected 1 or more')), 1),
})

const ROUTE = z.strictObject({
  match: z.strictObject({
    pipeline: z.optional(GLOBS),
    stage: z.optional(GLOBS),
    action: z.optional(GLOBS),
    account: z.optional(GLOBS),
    region: z.optional(GLOBS),
  }),
  environment: z.optional(
    z.string().check(z.minLength(1, 'expected a name'), z.maxLength(40, 'expected at most 40 characters')),
  ),
  approvals: z.optional(CHANNEL),
  status: z.optional(CHANNEL),
  approvers: z.array(APPROVERS).check(z.minLength(1, 'expected at least one group of approvers')),
  comment: z.optional(COMMENT),
})

const REPOSITORY = z.strictObject({
  match: GLOB,
  url: WEB_ADDRESS,
  kind: z.enum(['github', 'gitlab', 'bitbucket', 'codecommit']),
})

/** greenlight.yml. Every key that it does not know is an error: a mistyped one must not silently mean nothing. */
export const CONFIGURATION = z.strictObject({
  accounts: z._default(
    z.record(z.string().check(z.regex(/^\d{12}$/, 'expected a 12-digit account ID, in quotes')), z.string()),
    {},
  ),
  console: z.optional(WEB_ADDRESS),
  repositories: z._default(z.array(REPOSITORY), []),
  defaults: z._default(
    z.strictObject({
      approvals: z.optional(CHANNEL),
      status: z.optional(CHANNEL),
      comment: z.optional(COMMENT),
    }),
    {},
  ),
  routes: z.array(ROUTE),
})

export type ConfigurationFile = z.output<typeof CONFIGURATION>
export type RouteEntry = ConfigurationFile['routes'][number]
