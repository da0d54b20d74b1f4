import type { Approval } from './approval.ts'
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

/** How far the saying of a notice is. It is begun by one at a time, for as long as a Slack call may take. */
export type Saying = { name: 'begun'; owner: string; until: number } | { name: 'said' | 'skipped'; at: number }

const SAYING_MS = 30_000

/** Nobody is pinged in quiet hours: what falls due in them is said when they end, if it still matters then. */
const moved = (at: number, quiet: readonly Window[]): number => {
  const silence = frozenAt(quiet, at)
  return silence ? (silence.until ?? Infinity) : at
}

/** What is still to be said about the approval, first things first. */
export const noticesOf = (approval: Approval): Notice[] => {
  const { standing, requestedAt, expiresAt, state, glass, notices } = approval
  const timing = standing?.timing
  const all: Notice[] = []
  if (glass) all.push({ kind: 'glass-broken', key: 'glass-broken', dueAt: glass.at, channel: null })
  if (state.name === 'settled') all.push({ kind: 'outcome', key: 'outcome', dueAt: state.at, channel: null })
  if (state.name === 'waiting' && timing && standing.policy.consoleOnly === null) {
    const { remind, lastCall, escalate, quiet } = timing
    for (const [index, delay] of remind.entries())
      all.push({
        kind: 'reminder',
        key: `reminder-${index + 1}`,
        dueAt: moved(requestedAt + delay, quiet),
        channel: null,
      })
    if (escalate) {
      const dueAt = moved(requestedAt + escalate.after, quiet)
      all.push({ kind: 'escalation', key: 'escalation', dueAt, channel: null })
      if (escalate.channel)
        all.push({ kind: 'escalation', key: 'escalation-channel', dueAt, channel: escalate.channel })
    }
    if (lastCall !== null)
      all.push({
        kind: 'last-call',
        key: 'last-call',
        dueAt: moved(Math.max(requestedAt, expiresAt - lastCall), quiet),
        channel: null,
      })
  }
  return all
    .filter(({ key, kind, dueAt }) => {
      const saying = notices[key]
      const still = kind === 'outcome' || kind === 'glass-broken' || dueAt < expiresAt
      return still && saying?.name !== 'said' && saying?.name !== 'skipped'
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

/** Takes the next notice that is due. Of several reminders that are overdue together only the last is said. */
export const nextTurn = (approval: Approval, owner: string, now: number): [Approval, Turn] => {
  const due = noticesOf(approval).filter(({ dueAt }) => dueAt <= now)
  const reminders = due.filter(({ kind }) => kind === 'reminder')
  const late = new Set(reminders.slice(0, -1).filter(({ key }) => !approval.notices[key]))
  const skipped = Object.fromEntries([...late].map(({ key }) => [key, { name: 'skipped', at: now } as const]))
  const notices = late.size > 0 ? { ...approval.notices, ...skipped } : approval.notices
  const notice = due.find((one) => !late.has(one))
  if (!notice) return [late.size > 0 ? { ...approval, notices } : approval, { kind: 'none' }]
  const saying = notices[notice.key]
  if (saying?.name === 'begun' && saying.until > now) return [approval, { kind: 'busy', until: saying.until }]
  const begun: Saying = { name: 'begun', owner, until: now + SAYING_MS }
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

/** Whether people may be pinged at `now`. */
export const isQuiet = ({ standing }: Approval, now: number): boolean =>
  frozenAt(standing?.timing.quiet ?? [], now) !== null

/** It was said, or never will be. */
export const saidOrNot = (approval: Approval, key: string, name: 'said' | 'skipped', now: number): Approval => ({
  ...approval,
  notices: { ...approval.notices, [key]: { name, at: now } },
})
