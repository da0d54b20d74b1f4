import type { Bits } from './assignment.ts'
import type { AutomaticRule } from './automatic-rule.ts'
import { assign, leadingTo } from './assignment.ts'
import type { CommentForm } from './comment.ts'
import { isOfForm } from './comment.ts'
import type { Signed } from './signature.ts'
import type { StandIn, StoodIn } from './stand-in.ts'
import {
  countsFor,
  deciderFor,
  hasPlace,
  placesIn,
  standInNow,
  standInsOf,
  stoodIn,
  validFor,
  whyForbidden,
} from './stand-in.ts'
import type { Frozen, Window } from './window.ts'
import { frozenAt } from './window.ts'

/**
 * Who may decide, and when enough have. Pure: the policy holds everything it needs of people, changes and calendars, a
 * ruling is a value, and an expected refusal does not throw.
 */
export interface Policy {
  rules: readonly Rule[]
  /** What AWS does not tell of the execution, so that the strictest route that may match applies; missing if nothing. */
  untold?: readonly string[]
  /** The rules of each way to approve, by their index: one way is enough. Missing if every rule must be met. */
  ways?: readonly (readonly number[])[]
  /** The rules of each way are met one after the other; missing if in any order. */
  order?: 'sequence'
  /** The approval approves itself by this rule; missing if only people approve. See automaticIn. */
  automatic?: AutomaticRule
  /** Who may reject; missing if every approver may. */
  rejecters?: readonly Rejecters[]
  /** The form of an approval's comment; missing if any comment will do. */
  comment?: CommentForm
  /** An approver may choose a time for the verdict, at most so far ahead (milliseconds); missing where they may not. */
  later?: { within: number }
  /** Who answers for an approver who is away, where the route lets them; missing if no one does. */
  standIns?: readonly StandIn[]
  /** Why this stage is decided in the AWS console only; null if Slack may decide. */
  consoleOnly: string | null
  /** People who may not approve this change, though a rule may name them. */
  forbidden: readonly Forbidden[]
  /** Authors and starters without a known account in Slack. */
  unidentified: readonly Unidentified[]
  /** Whether an unidentified person blocks the approval: the approver may be the author. */
  whenUnidentified: 'refuse' | 'allow'
  /** Approvals in the AWS console are as good as in Slack; missing where they are not. */
  consoleApprovals?: 'allow'
  freezes: readonly Window[]
  /** Slack user IDs of those who may override a freeze. */
  breakGlass: readonly string[]
  /** What Slack did not list, each a clause such as "Slack did not list the members of S0RELMGRS (timeout)". */
  unread: readonly string[]
}

export interface Rule {
  /** What people call this group, such as "release managers". */
  name: string
  /** Slack user IDs of all approvers of this rule, with user groups and e-mail addresses looked up. */
  people: readonly string[]
  /** How many of `people`, the first, the rule itself names; the others are here by the escalation. Missing if all are named. */
  named?: number
  /** The user groups of which these are members, among others. */
  groups: readonly string[]
  /** How many different people of this rule must approve. */
  count: number
}

export type Rejecters = Omit<Rule, 'count'>

export interface Forbidden {
  userId: string
  because: 'author' | 'starter'
  /** The short id of the change they wrote; null for a starter. */
  revision: string | null
}

export interface Unidentified {
  because: 'author' | 'starter'
  /** As the commit or AWS names them; null without a name. */
  name: string | null
  revision: string | null
}

export interface Vote {
  userId: string
  /** As Slack shows them; for readers, never to authorize. */
  name: string
  verdict: Verdict
  /** Empty when none was given. */
  comment: string
  at: number
  /** The verdict must not be sent earlier: the time that the approver chose. Missing if they chose none. */
  notBefore?: number
  /** The absent people for whom it may count; missing if they decided for themselves alone. */
  standsInFor?: readonly StoodIn[]
  /** Missing in votes that were cast before votes were signed. */
  signed?: Signed
}

export type Verdict = 'Approved' | 'Rejected'

export interface RuleProgress {
  rule: Rule
  approvedBy: Vote[]
  missing: number
}

