import type { Approval } from './approval.ts'
import { isOverrideActive } from './approval.ts'
import type { Window } from './window.ts'
import { frozenAt } from './window.ts'

/** When people hear of an approval again, as its route says. Delays in milliseconds. */
export interface Timing {
  /** After the request, shortest first. */
  remind: readonly number[]
  /** Before the approval runs out. */
  lastCall: number | null
  escalate: Escalation | null
  /** Hours in which nobody is pinged. */
  quiet: readonly Window[]
}

export interface Escalation {
  after: number
  /** Another channel to ask in; null for the thread alone. */
  channel: string | null
  /** Slack user IDs of those who may stand in for anybody missing, from then on. */
  people: readonly string[]
}

export type NoticeKind = 'reminder' | 'escalation' | 'last-call' | 'glass-broken' | 'outcome'

/** Something to be said once in the approval's thread (or, for an escalation, in another channel as well). */
export interface Notice {
  kind: NoticeKind
  /** Tells it from the approval's other notices: `reminder-1`. */
  key: string
  dueAt: number
  /** A channel other than the approval's thread. */
  channel: string | null
}

/**
 * How far the saying of a notice is. It is begun by one at a time, for as long as a Slack call may take; one that Slack
 * has refused since then is tried again, and a reminder that nobody came to say before a freeze began is held.
 */
export type NoticeDelivery =
  | { name: 'begun'; owner: string; until: number; refusedSince: number | null }
  | { name: 'refused'; since: number; until: number }
  | { name: 'held'; until: number }
  | { name: 'said' | 'skipped'; at: number }

const SAYING_MS = 30_000
const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** What is told of an end, or of the glass, is no news any more after a day. */
const NEWS_FOR = 24 * HOUR

/** When the windows that are open then, and those that follow without a gap, are over. */
const after = (windows: readonly Window[], at: number): number => {
  const open = Number.isFinite(at) ? frozenAt(windows, at) : null
  return open ? (open.until ?? Infinity) : at
}

/**
 * Nobody is pinged in quiet hours, or reminded of what a freeze keeps them from: what falls due then is said when all of
 * it is over, if it still matters. A freeze may begin while a freeze that the glass was broken for is waited out.
 */
const moved = (approval: Approval, kind: NoticeKind, at: number): number => {
  const { resolvedPolicy } = approval
  if (!resolvedPolicy || TOLD_AT_ONCE.has(kind)) return at
  const { policy, timing } = resolvedPolicy
  const closed = (then: number): readonly Window[] =>
    kind === 'reminder' && !isOverrideActive(approval, then) ? [...timing.quiet, ...policy.freezes] : timing.quiet
  const first = after(closed(at), at)
  return after(closed(first), first)
}

const TOLD_AT_ONCE: ReadonlySet<NoticeKind> = new Set(['outcome', 'glass-broken'])

/** What there may be to say, and when it falls due by the clock alone. */
const foreseen = ({ resolvedPolicy, requestedAt, expiresAt, state, override }: Approval): Notice[] => {
  const notice = (kind: NoticeKind, dueAt: number, key: string = kind, channel: string | null = null): Notice => ({
    kind,
    key,
    dueAt,
    channel,
  })
  const news = [
    ...(override ? [notice('glass-broken', override.at)] : []),
    ...(state.name === 'settled' ? [notice('outcome', state.at)] : []),
  ]
  if (state.name !== 'waiting' || !resolvedPolicy || resolvedPolicy.policy.consoleOnly !== null) return news
  const { remind, lastCall, escalate } = resolvedPolicy.timing
  return [
    ...news,
    ...remind.map((delay, index) => notice('reminder', requestedAt + delay, `reminder-${index + 1}`)),
    ...(escalate ? [notice('escalation', requestedAt + escalate.after)] : []),
    ...(escalate?.channel
      ? [notice('escalation', requestedAt + escalate.after, 'escalation-channel', escalate.channel)]
      : []),
    ...(lastCall === null ? [] : [notice('last-call', Math.max(requestedAt, expiresAt - lastCall))]),
  ]
}

/** What is still to be said about the approval, first things first. */
export const noticesOf = (approval: Approval): Notice[] => {
  const { notices, expiresAt, override } = approval
  const inTime = foreseen(approval).map((notice) => ({ ...notice, dueAt: moved(approval, notice.kind, notice.dueAt) }))
  const reminders = inTime.filter(({ kind }) => kind === 'reminder')
  /** From when on nobody needs to hear of it. */
  const end = (notice: Notice): number => {
    if (TOLD_AT_ONCE.has(notice.kind)) return notice.dueAt + NEWS_FOR
    // Of the glass those were told who are still needed: that has reminded them.
    if (notice.kind === 'reminder' && override && notice.dueAt <= override.at) return -Infinity
    const next = reminders[reminders.findIndex(({ key }) => key === notice.key) + 1]
    return notice.kind === 'reminder' && notices[notice.key]?.name === 'refused' && next
      ? Math.min(next.dueAt, expiresAt)
      : expiresAt
  }
  return inTime
    .flatMap((notice) => {
      const saying = notices[notice.key]
      if (saying?.name === 'said' || saying?.name === 'skipped') return []
      const again =
        saying?.name === 'refused' || saying?.name === 'held' ? moved(approval, notice.kind, saying.until) : -Infinity
      const dueAt = Math.max(notice.dueAt, again)
      return dueAt < end(notice) ? [{ ...notice, dueAt }] : []
    })
    .sort((a, b) => a.dueAt - b.dueAt)
}

