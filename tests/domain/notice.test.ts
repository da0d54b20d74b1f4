import fc from 'fast-check'
import type { Approval } from '../../functions/domain/approval.ts'
import { settled } from '../../functions/domain/approval.ts'
import type { Timing } from '../../functions/domain/notice.ts'
import { frozenAsOf, isQuiet, noticeAt, noticesOf, turnOf } from '../../functions/domain/due-notices.ts'
import {
  holdNotice,
  holdsNotice,
  acquireDelivery,
  acquireNotice,
  leftWhenBegun,
  postponeRefused,
  noticeSaid,
  skipNotice,
  releaseNotice,
} from '../../functions/domain/notice-delivery.ts'
import type { Window } from '../../functions/domain/window.ts'
import { frozenAt } from '../../functions/domain/window.ts'
import type { Policy, Vote } from '../../functions/domain/policy.ts'
import {
  DAY,
  MINUTE,
  POLICY,
  SECOND,
  START,
  TIMING,
  approval,
  policy,
  resolvedPolicy,
  rule,
  vote,
} from '../support/records.ts'
import { wholeInCi } from '../support/whole-in-ci.ts'

const HOUR = 60 * MINUTE
const at = (minutes: number) => START + minutes * MINUTE
const timed = (timing: Partial<Timing>, more: Partial<Approval> = {}): Approval =>
  approval({ resolvedPolicy: resolvedPolicy(POLICY, { timing: { ...TIMING, ...timing } }), ...more })

/** In UTC; the approval was requested at 09:30. */
const quiet = (from: string, to: string): Window => {
  const [start, end] = [from, to].map((time) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3)))
  return { name: 'quiet', zone: 'UTC', span: { every: 'day', from: start!, to: end! } }
}

const due = (of: Approval) => noticesOf(of).map(({ key, dueAt, channel }) => [key, dueAt, channel])

describe('the notices', () => {
  test('of a waiting approval are those that its route asks for, in the order in which they fall due', () => {
    const of = timed({
      remind: [HOUR, DAY],
      escalate: { after: 2 * HOUR, channel: 'C0LEADS', people: ['U0FAY'] },
      lastCall: HOUR,
    })
    expect(due(of)).toEqual([
      ['reminder-1', START + HOUR, null],
      ['escalation', START + 2 * HOUR, null],
      ['escalation-channel', START + 2 * HOUR, 'C0LEADS'],
      ['reminder-2', START + DAY, null],
      ['last-call', of.expiresAt - HOUR, null],
    ])
  })

  test('do not exist if no one can approve in Slack', () => {
    expect(due(timed({ remind: [HOUR] }, { resolvedPolicy: null }))).toEqual([])
    const console = resolvedPolicy({ ...POLICY, consoleOnly: 'by hand' }, { timing: { ...TIMING, remind: [HOUR] } })
    expect(due(approval({ resolvedPolicy: console }))).toEqual([])
  })

  test('leave out what would fall due only after expiry', () => {
    expect(due(timed({ remind: [HOUR, 8 * DAY] }))).toEqual([['reminder-1', START + HOUR, null]])
    expect(due(timed({ lastCall: 30 * DAY }))).toEqual([['last-call', START, null]])
  })

  test('stop with the end, of which the person who started the execution is told', () => {
    const override = {
      userId: 'U0ELI',
      name: 'eli',
      reason: 'x',
      at: at(3),
      frozen: { name: 'f', zone: 'UTC', until: null },
      windows: [],
    }
    const over = settled(timed({ remind: [HOUR], lastCall: HOUR }, { override }), { how: 'expired' }, at(5))
    expect(due(over)).toEqual([
      ['glass-broken', at(3), null],
      ['outcome', at(5), null],
    ])
  })
})