/** `progress` is that of the way in which the fewest approvals are missing; `ways` has the progress of each. */
export type Ruling = { progress: RuleProgress[]; ways: RuleProgress[][] } & (
  { kind: 'granted' } | { kind: 'rejected'; by: Vote } | { kind: 'open' }
)

/** Why a person's vote would not count. */
export type Barrier =
  | { because: 'console-only'; why: string }
  | { because: 'no-approvers' }
  | { because: 'not-an-approver' }
  /** The groups who may reject. */
  | { because: 'not-a-rejecter'; rejecters: readonly string[] }
  /** They may be an approver; Slack did not list the group. */
  | { because: 'unread'; unread: readonly string[] }
  | { because: 'author'; revision: string | null }
  | { because: 'starter' }
  /** They stand in for a person who cannot approve this change themselves. */
  | { because: 'absent-forbidden'; for: string; own: Forbidden['because'] }
  /** They stand in for a person who has decided, or for whom another one has. */
  | { because: 'absent-decided'; for: string; by: string }
  /** In a sequence, these groups approve first. */
  | { because: 'not-your-turn'; first: readonly string[] }
  | { because: 'unidentified'; unidentified: readonly Unidentified[] }
  | { because: 'frozen'; frozen: Frozen; breakGlass: readonly string[] }

/** Why an approval in the AWS console passed by the policy: what would have kept the person from it in Slack. */
export type PastPolicy =
  | Exclude<Barrier['because'], 'console-only' | 'not-a-rejecter' | 'absent-forbidden' | 'absent-decided'>
  | 'unknown-person'
  | 'too-few'

/** Whether this person is an approver of the rule. */
export const hasApprover = ({ people }: Rule, userId: string): boolean => people.includes(userId)

/**
 * The people whom the rules name, in the order of the rules, each with the rules that name them. Every look asks for
 * every member of every group, and there may be thousands.
 */
const membersIn = (rules: readonly Rule[]): Membership => {
  const known = members.get(rules)
  if (known) return known
  const naming = new Map<string, Bits>()
  for (const [index, { people }] of rules.entries())
    for (const userId of people) naming.set(userId, (naming.get(userId) ?? 0) | (1 << index))
  const placing = rules.some(({ named }) => named !== undefined) ? placingIn(rules) : naming
  const made = { naming, placing, people: [...naming.keys()], bits: [...naming.values()] }
  members.set(rules, made)
  return made
}
/** The rules in which a stand-in has the place of a person. */
const placingIn = (rules: readonly Rule[]): Map<string, Bits> => {
  const placing = new Map<string, Bits>()
  for (const [index, { people, named }] of rules.entries())
    for (const userId of people.slice(0, named)) placing.set(userId, (placing.get(userId) ?? 0) | (1 << index))
  return placing
}
const members = new WeakMap<readonly Rule[], Membership>()

interface Membership {
  naming: ReadonlyMap<string, Bits>
  /** The same without those who are in a rule by the escalation alone. */
  placing: ReadonlyMap<string, Bits>
  people: readonly string[]
  bits: readonly Bits[]
}

/** The same, for what a person decides now. */
const standInsNowOf = (policy: Policy, userId: string, at: number): StandIn[] =>
  standInsOf(policy, userId, at).filter(({ isRevoked }) => !isRevoked)

/**
 * For whom the person can decide at that time beside themselves: no one whom the change forbids to approve, and no one who
 * has decided or for whom another person has.
 */
export const standsInFor = (policy: Policy, userId: string, at: number, votes: readonly Vote[] = []): StoodIn[] => {
  const possible = standInsNowOf(policy, userId, at)
  if (possible.length === 0) return []
  const counted = votes.filter((vote) => counts(policy, vote))
  return possible
    .filter((one) => whyForbidden(policy, one) === null && deciderFor(policy, one, counted) === null)
    .map(stoodIn)
}

