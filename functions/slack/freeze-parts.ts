import type { Approval, FreezeOverride } from '../domain/approval.ts'
import { freezeOf } from '../domain/approval.ts'
import type { Frozen } from '../domain/window.ts'
import type { Inline } from './block-kit.ts'
import { cut, moment } from './block-kit.ts'
import type { Detail } from './detail.ts'
import { mentionsOf, peopleParts, personPart } from './people-parts.ts'
import { say } from './sentence.ts'
import { FREEZE } from './words/shared-words.ts'

/** The freeze in which no one can approve, as the policy was last read; null if there is none. */
export const freezeInForce = (approval: Approval): Frozen | null => {
  const { resolvedPolicy } = approval
  if (!resolvedPolicy) return null
  return approval.override ? freezeOf(approval, resolvedPolicy.at) : resolvedPolicy.frozen
}

/** "Change freeze “stocktaking” until tomorrow at 09:14." The time is the reader's own. */
export const freezeParts = ({ until, name, by, unread }: Frozen): Inline[] => {
  if (unread !== undefined) return say(FREEZE.unread, { name: cut(name, 60), why: cut(unread, 200) })
  if (until === null) return say(FREEZE.withoutEnd, { name: cut(name, 60) })
  const lasts = { name: cut(name, 60), until: moment(until, FREEZE.until) }
  return by === undefined ? say(FREEZE.lasts, lasts) : say(FREEZE.setInSlack, lasts)
}

/** "@dana or @eli can override it." */
export const overrideParts = (people: readonly string[], detail: Detail): Inline[] =>
  people.length === 0
    ? say(FREEZE.noOverride)
    : say(FREEZE.override, { people: peopleParts(people, detail, 'disjunction') })

const MOST_OVERRIDERS = 4

/** The same for one person alone, where a mention notifies no one. */
export const overrideBy = (people: readonly string[]): Inline[] =>
  people.length === 0
    ? say(FREEZE.noOverride)
    : say(FREEZE.override, { people: mentionsOf(people, MOST_OVERRIDERS, 'disjunction') })

/** Whether another person must confirm the override, or has; empty if neither. */
export const reviewParts = (
  { reviewUntil, confirmed }: FreezeOverride,
  detail: Pick<Detail, 'mentions' | 'words'>,
): Inline[] => {
  if (!confirmed) return reviewUntil === undefined ? [] : [moment(reviewUntil, FREEZE.toConfirm)]
  const by = { person: personPart(confirmed, detail), at: moment(confirmed.at, FREEZE.at) }
  const comment = cut(confirmed.comment, Math.max(detail.words, 120))
  return comment ? say(FREEZE.confirmedWith, { ...by, comment }) : say(FREEZE.confirmed, by)
}

export const overriddenParts = (override: FreezeOverride, detail: Pick<Detail, 'mentions' | 'words'>): Inline[] =>
  say(FREEZE.overridden, {
    person: personPart(override, detail),
    at: moment(override.at, FREEZE.at),
    reason: cut(override.reason, Math.max(detail.words, 120)),
  })