test('that were not sent in time are skipped: the outcome after a day, a last call when the approval has expired', () => {
  const over = settled(timed({}), { how: 'expired' }, at(5))
  expect(acquireNotice(over, 'a', at(5) + DAY - 1)[1]).toMatchObject({ notice: { key: 'outcome' } })
  const [dropped, acquired] = acquireNotice(over, 'a', at(5) + DAY)
  expect(acquired).toEqual({ kind: 'none' })
  expect(noticeAt(dropped)).toBeNull()
  const waiting = timed({ lastCall: HOUR })
  expect(acquireNotice(waiting, 'a', waiting.expiresAt - 1)[1]).toMatchObject({ notice: { key: 'last-call' } })
  expect(noticeAt(acquireNotice(waiting, 'a', waiting.expiresAt)[0])).toBeNull()
})

describe('in quiet hours', () => {
  test('a notice is sent when they end', () => {
    const of = timed({ remind: [HOUR], quiet: [quiet('10:00', '12:15')] })
    expect(noticeAt(of)).toBe(at(165))
    expect(isQuiet(of, at(30))).toBe(true)
    expect(isQuiet(of, at(165))).toBe(false)
  })

  test('a notice is sent at the end of adjacent quiet hours, and never if they do not end', () => {
    const nights = [quiet('10:00', '12:00'), quiet('12:00', '13:00')]
    expect(noticeAt(timed({ remind: [HOUR], quiet: nights }))).toBe(at(210))
    expect(noticeAt(timed({ remind: [HOUR], quiet: [quiet('00:00', '00:00')] }))).toBeNull()
  })

  test('a notice is dropped if the approval ends before they do', () => {
    const of = timed({ remind: [HOUR], quiet: [quiet('10:00', '12:15')] }, { expiresAt: at(120) })
    expect(noticeAt(of)).toBeNull()
  })

  test('a verdict in the console against the policy is told all the same', () => {
    const outcome = { how: 'console', verdict: 'Approved', by: 'dana', summary: null, past: 'too-few' } as const
    const of = settled(timed({ quiet: [quiet('09:00', '18:00')] }), outcome, at(5))
    expect(due(of)).toEqual([
      ['past-policy', at(5), null],
      ['outcome', at(5), null],
    ])
  })

  test('the outcome is sent all the same, and so is the override of the freeze', () => {
    const of = timed({ quiet: [quiet('00:00', '00:00')] })
    expect(noticeAt(settled(of, { how: 'expired' }, at(5)))).toBe(at(5))
    const frozen = { name: 'f', zone: 'UTC', until: null }
    const override = { userId: 'U0ELI', name: 'eli', reason: 'x', at: at(3), frozen, windows: [] }
    expect(noticeAt({ ...of, override })).toBe(at(3))
  })
})