/** Why no such vote of this person counts; null if the policy names them, or one of those for whom they decide, for it. */
const ineligibleReason = (
  policy: Policy,
  userId: string,
  verdict: Verdict,
  absent: readonly StoodIn[],
): Barrier | null => {
  if (policy.consoleOnly !== null) return { because: 'console-only', why: policy.consoleOnly }
  const rejecters = verdict === 'Rejected' ? policy.rejecters : undefined
  if (policy.rules.length === 0 && !rejecters) return { because: 'no-approvers' }
  const { naming, placing } = membersIn(policy.rules)
  const isNamed = rejecters
    ? [userId, ...absent.map((one) => one.userId)].some((one) => rejecters.some(({ people }) => people.includes(one)))
    : naming.has(userId) || absent.some((one) => placing.has(one.userId))
  if (isNamed) return null
  if (policy.unread.length > 0) return { because: 'unread', unread: policy.unread }
  return rejecters
    ? { because: 'not-a-rejecter', rejecters: rejecters.map(({ name }) => name) }
    : { because: 'not-an-approver' }
}

/** Why an approver can never approve this change. Rejecting one's own change is always safe. */
const separationReason = (policy: Policy, userId: string): Barrier | null => {
  const own = policy.forbidden.find((forbidden) => forbidden.userId === userId)
  if (own) return own.because === 'author' ? { because: 'author', revision: own.revision } : { because: 'starter' }
  return policy.whenUnidentified === 'refuse' && policy.unidentified.length > 0
    ? { because: 'unidentified', unidentified: policy.unidentified }
    : null
}

/** The person stands in, and only for people in whose place no one can decide any more. */
const absenceReason = (policy: Policy, userId: string, at: number, votes: readonly Vote[]): Barrier | null => {
  const [one] = standInsNowOf(policy, userId, at)
  if (!one) return null
  const own = whyForbidden(policy, one)
  if (own) return { because: 'absent-forbidden', for: one.for, own }
  const by = deciderFor(
    policy,
    one,
    votes.filter((vote) => counts(policy, vote)),
  )
  return by === null ? null : { because: 'absent-decided', for: one.for, by }
}

/** In a sequence: the groups whose turn it is, if this person is of a later one. */
const turnReason = (
  policy: Policy,
  userId: string,
  absent: readonly StoodIn[],
  now: number,
  votes: readonly Vote[],
): Barrier | null => {
  if (!policy.order) return null
  const named = bitsNaming(policy, userId, absent)
  // A deferred click is weighed after votes that were cast later.
  const until = votes.filter(({ at }) => at <= now)
  const ways = assignments(policy, countedIn(policy, until)).map(({ way, progress }) => {
    const at = progress.findIndex(({ missing }) => missing > 0)
    return { isNow: at >= 0 && (named & bitsOf(way.slice(0, at + 1))) !== 0, first: progress[at]?.rule.name }
  })
  if (ways.some(({ isNow, first }) => isNow || first === undefined)) return null
  return { because: 'not-your-turn', first: [...new Set(ways.flatMap(({ first }) => first ?? []))] }
}

const NOT_NAMED = new Set<Barrier['because']>(['not-an-approver', 'not-a-rejecter'])

/** Why this person's vote would not count at `now`, or null if it would. `freezes` are those that no override lifts. `votes` decide whose turn it is in a sequence. */
export const barrierFor = (
  policy: Policy,
  userId: string,
  verdict: Verdict,
  now: number,
  freezes: readonly Window[] = policy.freezes,
  votes: readonly Vote[] = [],
): Barrier | null => {
  const absent = standsInFor(policy, userId, now, votes)
  const stranger = ineligibleReason(policy, userId, verdict, absent)
  if (stranger && NOT_NAMED.has(stranger.because)) return absenceReason(policy, userId, now, votes) ?? stranger
  if (stranger || verdict === 'Rejected') return stranger
  const own = separationReason(policy, userId)
  if (own) return own
  const early = turnReason(policy, userId, absent, now, votes)
  if (early) return early
  const frozen = frozenAt(freezes, now)
  return frozen && { because: 'frozen', frozen, breakGlass: policy.breakGlass }
}

/**
 * Whether a vote that was cast still counts: a person who is no longer an approver loses
 * their vote, and so does one whose comment is not of the form that is required now.
 */
