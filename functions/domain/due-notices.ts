import type { Approval, FreezeOverride, ResolvedPolicy } from './approval.ts'
import { freezesInForce } from './approval.ts'
import type { DueNotice, Notice, NoticeKind } from './notice.ts'
import type { Window } from './window.ts'
import { frozenAt } from './window.ts'
import { overtakenSince, sendAt } from './later.ts'
import { passedBy } from './past-policy.ts'
import type { LaterTurn } from './policy.ts'
import { laterTurns, stillNeededPeople } from './policy.ts'
import { NEWS_FOR, endNotices, endOfDeployment } from './deployment-notices.ts'
import { MINUTE } from './time-units.ts'
import { ownEntry } from '../own-entry.ts'

/** These are sent in quiet hours and in a freeze too. */
const SENT_AT_ONCE: ReadonlySet<NoticeKind> = new Set(['outcome', 'glass-broken', 'past-policy', 'override-confirmed'])

/** They ask for an approval: in a freeze, which forbids it, they wait for its end. */
const WAITS_FOR_FREEZE: ReadonlySet<NoticeKind> = new Set(['direct', 'reminder', 'turn'])

export const waitsForFreeze = (kind: NoticeKind): boolean => WAITS_FOR_FREEZE.has(kind)

/** They concern what has happened, whether or not the approval still waits. */
const AFTERWARDS_TOO: ReadonlySet<NoticeKind> = new Set(['deployment', 'review-overdue'])

/**
 * The moment itself if no window is open then; else the end of the open window and of those that follow it without a
 * gap.
 */
const afterWindows = (windows: readonly Window[], at: number): number => {
  const open = Number.isFinite(at) ? frozenAt(windows, at) : null
  return open ? (open.until ?? Infinity) : at
}

/**
 * When a notice that falls due at `at` may be sent: no one is mentioned in quiet hours, and no one is reminded of an
 * approval that a freeze forbids. A freeze may begin while the notice waits for the end of a freeze that is overridden,
 * so the windows are read twice.
 */
export const postponed = (approval: Approval, kind: NoticeKind, at: number): number => {
  const { resolvedPolicy } = approval
  if (!resolvedPolicy || SENT_AT_ONCE.has(kind)) return at
  const { timing } = resolvedPolicy
  const closed = (then: number): readonly Window[] =>
    waitsForFreeze(kind) ? [...timing.quiet, ...freezesInForce(approval, then)] : timing.quiet
  const first = afterWindows(closed(at), at)
  return afterWindows(closed(first), first)
}

/**
 * Every notice that the approval may need, with the time at which it falls due, before quiet hours and freezes count.
 */
const foreseen = (approval: Approval): Notice[] => {
  const { resolvedPolicy, requestedAt, expiresAt, state, override, deployment, notices } = approval
  const end = endOfDeployment(deployment)
  const notice = (kind: NoticeKind, dueAt: number, key: string = kind, channel: string | null = null): Notice => ({
    kind,
    key,
    dueAt,
    channel,
  })
  const escalated = resolvedPolicy?.timing.escalate?.channel ?? null
  const overrideNotices = ({ at, reviewUntil, confirmed }: FreezeOverride): Notice[] => {
    // Of this override: a later one has notices and a review of its own.
    const keyed = (kind: NoticeKind, dueAt: number, channel: string | null = null): Notice =>
      notice(kind, dueAt, `${kind}-${channel ? 'channel-' : ''}${Math.floor(at / 1_000)}`, channel)
    const told = ownEntry(notices, 'glass-broken')
    const isFirst = told === undefined || !('at' in told) || at <= told.at
    const overridden = isFirst ? notice('glass-broken', at) : keyed('glass-broken', at)
    if (confirmed) return [overridden, keyed('override-confirmed', confirmed.at)]
    if (reviewUntil === undefined) return [overridden]
    return [
      overridden,
      keyed('review', (at + reviewUntil) / 2),
      keyed('review-overdue', reviewUntil),
      ...(escalated ? [keyed('review-overdue', reviewUntil, escalated)] : []),
    ]
  }
  const news = [
    ...(override ? overrideNotices(override) : []),
    ...(state.name === 'settled' && passedBy(state.outcome) ? [notice('past-policy', state.at)] : []),
    ...(state.name === 'settled' ? [notice('outcome', state.at)] : []),
    ...(end ? endNotices(end, notices) : []),
  ]
  if (state.name !== 'waiting' || !resolvedPolicy || resolvedPolicy.policy.consoleOnly !== null) return news
  const { remind, lastCall, escalate } = resolvedPolicy.timing
  const sendsAt = sendAt(approval)
  // Enough have approved: no one is reminded unless the time that they chose has passed.
  if (sendsAt !== null) {
    const since = overtakenSince(approval)
    return [
      ...news,
      ...(since === null ? [] : [notice('overtaken', since, `overtaken-${Math.floor(since / 1_000)}`)]),
      ...(lastCall === null ? [] : [notice('last-call', Math.max(expiresAt - lastCall, sendsAt + SENT_BY))]),
    ]
  }
  return [
    ...news,
    ...directlyTold(approval, resolvedPolicy).map((userId) => notice('direct', requestedAt, directKey(userId), userId)),
    ...laterTurns(resolvedPolicy.policy, approval.votes).map(({ rule, since }) => notice('turn', since, turnKey(rule))),
    ...remind.map((delay, index) => notice('reminder', requestedAt + delay, `reminder-${index + 1}`)),
    ...(escalate ? [notice('escalation', requestedAt + escalate.after)] : []),
    ...(escalate?.channel
      ? [notice('escalation', requestedAt + escalate.after, 'escalation-channel', escalate.channel)]
      : []),
    ...(lastCall === null ? [] : [notice('last-call', Math.max(requestedAt, expiresAt - lastCall))]),
  ]
}