describe('in a sequence, a later group is told', () => {
  const [QA, OWNERS] = [rule('QA', ['U0ANA', 'U0BEN'], 2), rule('owners', ['U0DANA'])]
  const inTurn = (policy: Policy, votes: Vote[], timing: Partial<Timing> = {}): Approval =>
    approval({ votes, resolvedPolicy: resolvedPolicy(policy, { timing: { ...TIMING, ...timing } }) })
  const sequence = policy([QA, OWNERS], { order: 'sequence' })
  const by = (userId: string, minute: number) => vote(userId, 'Approved', { at: at(minute) })
  const both = [by('U0ANA', 3), by('U0BEN', 5)]

  test('when the groups before it are complete, and not before', () => {
    expect(due(inTurn(sequence, [by('U0ANA', 3)]))).toEqual([])
    expect(due(inTurn(sequence, both))).toEqual([['turn-2', at(5), null]])
    expect(turnOf(inTurn(sequence, both), { key: 'turn-2' })).toMatchObject({ people: ['U0DANA'] })
    expect(turnOf(inTurn(sequence, []), { key: 'turn-2' })).toBeNull()
    expect(due(inTurn(policy([QA, OWNERS]), both))).toEqual([])
  })

  test('once, also if an earlier approval is withdrawn and given again', () => {
    const said = { 'turn-2': { name: 'said', at: at(5) } } as const
    expect(due({ ...inTurn(sequence, both), notices: said })).toEqual([])
    expect(due({ ...inTurn(sequence, [both[0]!, by('U0BEN', 9)]), notices: said })).toEqual([])
  })

  test('in each way by its own order, each group once; the first of a way was asked with the request', () => {
    const ways = [
      [0, 2],
      [1, 2],
      [2, 0],
    ]
    const three = policy([rule('a', ['U0ANA']), rule('b', ['U0BEN']), rule('c', ['U0CHEN'])], { order: 'sequence' })
    expect(due(inTurn({ ...three, ways: ways.slice(0, 2) }, [by('U0ANA', 3), by('U0BEN', 5)]))).toEqual([
      ['turn-3', at(3), null],
    ])
    expect(due(inTurn({ ...three, ways }, [by('U0ANA', 3)]))).toEqual([])
  })

  test('after quiet hours, and after a freeze, and never once it is decided', () => {
    expect(due(inTurn(sequence, both, { quiet: [quiet('09:30', '10:30')] }))).toEqual([['turn-2', at(60), null]])
    const frozen = { ...sequence, freezes: [quiet('09:30', '11:00')] }
    expect(due(inTurn(frozen, both))).toEqual([['turn-2', at(90), null]])
    const [held, acquired] = acquireNotice(
      inTurn({ ...sequence, freezes: [quiet('09:40', '11:00')] }, both),
      'a',
      at(12),
    )
    expect([acquired.kind, held.notices['turn-2']]).toEqual(['none', { name: 'held', until: at(90) }])
    const decided = {
      ...inTurn(sequence, both),
      state: { name: 'deciding', verdict: 'Approved', since: at(9) },
    } as const
    expect(due(decided)).toEqual([])
  })
})

const FROZEN = resolvedPolicy(
  { ...POLICY, freezes: [quiet('10:00', '12:00')] },
  { timing: { ...TIMING, remind: [HOUR] } },
)

test('a notice that is skipped leaves those that were sent as they are: none is sent again', () => {
  const said = { name: 'said', at: at(60) } as const
  const of = timed({ remind: [HOUR, 2 * HOUR] }, { notices: { 'reminder-1': said } })
  expect(skipNotice(of, 'reminder-2', at(120)).notices).toEqual({
    'reminder-1': said,
    'reminder-2': { name: 'skipped', at: at(120) },
  })
})

