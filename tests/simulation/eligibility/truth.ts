import type { EntityJson, EntityUidJson } from '@cedar-policy/cedar-wasm'
import type { Drawn, TrueIdentity } from './drawn.ts'

/*
 * The situation as Cedar's entities, from what was drawn: nothing of the functions takes part.
 */

/** `isEscalated`: whether the people whom the escalation adds are approvers now. */
export const entitiesOf = (drawn: Drawn, isEscalated = drawn.isEscalated): EntityJson[] => {
  const { workspace, closedCalendars, at } = drawn
  return [
    ...workspace.accounts.map(({ userId, email, isDeactivated, isStranger }) => ({
      uid: user(userId),
      attrs: { email: email ?? '', isDeactivated, isStranger },
      parents: Object.entries(workspace.members)
        .filter(([, members]) => members.includes(userId))
        .map(([id]) => ({ type: 'Slack::UserGroup', id })),
    })),
    {
      uid: APPROVAL,
      attrs: {
        ...peopleOf(drawn),
        turns: turnsOf(drawn),
        isEscalated,
        isFrozenFromSlack: isFrozenFromSlack(drawn),
      },
      parents: [],
    },
    ...calendarsIn(drawn).map((id) => ({
      uid: { type: 'Greenlight::Calendar', id },
      attrs: { isClosed: closedCalendars.includes(id) },
      parents: [],
    })),
    ...zonesIn(drawn).map((zone) => clock(zone, at)),
  ]
}

export const APPROVAL = { type: 'Greenlight::Approval', id: 'this' }
export const user = (id: string): EntityUidJson & { id: string } => ({ type: 'Slack::User', id })

const peopleOf = (drawn: Drawn) => {
  const { authors, starters } = involvedIn(drawn)
  const known = (all: readonly TrueIdentity[]) =>
    all.filter(isPerson).map((id) => ({ __entity: { type: 'Slack::User', id } }))
  const unread = (all: readonly TrueIdentity[]) => all.includes('unread')
  const unknown = (all: readonly TrueIdentity[]) => all.includes('unknown') || unread(all)
  return {
    authors: known(authors),
    starters: known(starters),
    hasUnknownAuthor: unknown(authors),
    hasUnknownStarter: unknown(starters),
    hasUnreadAuthor: unread(authors),
    hasUnreadStarter: unread(starters),
  }
}

const isFrozenFromSlack = ({ setInSlack, at }: Drawn): boolean =>
  setInSlack.some((one) => one === null || (one.isOfIt && one.from <= at && at < (one.liftedAt ?? one.until)))

const isPerson = (identity: TrueIdentity): boolean => !['machine', 'unknown', 'unread'].includes(identity)

const involvedIn = ({ authors, starter }: Drawn) => {
  const wrote = authors.map(({ is }) => is)
  // A push is started by those who wrote it; one without a known commit, by an unknown person.
  return { authors: wrote, starters: starter ? [starter.is] : wrote.length > 0 ? wrote : ['unknown' as const] }
}

interface DrawnRule {
  name: string
  people?: string[]
  groups?: string[]
  count: number
}

/** As greenlight.yml has them: those of `approvers`, then those of each alternative. */
const rulesOf = ({ route }: Drawn) => {
  const always = (route['approvers'] ?? []) as DrawnRule[]
  const ways = ((route['anyOf'] ?? []) as (DrawnRule | { allOf: DrawnRule[] })[]).map((way) =>
    'allOf' in way ? way.allOf : [way],
  )
  return { always, ways, all: [...always, ...ways.flat()] }
}

const isNamed = (
  { workspace }: Drawn,
  { people = [], groups = [] }: Omit<DrawnRule, 'count' | 'name'>,
  userId: string,
) => {
  const { email } = workspace.accounts.find((account) => account.userId === userId)!
  return (
    people.some((one) => one === userId || (email !== null && one.toLowerCase() === email)) ||
    groups.some((group) => (workspace.members[group] ?? []).includes(userId))
  )
}

/** The names of the rules that may approve: in a sequence, those of each way up to the one whose turn it is. */
const turnsOf = (drawn: Drawn): string[] => {
  const { always, ways, all } = rulesOf(drawn)
  const names = all.map(({ name }, index) => {
    const before = all.slice(0, index).filter((other) => other.name === name).length
    return before === 0 ? name : `${name} (${before + 1})`
  })
  if (drawn.route['order'] !== 'sequence') return names
  const unmets = (ways.length > 0 ? ways : [[]]).map((way) => firstUnmet(drawn, [...always, ...way]))
  const waits = unmets.filter((unmet) => unmet !== null)
  // In a way that is met, every rule has had its turn.
  if (waits.length < unmets.length) return names
  return all.flatMap((rule, index) => (waits.some((unmet) => unmet.upTo.includes(rule)) ? names[index]! : []))
}

