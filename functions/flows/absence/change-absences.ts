import type { Absence, StoredAbsence } from '../../domain/absence.ts'
import {
  LONGEST_ABSENCE,
  SET_ABSENCE,
  absenceEnded,
  absenceId,
  absenceSet,
  absenceStatement,
  endOfAbsence,
  withAbsenceTurn,
} from '../../domain/absence.ts'
import type { Lease } from '../../domain/lease.ts'
import { holds, release } from '../../domain/lease.ts'
import type { Command, TypedCommand } from '../../domain/command.ts'
import { HOUR, MINUTE } from '../../domain/time-units.ts'
import { afterDuration, typedUntil } from '../../domain/typed-until.ts'
import type { CommandAnswer } from '../../ports/cards.ts'
import type { Services } from '../../ports/services.ts'
import type { Typist } from '../freeze/change-freezes.ts'
import { knownPerson } from '../known-person.ts'

type Away = Extract<Command, { do: 'away' }>

/** Why nothing was done, in a sentence. */
const notChanged = (because: string): CommandAnswer => ({ kind: 'not-done', because })

/** Story: a person says who answers for them, from when until when. */
export const setAbsence = async (
  services: Services,
  typed: TypedCommand,
  { who, zone }: Typist,
  command: Away,
): Promise<CommandAnswer> => {
  const { absences, clock, configuration } = services
  if (!configuration.allowsStandIns)
    return notChanged('No route of greenlight.yml lets anyone stand in. Its setting “standIns” does.')
  const span = spanIn(command, zone, typed.at)
  if (typeof span === 'string') return notChanged(span)
  const named = await standInIn(services, command, who.userId)
  if (typeof named === 'string') return notChanged(named)
  const now = clock.now()
  const id = absenceId(typed.id, span.until)
  const set = await absences.read(id)
  // The message came twice.
  if (set) return { kind: 'absence-set', absence: set }
  if (span.until <= now) return notChanged(TIME_IS_PAST)
  const turn = await absences.turns.change(who.userId, (one) => withAbsenceTurn(one, typed.id, now), {
    fresh: () => ({ userId: who.userId, lease: null }),
  })
  if (!turn) return notChanged(AT_THE_SAME_MOMENT)
  const answer = await setAlone(services, typed, who, {
    ...span,
    // No one stood in before they said so.
    from: Math.max(span.from, now),
    id,
    standIn: named,
    now,
    turn,
  })
  // Not after an error: a write whose answer was lost may still take place.
  await absences.turns.change(who.userId, (one) => [{ ...one, lease: release(one.lease, typed.id) }, null])
  return answer
}

interface AbsenceNamed extends Pick<Absence, 'id' | 'from' | 'until' | 'standIn'> {
  now: number
  turn: Lease
}

/** No other command of the person sets one in the meantime. */
const setAlone = async (
  services: Services,
  typed: TypedCommand,
  who: Typist['who'],
  { id, from, until, standIn, now, turn }: AbsenceNamed,
): Promise<CommandAnswer> => {
  const { absences, clock, configuration, signatures } = services
  const own = await absencesOf(services, who.userId, now)
  if (typeof own === 'string') return notChanged(own)
  if (own.mine.length > 0) return notChanged('You have named a stand-in already. End that first: /greenlight back.')
  const act = { what: 'absence-set', standIn, from, until } as const
  const signed = await signatures.sign(absenceStatement(id, act, who.userId, now))
  if (!holds(turn, typed.id, clock.now(), SET_ABSENCE)) return notChanged(AT_THE_SAME_MOMENT)
  const { retention } = configuration
  const isNew = await absences.create(absenceSet({ who, at: now, id, standIn, from, until, signed, retention }))
  const absence = await absences.read(id)
  if (isNew) services.log.count('AbsenceSet')
  return absence ? { kind: 'absence-set', absence } : notChanged('It was not stored.')
}

/** Story: a person is back, and answers for themselves again. */
export const endAbsence = async (services: Services, typed: TypedCommand, { who }: Typist): Promise<CommandAnswer> => {
  const { absences, clock, signatures } = services
  const now = clock.now()
  const stored = await absences.endingFrom(now)
  const unread = stored.find((one) => one.kind === 'unreadable')
  // An earlier try may have ended it.
  if (unread?.mayPass) throw new Error(unread.because)
  const own = absencesAmong(stored, who.userId, now)
  if (typeof own === 'string') return notChanged(own)
  // One that was set after they typed this, by a message that came late, stays.
  const [found] = own.mine.filter(({ setAt }) => setAt <= typed.at)
  const ended = found ? null : endedSince(stored, who.userId, typed.at)
  // The message came twice.
  if (ended) return { kind: 'absence-ended', absence: ended }
  if (!found) return notChanged('No one stands in for you.')
  const signed = await signatures.sign(absenceStatement(found.id, { what: 'absence-ended' }, who.userId, now))
  const absence = await absences.change(found.id, (current): [Absence, Absence] => {
    const next = current.ended ? current : absenceEnded(current, who, now, signed)
    return [next, next]
  })
  if (!absence) return notChanged('It is not stored any more.')
  services.log.count('AbsenceEnded')
  return { kind: 'absence-ended', absence }
}