/** By then the verdict of a chosen time is sent, if nothing keeps it. */
const SENT_BY = 5 * MINUTE

/** The most people who get a direct message of one approval: each takes Slack a second. */
const MOST_TOLD_DIRECTLY = 20

const DIRECT = 'direct-'

const directKey = (userId: string): string => `${DIRECT}${userId}`

/** To whom this direct message is. */
export const directlyToldBy = ({ key }: Pick<Notice, 'key'>): string => key.slice(DIRECT.length)

/** The people whose approval is needed, up to a number: who got a message keeps their place when others are needed. */
const directlyTold = ({ votes, notices }: Approval, { policy, timing }: ResolvedPolicy): string[] => {
  if (!timing.direct) return []
  const needed = stillNeededPeople(policy, votes)
  const room = MOST_TOLD_DIRECTLY - Object.keys(notices).filter((key) => key.startsWith(DIRECT)).length
  const [told, others] = [true, false].map((isTold) =>
    needed.filter((userId) => (ownEntry(notices, directKey(userId)) !== undefined) === isTold),
  ) as [string[], string[]]
  return [...told, ...others.slice(0, Math.max(0, room))]
}

const turnKey = (rule: number): string => `turn-${rule + 1}`

/** The group whose turn the notice says has come; null if it is not its turn any more. */
export const turnOf = ({ resolvedPolicy, votes, state }: Approval, { key }: Pick<Notice, 'key'>): LaterTurn | null => {
  if (!resolvedPolicy || state.name !== 'waiting') return null
  return laterTurns(resolvedPolicy.policy, votes).find(({ rule }) => turnKey(rule) === key) ?? null
}

/** The notices that are still to be sent, in the order in which they fall due. */
export const noticesOf = (approval: Approval): DueNotice[] => {
  const { notices, expiresAt, override } = approval
  const inTime = foreseen(approval).map((notice) => ({
    ...notice,
    dueAt: postponed(approval, notice.kind, notice.dueAt),
  }))
  const reminders = inTime.filter(({ kind }) => kind === 'reminder')
  const usefulUntil = (notice: Notice): number => {
    if (SENT_AT_ONCE.has(notice.kind) || AFTERWARDS_TOO.has(notice.kind)) return notice.dueAt + NEWS_FOR
    // Then the next notice says that it is overdue.
    if (notice.kind === 'review') return override?.reviewUntil ?? -Infinity
    // The notice of an override goes to the approvers who are still needed, so it has reminded them.
    if (notice.kind === 'reminder' && override && notice.dueAt <= override.at) return -Infinity
    const next = reminders[reminders.findIndex(({ key }) => key === notice.key) + 1]
    return notice.kind === 'reminder' && ownEntry(notices, notice.key)?.name === 'refused' && next
      ? Math.min(next.dueAt, expiresAt)
      : expiresAt
  }
  return inTime
    .flatMap((notice) => {
      const delivery = ownEntry(notices, notice.key)
      if (delivery?.name === 'said' || delivery?.name === 'skipped') return []
      const again =
        delivery?.name === 'refused' || delivery?.name === 'held'
          ? postponed(approval, notice.kind, delivery.until)
          : -Infinity
      const dueAt = Math.max(notice.dueAt, again)
      const until = usefulUntil(notice)
      return dueAt < until ? [{ ...notice, dueAt, usefulUntil: until }] : []
    })
    .sort((a, b) => a.dueAt - b.dueAt)
}

/**
 * When a function must send the next notice, or look after the delivery that another function began; null for never.
 */
export const noticeAt = (approval: Approval): number | null => {
  const times = noticesOf(approval).map(({ key, dueAt }) => {
    const delivery = ownEntry(approval.notices, key)
    return delivery?.name === 'begun' ? Math.max(dueAt, delivery.until) : dueAt
  })
  return times.length === 0 ? null : Math.min(...times)
}

/** The approval with the freeze of this moment: a freeze begins and ends even if no function reads the policy. */
export const frozenAsOf = (approval: Approval, now: number): Approval => {
  const { resolvedPolicy } = approval
  const frozen = resolvedPolicy && frozenAt(resolvedPolicy.policy.freezes, now)
  return resolvedPolicy ? { ...approval, resolvedPolicy: { ...resolvedPolicy, frozen, at: now } } : approval
}

/** Whether it is quiet hours at `now`. */
export const isQuiet = ({ resolvedPolicy }: Approval, now: number): boolean =>
  frozenAt(resolvedPolicy?.timing.quiet ?? [], now) !== null