export const counts = (policy: Policy, vote: Vote): boolean => {
  const { userId, verdict, comment } = vote
  return (
    !ineligibleReason(policy, userId, verdict, validFor(policy, vote)) &&
    (verdict === 'Rejected' ||
      (!separationReason(policy, userId) && (!policy.comment || isOfForm(policy.comment, comment))))
  )
}

/**
 * The votes that count, all in all. A pattern may be asked of each comment, which takes time: it is asked once in each look.
 * Where a person has decided, no one counts for them.
 */
export const countedIn = (policy: Policy, votes: readonly Vote[]): Vote[] => {
  const counted = votes.filter((vote) => counts(policy, vote))
  if (!counted.some(({ standsInFor: claimed = [] }) => claimed.length > 0)) return counted
  const places = placesIn(policy, counted)
  return counted.filter((vote) => !ineligibleReason(policy, vote.userId, vote.verdict, places.get(vote) ?? []))
}

/**
 * Weighs the votes. One way must be met, with all its rules; a person counts once in each way, in the rule where it helps
 * most; one rejection by a person who may reject decides. A policy without rules is never met.
 */
export const judge = (policy: Policy, votes: readonly Vote[]): Ruling => {
  const counted = countedIn(policy, votes)
  const ways = assignments(policy, counted).map(({ progress }) => progress)
  const progress = nearest(ways)
  const rejection = counted.find((vote) => vote.verdict === 'Rejected')
  if (rejection) return { kind: 'rejected', by: rejection, progress, ways }
  const met = policy.rules.length > 0 && missingApprovals(progress) === 0
  return { kind: met ? 'granted' : 'open', progress, ways }
}

/** For whom a vote that counts does so; null if for its own person. */
export const countedFor = (policy: Policy, votes: readonly Vote[], vote: Vote): StoodIn | null => {
  if (validFor(policy, vote).length === 0) return null
  const places = placesTaken(policy, votes).get(vote) ?? []
  const mayReject: readonly Rejecters[] = policy.rejecters ?? policy.rules
  if (vote.verdict === 'Rejected')
    return mayReject.some(({ people }) => people.includes(vote.userId))
      ? null
      : (places.find(({ userId }) => mayReject.some((one) => hasPlace(one, userId))) ?? null)
  const placed = judge(policy, votes).progress.find(({ approvedBy }) => approvedBy.includes(vote))
  return placed ? countsFor(placed.rule, vote.userId, places) : null
}

/** For whom each vote counts beside its own person: no one who has decided themselves, or for whom another person has. */
export const placesTaken = (policy: Policy, votes: readonly Vote[]): ReadonlyMap<Vote, readonly StoodIn[]> =>
  placesIn(policy, countedIn(policy, votes))

/** The first of the ways in which the fewest approvals are missing; of those that are as far, one that people have begun. */
const nearest = (ways: RuleProgress[][]): RuleProgress[] =>
  ways.reduce((best, way) => {
    const [missing, least] = [missingApprovals(way), missingApprovals(best)]
    const isFurther = missing > 0 && missing === least && approvalsGiven(way) > approvalsGiven(best)
    return missing < least || isFurther ? way : best
  })

const approvalsGiven = (progress: readonly RuleProgress[]): number =>
  progress.flatMap(({ approvedBy }) => approvedBy).length

/** How many approvals are missing in all. */
export const missingApprovals = (progress: readonly RuleProgress[]): number =>
  progress.reduce((total, { missing }) => total + missing, 0)

/** The people whose approval would help now, in any way: also by moving a person who has approved to another rule. */
export const stillNeededPeople = (policy: Policy, votes: readonly Vote[]): string[] => {
  const counted = countedIn(policy, votes)
  const ways = assignments(policy, counted)
  return neededFor(
    policy,
    { votes, counted },
    ways,
    ways.map((way) => ({ way, open: openRules(policy, way) })),
  )
}

/**
 * The people whose approval would count for this rule in this way of the policy, while its other rules keep their
 * approvals.
 */
