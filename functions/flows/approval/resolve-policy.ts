import type { Approval, ResolvedPolicy } from '../../domain/approval.ts'
import type { Forbidden, Policy, Rule } from '../../domain/policy.ts'
import { noneIsTrusted } from '../../domain/policy.ts'
import type { StandIn } from '../../domain/stand-in.ts'
import { standInsBy } from '../../domain/absence.ts'
import { UNKNOWN_COMMIT_AUTHOR, authorsOf, changedRevisions, type CommitAuthor } from '../../domain/revision.ts'
import { addressIn, aliasesOf, sessionOf } from '../../domain/starter.ts'
import { windowsFrom } from '../../domain/freeze.ts'
import { freezeBy } from '../../domain/calendar.ts'
import type { Window } from '../../domain/window.ts'
import { frozenAt } from '../../domain/window.ts'
import type { Members, Route } from '../../domain/route.ts'
import { NO_MEMBERS, rulesThrough, waysThrough } from '../../domain/route.ts'
import type { Services } from '../../ports/services.ts'

/** The fields of an approval that decide who may approve it. */
export type PolicySubject = Pick<Approval, 'where' | 'change' | 'starter' | 'escalatedAt'> &
  /** What people decided already, and clicked: who stood in for someone else at those moments. */
  Partial<Pick<Approval, 'votes' | 'deferredClicks'>>

/** What tells whose deployment it is. */
export type DeploymentSubject = Pick<Approval, 'change' | 'starter'>

type Known = Pick<Services, 'configuration' | 'directory'>

type KnownWithFreezes = Known &
  Pick<Services, 'calendars'> & {
    freezes: Pick<Services['freezes'], 'all'>
    absences: Pick<Services['absences'], 'endingFrom'>
  }

/**
 * The policy that applies to this approval now: its route's rules with every group and address looked up in Slack, and
 * the people whom this change forbids, and its calendars' freezes at that time. Null if no route matches. A person or group that Slack does not list is left
 * out, with the reason, and never lets anyone approve.
 */
export const resolvePolicy = async (
  services: KnownWithFreezes,
  asked: PolicySubject,
  now: number,
): Promise<ResolvedPolicy | null> => {
  const route = services.configuration.routeFor(asked.where, { ...asked, at: now })
  if (!route) return null
  const { escalate, review } = route
  const isOfApprovers = review !== null && review.people.length + review.groups.length === 0
  const [looked, authors, starters, freezes, away] = await Promise.all([
    lookUpAll(services, [
      escalate ?? NO_MEMBERS,
      route.breakGlass,
      review ?? NO_MEMBERS,
      ...rulesThrough(route),
      ...route.rejecters,
    ]),
    Promise.all(asked.change.authors.map((author) => identify(services, author))),
    identifyStarters(services, asked),
    freezesOn(services, route, asked.where.pipeline, now),
    awayAt(services, route, asked, now),
  ])
  const [standInsNamed, overriders, named, ...groups] = looked as [LookedUp, LookedUp, LookedUp, ...LookedUp[]]
  const rules = groups.slice(0, rulesThrough(route).length)
  const rejecters = groups.slice(rules.length)
  const reviewers = isOfApprovers ? rules : [named]
  const among = forbiddenAmong(route, authors, starters)
  const standIns = asked.escalatedAt === null ? [] : standInsNamed.people
  const approvers: Rule[] = rulesThrough(route).map(({ name, count, groups }, index) => {
    const named = rules[index]!.people
    const people = [...new Set([...named, ...standIns])]
    return { name, count, groups, people, ...(people.length > named.length && { named: named.length }) }
  })
  // Those whom the escalation alone makes approvers have no place in which anyone stands in.
  const standingIn = await withTheirAccounts(services, allowedOn(route, away.standIns, [...rules, ...rejecters]))
  const policy: Policy = {
    ...(route.untold && { untold: route.untold }),
    ...waysThrough(route),
    ...(route.order === 'sequence' && { order: route.order }),
    rules: approvers,
    ...(standingIn.standIns.length > 0 && { standIns: standingIn.standIns }),
    ...(route.automatic && { automatic: route.automatic }),
    ...(route.rejecters.length > 0 && {
      rejecters: route.rejecters.map(({ name, groups }, index) => ({ name, groups, people: rejecters[index]!.people })),
    }),
    ...(route.commentForm && { comment: route.commentForm }),
    ...(route.later && { later: route.later }),
    consoleOnly: route.consoleOnly,
    // Only where it is set, so that a policy that was stored without it is the same.
    ...(route.consoleApprovals === 'allow' && { consoleApprovals: 'allow' as const }),
    ...separated(route, among),
    freezes,
    breakGlass: overriders.people,
    unread: [
      ...new Set([...groups, standInsNamed, overriders, ...among, away, standingIn].flatMap(({ unread }) => unread)),
    ],
  }
  const forbidden = new Set(policy.forbidden.map(({ userId }) => userId))
  return {
    policy,
    frozen: frozenAt(freezes, now),
    timing: {
      remind: route.remind,
      lastCall: route.lastCall,
      escalate: escalate && { after: escalate.after, channel: escalate.channel, people: standInsNamed.people },
      quiet: route.quiet,
      ...(route.notify === 'direct' && { direct: true as const }),
    },
    ...(review && {
      review: {
        within: review.within,
        people: [...new Set(reviewers.flatMap(({ people }) => people))].filter((userId) => !forbidden.has(userId)),
        unread: [...new Set([...reviewers, ...among].flatMap(({ unread }) => unread))],
        ...(noneIsTrusted(policy) && { unidentified: policy.unidentified }),
      },
    }),
    startedBy: starters.flatMap(({ userId }) => userId ?? []),
    at: now,
  }
}

