/**
 * Who may decide, and when enough have. Pure: a ruling is a value, and nothing throws for an expected no.
 */
export interface Rule {
  /** What people call this group, such as "release managers". */
  name: string
  /** Slack user IDs. */
  people: readonly string[]
  /** How many different people of this rule must approve. */
  count: number
}

export interface Policy {
  rules: readonly Rule[]
}

export interface Vote {
  userId: string
  /** As Slack shows them; for people to read, never to authorise. */
  name: string
  verdict: Verdict
  /** Empty when none was given. */
  comment: string
  at: number
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

/** People named by any rule may vote; with no rules, nobody may. */
export const mayDecide = (policy: Policy, userId: string): boolean =>
  policy.rules.some((rule) => rule.people.includes(userId))

/**
 * Weighs the votes. Every rule must be met; a person counts once, in the rule where it helps most; one rejection by
 * anybody who may decide settles it. A policy without rules is never met.
 */
export const rule = (policy: Policy, votes: readonly Vote[]): Ruling => {
  const counted = votes.filter((vote) => mayDecide(policy, vote.userId))
  const progress = assign(policy.rules, distinctApprovals(counted))
  const rejection = counted.find((vote) => vote.verdict === 'Rejected')
  if (rejection) return { kind: 'rejected', by: rejection, progress }
  const met = policy.rules.length > 0 && progress.every(({ missing }) => missing === 0)
  return { kind: met ? 'granted' : 'open', progress }
}

const distinctApprovals = (votes: readonly Vote[]): Vote[] =>
  votes.filter(
    (vote, index) => vote.verdict === 'Approved' && votes.findIndex((other) => other.userId === vote.userId) === index,
  )

/**
 * Gives each approval to one rule so that as many places as possible are filled: a maximum matching by augmenting
 * paths (Kuhn's algorithm), where a rule of count n has n places.
 */
const assign = (rules: readonly Rule[], approvals: readonly Vote[]): RuleProgress[] => {
  const places = rules.flatMap((rule, ruleIndex) => Array.from({ length: rule.count }, () => ({ rule, ruleIndex })))
  const holderOf = new Map<number, number>()

  const findPlace = (approval: number, visited: Set<number>): boolean => {
    for (const [place, { rule }] of places.entries()) {
      if (visited.has(place) || !rule.people.includes(approvals[approval]!.userId)) continue
      visited.add(place)
      const holder = holderOf.get(place)
      if (holder === undefined || findPlace(holder, visited)) {
        holderOf.set(place, approval)
        return true
      }
    }
    return false
  }
  approvals.forEach((_, approval) => findPlace(approval, new Set()))

  return rules.map((rule, ruleIndex) => {
    const approvedBy = places
      .flatMap((place, index) => (place.ruleIndex === ruleIndex && holderOf.has(index) ? [holderOf.get(index)!] : []))
      .sort((a, b) => a - b)
      .map((approval) => approvals[approval]!)
    return { rule, approvedBy, missing: rule.count - approvedBy.length }
  })
}
