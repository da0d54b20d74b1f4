import * as z from 'zod/mini'
import { DURATION_FORM, durationOf } from './duration.ts'
import { linearPattern } from '../domain/linear-pattern.ts'
import { CHANNEL, EMAIL_FORM, SLACK_USER_FORM } from './slack-names.ts'
import { WINDOW_END, spanOf } from './window-span.ts'
import { isZone } from '../domain/zone-name.ts'
import { kindOfCalendar } from '../domain/calendar-source.ts'
import type { Members } from '../domain/route.ts'
import { DAY, MINUTE } from '../domain/time-units.ts'

/** No approval waits longer ("Quotas in AWS CodePipeline": 86,400 minutes). */
const LONGEST_APPROVAL = 60 * DAY

const DURATION_EXPECTED = 'expected a duration such as 30m, 4h or 2d'
const durationSetting = (least: number, most: number, expected: string) =>
  z.pipe(
    z.string(DURATION_EXPECTED).check(
      z.regex(DURATION_FORM, DURATION_EXPECTED),
      z.refine(
        (text) => !DURATION_FORM.test(text) || (durationOf(text) >= least && durationOf(text) <= most),
        expected,
      ),
    ),
    z.transform(durationOf),
  )
const DELAY = durationSetting(MINUTE, LONGEST_APPROVAL, 'expected between 1m and 60d: no approval waits longer')

const unique = (expected: string) =>
  z.refine<readonly unknown[]>((list) => new Set(list).size === list.length, expected)

/** Switches a setting of `defaults` off. */
const NONE = z.literal('none')
const orNone = (expected: string) => `${expected}, or none`

const PERSON_EXPECTED = 'expected a Slack user ID such as U012AB3CD, or an e-mail address'
const PERSON = z.pipe(
  z
    .string(PERSON_EXPECTED)
    .check(
      z.regex(new RegExp(`${SLACK_USER_FORM.source}|${EMAIL_FORM.source}`), PERSON_EXPECTED),
      z.maxLength(200, 'expected at most 200 characters'),
    ),
  // Slack accepts an address in any case; all other code compares it.
  z.transform((person) => (person.includes('@') ? person.toLowerCase() : person)),
)
const GROUP_ID = z
  .string('expected a Slack user group ID such as S012AB3CD')
  .check(z.regex(/^S[A-Z0-9]{2,}$/, 'expected a Slack user group ID such as S012AB3CD'))

const MEMBERS = {
  people: z._default(z.array(PERSON), []),
  groups: z._default(z.array(GROUP_ID), []),
}
const hasAny = ({ people, groups }: Members): boolean => people.length + groups.length > 0
const MEMBERS_EXPECTED = 'expected people, groups or both: without them, no one could'

const GROUP_NAME = z
  .string()
  .check(z.minLength(1, 'expected a name'), z.maxLength(60, 'expected at most 60 characters'))

export const APPROVERS = z
  .strictObject({
    name: GROUP_NAME,
    ...MEMBERS,
    count: z._default(
      z.int().check(z.minimum(1, 'expected 1 or more'), z.maximum(50, 'expected at most 50 approvals')),
      1,
    ),
  })
  .check(z.refine(hasAny, `${MEMBERS_EXPECTED} approve`))

const WAY_EXPECTED = 'expected a group of approvers, or allOf with several'
const ALL_OF = z.strictObject({
  allOf: z.array(APPROVERS, WAY_EXPECTED).check(z.minLength(1, 'expected at least one group of approvers')),
})

/** Alternatives: approvers meet one of them. */
export const ANY_OF = z
  .array(z.union([APPROVERS, ALL_OF], WAY_EXPECTED))
  .check(z.minLength(2, 'expected at least two alternatives'), z.maxLength(8, 'expected at most 8 alternatives'))

export const ZONE = z
  .string('expected a time zone such as Europe/London')
  .check(z.refine(isZone, 'expected a time zone such as Europe/London, or UTC'))

const END_EXPECTED = 'expected a time such as 16:00 (every day), Fri 16:00 (every week) or 2026-12-18 16:00 (once)'
const END = z.string(END_EXPECTED).check(z.regex(WINDOW_END, END_EXPECTED))
const WINDOW_ENDS = { from: END, to: END, zone: z.optional(ZONE) }
interface Ends {
  from: string
  to: string
  zone?: string | undefined
}
const spanned = <T extends Ends>({ from, to, ...rest }: T, context: z.core.ParsePayload) => {
  const span = spanOf(from, to)
  if ('wrong' in span) {
    context.issues.push({ code: 'custom', message: span.wrong, input: `${from} to ${to}` })
    return z.NEVER
  }
  return { ...rest, span }
}

