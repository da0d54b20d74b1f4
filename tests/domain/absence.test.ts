import type { Absence } from '../../functions/domain/absence.ts'
import {
  absenceEnded,
  absenceId,
  absenceKeptUntil,
  absenceNeedsAttention,
  absenceSet,
  absencesUntil,
  dueAbsenceNotice,
  isAbsenceId,
  isAway,
  isNews,
  standInsBy,
  statementOfAbsence,
  withAbsenceTurn,
  withItsTimeOver,
  withLook,
} from '../../functions/domain/absence.ts'
import { filed, toFile } from '../../functions/domain/journal.ts'
import type { NoticeDelivery } from '../../functions/domain/notice.ts'
import { DAY, MINUTE, SECOND, START, actor } from '../support/records.ts'

const DANA = actor('U0DANA')
const HALA = { userId: 'U0HALA', name: 'Hala' }
const [FROM, UNTIL] = [START + MINUTE, START + DAY]
const SIGNED = { key: 'k', value: 'v' }

const SET = absenceSet({
  who: DANA,
  at: START,
  id: absenceId('command', UNTIL),
  standIn: HALA,
  from: FROM,
  until: UNTIL,
  signed: SIGNED,
  retention: DAY,
})
const endedAt = (at: number, of = SET): Absence => absenceEnded(of, DANA, at, { key: 'k', value: 'w' })
const told = (delivery: NoticeDelivery, key = 'stand-in-named', of = SET): Absence => ({
  ...of,
  notices: { ...of.notices, [key]: delivery },
})
/** Filed, and the stand-in knows. */
const calm = (of: Absence): Absence => told({ name: 'said', at: START }, 'stand-in-named', withoutEntries(of))
const withoutEntries = (of: Absence): Absence => ({ ...of, journal: filed(of.journal, of.journal.count) })

test('an absence says who is away, who stands in and since when it is known, as its person signed it', () => {
  expect(SET).toMatchObject({
    version: 1,
    by: { userId: 'U0DANA', name: 'dana' },
    standIn: HALA,
    from: FROM,
    until: UNTIL,
    setAt: START,
    signed: SIGNED,
    lookedIn: 0,
    notices: {},
    retention: DAY,
  })
  expect(SET.by).toEqual({ userId: 'U0DANA', name: 'dana' })
  expect(JSON.parse(statementOfAbsence(SET))).toEqual({
    version: 1,
    absence: SET.id,
    userId: 'U0DANA',
    at: START,
    what: 'absence-set',
    standIn: 'U0HALA',
    from: FROM,
    until: UNTIL,
  })
})

test('the audit record has what became of it', () => {
  const happened = (of: Absence) => of.journal.unfiled.map((one) => [one.at, one.happened])
  const set = [START, { what: 'absence-set', who: DANA, standIn: HALA, from: FROM, until: UNTIL, signed: SIGNED }]
  expect(happened(SET)).toEqual([set])
  const back = endedAt(START + 3 * MINUTE)
  const ended = { what: 'absence-ended', who: DANA, signed: { key: 'k', value: 'w' } }
  expect(happened(back)).toEqual([set, [START + 3 * MINUTE, ended]])
  expect(back).toMatchObject({ ended: { at: START + 3 * MINUTE, signed: ended.signed }, isClosed: true })
  expect(withItsTimeOver(SET, UNTIL - 1)).toBe(SET)
  const over = withItsTimeOver(SET, UNTIL)
  expect(happened(over)).toEqual([set, [UNTIL, { what: 'absence-over' }]])
  expect(over.isClosed).toBe(true)
  for (const closed of [over, back]) expect(withItsTimeOver(closed, UNTIL + 1)).toBe(closed)
})

test('its entries are kept for the retention time after the last approval that a stand-in may have decided', () => {
  const kept = toFile(withItsTimeOver(SET, UNTIL + MINUTE).journal).map(({ keptUntil }) => keptUntil)
  expect(kept).toEqual([UNTIL + 60 * DAY + DAY, UNTIL + MINUTE + 60 * DAY + DAY])
  expect(absenceKeptUntil(SET)).toBe(UNTIL + 60 * DAY + DAY)
})

describe('the id', () => {
  test('is in the order of the ends', () => {
    expect(absencesUntil(1_999)).toBe('away-0000000001')
    expect(absencesUntil(2_000)).toBe('away-0000000002')
    expect(absencesUntil(-1)).toBe('away-0000000000')
    expect(absenceId('command', UNTIL).slice(0, 15)).toBe(absencesUntil(UNTIL))
    expect(absenceId('command', UNTIL)).not.toBe(absenceId('another', UNTIL))
  })

  test.each([
    [SET.id, true],
    [`${SET.id}0`, false],
    [`x${SET.id}`, false],
    [SET.id.toUpperCase(), false],
  ])('%s is one: %s', (text, isOne) => {
    expect(isAbsenceId(text)).toBe(isOne)
  })
})

test('of commands of one person that come at once, one sets the absence; the same command may come twice', () => {
  const free = { userId: 'U0DANA', lease: null }
  const [taken, lease] = withAbsenceTurn(free, 'one', START)
  expect(lease).toEqual({ owner: 'one', until: START + 30 * SECOND })
  expect(taken).toEqual({ userId: 'U0DANA', lease })
  expect(withAbsenceTurn(taken, 'other', START + 30 * SECOND - 1)).toEqual([taken, null])
  expect(withAbsenceTurn(taken, 'one', START + SECOND)[1]).toEqual({ owner: 'one', until: START + 31 * SECOND })
  expect(withAbsenceTurn(taken, 'other', START + 30 * SECOND)[1]).toEqual({ owner: 'other', until: START + MINUTE })
})