export const neededPeopleFor = (policy: Policy, votes: readonly Vote[], { way, rule }: RuleInWay): string[] => {
  const counted = countedIn(policy, votes)
  const ways = assignments(policy, counted)
  const assigned = ways[way]!
  return neededFor(policy, { votes, counted }, ways, [
    { way: assigned, open: openRules(policy, assigned) & (1 << rule) },
  ])
}

/** A rule of a way, both by their index in the policy. */
export interface RuleInWay {
  way: number
  rule: number
}

const neededFor = (
  policy: Policy,
  { votes, counted }: Record<'votes' | 'counted', readonly Vote[]>,
  ways: readonly Assigned[],
  wanted: readonly { way: Assigned; open: Bits }[],
): string[] => {
  // In a sequence no approval moves to another rule: each belongs to the turn in which it was given.
  const helping = wanted.map(({ way, open }) => (policy.order ? open : leadingTo(open, way.held, way.naming)))
  const done = policy.order ? votes.filter((vote) => !takesNoPlace(ways, vote)) : votes
  const out = new Set([...done, ...policy.forbidden].map(({ userId }) => userId))
  if (policy.consoleOnly !== null || noneIsTrusted(policy)) return []
  const { people, bits, placing } = membersIn(policy.rules)
  const places = placesIn(policy, counted)
  const decided = new Set(
    ways.flatMap(({ progress }) =>
      progress.flatMap(({ rule, approvedBy }) =>
        approvedBy.map((vote) => countsFor(rule, vote.userId, places.get(vote))?.userId),
      ),
    ),
  )
  const helpful = people.filter(
    (userId, at) => helping.some((rules) => (bits[at]! & rules) !== 0) && !out.has(userId) && !decided.has(userId),
  )
  const isPlaced = (userId: string): boolean => helping.some((rules) => ((placing.get(userId) ?? 0) & rules) !== 0)
  return [...new Set(helpful.map((userId) => (isPlaced(userId) ? standInNow(policy, userId, out) : null) ?? userId))]
}

/** In a sequence, a group that comes later and whose turn it is. */
export interface LaterTurn {
  /** The index of its rule in the policy. */
  rule: number
  /** When the groups before it were complete. Epoch milliseconds. */
  since: number
  /** Whose approval is missing. */
  people: readonly string[]
}

/** The groups whose turn has come since the request, each once; those that come first in a way were asked with it. */
export const laterTurns = (policy: Policy, votes: readonly Vote[]): LaterTurn[] => {
  if (!policy.order) return []
  const counted = countedIn(policy, votes)
  const ways = assignments(policy, counted)
  const first = new Set(ways.map(({ way }) => way[0]))
  const turns = ways.flatMap((assigned) => {
    const at = assigned.progress.findIndex(({ missing }) => missing > 0)
    const rule = assigned.way[at]
    if (rule === undefined || first.has(rule)) return []
    const before = assigned.progress.slice(0, at).flatMap(({ approvedBy }) => approvedBy.map((vote) => vote.at))
    const people = neededFor(policy, { votes, counted }, ways, [{ way: assigned, open: 1 << rule }])
    return [{ rule, since: Math.max(...before), people }]
  })
  return [...Map.groupBy(turns, ({ rule }) => rule).values()].map(
    (alike) => alike.toSorted((one, other) => one.since - other.since)[0]!,
  )
}

/** The rules of each way, by their index in the policy. */
const waysOf = ({ rules, ways }: Pick<Policy, 'rules' | 'ways'>): readonly (readonly number[])[] =>
  ways ?? [[...rules.keys()]]

interface Assigned {
  way: readonly number[]
  /** By the index of each rule of the policy: its approvals, by their index in `naming`. */
  held: readonly (readonly number[])[]
  naming: readonly Bits[]
  progress: RuleProgress[]
}

