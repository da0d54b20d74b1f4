import type { Approval, ResolvedPolicy } from '../domain/approval.ts'
import type { Policy, RuleProgress, Vote } from '../domain/policy.ts'
import {
  canBeMet,
  hasApprover,
  judge,
  missingApprovals,
  neededPeopleFor,
  noneIsTrusted,
  placesTaken,
} from '../domain/policy.ts'
import { countsFor, isAskedFor } from '../domain/stand-in.ts'
import type { Inline } from './block-kit.ts'
import { cut, moment, text, user } from './block-kit.ts'
import type { Detail } from './detail.ts'
import { firstOf } from './detail.ts'
import { commentParts } from './comment-parts.ts'
import { facts } from './facts.ts'
import { formFor, listed } from './language.ts'
import { mentionsOf, voterParts } from './people-parts.ts'
import { plain, say } from './sentence.ts'
import { COUNT, GROUP, NO_APPROVER, WAYS } from './words/approval-words.ts'

/** Why no one can approve in Slack; null if the route names approvers. */
export const whyNoApprover = (resolvedPolicy: ResolvedPolicy | null): Inline[] | null => {
  if (!resolvedPolicy) return say(NO_APPROVER['no-route'], { instead: NO_APPROVER.instead })
  const { consoleOnly, rules } = resolvedPolicy.policy
  if (consoleOnly !== null) return say(NO_APPROVER['console-only'], { why: withFullStop(cut(consoleOnly, 300)) })
  const instead = NO_APPROVER[hasRejecters(resolvedPolicy.policy) ? 'insteadOfApproving' : 'instead']
  return rules.length === 0 ? say(NO_APPROVER['no-approvers'], { instead }) : null
}

const withFullStop = (words: string): string => (/[.!?…]$/.test(words) ? words : `${words}.`)

/** Whether Slack can decide the approval: at least reject it. */
export const isDecidedHere = ({ resolvedPolicy }: Approval): boolean =>
  whyNoApprover(resolvedPolicy) === null || hasRejecters(resolvedPolicy?.policy)

/** A route that approves by itself may name people who reject, and none who approve. */
const hasRejecters = (policy: Policy | undefined): boolean =>
  policy !== undefined && policy.consoleOnly === null && policy.rejecters !== undefined

/** Whether enough people can approve, as far as is known; Slack may still list more. */
export const mayBeMet = (policy: Policy): boolean =>
  !noneIsTrusted(policy) && (policy.unread.length > 0 || canBeMet(policy))

/** How many approvals there are, of how many that are required: in the way in which the fewest are missing. */
export const countOf = ({ resolvedPolicy, votes }: Approval): Count | null =>
  !resolvedPolicy || whyNoApprover(resolvedPolicy) ? null : countIn(judge(resolvedPolicy.policy, votes).progress)

interface Count {
  done: string
  required: string
}

const countIn = (progress: readonly RuleProgress[]): Count => {
  const required = progress.reduce((sum, { rule }) => sum + rule.count, 0)
  return { done: String(required - missingApprovals(progress)), required: String(required) }
}

const MOST_GROUPS = 4

/**
 * The groups whose approvals are missing, each with its number if that is more than one; empty if none is. Those of
 * alternatives are joined by "or".
 */
export const missingGroups = (
  { resolvedPolicy, votes }: Approval,
  kind: 'conjunction' | 'disjunction' = 'conjunction',
) => {
  const ways = resolvedPolicy ? judge(resolvedPolicy.policy, votes).ways : []
  if (ways.some((progress) => missingApprovals(progress) === 0)) return ''
  const { shown, rest } = firstOf(ways, MOST_GROUPS)
  const more = rest > 0 ? [plain(formFor(WAYS.more, rest), { count: String(rest) })] : []
  return listed([...new Set(shown.map((progress) => missingInWay(progress, kind))), ...more], 'disjunction')
}

