import type { Signed } from './signature.ts'
import type { Frozen, Window } from './window.ts'
import { frozenAt } from './window.ts'

/**
 * Who may decide, and when enough have. Pure: the policy holds everything it needs of people, changes and calendars, a
 * ruling is a value, and an expected refusal does not throw.
 */
export interface Policy {
  rules: readonly Rule[]
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
  /** The user groups of which these are members, among others. */
  groups: readonly string[]
  /** How many different people of this rule must approve. */
  count: number
}

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
  /** Missing in votes that were cast before votes were signed. */
  signed?: Signed
}

export type Verdict = 'Approved' | 'Rejected'

export interface RuleProgress {
  rule: Rule
  approvedBy: Vote[]
  missing: number
}

export type Ruling =
  | { kind: 'granted'; progress: RuleProgress[] }
  | { kind: 'rejected'; by: Vote; progress: RuleProgress[] }
  | { kind: 'open'; progress: RuleProgress[] }

/** Why a person's vote would not count. */
export type Barrier =
  | { because: 'console-only'; why: string }
  | { because: 'no-approvers' }
  | { because: 'not-an-approver' }
  /** They may be an approver; Slack did not list the group. */
  | { because: 'unread'; unread: readonly string[] }
  | { because: 'author'; revision: string | null }
  | { because: 'starter' }
  | { because: 'unidentified'; unidentified: readonly Unidentified[] }
  | { because: 'frozen'; frozen: Frozen; breakGlass: readonly string[] }

/** Why an approval in the AWS console passed by the policy: what would have kept the person from it in Slack. */
export type PastPolicy = Exclude<Barrier['because'], 'console-only'> | 'unknown-person' | 'too-few'

/** Whether this person is an approver of the rule. */
export const hasApprover = ({ people }: Rule, userId: string): boolean => setOf(people).has(userId)

/** Every look checks every member of every group, and there may be thousands. */
const setOf = (people: readonly string[]): ReadonlySet<string> => {
  const known = sets.get(people)
  if (known) return known
  const made = new Set(people)
  sets.set(people, made)
  return made
}
const sets = new WeakMap<readonly string[], ReadonlySet<string>>()

/** Why this person cannot vote at all; null if a rule names them. */
const ineligibleReason = (policy: Policy, userId: string): Barrier | null => {
  if (policy.consoleOnly !== null) return { because: 'console-only', why: policy.consoleOnly }
  if (policy.rules.length === 0) return { because: 'no-approvers' }
  if (policy.rules.some((rule) => hasApprover(rule, userId))) return null
  return policy.unread.length > 0 ? { because: 'unread', unread: policy.unread } : { because: 'not-an-approver' }
}

/** Why an approver can never approve this change. Rejecting one's own change is always safe. */
const separationReason = (policy: Policy, userId: string): Barrier | null => {
  const own = policy.forbidden.find((forbidden) => forbidden.userId === userId)
  if (own) return own.because === 'author' ? { because: 'author', revision: own.revision } : { because: 'starter' }
  return policy.whenUnidentified === 'refuse' && policy.unidentified.length > 0
    ? { because: 'unidentified', unidentified: policy.unidentified }
    : null
}

/** Why this person's vote would not count at `now`, or null if it would. `freezes` are those that no override lifts. */
export const barrierFor = (
  policy: Policy,
  userId: string,
  verdict: Verdict,
  now: number,
  freezes: readonly Window[] = policy.freezes,
): Barrier | null => {
  const stranger = ineligibleReason(policy, userId)
  if (stranger || verdict === 'Rejected') return stranger
  const own = separationReason(policy, userId)
  if (own) return own
  const frozen = frozenAt(freezes, now)
  return frozen && { because: 'frozen', frozen, breakGlass: policy.breakGlass }
}

/** Whether a vote that was cast still counts: a person who is no longer an approver loses their vote. */
export const counts = (policy: Policy, { userId, verdict }: Vote): boolean =>
  !ineligibleReason(policy, userId) && (verdict === 'Rejected' || !separationReason(policy, userId))