/** The change freezes of the route and its calendars, and those that were set in Slack. */
export const freezesOn = async (
  { calendars, freezes }: Pick<KnownWithFreezes, 'calendars' | 'freezes'>,
  route: Route,
  pipeline: string,
  now: number,
): Promise<Window[]> => {
  const [closed, setInSlack] = await Promise.all([
    Promise.all(route.calendars.map(async (one) => freezeBy(one, await calendars.stateAt(one, now)) ?? [])),
    freezes.all(),
  ])
  return [...route.freezes, ...closed.flat(), ...windowsFrom(setInSlack, pipeline, now)]
}

/** Who stands in for whom, as far as the route may let them. */
const awayAt = async (
  { absences }: Pick<KnownWithFreezes, 'absences'>,
  { standIns }: Route,
  { votes = [], deferredClicks = [] }: PolicySubject,
  now: number,
): Promise<{ standIns: StandIn[]; unread: string[] }> => {
  if (standIns === 'none') return { standIns: [], unread: [] }
  const moments = deferredClicks.map(({ at }) => at)
  const stored = await absences.endingFrom(Math.min(now, ...moments, ...votes.map(({ at }) => at)))
  const decided = votes.flatMap(({ standsInFor = [] }) => standsInFor.map(({ absence }) => absence))
  return {
    standIns: standInsBy(
      stored.flatMap((one) => (one.kind === 'absence' ? one.absence : [])),
      { now, moments, decided },
    ),
    unread: stored.flatMap((one) => (one.kind === 'unreadable' ? one.because : [])),
  }
}

/** Of these stand-ins, those whom the route lets stand in for one of its people. */
const allowedOn = (
  { standIns: allowed }: Route,
  standIns: readonly StandIn[],
  named: readonly { people: readonly string[] }[],
): StandIn[] => {
  const isNamed = (userId: string): boolean => named.some(({ people }) => people.includes(userId))
  return standIns.filter((one) => isNamed(one.for) && (allowed === 'anyone' || isNamed(one.userId)))
}

/**
 * Those in whose place someone decides must have an account that could decide itself. From then on that it cannot, no one
 * decides for them, whatever votes the table has; what was decided before stays, as the votes of a person do whose account was
 * deactivated since.
 */
const withTheirAccounts = async (
  { directory }: Known,
  allowed: readonly StandIn[],
): Promise<{ standIns: StandIn[]; unread: string[] }> => {
  const looked = await Promise.all(
    allowed.map(async (one): Promise<{ standIn: StandIn; unread: string[] }> => {
      const account = await directory.person(one.for)
      if (account.kind === 'found' && !account.value.isDeactivated && !account.value.isStranger)
        return { standIn: one, unread: [] }
      return {
        standIn: { ...one, isOver: true, isRevoked: true },
        unread: account.kind === 'unread' ? [account.because] : [],
      }
    }),
  )
  return { standIns: looked.map(({ standIn }) => standIn), unread: looked.flatMap(({ unread }) => unread) }
}

interface LookedUp {
  people: string[]
  unread: string[]
}

/** Fewer than fit in the 400 kB of an approval's item, compressed as they are (functions/aws/stored-approval.ts). */
const MOST_PEOPLE = 30_000

/**
 * Each of these looked up. If they are more people than an approval holds, none is used, with the reason. A person
 * takes room in every list with their name, unless it is an identical list.
 */
const lookUpAll = async (services: Known, members: readonly Members[]): Promise<LookedUp[]> => {
  const all = await Promise.all(members.map((one) => lookUp(services, one)))
  const lists = new Map(all.map(({ people }) => [people.join(), people.length]))
  const count = [...lists.values()].reduce((sum, size) => sum + size, 0)
  if (count <= MOST_PEOPLE) return all
  const because = `the groups of approvers have ${count} members in all, and Greenlight takes ${MOST_PEOPLE} at most`
  return all.map(() => ({ people: [], unread: [because] }))
}

/** The Slack user IDs of these people and groups. */
export const lookUp = async ({ directory }: Known, { people, groups }: Members): Promise<LookedUp> => {
  const looked = await Promise.all([
    ...people.map(async (person) => {
      if (!person.includes('@')) return { people: [person], unread: [] }
      const found = await directory.byEmail(person)
      if (found.kind === 'found') return { people: [found.value], unread: [] }
      return {
        people: [],
        unread: [found.kind === 'not-found' ? `No Slack account belongs to ${person}` : found.because],
      }
    }),
    ...groups.map(async (group) => {
      const found = await directory.members(group)
      if (found.kind === 'found') return { people: [...found.value], unread: [] }
      return { people: [], unread: [found.kind === 'not-found' ? `Slack has no user group ${group}` : found.because] }
    }),
  ])
  return {
    people: [...new Set(looked.flatMap((one) => one.people))],
    unread: looked.flatMap((one) => one.unread),
  }
}

