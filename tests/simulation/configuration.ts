import { CONFIGURATION } from '../../functions/config/schema.ts'
import type { AutomaticRule } from '../../functions/domain/automatic-rule.ts'
import type { AlarmState } from '../../functions/domain/automatic.ts'
import type { Calendar, CalendarState } from '../../functions/domain/calendar.ts'
import type { LocalTime, Window } from '../../functions/domain/window.ts'
import type { Approvers, Members, Route } from '../../functions/domain/route.ts'
import { NO_MEMBERS } from '../../functions/domain/route.ts'
import type { Trigger } from '../../local/aws/codepipeline/codepipeline.ts'
import { PLAIN_ROUTE } from '../support/plain-route.ts'
import type { Chance } from './chance.ts'
import type { Commit } from './commit.ts'
import type { DrawnRoutes, SecondRoute } from './drawn-routes.ts'
import { drawnRoutes } from './drawn-routes.ts'
import { START } from './virtual-time.ts'

const MINUTE = 60_000

/** The person who clicks: mostly an approver. */
export const somePerson = (chance: Chance): string =>
  chance.is(0.15)
    ? chance.pick(['U0FAY', 'U0GUS', 'U0HAL', 'U0ZOE'])
    : chance.pick(['U0ANA', 'U0BEN', 'U0CHEN', 'U0DANA', 'U0ELI'])

/** In every commit message and comment: Slack must read it as plain text. */
export const MARKUP = '<!channel> *now* <https://evil.example|Approve>'

const ANA: Commit = { name: 'Ana', email: 'ana@example.com', coAuthors: [], wrote: ['U0ANA'], repository: 'shop/web' }
/** `people` knows the name, and the source tells no address. */
export const BY_NAME_ALONE: Commit = { name: 'Kim', email: null, coAuthors: [], wrote: ['U0CHEN'], branch: 'main' }
export const COMMITS: readonly Commit[] = [
  ANA,
  { ...ANA, branch: 'main' },
  {
    name: 'Ben',
    email: '12+ben@users.noreply.github.com',
    coAuthors: [],
    wrote: ['U0BEN'],
    branch: 'hotfix/basket',
    tag: 'v1.2',
    repository: 'Shop/API',
  },
  {
    name: 'Release bot',
    email: 'bot@ci.example',
    coAuthors: [
      { name: 'Dana', email: 'dana@example.com' },
      { name: 'Chen', email: 'CHEN@example.com' },
    ],
    wrote: ['U0DANA', 'U0CHEN'],
    repository: 'shop/web',
  },
  { name: 'Gert', email: 'gert@elsewhere.example', coAuthors: [], wrote: [null], repository: 'shop/web' },
  BY_NAME_ALONE,
]

/** What started an execution, and who truly did: null for a person without a known account in Slack. */
export interface Start extends Trigger {
  by: readonly (string | null)[] | 'push'
}

const console = (who: string) => `arn:aws:sts::111122223333:assumed-role/${who}`
const PUSH: Start = { triggerType: 'WebhookV2', triggerDetail: '', by: 'push' }
const STARTS: readonly Start[] = [
  PUSH,
  PUSH,
  PUSH,
  { triggerType: 'StartPipelineExecution', triggerDetail: console('Console/dana'), by: ['U0DANA'] },
  {
    triggerType: 'StartPipelineExecution',
    triggerDetail: console('AWSReservedSSO_Engineers_0a1b/ben@example.com'),
    by: ['U0BEN'],
  },
  // The person who assumes a role chooses the session's name.
  { triggerType: 'StartPipelineExecution', triggerDetail: console('Admin/ana@example.com'), by: [null] },
  { triggerType: 'StartPipelineExecution', triggerDetail: console('Nightly/i-0ab'), by: [] },
  { triggerType: 'StartPipelineExecution', triggerDetail: console('Console/eve'), by: [null] },
]
export const someStart = (chance: Chance): Start => chance.pick(STARTS)

