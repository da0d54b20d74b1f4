import type { Approval } from './approval.ts'
import { freezeOf } from './approval.ts'
import { noticesOf, postponed } from './due-notices.ts'
import type { Lease } from './lease.ts'
import { SLACK_CALL, acquire, holds, isOwner } from './lease.ts'
import type { Notice, NoticeDelivery, SaidNotice } from './notice.ts'
import { HOUR, MINUTE } from './time-units.ts'
import { ownEntry } from '../own-entry.ts'

export type NoticeAcquisition =
  /** No notice is due. */
  | { kind: 'none' }
  /** Another function sends the next notice. */
  | { kind: 'busy'; until: number }
  /** `mustLookFirst`: it may be in the channel already. */
  | { kind: 'acquired'; notice: Notice; mustLookFirst: boolean }

/** Acquires the right to send the next notice that is due. Of several overdue reminders only the last one is sent. */
export const acquireNotice = (given: Approval, owner: string, now: number): [Approval, NoticeAcquisition] => {
  const approval = holdOverdue(given, now)
  const due = noticesOf(approval).filter(({ dueAt }) => dueAt <= now)
  const reminders = due.filter(({ kind }) => kind === 'reminder')
  const late = new Set(reminders.slice(0, -1).filter(({ key }) => ownEntry(approval.notices, key)?.name !== 'begun'))
  const skipped = Object.fromEntries([...late].map(({ key }) => [key, { name: 'skipped', at: now } as const]))
  const notice = due.find((one) => !late.has(one))
  if (!notice) return [approval, { kind: 'none' }]
  const notices = { ...approval.notices, ...skipped }
  const delivery = ownEntry(notices, notice.key)
  const acquisition = acquire(leaseOf(delivery), owner, now, SLACK_CALL)
  if (acquisition.kind === 'busy') return [approval, acquisition]
  const refusedSince = delivery?.name === 'refused' ? delivery.since : null
  return [
    { ...approval, notices: { ...notices, [notice.key]: { name: 'begun', ...acquisition.lease, refusedSince } } },
    { kind: 'acquired', notice, mustLookFirst: delivery !== undefined },
  ]
}

/** Reminders that fell due before a freeze began and were not sent in time wait for its end. */
const holdOverdue = (approval: Approval, now: number): Approval => {
  if (!freezeOf(approval, now)) return approval
  const until = postponed(approval, 'reminder', now)
  const held: NoticeDelivery = Number.isFinite(until) ? { name: 'held', until } : { name: 'skipped', at: now }
  const overdue = noticesOf(approval).filter(({ kind, key, dueAt }) => {
    const lease = leaseOf(ownEntry(approval.notices, key))
    const isBeingSent = lease !== null && now < lease.until
    return kind === 'reminder' && dueAt <= now && !isBeingSent
  })
  if (overdue.length === 0) return approval
  return { ...approval, notices: { ...approval.notices, ...Object.fromEntries(overdue.map(({ key }) => [key, held])) } }
}

const leaseOf = (delivery: NoticeDelivery | undefined): Lease | null => (delivery?.name === 'begun' ? delivery : null)

/** Whether the function may still send the notice: it may have been held up. */
export const holdsNotice = ({ notices }: Approval, key: string, owner: string, now: number): boolean =>
  holds(leaseOf(ownEntry(notices, key)), owner, now, SLACK_CALL)

/** Slack posted nothing: the notice must be sent again. */
export const releaseNotice = (approval: Approval, key: string, owner: string): Approval => {
  if (!isOwner(leaseOf(ownEntry(approval.notices, key)), owner)) return approval
  const { [key]: _, ...notices } = approval.notices
  return { ...approval, notices }
}

/**
 * Slack refused the notice, and will until a person has changed something: it is sent again after as long as Slack has
 * refused it for, a minute at least and an hour at most.
 */
export const postponeRefused = (approval: Approval, key: string, owner: string, now: number): Approval => {
  const delivery = ownEntry(approval.notices, key)
  if (delivery?.name !== 'begun' || !isOwner(delivery, owner)) return approval
  const since = delivery.refusedSince ?? now
  const until = now + Math.min(Math.max(now - since, MINUTE), HOUR)
  return { ...approval, notices: { ...approval.notices, [key]: { name: 'refused', since, until } } }
}

/** The notice never will be sent. */
export const skipNotice = (approval: Approval, key: string, now: number): Approval => ({
  ...approval,
  notices: { ...approval.notices, [key]: { name: 'skipped', at: now } },
})

/** The notice was sent. */
export const noticeSaid = (approval: Approval, key: string, said: Omit<SaidNotice, 'name'>): Approval => ({
  ...approval,
  notices: { ...approval.notices, [key]: { name: 'said', ...said } },
})