/** The absence that the person has ended since; null if none. */
const endedSince = (stored: readonly StoredAbsence[], userId: string, since: number): Absence | null =>
  stored
    .flatMap((one) => (one.kind === 'absence' ? one.absence : []))
    .find(({ by, ended }) => by.userId === userId && ended !== undefined && ended.at > since) ?? null

/** Story: a person asks who stands in for them, and for whom they do. */
export const showAbsences = async (services: Services, { who }: Typist): Promise<CommandAnswer> => {
  const own = await absencesOf(services, who.userId, services.clock.now())
  return typeof own === 'string' ? { kind: 'not-told', because: own } : { kind: 'absences', ...own }
}

const absencesOf = async ({ absences }: Services, userId: string, now: number): Promise<OwnAbsences | string> =>
  absencesAmong(await absences.endingFrom(now), userId, now)

interface OwnAbsences {
  mine: Absence[]
  theirs: Absence[]
}

/** Of those that are stored, the person's that are not over, in the order of their ends; a sentence if one is unreadable. */
export const absencesAmong = (stored: readonly StoredAbsence[], userId: string, now: number): OwnAbsences | string => {
  const unread = stored.find((one) => one.kind === 'unreadable')
  if (unread) return `Greenlight cannot tell who stands in for you: ${unread.because}.`
  const open = stored.flatMap((one) => (one.kind === 'absence' && now < endOfAbsence(one.absence) ? one.absence : []))
  return {
    mine: open.filter(({ by }) => by.userId === userId),
    theirs: open.filter(({ standIn }) => standIn.userId === userId),
  }
}

/** The person whom they name; a sentence if that cannot be. */
const standInIn = async (
  { directory }: Services,
  { standIn, at }: Away,
  userId: string,
): Promise<Absence['standIn'] | string> => {
  if (standIn === null)
    return at === null
      ? 'Say who answers for you, such as @dana.'
      : `Slack did not say who ${at.slice(0, 60)} is. Choose the person from the list that Slack shows behind @. If that does not help, the app’s command has to send people as IDs: “should_escape” in its manifest.`
  if (standIn === userId) return 'You cannot stand in for yourself.'
  const known = await knownPerson(directory, standIn)
  if (known.kind === 'known') return { userId: standIn, name: known.person.name }
  // An earlier try may have set it.
  if (known.mayPass) throw new Error(`Slack did not say who the stand-in is: ${known.because}`)
  return `The person whom you named cannot stand in: Slack does not know them as an active member of this workspace.`
}

/** Both times that the person means, by the clock of their zone; what is wrong with them in a sentence. */
const spanIn = ({ end, from }: Away, zone: string, typedAt: number): { from: number; until: number } | string => {
  const begins = from === null ? null : typedUntil(from, zone, typedAt)
  if (from !== null && begins === null) return `“from ${from.slice(0, 60)}” is no time. Write ${FROM_FORMS}.`
  if (!end) return `Say until when, such as ${UNTIL_FORMS}.`
  const base = begins ?? typedAt
  const ends = end.how === 'for' ? afterDuration(end.text, base) : typedUntil(end.text, zone, base)
  if (ends === null) return `“${end.how} ${end.text.slice(0, 60)}” is no time. Write ${UNTIL_FORMS}.`
  if (ends <= base) return begins === null ? TIME_IS_PAST : 'That ends before it begins.'
  if (begins !== null && begins <= typedAt - HOUR) return 'The time from which you are away has passed already.'
  if (ends - base > LONGEST_ABSENCE) return TOO_LONG_AWAY
  return { from: base, until: Math.ceil(ends / MINUTE) * MINUTE }
}

const UNTIL_FORMS = 'until Fri 18:00, until tomorrow 08:00, until 2026-12-01 08:00 or for 3d'
const FROM_FORMS = 'from Mon 08:00, from tomorrow 08:00 or from 2026-12-01 08:00'
const AT_THE_SAME_MOMENT =
  'Another command of yours names a stand-in at this moment. Look at /greenlight away, and try again.'
const TIME_IS_PAST = 'That time has passed already.'
const TOO_LONG_AWAY = 'You can be away for at most 60 days. After that, greenlight.yml should name other approvers.'