/** The best assignment of the approvals to the rules of each way. `counted`: the votes that count. */
const assignments = (policy: Policy, counted: readonly Vote[]): Assigned[] => {
  const { rules } = policy
  const approvals = distinctApprovals(counted)
  const places = placesIn(policy, counted)
  const known = approvals.map((vote) => bitsNaming(policy, vote.userId, places.get(vote) ?? []))
  return waysOf(policy).map((way) => {
    const bits = bitsOf(way)
    const naming = known.map((one) => one & bits)
    const held = policy.order ? assignInTurn(way, rules, naming, approvals) : assign(countsIn(rules, bits), naming)
    const progress = way.map((index) => {
      const rule = rules[index]!
      const approvedBy = held[index]!.map((approval) => approvals[approval]!)
      return { rule, approvedBy, missing: rule.count - approvedBy.length }
    })
    return { way, held, naming, progress }
  })
}

/** The rules that name the person, or in which they have the place of one of these. */
const bitsNaming = ({ rules }: Policy, person: string, absent: readonly StoodIn[]): Bits => {
  const { naming, placing } = membersIn(rules)
  return absent.reduce((bits, { userId }) => bits | (placing.get(userId) ?? 0), naming.get(person) ?? 0)
}

const bitsOf = (indexes: readonly number[]): Bits => indexes.reduce((bits, index) => bits | (1 << index), 0)

/** How many approvals each rule takes in a way: none, if it is not of the way. */
const countsIn = (rules: readonly Rule[], way: Bits): number[] =>
  rules.map(({ count }, index) => ((way & (1 << index)) === 0 ? 0 : count))

const openRules = ({ order }: Policy, { way, progress }: Assigned): Bits => {
  const open = way.filter((_, at) => progress[at]!.missing > 0)
  return bitsOf(order ? open.slice(0, 1) : open)
}

/**
 * Each approval counts for the rule whose turn it is when it is given: the rule before is met by then. Meeting each rule
 * as early as possible leaves the later ones the most.
 */
const assignInTurn = (
  way: readonly number[],
  rules: readonly Rule[],
  naming: readonly Bits[],
  approvals: readonly Vote[],
): number[][] => {
  const held = rules.map((): number[] => [])
  const inTime = [...approvals.keys()].sort((a, b) => approvals[a]!.at - approvals[b]!.at)
  for (const approval of inTime) {
    const turn = way.find((index) => held[index]!.length < rules[index]!.count)
    if (turn !== undefined && (naming[approval]! & (1 << turn)) !== 0) held[turn]!.push(approval)
  }
  return held
}

/** Whether an approval in a sequence counts in no way: it was given before its turn, or an earlier approval is gone. */
export const isOutOfTurn = (policy: Policy, votes: readonly Vote[], vote: Vote): boolean =>
  policy.order !== undefined && takesNoPlace(assignments(policy, countedIn(policy, votes)), vote)

/** Whether it is an approval that takes no place in any rule of any way. */
const takesNoPlace = (ways: readonly Assigned[], vote: Vote): boolean =>
  vote.verdict === 'Approved' &&
  ways.every(({ progress }) => progress.every(({ approvedBy }) => !approvedBy.includes(vote)))

/** An unidentified person may be any approver, so none is trusted. */
export const noneIsTrusted = ({ whenUnidentified, unidentified }: Policy): boolean =>
  whenUnidentified === 'refuse' && unidentified.length > 0

/** Whether a way could be met if every person approved who may. */
export const canBeMet = (policy: Policy): boolean => {
  const { rules, consoleOnly, forbidden } = policy
  if (consoleOnly !== null || rules.length === 0 || noneIsTrusted(policy)) return false
  const out = new Set(forbidden.map(({ userId }) => userId))
  const { people, bits: named } = membersIn(rules)
  const everyone = named.filter((_, at) => !out.has(people[at]!))
  return waysOf(policy).some((way) => {
    const bits = bitsOf(way)
    const required = countsIn(rules, bits)
    const naming = everyone.map((one) => one & bits)
    return assign(required, naming).every((held, index) => held.length === required[index])
  })
}

const distinctApprovals = (votes: readonly Vote[]): Vote[] => {
  const firsts = new Map<string, Vote>()
  for (const vote of votes) if (!firsts.has(vote.userId)) firsts.set(vote.userId, vote)
  return [...firsts.values()].filter(({ verdict }) => verdict === 'Approved')
}
