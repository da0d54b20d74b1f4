/**
 * People who answer for approvers who are away. Each person counts once, and so does each place: that of an absent person
 * is taken by their own vote, else by the first who votes for them. A stand-in has what the absent person has by the rules
 * themselves, and passes nothing on.
 */

/** A person who answers for an approver for some time, as that approver has said in Slack. */
export interface StandIn {
  userId: string
  /** Whom they stand in for. */
  for: string
  /** The name of that person; for readers. */
  name: string
  /** The ID of the absence in which the approver named them. */
  absence: string
  /** What they decide in this time counts. Epoch milliseconds; `until` is left out. */
  from: number
  until: number
  /** Its time was over when the policy was read: it is here for what was decided before. */
  isOver?: true
  /** Slack shows no account of the absent person that can decide: what was decided before stays, and nothing else counts. */
  isRevoked?: true
}

/** For whom a person decided, and by which absence. */
export interface StoodIn extends Pick<StandIn, 'name' | 'absence'> {
  userId: string
}

/** What the policy of an approval says of stand-ins. */
interface Places {
  standIns?: readonly StandIn[]
  rules: readonly NamesPeople[]
  rejecters?: readonly NamesPeople[]
  forbidden: readonly { userId: string; because: 'author' | 'starter' }[]
}

interface NamesPeople {
  people: readonly string[]
  /** See Rule of policy.ts. */
  named?: number
}

/**
 * Whether a stand-in has the place of the absent person in the rule: the rule itself names that person. What the escalation
 * gives a person, no one has in their place.
 */
export const hasPlace = ({ people, named = people.length }: NamesPeople, absent: string): boolean => {
  const at = people.indexOf(absent)
  return at >= 0 && at < named
}

interface Cast {
  userId: string
  at: number
  /** The absent people for whom it may count; missing if the person decided for themselves alone. */
  standsInFor?: readonly StoodIn[]
}

export const stoodIn = ({ for: absent, name, absence }: StandIn): StoodIn => ({ userId: absent, name, absence })

/**
 * Those for whom the person stands in at that time and may do more than for themselves; for what was decided then, also those
 * who are revoked since.
 */
export const standInsOf = ({ standIns = [], rules, rejecters = [] }: Places, userId: string, at: number): StandIn[] =>
  standIns.filter(
    (one) =>
      one.userId === userId &&
      one.for !== userId &&
      one.from <= at &&
      at < one.until &&
      [...rules, ...rejecters].some((rule) => hasPlace(rule, one.for) && !rule.people.includes(userId)),
  )

/** Why the change forbids the absent person to approve; null if it does not. */
export const whyForbidden = ({ forbidden }: Pick<Places, 'forbidden'>, { for: absent }: StandIn) =>
  forbidden.find(({ userId }) => userId === absent)?.because ?? null

/** Of those for whom the vote says that it was cast: for whom it was, by what is known of absences. */
export const validFor = (policy: Places, { userId, at, standsInFor: claimed = [] }: Cast): readonly StoodIn[] => {
  if (claimed.length === 0) return claimed
  const known = standInsOf(policy, userId, at).filter((one) => whyForbidden(policy, one) === null)
  return claimed.filter((one) =>
    known.some(({ for: absent, absence }) => absent === one.userId && absence === one.absence),
  )
}

/** Who has decided in the place of the absent person, they themselves included; null if no one has. `counted`: votes that count. */
export const deciderFor = (policy: Places, { userId, for: absent }: StandIn, counted: readonly Cast[]): string | null =>
  counted.find(
    (vote) =>
      vote.userId !== userId && (vote.userId === absent || validFor(policy, vote).some((one) => one.userId === absent)),
  )?.userId ?? null

/** For whom each vote counts beside its own person. `counted`: votes that count, in order. */
export const placesIn = <V extends Cast>(policy: Places, counted: readonly V[]): Map<V, readonly StoodIn[]> => {
  const taken = new Set(counted.map(({ userId }) => userId))
  const places = new Map<V, readonly StoodIn[]>()
  for (const vote of counted) {
    const free = validFor(policy, vote).filter(({ userId }) => !taken.has(userId))
    for (const { userId } of free) taken.add(userId)
    if (free.length > 0) places.set(vote, free)
  }
  return places
}

/** Whether the rule names the person who voted, or someone for whom they did. */
export const isNamedBy = (policy: Places, rule: NamesPeople, vote: Cast): boolean =>
  rule.people.includes(vote.userId) || validFor(policy, vote).some(({ userId }) => hasPlace(rule, userId))

/** For whom a person's vote of the rule counts there, of those whose `places` it takes; null if for its own person. */
export const countsFor = (rule: NamesPeople, userId: string, places: readonly StoodIn[] = []): StoodIn | null =>
  rule.people.includes(userId) ? null : (places.find((one) => hasPlace(rule, one.userId)) ?? null)

/** Who is asked in the place of the person while they are away, and not yet `out`; null if they are asked themselves. */
export const standInNow = ({ standIns = [] }: Places, userId: string, out: ReadonlySet<string>): string | null =>
  standIns.find((one) => one.for === userId && !one.isOver && one.userId !== userId && !out.has(one.userId))?.userId ??
  null

/** Whether the person is an approver of the rule, or stands in for one now. */
export const isAskedFor = ({ standIns = [] }: Places, rule: NamesPeople, userId: string): boolean =>
  rule.people.includes(userId) ||
  standIns.some((one) => one.userId === userId && !one.isOver && hasPlace(rule, one.for))