describe('in a change freeze', () => {
  test('a reminder that fell due earlier and was not sent waits for its end', () => {
    const timing = { ...TIMING, remind: [HOUR] }
    const of = approval({
      resolvedPolicy: resolvedPolicy({ ...POLICY, freezes: [quiet('10:40', '12:00')] }, { timing }),
    })
    expect(noticeAt(of)).toBe(at(60))
    const [held, acquired] = acquireNotice(of, 'late', at(75))
    expect(acquired).toEqual({ kind: 'none' })
    expect(held.notices).toEqual({ 'reminder-1': { name: 'held', until: at(150) } })
    expect(noticeAt(held)).toBe(at(150))
    expect(acquireNotice(held, 'in time', at(150))[1]).toMatchObject({
      kind: 'acquired',
      notice: { key: 'reminder-1' },
    })
  })

  test('a reminder that a function began to send before is left to that function, for half a minute', () => {
    const timing = { ...TIMING, remind: [HOUR] }
    const of = approval({
      resolvedPolicy: resolvedPolicy({ ...POLICY, freezes: [quiet('10:40', '12:00')] }, { timing }),
    })
    const [begun] = acquireNotice(of, 'a', at(70) - 10 * SECOND)
    const until = at(70) + 20 * SECOND
    expect(acquireNotice(begun, 'b', until - 1)).toEqual([begun, { kind: 'busy', until }])
    const [held, acquired] = acquireNotice(begun, 'b', until)
    expect(acquired).toEqual({ kind: 'none' })
    expect(held.notices).toEqual({ 'reminder-1': { name: 'held', until: at(150) } })
  })

  test('that never ends, an overdue reminder waits for ten minutes at a time; other notices stay as they are', () => {
    const local = (minute: number) => ({ year: 2026, month: 11, day: 23, hour: 9, minute: 30 + minute })
    const endless = Array.from({ length: 100 }, (_, index): Window => ({
      name: 'f',
      zone: 'UTC',
      span: { every: 'never', from: local(70 + index), to: local(71 + index) },
    }))
    const said = { 'last-call': { name: 'said', at: START } } as const
    const of = approval({
      notices: said,
      resolvedPolicy: resolvedPolicy({ ...POLICY, freezes: endless }, { timing: { ...TIMING, remind: [HOUR] } }),
    })
    expect(acquireNotice(of, 'a', at(75))[0].notices).toEqual({
      ...said,
      'reminder-1': { name: 'held', until: at(85) },
    })
  })

  test('of a calendar without a known end, an overdue reminder is sent once the calendar is open', () => {
    const closed: Window = { name: 'c', zone: 'UTC', span: { every: 'calendar', from: at(70), to: null } }
    const policyWith = (freezes: Window[]) =>
      resolvedPolicy({ ...POLICY, freezes }, { timing: { ...TIMING, remind: [HOUR] } })
    const [held] = acquireNotice(approval({ resolvedPolicy: policyWith([closed]) }), 'a', at(75))
    const open = { ...held, resolvedPolicy: policyWith([]) }
    expect(acquireNotice(open, 'b', at(85))[1]).toMatchObject({ kind: 'acquired', notice: { key: 'reminder-1' } })
  })

  test('with no reminder overdue, nothing changes', () => {
    const of = approval({ resolvedPolicy: FROZEN })
    expect(acquireNotice(of, 'a', at(60))[0]).toBe(of)
  })

  test('reminders wait for its end; an escalation and a last call are sent in time', () => {
    const timing = { ...TIMING, remind: [HOUR], escalate: { after: HOUR, channel: null, people: [] }, lastCall: DAY }
    const of = approval({ resolvedPolicy: { ...FROZEN, timing }, expiresAt: START + DAY + HOUR })
    expect(due(of)).toEqual([
      ['escalation', START + HOUR, null],
      ['last-call', START + HOUR, null],
      ['reminder-1', at(150), null],
    ])
  })

  test('followed by quiet hours and another freeze, reminders wait for the end of all', () => {
    const freezes = [quiet('10:00', '12:00'), quiet('13:00', '14:00')]
    const timing = { ...TIMING, remind: [HOUR], quiet: [quiet('11:30', '13:30')] }
    expect(noticeAt(approval({ resolvedPolicy: resolvedPolicy({ ...POLICY, freezes }, { timing }) }))).toBe(at(270))
  })

  test('that outlasts the approval, or has no end, no reminder is sent', () => {
    expect(noticeAt(approval({ resolvedPolicy: FROZEN, expiresAt: at(120) }))).toBeNull()
    const always = resolvedPolicy({ ...POLICY, freezes: [quiet('00:00', '00:00')] }, { timing: FROZEN.timing })
    expect(noticeAt(approval({ resolvedPolicy: always }))).toBeNull()
  })

  test('with an override, reminders are sent in time, except those that the notice of the override replaces', () => {
    const frozen = { name: 'f', zone: 'UTC', until: at(150) }
    const override = { userId: 'U0ELI', name: 'eli', reason: 'x', frozen, windows: FROZEN.policy.freezes, at: at(70) }
    const timing = { ...TIMING, remind: [HOUR, 2 * HOUR] }
    expect(due(approval({ resolvedPolicy: { ...FROZEN, timing }, override }))).toEqual([
      ['glass-broken', at(70), null],
      ['reminder-2', START + 2 * HOUR, null],
    ])
    const atOnce = { ...override, at: START + HOUR }
    expect(due(approval({ resolvedPolicy: { ...FROZEN, timing }, override: atOnce }))).toEqual([
      ['glass-broken', START + HOUR, null],
      ['reminder-2', START + 2 * HOUR, null],
    ])
  })

  test('an approval is shown with the freeze of the moment, whenever the policy was read', () => {
    const of = approval({ resolvedPolicy: FROZEN })
    const frozen = { name: 'quiet', zone: 'UTC', until: at(150) }
    expect(frozenAsOf(of, at(30)).resolvedPolicy).toEqual({ ...FROZEN, frozen, at: at(30) })
    expect(frozenAsOf(of, at(150)).resolvedPolicy).toEqual({ ...FROZEN, frozen: null, at: at(150) })
    const unrouted = approval({ resolvedPolicy: null })
    expect(frozenAsOf(unrouted, at(30))).toBe(unrouted)
  })
})

