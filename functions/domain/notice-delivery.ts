import type { Approval } from './approval.ts'
import { freezeOf } from './approval.ts'
import { noticesOf, postponed, waitsForFreeze } from './due-notices.ts'
import type { Lease } from './lease.ts'
import { SLACK_CALL, acquire, holds, isOwner } from './lease.ts'
import type { Execution } from './execution.ts'
import { causeLeftOut, endNoticesOf, endOfDeployment, endOfExecution, heldUntil } from './deployment-notices.ts'
import type { DueNotice, ExecutionNoticeKind, Notice, NoticeDelivery, SaidNotice } from './notice.ts'
import type { Showing } from './showing.ts'
import { triedAgainAt } from './showing.ts'
import { MINUTE } from './time-units.ts'
import { ownEntry } from '../own-entry.ts'

/** A record whose message has notices in its thread. */
export interface Noticed {
  notices: Readonly<Record<string, NoticeDelivery>>
  /** Missing if it has no message of its own. */
  showing?: Showing
}

export type NoticeAcquisition<N = Notice> =
  /** No notice is due. */
  | { kind: 'none' }
  /** Another function sends the next notice. */
  | { kind: 'busy'; until: number }
  /** `mustLookFirst`: it may be in the channel already. */
  | { kind: 'acquired'; notice: N; mustLookFirst: boolean }

/** Acquires the right to send the next notice that is due. Of several overdue reminders only the last one is sent. */
export const acquireNotice = (given: Approval, owner: string, now: number): [Approval, NoticeAcquisition] => {
  const held = holdOverdue(given, now)
  const approval = dropUseless(held, noticesOf(held), now)
  const due = noticesOf(approval).filter(({ dueAt }) => dueAt <= now)
  const reminders = due.filter(({ kind }) => kind === 'reminder')
  const late = new Set(reminders.slice(0, -1).filter(({ key }) => ownEntry(approval.notices, key)?.name !== 'begun'))
  const skipped = Object.fromEntries([...late].map(({ key }) => [key, { name: 'skipped', at: now } as const]))
  const notice = due.find((one) => !late.has(one))
  if (!notice) return [approval, { kind: 'none' }]
  const [next, acquired] = acquireDelivery(
    late.size > 0 ? { ...approval, notices: { ...approval.notices, ...skipped } } : approval,
    notice,
    owner,
    now,
    causeLeftOut(notice.key, endOfDeployment(approval.deployment)),
  )
  return [acquired.kind === 'busy' ? approval : next, acquired]
}

/** The same of an execution, whose notices are of its end. */
export const acquireExecutionNotice = (
  given: Execution,
  owner: string,
  now: number,
): [Execution, NoticeAcquisition<Notice<ExecutionNoticeKind>>] => {
  const execution = dropUseless(given, endNoticesOf(given), now)
  const notice = endNoticesOf(execution).find(({ dueAt }) => dueAt <= now)
  return notice
    ? acquireDelivery(execution, notice, owner, now, causeLeftOut(notice.key, endOfExecution(execution)))
    : [execution, { kind: 'none' }]
}

/** Acquires the right to send this notice. `left`: what it does not say yet. */
export const acquireDelivery = <T extends Noticed, N extends Notice<string>>(
  record: T,
  notice: N,
  owner: string,
  now: number,
  left: Pick<SaidNotice, 'lacksCause'> = {},
): [T, NoticeAcquisition<N>] => {
  const delivery = ownEntry(record.notices, notice.key)
  const acquisition = acquire(leaseOf(delivery), owner, now, SLACK_CALL)
  if (acquisition.kind === 'busy') return [record, acquisition]
  const refusedSince = delivery?.name === 'refused' ? delivery.since : null
  return [
    delivered(record, notice.key, {
      name: 'begun',
      ...acquisition.lease,
      refusedSince,
      ...keptHeld(delivery),
      ...left,
      ...leftBefore(delivery),
    }),
    { kind: 'acquired', notice, mustLookFirst: delivery !== undefined },
  ]
}

const leftBefore = (delivery: NoticeDelivery | undefined): Pick<SaidNotice, 'lacksCause'> =>
  delivery && 'lacksCause' in delivery ? { lacksCause: true } : {}

