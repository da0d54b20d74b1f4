import type { CommitAuthor } from '../../../functions/domain/revision.ts'
import { MINUTE } from '../../../functions/domain/time-units.ts'
import { START } from '../../support/records.ts'
import type { Chance } from '../chance.ts'

/** A person in Slack, as the directory truly knows them. */
export interface Account {
  userId: `U0${string}`
  /** Null if Slack does not tell it. */
  email: string | null
  isDeactivated: boolean
  isStranger: boolean
}

/** What Slack would truly answer. */
export interface Workspace {
  accounts: readonly Account[]
  /** By the ID of a group. A group that is missing here is not read. */
  members: Readonly<Record<string, readonly string[]>>
}

/** Who truly did something: a Slack user ID, or why no one in Slack did. */
export type TrueIdentity = `U0${string}` | 'machine' | 'unknown' | 'unread'

/** A question: who may approve or reject, by this route, in this situation. */
export interface Drawn {
  /** A route as greenlight.yml has it. */
  route: Record<string, unknown>
  workspace: Workspace
  authors: readonly { author: CommitAuthor; is: TrueIdentity }[]
  /** Null for a push: its authors are the starters. */
  starter: { arn: string; is: TrueIdentity } | null
  closedCalendars: readonly string[]
  /** Change freezes that people have set in Slack; null for one that cannot be read. */
  setInSlack: readonly (SetInSlack | null)[]
  isEscalated: boolean
  /** Who is away, and who stands in; null for one that cannot be read. */
  absences: readonly (DrawnAbsence | null)[]
  /** Approvals before the question, the oldest first. */
  approvals: readonly { userId: `U0${string}`; at: number }[]
  at: number
}

export interface SetInSlack {
  pattern: string
  /** Whether it is about shop-web. */
  isOfIt: boolean
  from: number
  until: number
  liftedAt: number | null
}

export interface DrawnAbsence {
  by: string
  standIn: string
  from: number
  until: number
  endedAt: number | null
}

/** Of some people, each of whom has one at a time. */
const someAbsences = (chance: Chance, at: number): Drawn['absences'] =>
  some(chance, IDS, 0.4).map((by) => {
    if (chance.is(0.05)) return null
    const from = at + chance.between(-2_000, 300) * MINUTE
    const until = from + chance.between(1, 6_000) * MINUTE
    const standIn = chance.pick(IDS.filter((userId) => userId !== by))
    return { by, standIn, from, until, endedAt: chance.is(0.15) ? chance.between(from, until) : null }
  })

const someFreezeFromSlack = (chance: Chance, at: number): SetInSlack | null => {
  if (chance.is(0.1)) return null
  const [pattern, isOfIt] = chance.pick([
    ['*', true],
    ['shop-*', true],
    ['shop-web', true],
    ['billing*', false],
    ['shop', false],
  ] as const)
  const from = at + chance.between(-3_000, 1_000) * MINUTE
  const until = from + chance.between(1, 4_000) * MINUTE
  return { pattern, isOfIt, from, until, liftedAt: chance.is(0.3) ? chance.between(from, until) : null }
}

const IDS = ['U0ANA', 'U0BEN', 'U0CHEN', 'U0DANA', 'U0ELI', 'U0FAY', 'U0GUS', 'U0HAL'] as const
const GROUPS = ['S0ENGINEERS', 'S0MANAGERS', 'S0SECURITY', 'S0UNREAD'] as const
const ZONES = ['UTC', 'Europe/London', 'America/New_York', 'Asia/Kolkata', 'Pacific/Auckland'] as const
const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const

/** Of these, each with the probability. */
const some = <T>(chance: Chance, from: readonly T[], probability: number): T[] =>
  from.filter(() => chance.is(probability))

const maybe = <T>(chance: Chance, probability: number, made: () => T): T | undefined =>
  chance.is(probability) ? made() : undefined

const addressOf = (userId: string): string => `${userId.slice(2).toLowerCase()}@shop.example`

export const UNREAD_ADDRESS = 'timeout@shop.example'

const someWorkspace = (chance: Chance): Workspace => ({
  accounts: IDS.map((userId) => ({
    userId,
    email: chance.is(0.9) ? addressOf(userId) : null,
    isDeactivated: chance.is(0.05),
    isStranger: chance.is(0.05),
  })),
  members: Object.fromEntries(
    GROUPS.filter((group) => group !== 'S0UNREAD').map((group) => [group, some(chance, IDS, 0.35)]),
  ),
})

/** Between one and three of them, named by their IDs, addresses and groups. */
const someMembers = (chance: Chance): { people?: string[]; groups?: string[] } => {
  const people = some(chance, IDS, 0.25).map((userId) =>
    chance.is(0.3) ? chance.pick([addressOf(userId), addressOf(userId).toUpperCase()]) : userId,
  )
  const groups = some(chance, GROUPS, 0.25)
  return people.length + groups.length > 0
    ? { ...(people.length > 0 && { people }), ...(groups.length > 0 && { groups }) }
    : { people: [chance.pick(IDS)] }
}

const RULE_NAMES = ['engineers', 'release managers', 'QA', 'security "red"'] as const
const someRule = (chance: Chance) => ({
  name: chance.pick(RULE_NAMES),
  ...someMembers(chance),
  count: chance.between(1, 3),
})

const someRules = (chance: Chance, most: number) =>
  Array.from({ length: chance.between(1, most + 1) }, () => someRule(chance))

const someApprovers = (chance: Chance) => {
  const always = { approvers: someRules(chance, 3) }
  if (chance.is(0.6)) return always
  const anyOf = Array.from({ length: chance.between(2, 4) }, () =>
    chance.is(0.5) ? someRule(chance) : { allOf: someRules(chance, 2) },
  )
  return chance.is(0.5) ? { anyOf } : { ...always, anyOf }
}

