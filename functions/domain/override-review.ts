import type { Approval, ResolvedPolicy } from './approval.ts'
import { withResolvedPolicy } from './approval.ts'
import type { Refusal } from './refusal.ts'

/** Until when another person must confirm the override; null if there is nothing to confirm, or it is confirmed. */
export const confirmableUntil = ({ override }: Pick<Approval, 'override'>): number | null =>
  override && !override.confirmed ? (override.reviewUntil ?? null) : null

/**
 * Those who can confirm the override: neither its own person, nor the people whom the change forbids to approve; no one while
 * one of those is unknown.
 */
export const reviewersOf = ({ override, resolvedPolicy }: Pick<Approval, 'override' | 'resolvedPolicy'>): string[] => {
  const { review, policy } = resolvedPolicy ?? {}
  if (review?.unidentified) return []
  const forbidden = new Set([override?.userId, ...(policy?.forbidden ?? []).map(({ userId }) => userId)])
  return (review?.people ?? []).filter((person) => !forbidden.has(person))
}

/** Why this person's confirmation does not count; null if it does. It counts after the approval has ended, too. */
export const reviewRefusal = (approval: Approval, userId: string): Refusal | null => {
  const { override, resolvedPolicy } = approval
  if (override?.confirmed) return { because: 'already-confirmed', by: override.confirmed }
  if (!override || override.reviewUntil === undefined) return { because: 'nothing-to-confirm' }
  if (override.userId === userId) return { because: 'own-override' }
  const reviewers = reviewersOf(approval)
  if (reviewers.includes(userId)) return null
  const { unread = [], unidentified } = resolvedPolicy?.review ?? {}
  if (unread.length > 0) return { because: 'unread', unread }
  return unidentified ? { because: 'unidentified-review', unidentified } : { because: 'not-a-reviewer', reviewers }
}

/**
 * Why no one can override another freeze of the approval: its last override still waits for a person to confirm it, and the
 * next one would take its place. Null if none waits, or if its route does not let anyone confirm it any more.
 */
export const unconfirmedRefusal = (approval: Approval): Refusal | null => {
  const { override, resolvedPolicy } = approval
  if (!override || !resolvedPolicy?.review || confirmableUntil(approval) === null) return null
  const { userId, name, at } = override
  return { because: 'unconfirmed-override', by: { userId, name, at } }
}

/**
 * The approval as it is known for a click. After its end the policy stays as it was, and those who may confirm an override
 * are read again.
 */
export const informedBy = (approval: Approval, resolvedPolicy: ResolvedPolicy | null, now: number): Approval => {
  if (approval.state.name === 'waiting') return withResolvedPolicy(approval, resolvedPolicy, now)
  const before = approval.resolvedPolicy
  return confirmableUntil(approval) !== null && before && resolvedPolicy?.review
    ? { ...approval, resolvedPolicy: { ...before, review: resolvedPolicy.review } }
    : approval
}

/** Whether a click can still count for it: while it waits, and while an override is to be confirmed. */
export const takesClicks = (approval: Approval): boolean =>
  approval.state.name === 'waiting' || confirmableUntil(approval) !== null