const missingInWay = (progress: readonly RuleProgress[], kind: 'conjunction' | 'disjunction'): string => {
  const open = progress.filter(({ missing }) => missing > 0)
  const { shown, rest } = firstOf(open, MOST_GROUPS)
  const names = shown.map(({ rule: { name }, missing }) =>
    missing > 1 ? plain(COUNT.group, { group: cut(name, 60), missing: String(missing) }) : cut(name, 60),
  )
  const more = rest > 0 ? [plain(formFor(GROUP.more, rest), { count: String(rest) })] : []
  return listed([...names, ...more], kind)
}

/** "0 of 2 approved, waiting for release managers and engineers"; empty if Slack does not decide. */
export const countWords = (approval: Approval): string => {
  const count = countOf(approval)
  const groups = missingGroups(approval)
  if (!count) return ''
  return groups ? plain(COUNT.waitingFor, { ...count, groups }) : plain(COUNT.approved, count)
}

/**
 * Who can approve for any group since the escalation. A line of its own names them, so the groups' lines do not.
 */
export const standIns = ({ escalatedAt, resolvedPolicy, votes }: Approval): string[] => {
  if (escalatedAt === null || !resolvedPolicy) return []
  const { policy, timing } = resolvedPolicy
  const others = new Set([...policy.forbidden, ...votes].map(({ userId }) => userId))
  return (timing.escalate?.people ?? []).filter((userId) => !others.has(userId))
}

/**
 * One line for each group: those that are complete, then those whose approvals are missing. Alternatives follow one
 * another, each with its count.
 */
export const groupLines = (approval: Approval, { policy }: ResolvedPolicy, detail: Detail): Inline[][] => {
  const { votes } = approval
  const named = new Set(standIns(approval))
  const { ways } = judge(policy, votes)
  const most = Math.max(1, Math.floor(detail.groups / ways.length))
  return ways.flatMap((progress, way) => [
    ...(ways.length > 1 ? [say(way === 0 ? WAYS.either : WAYS.or, countIn(progress))] : []),
    ...wayLines(progress, { policy, votes, way, named }, { ...detail, groups: most }),
  ])
}

/** What a group's line is about: one way of a policy, and the votes. */
interface WayShown {
  policy: Policy
  votes: readonly Vote[]
  way: number
  /** Stand-ins, whom a line of their own names. */
  named: ReadonlySet<string>
}

const wayLines = (progress: readonly RuleProgress[], about: WayShown, detail: Detail): Inline[][] => {
  const inOrder = [...progress].sort((a, b) => Number(a.missing > 0) - Number(b.missing > 0))
  const { shown, rest } = firstOf(inOrder, detail.groups)
  const lines = shown.map((group) =>
    group.missing === 0 ? completeLine(group, about, detail) : openLine(group, about, detail),
  )
  return rest > 0 ? [...lines, say(formFor(GROUP.more, rest), { count: String(rest) })] : lines
}

const completeLine = (group: RuleProgress, about: WayShown, detail: Detail): Inline[] => {
  const people = facts(...approvalsIn(group, about, detail))
  return people.length > 0
    ? say(GROUP.completeBy, { group: groupName(group), people })
    : say(GROUP.complete, { group: groupName(group) })
}

const openLine = (group: RuleProgress, about: WayShown, detail: Detail): Inline[] => {
  const people = facts(...approvalsIn(group, about, detail), ...missingIn(group, about, detail))
  const excluded = excludedFrom(group, about.policy)
  const before = turnBefore(group, about)
  return [
    ...(people.length > 0
      ? say(GROUP.openFor, { group: groupName(group), people })
      : say(GROUP.open, { group: groupName(group) })),
    ...(before ? say(GROUP.after, { group: cut(before, 60) }) : []),
    ...(excluded ? say(GROUP.without, { excluded }) : []),
  ]
}

/** The group before this one, if its turn comes first; null if it is this group's turn. */
const turnBefore = ({ rule }: RuleProgress, { policy, votes, way }: WayShown): string | null => {
  if (!policy.order) return null
  const progress = judge(policy, votes).ways[way]!
  const at = progress.findIndex((one) => one.rule === rule)
  return progress.slice(0, at).some(({ missing }) => missing > 0) ? progress[at - 1]!.rule.name : null
}