const twoDigits = (number: number): string => String(number).padStart(2, '0')
const someTime = (chance: Chance): string =>
  `${twoDigits(chance.between(0, 24))}:${twoDigits(chance.pick([0, 0, 1, 30, 59]))}`

const someDate = (chance: Chance, around: number): number => around + chance.between(-5_000, 5_000) * MINUTE
const dateText = (at: number): string => new Date(at).toISOString().slice(0, 16).replace('T', ' ')

const someFreeze = (chance: Chance, at: number) => {
  const zone = chance.pick(ZONES)
  const name = chance.pick(['nights', 'weekend "big"', 'sale', 'audit'])
  switch (chance.pick(['day', 'week', 'once', 'calendar'] as const)) {
    case 'day': {
      const from = someTime(chance)
      return { name, zone, from, to: otherThan(from, () => someTime(chance)) }
    }
    case 'week': {
      const moment = () => `${chance.pick(DAYS)} ${someTime(chance)}`
      const from = moment()
      return { name, zone, from, to: otherThan(from, moment) }
    }
    case 'once': {
      const from = someDate(chance, at)
      return { name, zone, from: dateText(from), to: dateText(from + chance.between(1, 9_000) * MINUTE) }
    }
    case 'calendar':
      return { name, zone, calendar: chance.pick(CALENDARS) }
  }
}
export const CALENDARS = ['https://calendar.example/one.ics', 'https://calendar.example/two.ics'] as const

const otherThan = (text: string, made: () => string): string => {
  for (;;) {
    const other = made()
    if (other !== text) return other
  }
}

/** Each as a commit names them, and who they truly are. `people` of the configuration is `PEOPLE`. */
const AUTHORS: readonly ((chance: Chance, { accounts }: Workspace) => Drawn['authors'][number])[] = [
  (chance, { accounts }) => {
    const { userId, email } = chance.pick(accounts)
    return { author: named('Someone', addressOf(userId)), is: email === null ? 'unknown' : userId }
  },
  (chance) => {
    const userId = chance.pick(IDS)
    return { author: named('Someone', `${userId}@noreply.example`), is: userId }
  },
  (chance) => {
    const userId = chance.pick(IDS)
    return { author: named(`Named ${userId}`, null), is: userId }
  },
  () => ({ author: named('Renovate', 'bot@ci.example'), is: 'machine' }),
  () => ({ author: named('Gert', 'gert@elsewhere.example'), is: 'unknown' }),
  () => ({ author: named('Tom', UNREAD_ADDRESS), is: 'unread' }),
]
const named = (name: string, email: string | null): CommitAuthor => ({ name, email, revision: null })

export const PEOPLE: Record<string, string> = {
  'bot@ci.example': 'nobody',
  Nightly: 'nobody',
  ...Object.fromEntries(
    IDS.flatMap((userId) => [
      [`${userId}@noreply.example`, userId],
      [`Named ${userId}`, userId],
      [`Console/${userId}`, userId],
    ]),
  ),
}

const STARTERS: readonly ((chance: Chance) => Drawn['starter'])[] = [
  () => null,
  () => null,
  (chance) => {
    const userId = chance.pick(IDS)
    return { arn: `arn:aws:sts::111122223333:assumed-role/Console/${userId}`, is: userId }
  },
  () => ({ arn: 'arn:aws:sts::111122223333:assumed-role/Nightly/i-0ab', is: 'machine' }),
  () => ({ arn: 'arn:aws:sts::111122223333:assumed-role/Console/eve', is: 'unknown' }),
]

/** Five years around the clock changes of many zones. */
const someMoment = (chance: Chance): number => START + chance.between(0, 5 * 365 * 1_440) * MINUTE

export const drawn = (chance: Chance): Drawn => {
  const workspace = someWorkspace(chance)
  const at = someMoment(chance)
  const rejecters = maybe(chance, 0.2, () => [
    { name: 'security', ...someMembers(chance) },
    ...(chance.is(0.3) ? [{ name: 'others', ...someMembers(chance) }] : []),
  ])
  const escalate = maybe(chance, 0.4, () => ({ after: '1h', ...someMembers(chance) }))
  const route = {
    match: {},
    ...someApprovers(chance),
    ...(chance.is(0.3) && { order: 'sequence' }),
    ...(rejecters && { rejecters }),
    forbid: chance.pick([[], ['author'], ['starter'], ['author', 'starter']]),
    unidentified: chance.pick(['refuse', 'allow', 'allow']),
    ...(chance.is(0.5) && { freeze: Array.from({ length: chance.between(1, 3) }, () => someFreeze(chance, at)) }),
    ...(escalate && { escalate }),
    ...(chance.is(0.03) && { consoleOnly: 'by hand' }),
  }
  const voters = some(chance, IDS, 0.3)
  const rest = {
    workspace,
    authors: Array.from({ length: chance.pick([0, 0, 1, 1, 2]) }, () => chance.pick(AUTHORS)(chance, workspace)),
    starter: chance.pick(STARTERS)(chance),
    closedCalendars: some(chance, CALENDARS, 0.3),
    setInSlack: chance.is(0.15) ? [someFreezeFromSlack(chance, at), someFreezeFromSlack(chance, at)] : [],
    isEscalated: escalate !== undefined && chance.is(0.5),
    approvals: voters.map((userId, index) => ({ userId, at: at - (voters.length - index) * MINUTE })),
    at,
  }
  const standIns = maybe(chance, 0.6, () => chance.pick(['approvers', 'anyone']))
  return { ...rest, route: { ...route, ...(standIns && { standIns }) }, absences: someAbsences(chance, at) }
}
