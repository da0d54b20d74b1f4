import { ownEntry } from '../own-entry.ts'
import { canonical } from './canonical.ts'
import type { Happening, Journal } from './journal.ts'
import { emptyJournal, written } from './journal.ts'
import { matchesPattern } from './name-pattern.ts'
import type { FreezeNoticeKind, Notice, NoticeDelivery } from './notice.ts'
import type { Actor } from './act.ts'
import type { Signature } from './signature.ts'
import { sha256 } from './statement.ts'
import { DAY, HOUR } from './time-units.ts'
import type { Window } from './window.ts'

/** A change freeze that a person has set in Slack. It freezes as a window of greenlight.yml does. */
export interface Freeze {
  version: 1
  /** `freeze-` and twelve hexadecimal digits: made from what the person typed, so that it is set once. */
  id: string
  /** The names of the pipelines that it freezes. */
  patterns: readonly string[]
  reason: string
  from: number
  until: number
  by: Pick<Actor, 'userId' | 'name'>
  /** Who has lifted it before its end; missing if no one has. */
  lifted?: Pick<Actor, 'userId' | 'name'> & { at: number; reason: string }
  /** The channels that are told when it begins and when it is over. */
  channels: readonly string[]
  /** What was told, by the notice's key. */
  notices: Readonly<Record<string, NoticeDelivery>>
  /** The journal says that its time is over, or a person has lifted it. */
  isClosed?: true
  /** Grows with each act; and up to which act the approvals that wait were looked at again. */
  acts: number
  appliedActs: number
  /** How long its entries are kept. Milliseconds. */
  retention: number
  journal: Journal
}

/** Longer freezes belong in greenlight.yml, where they are reviewed. */
export const LONGEST_FREEZE = 31 * DAY
export const LONGEST_REASON = 150
export const MOST_FREEZES = 50
export const MOST_PATTERNS = 10

/** Whether a chain of the audit record is that of a freeze. */
export const isFreezeId = (id: string): boolean => /^freeze-[0-9a-f]{12}$/.test(id)

export const freezeId = (commandId: string): string => `freeze-${sha256(commandId).slice(0, 12)}`

/** What people call it where several have the same patterns. */
export const shortFreezeId = (id: string): string => id.slice('freeze-'.length, 'freeze-'.length + 6)

/** When it ends, or has ended. */
export const endOfFreeze = ({ until, lifted }: Pick<Freeze, 'until' | 'lifted'>): number => lifted?.at ?? until

export const isInForce = (freeze: Freeze, now: number): boolean => now < endOfFreeze(freeze)

/** Whether it had been set, and not ended, at that moment: at the moment of its end as well. */
export const wasInForce = (freeze: Freeze, at: number): boolean => freeze.from <= at && at <= endOfFreeze(freeze)

/** What a person does to a freeze, as it is signed and recorded. */
export type FreezeAct =
  | { what: 'freeze-set'; patterns: readonly string[]; reason: string; from: number; until: number }
  | { what: 'freeze-lengthened'; reason: string; until: number }
  | { what: 'freeze-lifted'; reason: string }

/** The text that is signed. */
export const freezeStatement = (id: string, act: FreezeAct, userId: string, at: number): string =>
  canonical({ version: 1, freeze: id, userId, at, ...act, reason: sha256(act.reason) })

export interface SignedFreezeAct {
  act: FreezeAct
  who: Actor
  at: number
  signed: Signature
}

export const freezeSet = (
  id: string,
  { act, who, at, signed }: SignedFreezeAct & { act: Extract<FreezeAct, { what: 'freeze-set' }> },
  { channels, retention }: Pick<Freeze, 'channels' | 'retention'>,
): Freeze => {
  const { patterns, reason, from, until } = act
  const by = { userId: who.userId, name: who.name }
  const fresh: Freeze = {
    version: 1,
    id,
    patterns,
    reason,
    from,
    until,
    by,
    channels,
    notices: {},
    acts: 1,
    appliedActs: 0,
    retention,
    journal: emptyJournal,
  }
  return withFreezeEntry(fresh, at, { ...act, who, signed })
}

export const freezeLengthened = (
  freeze: Freeze,
  { act, who, at, signed }: SignedFreezeAct & { act: Extract<FreezeAct, { what: 'freeze-lengthened' }> },
): Freeze => withFreezeEntry({ ...freeze, until: act.until, acts: freeze.acts + 1 }, at, { ...act, who, signed })