/** What a notice does not say that a function posted and never confirmed: as it was when that began. */
export const leftWhenBegun = ({ notices }: Noticed, key: string): Pick<SaidNotice, 'lacksCause'> =>
  leftBefore(ownEntry(notices, key))

const delivered = <T extends Noticed>(record: T, key: string, delivery: NoticeDelivery): T => ({
  ...record,
  notices: { ...record.notices, [key]: delivery },
})

/** A change calendar may say when it opens, or be readable again, by then. */
const UNKNOWN_END = 10 * MINUTE

/** What asks for an approval, fell due before a freeze began and was not sent in time waits for its end. */
const holdOverdue = (approval: Approval, now: number): Approval => {
  if (!freezeOf(approval, now)) return approval
  const until = postponed(approval, 'reminder', now)
  const held: NoticeDelivery = { name: 'held', until: Number.isFinite(until) ? until : now + UNKNOWN_END }
  const overdue = noticesOf(approval).filter(
    ({ kind, key, dueAt }) =>
      waitsForFreeze(kind) && dueAt <= now && !isBeingSent(ownEntry(approval.notices, key), now),
  )
  if (overdue.length === 0) return approval
  return { ...approval, notices: { ...approval.notices, ...Object.fromEntries(overdue.map(({ key }) => [key, held])) } }
}

/** A notice that was due so long ago that it is useless is skipped, unless a function is sending it. */
const dropUseless = <T extends Noticed>(record: T, notices: readonly DueNotice<string>[], now: number): T =>
  notices
    .filter(({ usefulUntil }) => usefulUntil <= now)
    .filter(({ key }) => !isBeingSent(ownEntry(record.notices, key), now))
    .reduce((so, { key }) => skipNotice(so, key, now), record)

const isBeingSent = (delivery: NoticeDelivery | undefined, now: number): boolean => {
  const lease = leaseOf(delivery)
  return lease !== null && now < lease.until
}

/** Until when it was held: from then on it is news. */
const keptHeld = (delivery: NoticeDelivery | undefined): { heldUntil?: number } => {
  const until = heldUntil(delivery)
  return until === undefined ? {} : { heldUntil: until }
}

const leaseOf = (delivery: NoticeDelivery | undefined): Lease | null => (delivery?.name === 'begun' ? delivery : null)

/** Whether the function may still send the notice: it may have been held up. */
export const holdsNotice = ({ notices }: Noticed, key: string, owner: string, now: number): boolean =>
  holds(leaseOf(ownEntry(notices, key)), owner, now, SLACK_CALL)

/** Slack posted nothing: the notice must be sent again. */
export const releaseNotice = <T extends Noticed>(record: T, key: string, owner: string): T => {
  const delivery = ownEntry(record.notices, key)
  if (!isOwner(leaseOf(delivery), owner)) return record
  const until = heldUntil(delivery)
  if (until !== undefined) return holdNotice(record, key, until)
  const { [key]: _, ...notices } = record.notices
  return { ...record, notices }
}

/** Slack refused the notice. */
export const postponeRefused = <T extends Noticed>(record: T, key: string, owner: string, now: number): T => {
  const delivery = ownEntry(record.notices, key)
  if (delivery?.name !== 'begun' || !isOwner(delivery, owner)) return record
  const since = delivery.refusedSince ?? now
  const until = triedAgainAt(since, now)
  return delivered(record, key, { name: 'refused', since, until, ...keptHeld(delivery), ...leftBefore(delivery) })
}

/** The notice never will be sent. */
export const skipNotice = <T extends Noticed>(record: T, key: string, now: number): T =>
  delivered(record, key, { name: 'skipped', at: now })

/** Quiet hours last until then. */
export const holdNotice = <T extends Noticed>(record: T, key: string, until: number): T =>
  delivered(record, key, { name: 'held', until, ...leftBefore(ownEntry(record.notices, key)) })

/** The notice was sent. */
export const noticeSaid = <T extends Noticed>(record: T, key: string, said: Omit<SaidNotice, 'name'>): T =>
  delivered(record, key, { name: 'said', ...said })
