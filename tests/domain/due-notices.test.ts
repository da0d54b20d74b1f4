import type { Approval } from '../../functions/domain/approval.ts'
import { attempt } from '../../functions/domain/attempt.ts'
import { directlyToldBy, isQuiet, noticeAt, noticesOf, postponed, turnOf } from '../../functions/domain/due-notices.ts'
import type { NoticeDelivery, Timing } from '../../functions/domain/notice.ts'
import type { Policy } from '../../functions/domain/policy.ts'
import type { Window } from '../../functions/domain/window.ts'
import {
  DAY,
  MINUTE,
  POLICY,
  START,
  TIMING,
  actor,
  approval,
  deciding,
  policy,
  resolvedPolicy,
  rule,
  vote,
} from '../support/records.ts'

const HOUR = 60 * MINUTE
const timed = (timing: Partial<Timing>, more: Partial<Approval> = {}, under: Policy = POLICY): Approval =>
  approval({ resolvedPolicy: resolvedPolicy(under, { timing: { ...TIMING, ...timing } }), ...more })
const due = (of: Approval) => noticesOf(of).map(({ key, dueAt, channel }) => [key, dueAt, channel])

describe('direct messages', () => {
  const people = (count: number) => Array.from({ length: count }, (_, index) => `U0P${index}`)
  const crowd = (count: number, more: Partial<Approval> = {}) =>
    timed({ direct: true }, more, policy([rule('all', people(count))]))
  const refused = { name: 'refused', since: START, until: START + MINUTE } as const
  const delivered = (told: readonly string[]): Record<string, NoticeDelivery> =>
    Object.fromEntries(told.map((userId) => [`direct-${userId}`, refused]))
  const told = (of: Approval) => noticesOf(of).map(directlyToldBy)

  test('go to each person whose approval is needed, with the request, where the route wants them', () => {
    const of = timed({ direct: true }, { votes: [vote('U0DANA')] })
    expect(due(of)).toEqual([
      ['direct-U0ANA', START, 'U0ANA'],
      ['direct-U0CHEN', START, 'U0CHEN'],
    ])
    expect(due(timed({}))).toEqual([])
  })

  test('go to twenty people at most; those to whom one was begun keep their place', () => {
    expect(told(crowd(21))).toEqual(people(20))
    const begun = told(crowd(25, { notices: delivered(['U0P24']) }))
    expect(begun.toSorted()).toEqual([...people(19), 'U0P24'].toSorted())
    expect(told(crowd(25, { notices: { ...delivered(['U0GONE']), outcome: refused } }))).toHaveLength(19)
    const all = people(22).map((userId) => `${userId}X`)
    expect(told(crowd(25, { notices: delivered(all) }))).toEqual([])
  })

  test('wait for the end of a freeze', () => {
    const freeze: Window = { name: 'f', zone: 'UTC', span: { every: 'day', from: 9 * 60, to: 10 * 60 } }
    expect(noticeAt(timed({ direct: true }, {}, { ...POLICY, freezes: [freeze] }))).toBe(START + 30 * MINUTE)
  })
})

describe('of an approval that waits for a chosen time', () => {
  const AT = START + 8 * HOUR
  const approve = (to: Approval, userId: string, at: number, notBefore?: number) =>
    attempt(
      to,
      actor(userId),
      { do: 'vote', verdict: 'Approved', comment: '', ...(notBefore !== undefined && { notBefore }) },
      at,
    )[0]
  const of = (timing: Partial<Timing> = {}, more: Partial<Approval> = {}) => ({
    ...approve(
      approve(timed({ ...timing }, {}, { ...POLICY, later: { within: 2 * DAY } }), 'U0DANA', START, AT),
      'U0CHEN',
      START + 5_999,
    ),
    ...more,
  })

  test('no one is reminded, and the last call comes five minutes after the time, or before the expiry', () => {
    expect(due(of({ remind: [HOUR] }))).toEqual([])
    expect(due(of({ remind: [HOUR], lastCall: HOUR }))).toEqual([['last-call', START + 7 * DAY - HOUR, null]])
    expect(due(of({ lastCall: HOUR }, { expiresAt: AT + HOUR }))).toEqual([['last-call', AT + 5 * MINUTE, null]])
  })

  test('the approvers are told since when it is overtaken, by its second', () => {
    const liveChangedAt = START + 7_999
    expect(due(of({}, { liveChangedAt }))).toEqual([
      [`overtaken-${Math.floor(liveChangedAt / 1_000)}`, liveChangedAt, null],
    ])
  })
})

test('an override is told also where a time was chosen for the verdict', () => {
  const frozen = { name: 'f', zone: 'UTC', until: START }
  const override = { userId: 'U0ELI', name: 'eli', reason: 'x', at: START, frozen, windows: [] }
  const votes = [vote('U0DANA', 'Approved', { notBefore: START + DAY }), vote('U0CHEN')]
  expect(due(timed({ remind: [HOUR] }, { override, votes }))).toEqual([['glass-broken', START, null]])
})