/** Acquires the notice, and has Slack refuse it. */
const refusedTurn = ([taken, acquired]: ReturnType<typeof acquireNotice>, now: number): Approval => {
  if (acquired.kind !== 'acquired') throw new Error(`There is nothing to refuse: ${acquired.kind}`)
  return postponeRefused(taken, acquired.notice.key, 'a', now)
}

describe('a notice that Slack refuses', () => {
  const of = timed({ remind: [10 * MINUTE, 40 * MINUTE], quiet: [quiet('09:44', '10:05')] })
  const refusedAt = (from: Approval, minute: number) => refusedTurn(acquireNotice(from, 'a', at(minute)), at(minute))

  test('is tried again after a minute, then after as long as Slack has refused it, at most an hour', () => {
    const tries = [10]
    let so = refusedAt(timed({ lastCall: 7 * DAY - 10 * MINUTE }), 10)
    for (let next = noticeAt(so); next !== null && tries.length < 10; next = noticeAt(so)) {
      tries.push((next - START) / MINUTE)
      so = refusedAt(so, (next - START) / MINUTE)
    }
    expect(tries).toEqual([10, 11, 12, 14, 18, 26, 42, 74, 134, 194])
  })

  test('leaves other notices their turn until then, and is looked for before it is sent again', () => {
    const once = refusedAt(of, 10)
    expect(acquireNotice(once, 'b', at(10))[1]).toEqual({ kind: 'none' })
    expect(acquireNotice(once, 'b', at(11))[1]).toMatchObject({ notice: { key: 'reminder-1' }, mustLookFirst: true })
  })

  test('is not tried in quiet hours, nor after the next reminder has replaced it', () => {
    expect(noticeAt(refusedAt(of, 10))).toBe(at(11))
    const later = refusedAt(refusedAt(refusedAt(of, 10), 11), 12)
    expect(due(later)).toEqual([
      ['reminder-1', at(35), null],
      ['reminder-2', at(40), null],
    ])
    const escalate = { after: 11 * MINUTE, channel: null, people: [] }
    expect(due(refusedAt(timed({ remind: [10 * MINUTE, 40 * MINUTE], escalate }), 10))).toContainEqual([
      'reminder-1',
      at(11),
      null,
    ])
    const soon = timed({ remind: [10 * MINUTE, 11 * MINUTE] })
    expect(due(refusedAt(soon, 10))).toEqual([['reminder-2', at(11), null]])
    expect(acquireNotice(refusedAt(of, 10), 'b', at(45))[1]).toMatchObject({ notice: { key: 'reminder-2' } })
  })

  test('is sent later than an escalation, which does not replace it', () => {
    const escalate = { after: 10 * MINUTE, channel: null, people: [] }
    const refused = { 'reminder-1': { name: 'refused', since: at(5), until: at(15) } } as const
    expect(due(timed({ remind: [5 * MINUTE], escalate }, { notices: refused }))).toEqual([
      ['escalation', at(10), null],
      ['reminder-1', at(15), null],
    ])
  })

  test('is dropped when the approval ends; the outcome is dropped after a day', () => {
    expect(noticeAt(refusedAt(timed({ remind: [10 * MINUTE] }, { expiresAt: at(11) }), 10))).toBeNull()
    let over = settled(timed({}), { how: 'expired' }, at(5))
    let tries = 0
    for (let next = noticeAt(over); next !== null; next = noticeAt(over), tries++) {
      expect(next).toBeLessThan(at(5) + DAY)
      over = refusedAt(over, (next - START) / MINUTE)
    }
    expect(tries).toBe(30)
  })

  test('is left to the current holder of its lease', () => {
    const [taken] = acquireNotice(of, 'b', at(10))
    expect(postponeRefused(taken, 'reminder-1', 'a', at(10))).toBe(taken)
  })
})

