import type { Actor } from './act.ts'
import { canonical } from './canonical.ts'
import type { Happening, Journal } from './journal.ts'
import { emptyJournal, written } from './journal.ts'
import { acquire, isOwner } from './lease.ts'
import type { Lease, Term } from './lease.ts'
import type { AbsenceNoticeKind, Notice, NoticeDelivery } from './notice.ts'
import type { Signature } from './signature.ts'
import type { StandIn } from './stand-in.ts'
import { sha256 } from './statement.ts'
import { DAY } from './time-units.ts'
import { ownEntry } from '../own-entry.ts'

/** A person is away for some time, and has said who answers for them. Which routes let people stand in, the routes say. */
export interface Absence {
  version: 1
  /** `away-`, the end in seconds and twelve hexadecimal digits: made from what the person typed, so that it is set once. */
  id: string
  by: Pick<Actor, 'userId' | 'name'>
  standIn: Pick<Actor, 'userId' | 'name'>
  from: number
  until: number
  setAt: number
  /** The person's signature of all the above. */
  signed: Signature
  /** When the person ended it before its time; missing if they have not. */
  ended?: { at: number; signed: Signature }
  /** The journal says that it is over. */
  isClosed?: true
  /** In which phase the approvals that wait were looked at again last. */
  lookedIn: Phase
  /** The messages to the stand-in, by the notice's key. */
  notices: Readonly<Record<string, NoticeDelivery>>
  /** How long its entries are kept. Milliseconds. */
  retention: number
  journal: Journal
}

/** Who may set an absence of a person now: of all commands of theirs that come at once, one. */
export interface AbsenceTurn {
  userId: string
  lease: Lease | null
}

/** `work`: the one write that sets it (QUICK_CALL in functions/aws/call-limits.ts). */
export const SET_ABSENCE: Term = { lasts: 30_000, work: 9_000 }

/** The turn of the command with this ID; its own lease counts again, because the command may come twice. */
export const withAbsenceTurn = (turn: AbsenceTurn, command: string, now: number): [AbsenceTurn, Lease | null] => {
  const others = isOwner(turn.lease, command) ? null : turn.lease
  const acquired = acquire(others, command, now, SET_ABSENCE)
  return acquired.kind === 'busy' ? [turn, null] : [{ ...turn, lease: acquired.lease }, acquired.lease]
}

/** Before it, while it lasts, and after it. */
export type Phase = 0 | 1 | 2

/** Longer, and the approvers of greenlight.yml are not those who approve. */
export const LONGEST_ABSENCE = 60 * DAY
/** CodePipeline waits no longer for a manual approval ("Manual approval action reference", CodePipeline). */
export const LONGEST_WAIT = 60 * DAY

const ABSENCE_ID = /^away-(\d{10})-[0-9a-f]{12}$/

/** Whether a chain of the audit record is that of an absence. */
export const isAbsenceId = (id: string): boolean => ABSENCE_ID.test(id)

/** In the order of their ends. `until`: epoch milliseconds. */
export const absenceId = (commandId: string, until: number): string =>
  `${absencesUntil(until)}-${sha256(commandId).slice(0, 12)}`

/** What the IDs of all absences begin with, or come after, that end then or later. Epoch milliseconds. */
export const absencesUntil = (at: number): string =>
  `away-${String(Math.floor(Math.max(0, at) / 1000)).padStart(10, '0')}`

/** When it ends, or has ended. */
export const endOfAbsence = ({ until, ended }: Pick<Absence, 'until' | 'ended'>): number =>
  Math.min(until, ended?.at ?? until)

export const isAway = (absence: Pick<Absence, 'from' | 'until' | 'ended'>, at: number): boolean =>
  absence.from <= at && at < endOfAbsence(absence)

const phaseOf = (absence: Absence, now: number): Phase =>
  now >= endOfAbsence(absence) ? 2 : now >= absence.from ? 1 : 0

/** What a person says of their own absence, as it is signed and recorded. */
export type AbsenceAct =
  { what: 'absence-set'; standIn: Absence['standIn']; from: number; until: number } | { what: 'absence-ended' }

/** The text that is signed. The stand-in's name is for readers. */
export const absenceStatement = (id: string, act: AbsenceAct, userId: string, at: number): string =>
  canonical({ version: 1, absence: id, userId, at, ...act, ...('standIn' in act && { standIn: act.standIn.userId }) })