/** When the next notice must be said, or one that was begun must be looked after; null when nothing is left to say. */
export const noticeAt = (approval: Approval): number | null => {
  const times = noticesOf(approval).map(({ key, dueAt }) => {
    const saying = approval.notices[key]
    return saying?.name === 'begun' ? Math.max(dueAt, saying.until) : dueAt
  })
  return times.length === 0 ? null : Math.min(...times)
}

export type Turn =
  | { kind: 'none' }
  /** Somebody else is saying it. */
  | { kind: 'busy'; until: number }
  | { kind: 'say'; notice: Notice; mustLookFirst: boolean }

/** Reminders that fell due before a freeze began, and that nobody came to say: they wait for its end. */
const holdOverdue = (approval: Approval, now: number): Approval => {
  const freezes = approval.resolvedPolicy?.policy.freezes ?? []
  if (isOverrideActive(approval, now) || !frozenAt(freezes, now)) return approval
  const until = moved(approval, 'reminder', now)
  const held: NoticeDelivery = Number.isFinite(until) ? { name: 'held', until } : { name: 'skipped', at: now }
  const overdue = noticesOf(approval).filter(({ kind, key, dueAt }) => {
    const saying = approval.notices[key]
    return kind === 'reminder' && dueAt <= now && !(saying?.name === 'begun' && saying.until > now)
  })
  if (overdue.length === 0) return approval
  return { ...approval, notices: { ...approval.notices, ...Object.fromEntries(overdue.map(({ key }) => [key, held])) } }
}

/** Takes the next notice that is due. Of several reminders that are overdue together only the last is said. */
export const nextTurn = (given: Approval, owner: string, now: number): [Approval, Turn] => {
  const approval = holdOverdue(given, now)
  const due = noticesOf(approval).filter(({ dueAt }) => dueAt <= now)
  const reminders = due.filter(({ kind }) => kind === 'reminder')
  const late = new Set(reminders.slice(0, -1).filter(({ key }) => approval.notices[key]?.name !== 'begun'))
  const skipped = Object.fromEntries([...late].map(({ key }) => [key, { name: 'skipped', at: now } as const]))
  const notices = late.size > 0 ? { ...approval.notices, ...skipped } : approval.notices
  const notice = due.find((one) => !late.has(one))
  if (!notice) return [late.size > 0 ? { ...approval, notices } : approval, { kind: 'none' }]
  const saying = notices[notice.key]
  if (saying?.name === 'begun' && saying.until > now) return [approval, { kind: 'busy', until: saying.until }]
  const refusedSince = saying?.name === 'refused' ? saying.since : null
  const begun: NoticeDelivery = { name: 'begun', owner, until: now + SAYING_MS, refusedSince }
  return [
    { ...approval, notices: { ...notices, [notice.key]: begun } },
    { kind: 'say', notice, mustLookFirst: saying !== undefined },
  ]
}

/** Longer than a Slack call may take. */
const WRITE_MS = 10_000

/** Whether whoever took the notice may still say it: they may have been held up, and somebody else looks after it then. */
export const mayStillSay = (approval: Approval, key: string, owner: string, now: number): boolean => {
  const saying = approval.notices[key]
  return saying?.name === 'begun' && saying.owner === owner && now + WRITE_MS <= saying.until
}

/** Slack took nothing: it is to be said again. */
export const unsaid = (approval: Approval, key: string, owner: string): Approval => {
  const saying = approval.notices[key]
  if (saying?.name !== 'begun' || saying.owner !== owner) return approval
  const { [key]: _, ...notices } = approval.notices
  return { ...approval, notices }
}

/**
 * Slack took nothing and will not before somebody has mended it: it is tried again after as long as that lasts already,
 * a minute at least and an hour at most.
 */
export const withDeliveryRefused = (approval: Approval, key: string, owner: string, now: number): Approval => {
  const saying = approval.notices[key]
  if (saying?.name !== 'begun' || saying.owner !== owner) return approval
  const since = saying.refusedSince ?? now
  const until = now + Math.min(Math.max(now - since, MINUTE), HOUR)
  return { ...approval, notices: { ...approval.notices, [key]: { name: 'refused', since, until } } }
}

/** The freeze as the clock has it now: one begins and ends without anybody reading the policy anew. */
export const frozenAsOf = (approval: Approval, now: number): Approval => {
  const { resolvedPolicy } = approval
  const frozen = resolvedPolicy && frozenAt(resolvedPolicy.policy.freezes, now)
  return resolvedPolicy ? { ...approval, resolvedPolicy: { ...resolvedPolicy, frozen, at: now } } : approval
}

/** Whether people may be pinged at `now`. */
export const isQuiet = ({ resolvedPolicy }: Approval, now: number): boolean =>
  frozenAt(resolvedPolicy?.timing.quiet ?? [], now) !== null

/** It was said, or never will be. */
export const saidOrNot = (approval: Approval, key: string, name: 'said' | 'skipped', now: number): Approval => ({
  ...approval,
  notices: { ...approval.notices, [key]: { name, at: now } },
})