/** Some comments have it. */
export const TICKET = { isRequired: true, pattern: 'n[ow]{2}', hint: null, url: 'https://tickets.example/{ticket}' }
/** Whether a comment has what a form asks for; computed without the code under test. */
export const isOfForm = (form: Route['commentForm'], comment: string): boolean =>
  form === null || (comment === '' ? !form.isRequired : /now/.test(comment))

const ENGINEER: Approvers = { name: 'engineers', people: [], groups: ['S0ENGINEERS'], count: 1 }
const MANAGER: Approvers = { name: 'release managers', people: ['dana@example.com', 'U0ELI'], groups: [], count: 1 }
const RULES: Pick<Route, 'approvers' | 'anyOf'>[] = [
  { approvers: [{ name: 'engineers', people: [], groups: ['S0ENGINEERS', 'S0MANAGERS'], count: 1 }], anyOf: [] },
  { approvers: [{ name: 'engineers', people: ['U0ZOE'], groups: ['S0ENGINEERS', 'S0MANAGERS'], count: 2 }], anyOf: [] },
  { approvers: [ENGINEER, MANAGER], anyOf: [] },
  { approvers: [], anyOf: [[{ ...ENGINEER, count: 2 }], [MANAGER]] },
  {
    approvers: [],
    anyOf: [
      [{ ...ENGINEER, groups: ['S0ENGINEERS', 'S0MANAGERS'], count: 3 }],
      [{ ...MANAGER, count: 2 }],
      [ENGINEER, { name: 'security', people: ['zoe@example.com'], groups: [], count: 1 }],
    ],
  },
  {
    approvers: [ENGINEER],
    anyOf: [
      [MANAGER],
      [
        { ...ENGINEER, name: 'more engineers' },
        { ...MANAGER, people: ['U0ZOE'] },
      ],
    ],
  },
]

/** By which minutes the local clock of a zone is ahead of UTC in November. */
const AHEAD = { UTC: 0, 'Asia/Kolkata': 330, 'America/New_York': -300 }
const MIDNIGHT = Math.floor(START / (1_440 * MINUTE)) * 1_440 * MINUTE

const STAND_INS: readonly Members[] = [
  { people: ['fay@example.com'], groups: [] },
  { people: ['fay@example.com'], groups: ['S0MANAGERS'] },
]

/** A part of the day on which the history happens, a Monday: every day, every week, or once. */
const someWindow = (chance: Chance, name: string): Window => {
  const from = Math.floor((START - MIDNIGHT) / MINUTE) + chance.between(-10, 20)
  const to = from + chance.between(3, 25)
  const every = chance.pick(['day', 'day', 'day', 'week', 'never'] as const)
  const zone = chance.pick(['UTC', 'UTC', 'Asia/Kolkata', 'America/New_York'] as const)
  const [begin, end] = [from + AHEAD[zone], to + AHEAD[zone]]
  return {
    name,
    zone,
    span: every === 'never' ? { every, from: onThatDay(begin), to: onThatDay(end) } : { every, from: begin, to: end },
  }
}

const onThatDay = (minute: number): LocalTime => {
  const date = new Date(MIDNIGHT + minute * MINUTE)
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
  }
}

/** Epoch milliseconds; `to` is not included. */
interface Times {
  from: number
  to: number
}

/** From when to when windows without a gap between them are open around a moment; computed without the code under test. */
export const openAt = (windows: readonly Window[], at: number): Times | null => {
  const all = windows.map(onTheDay)
  const open = all.find(({ from, to }) => from <= at && at < to)
  return open ? withAdjacent(all, open) : null
}

const withAdjacent = (all: readonly Times[], { from, to }: Times): Times => {
  const adjacent = all.filter((one) => one.from < one.to && one.from <= to && one.to >= from)
  const joined = {
    from: Math.min(from, ...adjacent.map((one) => one.from)),
    to: Math.max(to, ...adjacent.map((one) => one.to)),
  }
  return joined.from === from && joined.to === to ? joined : withAdjacent(all, joined)
}