interface Identified {
  author: CommitAuthor
  /** Null if they have no known account in Slack. */
  userId: string | null
  /** A machine, by the configuration: it forbids no one. */
  isMachine: boolean
  /** Why Slack did not answer; empty if it did. */
  unread: string[]
}

/**
 * By address first, as `people` in greenlight.yml or Slack knows it. In Git, people choose their own names, so `people`
 * is asked for a name only if no address leads to a person. An address that belongs to a machine may be shared: a
 * person whom `people` knows by name wins over the machine.
 */
const identify = async ({ configuration, directory }: Known, author: CommitAuthor): Promise<Identified> => {
  const byAddress = author.email && configuration.personFor(author.email)
  if (byAddress && byAddress !== MACHINE) return mapped(author, byAddress)
  const found = author.email && !byAddress ? await directory.byEmail(author.email) : null
  if (found?.kind === 'found') return mapped(author, found.value)
  const byName = found?.kind !== 'unread' && author.name ? configuration.personFor(author.name) : null
  const known = byName || byAddress
  if (known) return mapped(author, known)
  return { author, userId: null, isMachine: false, unread: found?.kind === 'unread' ? [found.because] : [] }
}

/** What `people` in greenlight.yml says of a machine. */
const MACHINE = 'nobody'

const mapped = (author: CommitAuthor, named: string): Identified => {
  const isMachine = named === MACHINE
  return { author, userId: isMachine ? null : named, isMachine, unread: [] }
}

/** The Slack user IDs of those whose deployment it is: who started it, and who wrote what it changes. */
export const concernedBy = async (services: Known, subject: DeploymentSubject): Promise<string[]> => {
  const authors = authorsOf(changedRevisions(subject.change)).map((author) => identify(services, author))
  const all = await Promise.all([identifyStarters(services, subject), ...authors])
  return [...new Set(all.flat().flatMap(({ userId }) => userId ?? []))]
}

/** Who started the execution: a person by hand, or the authors of the change that was pushed. */
const identifyStarters = async (services: Known, { starter, change }: DeploymentSubject): Promise<Identified[]> => {
  const { arn, name, userId } = starter
  if (userId !== undefined) return [mapped(UNKNOWN_COMMIT_AUTHOR, userId)]
  if (starter.kind === 'push' || starter.kind === 'schedule-or-rule') {
    const authors = authorsOf(changedRevisions(change))
    return Promise.all(
      (authors.length > 0 ? authors : [UNKNOWN_COMMIT_AUTHOR]).map((author) => identify(services, author)),
    )
  }
  const author: CommitAuthor = { ...UNKNOWN_COMMIT_AUTHOR, name }
  // CodePipeline itself: no person.
  if (starter.kind === 'automatic-rollback') return []
  if (!arn) return [{ author, userId: null, isMachine: false, unread: [] }]
  const named = namedInPeople(services, arn)
  if (named) return [mapped(author, named)]
  return [
    await identify(services, { ...author, name: null, email: addressIn(arn) }).then((known) => ({
      ...known,
      author,
    })),
  ]
}

/**
 * The entry of `people` for an ARN. The person who assumes a role names the session, so a session's name alone never
 * makes a caller a machine.
 */
const namedInPeople = ({ configuration }: Known, arn: string): string | null => {
  for (const alias of aliasesOf(arn)) {
    const person = configuration.personFor(alias)
    if (person && !(person === MACHINE && alias === sessionOf(arn))) return person
  }
  return null
}

interface Involved extends Identified {
  because: Forbidden['because']
}

/** The parts in a change for which the route forbids approval. */
const forbiddenAmong = (
  { forbid }: Route,
  authors: readonly Identified[],
  starters: readonly Identified[],
): Involved[] => [
  ...(forbid.includes('author') ? authors.map((one) => ({ ...one, because: 'author' as const })) : []),
  ...(forbid.includes('starter') ? starters.map((one) => ({ ...one, because: 'starter' as const })) : []),
]

/** The people whom this change forbids to approve, and those whom it would forbid if they were known. */
const separated = (
  { whenUnidentified }: Route,
  involved: readonly Involved[],
): Pick<Policy, 'forbidden' | 'unidentified' | 'whenUnidentified'> => ({
  forbidden: involved.flatMap(({ userId, because, author }) =>
    userId ? [{ userId, because, revision: because === 'author' ? author.revision : null }] : [],
  ),
  unidentified: involved
    .filter(({ userId, isMachine }) => !userId && !isMachine)
    .map(({ because, author }) => ({ because, name: author.name || author.email, revision: author.revision })),
  // The route may allow people without a known account. A person whom Slack did not look up may be the one who asks.
  whenUnidentified: involved.some(({ unread }) => unread.length > 0) ? 'refuse' : whenUnidentified,
})