describe('a person', () => {
  test.each([
    ['is not away before the absence', SET, FROM - 1, false],
    ['is away from its first moment', SET, FROM, true],
    ['is away until its last', SET, UNTIL - 1, true],
    ['is not away from its end', SET, UNTIL, false],
    ['is away until they are back', endedAt(FROM + 1), FROM, true],
    ['is not away from when they are back', endedAt(FROM + 1), FROM + 1, false],
    ['is not away from its end, also if they ended it later', endedAt(UNTIL + MINUTE), UNTIL, false],
  ])('%s', (_, of, now, isOne) => {
    expect(isAway(of, now)).toBe(isOne)
  })
})

test('the approvals that wait are looked at once when it begins, and once when it ends', () => {
  expect([FROM - 1, FROM, UNTIL].map((now) => isNews(SET, now))).toEqual([false, true, true])
  expect(withLook(SET, FROM - 1)).toBe(SET)
  const begun = withLook(SET, FROM)
  expect([FROM, UNTIL - 1, UNTIL].map((now) => isNews(begun, now))).toEqual([false, false, true])
  expect(withLook(begun, FROM - 1)).toBe(begun)
  expect(isNews(withLook(begun, UNTIL), UNTIL + DAY)).toBe(false)
  expect(isNews(endedAt(FROM - 1), FROM - 1)).toBe(true)
})

test('it needs attention while entries are not filed, a look or a message is due, or its end is not recorded', () => {
  const looked = withLook(calm(SET), FROM)
  expect(absenceNeedsAttention(calm(SET), FROM - 1)).toBe(false)
  expect(absenceNeedsAttention(calm(SET), FROM)).toBe(true)
  expect(absenceNeedsAttention(looked, UNTIL - 1)).toBe(false)
  expect(absenceNeedsAttention({ ...looked, journal: SET.journal }, FROM)).toBe(true)
  expect(absenceNeedsAttention({ ...looked, notices: {} }, FROM)).toBe(true)
  const ended = withLook(looked, UNTIL)
  expect(absenceNeedsAttention(ended, UNTIL)).toBe(true)
  expect(absenceNeedsAttention(ended, UNTIL - 1)).toBe(false)
  expect(absenceNeedsAttention(withoutEntries(withItsTimeOver(ended, UNTIL)), UNTIL + DAY)).toBe(false)
})

describe('the stand-in', () => {
  const named = { kind: 'stand-in-named', key: 'stand-in-named', dueAt: START, channel: 'U0HALA' }

  test('is told at once, once, while the absence lasts', () => {
    expect(dueAbsenceNotice(SET, UNTIL - 1)).toEqual(named)
    expect(dueAbsenceNotice(SET, UNTIL)).toBeNull()
    expect(dueAbsenceNotice(told({ name: 'refused', since: START, until: FROM }), FROM)).toEqual(named)
    for (const name of ['said', 'skipped'] as const)
      expect(dueAbsenceNotice(told({ name, at: START }), FROM)).toBeNull()
  })

  test('is told that it ended before its time, if they may have been told that it was set', () => {
    const back = (of: Absence) => dueAbsenceNotice(endedAt(FROM, of), FROM)
    const ended = { kind: 'stand-in-ended', key: 'stand-in-ended', dueAt: FROM, channel: 'U0HALA' }
    const begun = { name: 'begun', owner: 'a', until: FROM, refusedSince: null } as const
    expect(back(told({ name: 'said', at: START }))).toEqual(ended)
    expect(back(told(begun))).toEqual(ended)
    expect(back(SET)).toBeNull()
    expect(back(told({ name: 'skipped', at: START }))).toBeNull()
    const known = told({ name: 'said', at: START })
    for (const name of ['said', 'skipped'] as const)
      expect(back(told({ name, at: FROM }, 'stand-in-ended', known))).toBeNull()
    expect(back(told(begun, 'stand-in-ended', known))).toEqual(ended)
  })
})

test('stand-ins are those of now, and those whose time has passed, as such, where it still counts', () => {
  const at = (now: number, more: { moments?: number[]; decided?: string[] } = {}, of = [SET]) =>
    standInsBy(of, { now, moments: [], decided: [], ...more })
  const standIn = {
    userId: 'U0HALA',
    for: 'U0DANA',
    name: 'dana',
    absence: SET.id,
    from: FROM,
    until: UNTIL,
  }
  expect(at(FROM)).toEqual([standIn])
  expect(at(FROM - 1)).toEqual([])
  expect(at(UNTIL, { moments: [UNTIL, FROM] })).toEqual([{ ...standIn, isOver: true }])
  expect(at(UNTIL, { moments: [UNTIL] })).toEqual([])
  expect(at(UNTIL, { decided: ['other', SET.id] })).toEqual([{ ...standIn, isOver: true }])
  expect(at(UNTIL, { decided: ['other'] })).toEqual([])
  expect(at(FROM, {}, [SET, { ...SET, id: 'other' }]).map(({ absence }) => absence)).toEqual([SET.id, 'other'])
})