describe('a function that acquires a notice', () => {
  const of = timed({ remind: [10 * MINUTE, 20 * MINUTE, 30 * MINUTE] })

  test('holds it for half a minute; then another acquires it, and looks for it in Slack first', () => {
    const [taken, acquired] = acquireNotice(of, 'a', at(10))
    expect(acquired).toMatchObject({ kind: 'acquired', notice: { key: 'reminder-1' }, mustLookFirst: false })
    expect(acquireNotice(taken, 'b', at(10) + 29 * SECOND)).toEqual([
      taken,
      { kind: 'busy', until: at(10) + 30 * SECOND },
    ])
    const [again, other] = acquireNotice(taken, 'b', at(10) + 30 * SECOND)
    expect(other).toMatchObject({ kind: 'acquired', notice: { key: 'reminder-1' }, mustLookFirst: true })
    expect(holdsNotice(taken, 'reminder-1', 'a', at(10) + 20 * SECOND)).toBe(true)
    expect(holdsNotice(taken, 'reminder-1', 'a', at(10) + 21 * SECOND)).toBe(false)
    expect(holdsNotice(again, 'reminder-1', 'a', at(10) + 30 * SECOND)).toBe(false)
  })

  test('can release it, unless another function holds it', () => {
    const [taken] = acquireNotice(of, 'a', at(10))
    expect(releaseNotice(taken, 'reminder-1', 'a')).toEqual(of)
    expect(releaseNotice(taken, 'reminder-1', 'b')).toBe(taken)
  })

  test('sends the last of several late reminders, and the next when it is due', () => {
    const [taken, acquired] = acquireNotice(of, 'a', at(25))
    expect(acquired).toMatchObject({ kind: 'acquired', notice: { key: 'reminder-2' } })
    expect(taken.notices['reminder-1']).toEqual({ name: 'skipped', at: at(25) })
    const said = noticeSaid(taken, 'reminder-2', { at: at(25) })
    expect(noticeAt(said)).toBe(at(30))
    expect(acquireNotice(said, 'a', at(29))).toEqual([said, { kind: 'none' }])
  })

  test('sends a late reminder before what fell due since, and leaves what was sent before', () => {
    const both = timed({ remind: [10 * MINUTE], escalate: { after: 15 * MINUTE, channel: null, people: ['U0FAY'] } })
    expect(acquireNotice(both, 'a', at(20))[1]).toMatchObject({ notice: { key: 'reminder-1' } })
    const direct = { name: 'said', at: START } as const
    const [taken] = acquireNotice({ ...of, notices: { direct } }, 'a', at(25))
    expect(taken.notices).toMatchObject({ direct, 'reminder-1': { name: 'skipped' } })
  })

  test('knows what a notice leaves out that may have been sent', () => {
    const notice = { kind: 'outcome', key: 'outcome', dueAt: START, channel: null } as const
    const [first] = acquireDelivery(of, notice, 'a', START, { lacksCause: true })
    expect(leftWhenBegun(first, 'outcome')).toEqual({ lacksCause: true })
    const [again] = acquireDelivery(first, notice, 'b', START + MINUTE)
    expect(leftWhenBegun(again, 'outcome')).toEqual({ lacksCause: true })
    expect(leftWhenBegun(acquireDelivery(of, notice, 'a', START)[0], 'outcome')).toEqual({})
    expect(leftWhenBegun(of, 'outcome')).toEqual({})
  })

  test.each([
    ['quiet hours hold it back', (taken: Approval) => holdNotice(taken, 'outcome', at(5))],
    ['Slack refuses it', (taken: Approval) => postponeRefused(taken, 'outcome', 'a', START)],
  ])('knows it too if %s before it is found', (_, kept) => {
    const notice = { kind: 'outcome', key: 'outcome', dueAt: START, channel: null } as const
    const [first] = acquireDelivery(of, notice, 'a', START, { lacksCause: true })
    const [again] = acquireDelivery(kept(first), notice, 'b', at(6))
    expect(leftWhenBegun(again, 'outcome')).toEqual({ lacksCause: true })
    const [whole] = acquireDelivery(kept(acquireDelivery(of, notice, 'a', START)[0]), notice, 'b', at(6))
    expect(leftWhenBegun(whole, 'outcome')).toEqual({})
  })

  test('looks for one that may have been sent before it sends the next', () => {
    const [begun] = acquireNotice(of, 'a', at(10))
    expect(acquireNotice(begun, 'b', at(25))[1]).toMatchObject({ notice: { key: 'reminder-1' }, mustLookFirst: true })
  })
})