/** When it is open on the Monday of the histories. */
const onTheDay = ({ span, zone }: Window): Times => {
  if (span.every === 'calendar') throw new Error('What a calendar said once is not judged')
  const ahead = (AHEAD as Record<string, number>)[zone]
  if (ahead === undefined) throw new Error(`The clock of ${zone} is not known`)
  const moment = (end: number | LocalTime): number =>
    typeof end === 'number'
      ? MIDNIGHT + (end - ahead) * MINUTE
      : Date.UTC(end.year, end.month - 1, end.day, end.hour, end.minute) - ahead * MINUTE
  return { from: moment(span.from), to: moment(span.to) }
}

const some = <T>(chance: Chance, probability: number, made: () => T): T | null =>
  chance.is(probability) ? made() : null

/** A Change Calendar whose name says in which minutes of each day it is closed, in UTC. */
const CHANGE_CALENDAR = 'arn:aws:ssm:eu-west-1:111122223333:document/closed'
const calendarOf = ({ name, zone, span }: Window): Calendar => {
  if (span.every !== 'day') throw new Error('Only windows of each day are drawn')
  return { name, zone, source: `${CHANGE_CALENDAR}-${span.from}-${span.to}` }
}
export const calendarClosed = (from: number, to: number): Calendar =>
  calendarOf({ name: 'change calendar', zone: 'UTC', span: { every: 'day', from, to } })
export const windowOf = ({ name, zone, source }: Calendar): Window => {
  const [from = 0, to = 0] = source
    .slice(CHANGE_CALENDAR.length + 1)
    .split('-')
    .map(Number)
  return { name, zone, span: { every: 'day', from, to } }
}

/** All that freezes a route: its windows, and what its calendars truly say. */
export const frozenTimes = ({ freezes, calendars }: Pick<Route, 'freezes' | 'calendars'>): Window[] => [
  ...freezes,
  ...calendars.map(windowOf),
]

/** What the calendar says at a time; computed without the code under test. */
export const stateOf = (calendar: Calendar, at: number): CalendarState => {
  const { span } = windowOf(calendar)
  if (span.every !== 'day') throw new Error('Only windows of each day are judged')
  const midnight = Math.floor(at / (1_440 * MINUTE)) * 1_440 * MINUTE
  const edges = [0, 1_440].flatMap((day) => [span.from, span.to].map((minute) => midnight + (day + minute) * MINUTE))
  const until = edges.find((edge) => edge > at) ?? null
  return { kind: openAt([windowOf(calendar)], at) ? 'closed' : 'open', until }
}

/** An alarm that rings in the minutes of each day that its name says, and is OK otherwise. */
export const alarmAt = (name: string, at: number): AlarmState => {
  const window = windowOf({ name, zone: 'UTC', source: `${CHANGE_CALENDAR}-${name.split('-').slice(1).join('-')}` })
  const ringing = openAt([window], at)
  const midnight = Math.floor(at / (1_440 * MINUTE)) * 1_440 * MINUTE
  const ended = window.span.every === 'day' ? midnight + window.span.to * MINUTE : 0
  return { name, state: ringing ? 'ALARM' : 'OK', since: ringing ? ringing.from : ended <= at ? ended : 0 }
}

/** Mostly one. */
const someWindows = (chance: Chance): Window[] => [
  someWindow(chance, 'freeze'),
  ...(chance.is(0.3) ? [someWindow(chance, 'stocktaking')] : []),
]

/** Some freezes are in the file, and others in a calendar. */
const frozenBy = (windows: readonly Window[]): Pick<Route, 'freezes' | 'calendars'> => ({
  freezes: windows.filter((window) => !isInCalendar(window)),
  calendars: windows.filter(isInCalendar).map(calendarOf),
})

const isInCalendar = ({ span, zone }: Window): boolean => span.every === 'day' && zone === 'UTC' && span.from % 2 === 1

/** Some approve themselves, while the alarm in the middle of the history does not ring. No further chance is taken. */
const maybeAutomatic = (route: Route): Route =>
  route.remind.length === 1 && route.lastCall === null ? { ...route, automatic: ringing(4 * MINUTE) } : route

/** A rule whose alarm rings from the seventh to the fifteenth minute of the history. */
export const ringing = (after: number): AutomaticRule => {
  const minute = Math.floor((START % (1_440 * MINUTE)) / MINUTE)
  return { after, alarms: [`errors-${minute + 7}-${minute + 15}`] }
}