const FREEZE_NAME = z
  .string()
  .check(z.minLength(1, 'expected a name'), z.maxLength(60, 'expected at most 60 characters'))
const FREEZE_WINDOW = z.pipe(z.strictObject({ name: FREEZE_NAME, ...WINDOW_ENDS }), z.transform(spanned))
const CALENDAR_EXPECTED =
  'expected the ARN of a Change Calendar, an iCalendar file such as freeze.ics, or an address that starts with https://'
const CALENDAR_FREEZE = z.strictObject({
  name: FREEZE_NAME,
  calendar: z.string(CALENDAR_EXPECTED).check(
    z.refine((source) => kindOfCalendar(source) !== null, CALENDAR_EXPECTED),
    z.maxLength(1_000, 'expected at most 1000 characters'),
  ),
  zone: z.optional(ZONE),
})
/** The hours of a day or a week in which a route matches. */
export const TIME = z.pipe(z.strictObject(WINDOW_ENDS), z.transform(spanned))
const QUIET = z.pipe(z.strictObject(WINDOW_ENDS), z.transform(spanned))

const ESCALATE = z
  .strictObject({ after: DELAY, channel: z.optional(CHANNEL), ...MEMBERS })
  .check(
    z.refine(
      (escalate) => escalate.channel !== undefined || hasAny(escalate),
      'expected a channel, or people or groups as stand-ins',
    ),
  )

const BREAK_GLASS = z.strictObject(MEMBERS).check(z.refine(hasAny, `${MEMBERS_EXPECTED} override the freeze`))

const ALLOWED = (what: string) => z.strictObject(MEMBERS).check(z.refine(hasAny, `${MEMBERS_EXPECTED} ${what}`))

/** What people may do in Slack besides deciding about approvals: no one may do what is not named. */
const MAY = z
  .strictObject({
    freeze: z.optional(ALLOWED('set or lift a freeze')),
    retry: z.optional(ALLOWED('retry a failed stage')),
    rollback: z.optional(ALLOWED('roll a stage back')),
    stop: z.optional(ALLOWED('stop an execution')),
    hold: z.optional(ALLOWED('hold or resume a stage')),
    release: z.optional(ALLOWED('start the pipeline')),
  })
  .check(z.refine((may) => Object.keys(may).length > 0, 'expected at least one permission, such as retry'))

/** The approval approves itself. `emptyChangeSet`: only if CloudFormation has nothing to change. CloudWatch describes at most 100 alarms in a call. */
export const AUTO_APPROVE = z.strictObject({
  after: DELAY,
  alarms: z._default(
    z
      .array(
        z
          .string('expected the name of a CloudWatch alarm')
          .check(z.minLength(1, 'expected a name'), z.maxLength(255, 'expected at most 255 characters')),
      )
      .check(z.maxLength(20, 'expected at most 20 alarms'), unique('expected each alarm once')),
    [],
  ),
  emptyChangeSet: z.optional(z.literal(true, 'expected true')),
})

const REVIEW = z.strictObject({ within: DELAY, ...MEMBERS })

/** Approvers may choose a time for the verdict. */
const DEPLOYS_LATER = z.strictObject({ within: DELAY })

const REJECTERS = z
  .array(z.strictObject({ name: GROUP_NAME, ...MEMBERS }).check(z.refine(hasAny, `${MEMBERS_EXPECTED} reject`)))
  .check(z.minLength(1, 'expected at least one group'), z.maxLength(20, 'expected at most 20 groups'))

const ON_CALL = z.strictObject(MEMBERS).check(z.refine(hasAny, `${MEMBERS_EXPECTED} be mentioned`))

const COMMENT_EXPECTED = 'expected none, optional, required, or a map with a pattern'

const whatIsWrong = (pattern: string): string | null => {
  try {
    return linearPattern(pattern).find('') ? 'it matches an empty comment' : null
  } catch (error) {
    return error instanceof SyntaxError ? error.message : 'it cannot be read'
  }
}