/** The statement with which the absence began. */
export const statementOfAbsence = ({ id, by, standIn, from, until, setAt }: Absence): string =>
  absenceStatement(id, { what: 'absence-set', standIn, from, until }, by.userId, setAt)

interface SetAbsence extends Pick<Absence, 'id' | 'standIn' | 'from' | 'until' | 'signed' | 'retention'> {
  who: Actor
  at: number
}

export const absenceSet = ({ who, at, id, standIn, from, until, signed, retention }: SetAbsence): Absence =>
  withAbsenceEntry(
    {
      version: 1,
      id,
      by: { userId: who.userId, name: who.name },
      standIn,
      from,
      until,
      setAt: at,
      signed,
      lookedIn: 0,
      notices: {},
      retention,
      journal: emptyJournal,
    },
    at,
    { what: 'absence-set', who, standIn, from, until, signed },
  )

/** The person is back, or does not leave. */
export const absenceEnded = (absence: Absence, who: Actor, at: number, signed: Signature): Absence =>
  withAbsenceEntry({ ...absence, ended: { at, signed }, isClosed: true }, at, { what: 'absence-ended', who, signed })

/** The journal says that its time is over, once it is. */
export const withItsTimeOver = (absence: Absence, now: number): Absence =>
  absence.isClosed || now < absence.until
    ? absence
    : withAbsenceEntry({ ...absence, isClosed: true }, now, { what: 'absence-over' })

/** The approvals that wait were looked at again, because it has begun or ended. */
export const withLook = (absence: Absence, at: number): Absence => {
  const lookedIn = phaseOf(absence, at)
  return lookedIn > absence.lookedIn ? { ...absence, lookedIn } : absence
}

/** Whether the approvals that wait must be looked at again, because of it. */
export const isNews = (absence: Absence, now: number): boolean => phaseOf(absence, now) > absence.lookedIn

const withAbsenceEntry = (absence: Absence, at: number, happened: Happening): Absence => ({
  ...absence,
  journal: written(absence.journal, {
    approval: absence.id,
    at,
    happened,
    keptUntil: Math.max(absence.until, at) + LONGEST_WAIT + absence.retention,
  }),
})

/** So long that every approval has ended of which a stand-in may have decided. */
export const absenceKeptUntil = ({ until }: Absence): number => until + LONGEST_WAIT + DAY

/** What the table holds of an absence, if it can be read. `mayPass`: the table did not answer, and may the next time. */
export type StoredAbsence =
  { kind: 'absence'; absence: Absence } | { kind: 'unreadable'; because: string; mayPass?: true }

/** Whether a function has something to do about it. */
export const absenceNeedsAttention = (absence: Absence, now: number): boolean =>
  absence.journal.unfiled.length > 0 ||
  isNews(absence, now) ||
  (!absence.isClosed && now >= absence.until) ||
  dueAbsenceNotice(absence, now) !== null

/** A message to the stand-in. */
export interface AbsenceNotice extends Notice<AbsenceNoticeKind> {
  channel: string
}

/**
 * The message that the stand-in must get now; null if none. That it ended is no news to a person who was never told that it
 * was set, and its time ends as they were told.
 */
export const dueAbsenceNotice = (absence: Absence, now: number): AbsenceNotice | null => {
  const { standIn, setAt, ended, notices } = absence
  const kind = ended ? 'stand-in-ended' : 'stand-in-named'
  const named = ownEntry(notices, 'stand-in-named')?.name
  const isNews = ended ? named === 'said' || named === 'begun' : true
  const delivery = ownEntry(notices, kind)
  const isDone = delivery?.name === 'said' || delivery?.name === 'skipped'
  return isNews && !isDone && now < absence.until
    ? { kind, key: kind, dueAt: ended?.at ?? setAt, channel: standIn.userId }
    : null
}

/**
 * Who stands in by these absences: for the present time, for these moments of the past, and those for whom someone has
 * decided already, by the IDs of the absences.
 */
export const standInsBy = (
  absences: readonly Absence[],
  { now, moments, decided }: { now: number; moments: readonly number[]; decided: readonly string[] },
): StandIn[] =>
  absences.flatMap((absence): StandIn[] => {
    const isNow = isAway(absence, now)
    if (!isNow && !decided.includes(absence.id) && !moments.some((at) => isAway(absence, at))) return []
    return [
      {
        userId: absence.standIn.userId,
        for: absence.by.userId,
        name: absence.by.name,
        absence: absence.id,
        from: absence.from,
        until: endOfAbsence(absence),
        ...(!isNow && { isOver: true as const }),
      },
    ]
  })