export const freezeLifted = (
  freeze: Freeze,
  { act, who, at, signed }: SignedFreezeAct & { act: Extract<FreezeAct, { what: 'freeze-lifted' }> },
): Freeze => {
  const lifted = { userId: who.userId, name: who.name, at, reason: act.reason }
  return withFreezeEntry({ ...freeze, lifted, isClosed: true, acts: freeze.acts + 1 }, at, { ...act, who, signed })
}

/** The journal says that its time is over, once it is. */
export const withItsEnd = (freeze: Freeze, now: number): Freeze =>
  freeze.isClosed || isInForce(freeze, now)
    ? freeze
    : withFreezeEntry({ ...freeze, isClosed: true, acts: freeze.acts + 1 }, now, { what: 'freeze-ended' })

export const withFreezeEntry = (freeze: Freeze, at: number, happened: Happening): Freeze => ({
  ...freeze,
  journal: written(freeze.journal, {
    approval: freeze.id,
    at,
    happened,
    keptUntil: Math.max(freeze.until, at) + freeze.retention,
  }),
})

/** A day after its end, if all is done about it; before that, so long that all can be done. */
export const freezeKeptUntil = (freeze: Freeze): number =>
  freeze.isClosed && freeze.journal.unfiled.length === 0 && freeze.appliedActs === freeze.acts
    ? endOfFreeze(freeze) + DAY
    : freeze.until + 30 * DAY

/** What the table holds of a freeze, if it can be read. `mayPass`: the table did not answer, and may the next time. */
export type StoredFreeze = { kind: 'freeze'; freeze: Freeze } | { kind: 'unreadable'; because: string; mayPass?: true }

/** What keeps the pipeline's approvals from being approved. One that cannot be read may be about any pipeline. */
export const windowsFrom = (stored: readonly StoredFreeze[], pipeline: string, now: number): Window[] =>
  stored.flatMap((one): Window[] => {
    if (one.kind === 'unreadable') return [unreadableWindow(one.because)]
    const { freeze } = one
    if (!isInForce(freeze, now) || !matchesPattern(freeze.patterns, pipeline)) return []
    const span = { every: 'calendar', from: freeze.from, to: endOfFreeze(freeze) } as const
    return [{ name: freeze.reason, zone: 'UTC', span, by: freeze.by.userId }]
  })

const unreadableWindow = (because: string): Window => ({
  name: 'set in Slack',
  zone: 'UTC',
  span: { every: 'calendar', from: null, to: null },
  unread: because,
})

/** Whether a function has something to do about it. */
export const needsAttention = (freeze: Freeze, now: number): boolean =>
  freeze.journal.unfiled.length > 0 ||
  freeze.appliedActs < freeze.acts ||
  (!freeze.isClosed && !isInForce(freeze, now)) ||
  dueFreezeNotices(freeze, now).length > 0

/** A notice that its channels get. */
export interface FreezeNotice extends Notice<FreezeNoticeKind> {
  channel: string
  usefulUntil: number
}

/** Two for each channel, each sent once. */
const freezeNotices = (freeze: Freeze): FreezeNotice[] => {
  const end = endOfFreeze(freeze)
  return freeze.channels.flatMap((channel): FreezeNotice[] => [
    { kind: 'freeze-begun', key: `begun ${channel}`, channel, dueAt: freeze.from, usefulUntil: end },
    { kind: 'freeze-over', key: `over ${channel}`, channel, dueAt: end, usefulUntil: end + 12 * HOUR },
  ])
}

/** The end of a freeze whose beginning the channel was not told of is no news there. */
export const dueFreezeNotices = (freeze: Freeze, now: number): FreezeNotice[] =>
  freezeNotices(freeze).filter(({ kind, key, channel, dueAt, usefulUntil }) => {
    const delivery = ownEntry(freeze.notices, key)
    const isDone = delivery?.name === 'said' || delivery?.name === 'skipped'
    const isWaiting = delivery?.name === 'refused' && delivery.until > now
    const isNews = kind === 'freeze-begun' || ownEntry(freeze.notices, `begun ${channel}`)?.name === 'said'
    return !isDone && !isWaiting && isNews && dueAt <= now && now < usefulUntil
  })