const PATTERN = z.string().check(
  z.minLength(1, 'expected a pattern'),
  z.superRefine((pattern, context) => {
    const wrong = whatIsWrong(pattern)
    if (wrong)
      context.addIssue({
        code: 'custom',
        message: `expected a pattern such as CHG\\d{7}, without look-arounds or back references: ${wrong}`,
      })
  }),
)
const TICKET_PAGE_EXPECTED = 'expected an address such as https://tickets.example/{ticket}'
const TICKET_PAGE = z
  .string(TICKET_PAGE_EXPECTED)
  .check(
    z.regex(/^https?:\/\/[^\s{}]*\{ticket\}[^\s{}]*$/, TICKET_PAGE_EXPECTED),
    z.maxLength(300, 'expected at most 300 characters'),
  )
const COMMENT_FORM = z.strictObject({
  required: z._default(z.boolean('expected true or false'), true),
  pattern: PATTERN,
  hint: z.optional(
    z.string().check(z.minLength(1, 'expected a sentence'), z.maxLength(150, 'expected at most 150 characters')),
  ),
  url: z.optional(TICKET_PAGE),
})

const TICKETS = z.strictObject({ pattern: PATTERN, url: TICKET_PAGE })

/** Who may approve, and when people are reminded: the settings of a route and of `defaults`. A route's replace the default. */
const ASK_EXPECTED = 'expected a list of topic and events'

export const POLICY_SETTINGS = {
  forbid: z.optional(
    z
      .array(z.enum(['author', 'starter'], 'expected author or starter'))
      .check(unique('expected author and starter once each')),
  ),
  rejecters: z.optional(z.union([NONE, REJECTERS], orNone('expected groups of people'))),
  unidentified: z.optional(z.enum(['refuse', 'allow'], 'expected refuse or allow')),
  freeze: z.optional(
    z.array(z.union([FREEZE_WINDOW, CALENDAR_FREEZE])).check(z.maxLength(50, 'expected at most 50 windows')),
  ),
  breakGlass: z.optional(z.union([NONE, BREAK_GLASS], orNone('expected people and groups'))),
  may: z.optional(
    z.union([NONE, MAY], orNone('expected what people may do, such as freeze or retry, with people and groups')),
  ),
  review: z.optional(z.union([NONE, REVIEW], orNone('expected within, with people or groups if not the approvers'))),
  standIns: z.optional(z.enum(['none', 'approvers', 'anyone'])),
  later: z.optional(z.union([NONE, DEPLOYS_LATER], orNone('expected within, such as 3d'))),
  remind: z.optional(
    z
      .array(DELAY)
      .check(z.maxLength(10, 'expected at most 10 reminders'), unique('expected reminders at different times')),
  ),
  lastCall: z.optional(z.union([NONE, DELAY], orNone(DURATION_EXPECTED))),
  escalate: z.optional(z.union([NONE, ESCALATE], orNone('expected after, with a channel, people or groups'))),
  quiet: z.optional(z.array(QUIET).check(z.maxLength(20, 'expected at most 20 windows'))),
  ask: z.optional(
    z
      .array(z.enum(['topic', 'events'], ASK_EXPECTED), ASK_EXPECTED)
      .check(z.minLength(1, ASK_EXPECTED), unique('expected topic and events once each')),
  ),
  notify: z.optional(z.enum(['approvers', 'direct', 'none'], 'expected approvers, direct or none')),
  deployments: z.optional(z.enum(['all', 'changes', 'failures', 'none'], 'expected all, changes, failures or none')),
  onCall: z.optional(z.union([NONE, ON_CALL], orNone('expected people and groups'))),
  consoleApprovals: z.optional(z.enum(['report', 'allow'], 'expected report or allow')),
  tickets: z.optional(z.union([NONE, TICKETS], orNone('expected a pattern and a url'))),
  comment: z.optional(
    z.union([z.enum(['none', 'optional', 'required'], COMMENT_EXPECTED), COMMENT_FORM], COMMENT_EXPECTED),
  ),
}

/** Longer than any approval waits, so that an audit record outlives its approval. */
export const RETENTION = durationSetting(61 * DAY, 3_660 * DAY, 'expected between 61d and 3660d')

const STANDS_FOR = 'expected the Slack user ID of a person, or nobody for a machine'
const IDENTITY = z
  .string()
  .check(
    z.minLength(1, 'expected an e-mail address, a name or an AWS role'),
    z.maxLength(300, 'expected at most 300 characters'),
  )
/** The person for whom an e-mail address, an author's name or an AWS identity stands. */
export const PERSON_BY_IDENTITY = z.record(
  IDENTITY,
  z.string(STANDS_FOR).check(z.regex(new RegExp(`^nobody$|${SLACK_USER_FORM.source}`), STANDS_FOR)),
)