const groupName = ({ rule: { name, count }, approvedBy }: RuleProgress): string =>
  count === 1
    ? cut(name, 60)
    : plain(GROUP.counted, { group: cut(name, 60), approved: String(approvedBy.length), required: String(count) })

const approvalsIn = ({ rule, approvedBy }: RuleProgress, { policy, votes }: WayShown, detail: Detail): Inline[][] => {
  const { shown, rest } = firstOf(approvedBy, detail.people)
  const places = placesTaken(policy, votes)
  return [
    ...shown.map((vote) => {
      const stoodIn = countsFor(rule, vote.userId, places.get(vote))
      const said = { person: voterParts(vote, stoodIn, detail), at: approvedAt(vote) }
      return vote.comment
        ? say(GROUP.approvedWith, { ...said, comment: commentParts(vote.comment, policy.comment, detail.words) })
        : say(GROUP.approved, said)
    }),
    ...(rest > 0 ? [say(formFor(GROUP.moreApproved, rest), { count: String(rest) })] : []),
  ]
}

const approvedAt = ({ at, notBefore }: Vote): Inline[] => [
  moment(at, GROUP.at),
  ...(notBefore === undefined ? [] : [text(' '), moment(notBefore, GROUP.forTime)]),
]

/** The people whose approval would count for this group, while the other groups keep their approvals. */
const missingIn = (
  { rule: own, missing }: RuleProgress,
  about: WayShown,
  { mentions, muted = [], asked }: Detail,
): Inline[][] => {
  if (!mentions) return []
  const { policy, votes, way, named } = about
  const needed = neededPeopleFor(policy, votes, { way, rule: policy.rules.indexOf(own) })
  const people = needed.filter((userId) => !named.has(userId) && !muted.includes(userId))
  const isMember = (userId: string): boolean => isAskedFor(policy, own, userId)
  const inGroup = people.filter(isMember)
  const mentioned = mentionsOf(inGroup, asked, missing > 1 ? 'conjunction' : 'disjunction')
  const isChoice = missing > 1 && missing < inGroup.length
  return [
    isChoice ? say(GROUP.someOf, { count: String(missing), people: mentioned }) : mentioned,
    ...freeing(own, about, people.filter((userId) => !isMember(userId)).slice(0, asked)),
  ]
}

/** Approvers of another group: once they approve there, an earlier approver counts for this group instead. */
const freeing = (
  own: RuleProgress['rule'],
  { policy, votes, way }: WayShown,
  people: readonly string[],
): Inline[][] => {
  if (people.length === 0) return []
  const kept = new Map(judge(policy, votes).ways[way]!.map(({ rule, approvedBy }) => [rule, approvedBy.length]))
  const rules = policy.rules.map((rule) => (rule === own ? own : { ...rule, count: kept.get(rule) ?? 0 }))
  const countedFor = (all: readonly Vote[]) =>
    judge({ ...policy, rules }, all).ways[way]!.find((group) => group.rule === own)?.approvedBy ?? []
  const before = new Set(countedFor(votes).map(({ userId }) => userId))
  const byFreed = Map.groupBy(people, (userId) => {
    const vote: Vote = { userId, name: '', verdict: 'Approved', comment: '', at: 0 }
    return countedFor([...votes, vote]).find((one) => !before.has(one.userId))?.userId
  })
  return [...byFreed].flatMap(([freed, userIds]) =>
    freed
      ? [say(GROUP.freeing, { people: mentionsOf(userIds, userIds.length, 'disjunction'), freed: user(freed) })]
      : [],
  )
}

/** Why members of the group are not among those who can approve. */
const excludedFrom = ({ rule }: RuleProgress, { forbidden }: Policy): string => {
  const among = (why: 'author' | 'starter') =>
    new Set(forbidden.flatMap(({ userId, because }) => (because === why && hasApprover(rule, userId) ? userId : [])))
  const authors = among('author')
  const hasStarted = [...among('starter')].some((userId) => !authors.has(userId))
  return listed(
    [...(authors.size > 0 ? [formFor(GROUP.authors, authors.size)] : []), ...(hasStarted ? [GROUP.starter] : [])],
    'disjunction',
  )
}