test('at all times and in all orders, each notice is sent once, when it is due, and none after the end', () => {
  const minutes = (most: number) => fc.nat({ max: most }).map((count) => count * MINUTE)
  const window = fc
    .tuple(fc.nat({ max: 1_439 }), fc.nat({ max: 1_439 }))
    .map(([from, to]): Window => ({ name: 'q', zone: 'UTC', span: { every: 'day', from, to } }))
  const timing = fc.record({
    remind: fc.array(minutes(3_000), { maxLength: 4 }).map((delays) => delays.toSorted((a, b) => a - b)),
    lastCall: fc.option(minutes(300)),
    escalate: fc.option(minutes(2_000).map((after) => ({ after, channel: 'C0LEADS', people: ['U0FAY'] }))),
    quiet: fc.array(window, { maxLength: 2 }),
  })
  const freezes = fc.array(window, { maxLength: 1 })
  const visit = fc.record({
    after: fc.nat({ max: 200 }).map((count) => count * 10 * SECOND),
    what: fc.constantFrom('said', 'said', 'skipped', 'refused', 'lost', 'given back', 'end'),
  })
  fc.assert(
    fc.property(timing, freezes, fc.array(visit, { maxLength: 60 }), (given, freezes, visits) => {
      const timing = { ...TIMING, ...given }
      let of = approval({
        resolvedPolicy: resolvedPolicy({ ...POLICY, freezes }, { timing }),
        expiresAt: START + 2 * DAY,
      })
      let now = START
      const said = new Set<string>()
      for (const [index, { after, what }] of visits.entries()) {
        now += after
        if (what === 'end') of = settled(of, { how: 'expired' }, now)
        const [next, acquired] = acquireNotice(of, `${index}`, now)
        of = next
        if (acquired.kind === 'none') {
          expect(noticeAt(of) ?? Infinity).toBeGreaterThan(now)
          continue
        }
        if (acquired.kind === 'busy') {
          expect(acquired.until).toBeGreaterThan(now)
          continue
        }
        const { key, kind, dueAt } = acquired.notice
        expect(said.has(key)).toBe(false)
        expect(dueAt).toBeLessThanOrEqual(now)
        if (kind === 'outcome') expect(of.state.name).toBe('settled')
        else expect(of.state.name).toBe('waiting')
        if (kind !== 'outcome') expect(isQuiet(of, dueAt)).toBe(false)
        if (kind === 'reminder') expect(frozenAt(freezes, dueAt)).toBeNull()
        if (what === 'said') said.add(key)
        if (what === 'said') of = noticeSaid(of, key, { at: now })
        if (what === 'skipped') of = skipNotice(of, key, now)
        if (what === 'given back') of = releaseNotice(of, key, `${index}`)
        if (what === 'refused') of = postponeRefused(of, key, `${index}`, now)
      }
    }),
    { numRuns: wholeInCi(300, 100) },
  )
})