/** Only approvers for some; the settings of a careful team for others. */
const someRoute = (chance: Chance): Route => {
  const plain = { ...PLAIN_ROUTE, ...chance.pick(RULES) }
  if (chance.is(0.3)) return plain
  return maybeAutomatic({
    ...plain,
    order: chance.is(0.4) ? 'sequence' : 'any',
    commentForm: some(chance, 0.3, () => ({ ...TICKET, isRequired: chance.is(0.5) })),
    rejecters: chance.is(0.2) ? [{ name: 'security', people: ['U0ZOE'], groups: ['S0MANAGERS'] }] : [],
    consoleOnly: some(chance, 0.03, () => 'the database is migrated by hand'),
    forbid: chance.pick([[], [], ['author'], ['author', 'starter'], ['starter']] as const),
    whenUnidentified: chance.pick(['refuse', 'allow'] as const),
    ...(chance.is(0.5) ? frozenBy(someWindows(chance)) : {}),
    breakGlass: chance.is(0.8) ? { people: ['U0ELI', 'zoe@example.com'], groups: [] } : NO_MEMBERS,
    remind: chance.pick([[], [2 * MINUTE], [3 * MINUTE, 7 * MINUTE, 90 * MINUTE]]),
    lastCall: some(chance, 0.5, () => 3 * MINUTE),
    escalate: some(chance, 0.4, () => ({
      after: chance.between(3, 12) * MINUTE,
      channel: some(chance, 0.5, () => 'C0ESCALATED'),
      ...chance.pick(STAND_INS),
    })),
    quiet: chance.is(0.3) ? [someWindow(chance, 'lunch'), someWindow(chance, 'training')] : [],
  })
}

/** Another route, for a part of the approvals: who may approve is another thing, and how people are told the same. */
const otherRoute = (chance: Chance, route: Route): Route => {
  const { order, commentForm, rejecters, consoleOnly, forbid, whenUnidentified, automatic } = someRoute(chance)
  const who = { order, commentForm, rejecters, consoleOnly, forbid, whenUnidentified, automatic }
  return { ...route, ...who, ...chance.pick(RULES) }
}

/** Where change sets wait behind approvals, most routes approve those that are empty; others have such a rule in vain. */
const maybeOfChangeSets = (chance: Chance, hasChangeSets: boolean, route: Route): Route => {
  const rule = route.automatic ?? (hasChangeSets ? { after: 2 * MINUTE, alarms: [] } : null)
  return rule && chance.is(hasChangeSets ? 0.7 : 0.2)
    ? { ...route, automatic: { ...rule, emptyChangeSet: true } }
    : route
}

/** Who may approve, and where messages go: mostly to a status channel, nearly always to an approvals channel. */
export const someConfiguration = (
  chance: Chance,
  matching: Chance,
  { hasChangeSets, secondRoute }: { hasChangeSets: boolean; secondRoute: SecondRoute },
  more: Partial<Route> = {},
): DrawnRoutes => {
  const drawn = (route: Route): Route => maybeOfChangeSets(matching, hasChangeSets, route)
  const base = chance.is(0.95) ? drawn(someRoute(chance)) : null
  const first = base && (matching.is(0.4) || secondRoute !== undefined) ? drawn(otherRoute(matching, base)) : null
  const file = CONFIGURATION.parse({
    accounts: { '111122223333': 'shop-prod' },
    people: {
      '12+ben@users.noreply.github.com': 'U0BEN',
      'bot@ci.example': 'nobody',
      Kim: 'U0CHEN',
      Nightly: 'nobody',
      'Console/dana': 'U0DANA',
    },
    defaults: {
      ...(chance.is(0.95) && { approvals: 'C0RELEASES' }),
      ...(chance.is(0.85) && { status: 'C0DEPLOYS' }),
    },
    routes: [],
  })
  return drawnRoutes(file, base && { ...base, ...more }, first && { ...first, ...more }, matching, secondRoute)
}