/**
 * Weighs the votes. Every rule must be met; a person counts once, in the rule where it helps most; one rejection by any
 * approver decides. A policy without rules is never met.
 */
export const judge = (policy: Policy, votes: readonly Vote[]): Ruling => {
  const counted = votes.filter((vote) => counts(policy, vote))
  const progress = assign(policy.rules, distinctApprovals(counted))
  const rejection = counted.find((vote) => vote.verdict === 'Rejected')
  if (rejection) return { kind: 'rejected', by: rejection, progress }
  const met = policy.rules.length > 0 && progress.every(({ missing }) => missing === 0)
  return { kind: met ? 'granted' : 'open', progress }
}

/** The people whose approval would help now: also by moving a person who has approved to another rule. */
export const stillNeededPeople = (policy: Policy, votes: readonly Vote[]): string[] => {
  const open = missingApprovals(policy, votes)
  const voted = new Set(votes.map(({ userId }) => userId))
  const helping = new Map<string, boolean>()
  return approversIn(policy).filter((userId) => {
    if (voted.has(userId)) return false
    const like = eligibilityOf(policy, userId)
    const known = helping.get(like) ?? missingApprovals(policy, [...votes, approvalBy(userId)]) < open
    helping.set(like, known)
    return known
  })
}

/**
 * Computed once for all people whom the same rules name and the same reasons forbid: each of their approvals has the
 * same effect.
 */
const eligibilityOf = (policy: Policy, userId: string): string =>
  [...policy.rules.map((rule) => hasApprover(rule, userId)), separationReason(policy, userId) === null].join()

const missingApprovals = (policy: Policy, votes: readonly Vote[]): number =>
  judge(policy, votes).progress.reduce((total, { missing }) => total + missing, 0)

const approversIn = ({ rules }: Policy): string[] => [...new Set(rules.flatMap(({ people }) => people))]

const approvalBy = (userId: string): Vote => ({ userId, name: '', verdict: 'Approved', comment: '', at: 0 })

/** Whether the rules could be met if every person approved who may. */
export const canBeMet = (policy: Policy): boolean =>
  judge(policy, approversIn(policy).map(approvalBy)).kind === 'granted'

const distinctApprovals = (votes: readonly Vote[]): Vote[] => {
  const firsts = new Map<string, Vote>()
  for (const vote of votes) if (!firsts.has(vote.userId)) firsts.set(vote.userId, vote)
  return [...firsts.values()].filter(({ verdict }) => verdict === 'Approved')
}

/**
 * Gives each approval to one rule so that as many places as possible are taken: a maximum matching by augmenting paths
 * (Kuhn's algorithm), where a rule of count n has n places. All places of a rule are one node, so that many rules with
 * high counts stay fast.
 */
const assign = (rules: readonly Rule[], approvals: readonly Vote[]): RuleProgress[] => {
  const held = rules.map((): number[] => [])
  const naming = approvals.map(({ userId }) => [...rules.keys()].filter((rule) => hasApprover(rules[rule]!, userId)))

  /** Puts the approval into a rule with a place left, or into one from which another approval can move. */
  const place = (approval: number, tried: Set<number>): boolean => {
    const open = naming[approval]!.filter((rule) => !tried.has(rule))
    const free = open.find((rule) => held[rule]!.length < rules[rule]!.count)
    if (free !== undefined) {
      held[free]!.push(approval)
      return true
    }
    for (const rule of open) {
      if (tried.has(rule)) continue
      tried.add(rule)
      const moved = held[rule]!.find((holder) => place(holder, tried))
      if (moved === undefined) continue
      held[rule] = held[rule]!.map((holder) => (holder === moved ? approval : holder))
      return true
    }
    return false
  }
  const places = rules.reduce((sum, { count }) => sum + count, 0)
  let placed = 0
  // When every place is taken, the other approvals take none.
  for (const approval of approvals.keys()) if (placed < places && place(approval, new Set())) placed += 1

  return rules.map((rule, index) => {
    const approvedBy = held[index]!.toSorted((a, b) => a - b).map((approval) => approvals[approval]!)
    return { rule, approvedBy, missing: rule.count - approvedBy.length }
  })
}