/** The rules of a sequence up to the first that lacks approvals; null if none does. */
const firstUnmet = (drawn: Drawn, sequence: readonly DrawnRule[]): { upTo: DrawnRule[] } | null => {
  const given = drawn.approvals.filter(({ userId }) => isCounted(drawn, userId))
  let next = 0
  for (const [index, rule] of sequence.entries()) {
    let missing = rule.count
    // An approval that is given before its turn is lost.
    while (missing > 0 && next < given.length) if (mayBeOf(drawn, rule, given[next++]!.userId)) missing -= 1
    if (missing > 0) return { upTo: sequence.slice(0, index + 1) }
  }
  return null
}

const mayBeOf = (drawn: Drawn, rule: DrawnRule, userId: string): boolean =>
  isNamed(drawn, rule, userId) || (drawn.isEscalated && isNamed(drawn, drawn.route['escalate'] ?? {}, userId))

/**
 * Those for whom the person stands in: people who are away now and have named this person, where the route lets this person stand in,
 * who have not decided, and whose own change it is not.
 */
export const absentFor = (drawn: Drawn, userId: string): string[] => {
  const { route, absences, approvals, at } = drawn
  const named = [...rulesOf(drawn).all, ...((route['rejecters'] ?? []) as DrawnRule[])]
  const isAllowed =
    route['standIns'] === 'anyone' ||
    (route['standIns'] === 'approvers' && named.some((rule) => isNamed(drawn, rule, userId)))
  if (!isAllowed) return []
  return absences.flatMap((one) => {
    if (one === null || one.standIn !== userId) return []
    const isAway = one.from <= at && at < Math.min(one.until, one.endedAt ?? one.until)
    const hasDecided = approvals.some(({ userId }) => userId === one.by) && isCounted(drawn, one.by as TrueIdentity)
    return isAway && !hasDecided && !forbiddenIn(drawn).includes(one.by as TrueIdentity) ? [one.by] : []
  })
}

/** Whom the route forbids to approve this change. */
const forbiddenIn = (drawn: Drawn): TrueIdentity[] => {
  const forbid = drawn.route['forbid'] as string[]
  const { authors, starters } = involvedIn(drawn)
  return [...(forbid.includes('author') ? authors : []), ...(forbid.includes('starter') ? starters : [])]
}

const isCounted = (drawn: Drawn, userId: TrueIdentity): boolean => {
  const involved = forbiddenIn(drawn)
  const refuses = drawn.route['unidentified'] === 'refuse' || involved.includes('unread')
  if (refuses && (involved.includes('unknown') || involved.includes('unread'))) return false
  return !involved.includes(userId) && rulesOf(drawn).all.some((rule) => mayBeOf(drawn, rule, userId))
}

interface DrawnFreeze {
  zone: string
  calendar?: string
}

const freezesIn = ({ route }: Drawn): DrawnFreeze[] => (route['freeze'] ?? []) as DrawnFreeze[]

const calendarsIn = (drawn: Drawn): string[] => [...new Set(freezesIn(drawn).flatMap(({ calendar }) => calendar ?? []))]

const zonesIn = (drawn: Drawn): string[] => [
  ...new Set(freezesIn(drawn).flatMap(({ zone, calendar }) => (calendar ? [] : [zone]))),
]

/** What Intl says that the zone's clock shows. */
const clock = (zone: string, at: number): EntityJson => {
  const shown = shownIn(zone, at)
  const minuteOfDay = shown.getUTCHours() * 60 + shown.getUTCMinutes()
  const sinceMonday = (shown.getUTCDay() + 6) % 7
  return {
    uid: { type: 'Greenlight::Clock', id: zone },
    attrs: {
      local: { __extn: { fn: 'datetime', arg: shown.toISOString() } },
      minuteOfDay,
      minuteOfWeek: sinceMonday * 1_440 + minuteOfDay,
    },
    parents: [],
  }
}

/** The time that the zone's clock shows, as if it were UTC. */
const shownIn = (zone: string, at: number): Date => {
  let format = formats.get(zone)
  if (!format) formats.set(zone, (format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, ...PARTS })))
  return new Date(`${format.format(at).replace(' ', 'T')}:00Z`)
}
const PARTS = { dateStyle: 'short', timeStyle: 'short' } as const
const formats = new Map<string, Intl.DateTimeFormat>()

/**
 * Whether a clock of the drawn freezes shows this time twice, or shows it soon after skipping some: the autumn's and the
 * spring's hours. A window that begins or ends in them is open from the first to the last such time, which no clock shows.
 */
export const isAmbiguous = (drawn: Drawn): boolean =>
  zonesIn(drawn).some((zone) => offset(zone, drawn.at - 3 * 3_600_000) !== offset(zone, drawn.at + 3 * 3_600_000))

const offset = (zone: string, at: number): number => shownIn(zone, at).getTime() - at