test('each override of an approval is told once', () => {
  const frozen = { name: 'f', zone: 'UTC', until: START }
  const override = { userId: 'U0ELI', name: 'eli', reason: 'x', at: START, frozen, windows: [] }
  const told = timed({}, { override, notices: { 'glass-broken': { name: 'said', at: START } } })
  expect(due(told)).toEqual([])
  const again = { ...told, override: { ...override, at: START + DAY } }
  const key = `glass-broken-${(START + DAY) / 1_000}`
  expect(due(again)).toEqual([[key, START + DAY, null]])
  const confirmed = { userId: 'U0CHEN', name: 'chen', comment: 'ok', at: START + DAY }
  expect(due(timed({}, { override: { ...override, confirmed } })).map(([told]) => told)).toEqual([
    'glass-broken',
    `override-confirmed-${START / 1_000}`,
  ])
  expect(due({ ...again, notices: { ...told.notices, [key]: { name: 'said', at: START + DAY } } })).toEqual([])
})

describe('notices', () => {
  const said = { name: 'said', at: START } as const

  test('come in the order in which they fall due, whatever kind they are', () => {
    const escalate = { after: 2 * HOUR, channel: null, people: [] }
    const of = timed({ remind: [HOUR, 3 * HOUR], escalate, lastCall: 7 * DAY - 2.5 * HOUR })
    expect(due(of).map(([key]) => key)).toEqual(['reminder-1', 'escalation', 'last-call', 'reminder-2'])
  })

  test('of an escalation are of one kind in the thread and in its channel', () => {
    const of = timed({ escalate: { after: HOUR, channel: 'C0LEADS', people: [] } })
    expect(noticesOf(of).map(({ kind, channel }) => [kind, channel])).toEqual([
      ['escalation', null],
      ['escalation', 'C0LEADS'],
    ])
  })

  test('are no longer due once they were said or skipped', () => {
    const of = timed({ remind: [HOUR, 2 * HOUR] })
    const keys = (delivery: NoticeDelivery) => due({ ...of, notices: { 'reminder-1': delivery } }).map(([key]) => key)
    expect(keys(said)).toEqual(['reminder-2'])
    expect(keys({ name: 'skipped', at: START })).toEqual(['reminder-2'])
    expect(keys({ name: 'held', until: START })).toEqual(['reminder-1', 'reminder-2'])
  })

  test('are useful until the approval expires; one that Slack refused, until the next reminder is due', () => {
    const refused = { name: 'refused', since: START + HOUR, until: START + 90 * MINUTE } as const
    const until = (more: Partial<Approval>, remind = [HOUR, 2 * HOUR]) =>
      noticesOf(timed({ remind, lastCall: HOUR }, more)).map(({ key, usefulUntil }) => [key, usefulUntil])
    const { expiresAt } = approval()
    expect(until({})).toEqual([
      ['reminder-1', expiresAt],
      ['reminder-2', expiresAt],
      ['last-call', expiresAt],
    ])
    expect(until({ notices: { 'reminder-1': refused } })[0]).toEqual(['reminder-1', START + 2 * HOUR])
    expect(until({ notices: { 'reminder-1': refused } }, [HOUR])[0]).toEqual(['reminder-1', expiresAt])
    const soon = START + 100 * MINUTE
    expect(until({ notices: { 'reminder-1': refused }, expiresAt: soon })).toContainEqual(['reminder-1', soon])
    expect(until({ notices: { 'last-call': refused } }).at(-1)).toEqual(['last-call', expiresAt])
  })

  test('of which a function sends one are looked at when it must have ended', () => {
    const of = timed({ remind: [HOUR] })
    const begun = { name: 'begun', owner: 'a', refusedSince: null } as const
    const at = (until: number) => noticeAt({ ...of, notices: { 'reminder-1': { ...begun, until } } })
    expect(at(START + 2 * HOUR)).toBe(START + 2 * HOUR)
    expect(at(START)).toBe(START + HOUR)
  })

  test('of an approval without a policy are not postponed, and it has no quiet hours', () => {
    const of = approval({ resolvedPolicy: null })
    expect(postponed(of, 'reminder', START)).toBe(START)
    expect(isQuiet(of, START)).toBe(false)
  })

  test('that never fall due are not postponed to a moment', () => {
    const night: Window = { name: 'night', zone: 'UTC', span: { every: 'day', from: 0, to: 60 } }
    expect(postponed(timed({ quiet: [night] }), 'reminder', Infinity)).toBe(Infinity)
  })
})

test('a group has no turn without a policy, and none once it is decided', () => {
  const inTurn = policy([rule('QA', ['U0ANA']), rule('owners', ['U0DANA'])], { order: 'sequence' })
  const of = timed({}, { votes: [vote('U0ANA')] }, inTurn)
  expect(due(of)).toEqual([['turn-2', START + 5 * MINUTE, null]])
  expect(turnOf(of, { key: 'turn-2' })).toMatchObject({ rule: 1 })
  expect(turnOf(of, { key: 'turn-1' })).toBeNull()
  expect(turnOf({ ...of, resolvedPolicy: null }, { key: 'turn-2' })).toBeNull()
  expect(turnOf({ ...of, state: deciding().state }, { key: 'turn-2' })).toBeNull()
})
