import fc from 'fast-check'
import type { Approval } from '../../functions/domain/approval.ts'
import { checked, withDeployment, settled } from '../../functions/domain/approval.ts'
import { withDeferredClick } from '../../functions/domain/attempt.ts'
import { attentionAt, foundNothing, mustAnnounce } from '../../functions/domain/attention.ts'
import { filed } from '../../functions/domain/journal.ts'
import { acquireNotice, noticeSaid } from '../../functions/domain/notice-delivery.ts'
import { isBehind, needNotBeShown, touched } from '../../functions/domain/showing.ts'
import type { Window } from '../../functions/domain/window.ts'
import {
  DAY,
  MINUTE,
  POLICY,
  SECOND,
  START,
  TIMING,
  actor,
  approval,
  deciding,
  resolvedPolicy,
} from '../support/records.ts'
import { HOUR } from '../../functions/domain/time-units.ts'
import { wholeInCi } from '../support/whole-in-ci.ts'

const LATER = START + 10 * MINUTE

/** Shown, filed and announced: only the state of the approval can require a look. */
const calm = (of: Approval): Approval => ({
  ...of,
  showing: needNotBeShown(of.showing),
  journal: filed(of.journal, of.journal.count),
  announced: true,
  notices: { outcome: { name: 'said', at: START } },
})

const window = (from: number, to: number): Window => ({ name: 'w', zone: 'UTC', span: { every: 'day', from, to } })

describe('the sweep looks at an approval', () => {
  test('an hour after the last look while it waits, and a minute after it expires', () => {
    expect(attentionAt(calm(approval()))).toBe(START + HOUR)
    const short = { ...calm(approval()), expiresAt: START + 2 * MINUTE }
    expect(attentionAt(short)).toBe(START + 3 * MINUTE)
    expect(attentionAt({ ...short, checkedAt: START + 4 * MINUTE })).toBe(START + 5 * MINUTE)
  })

  test('a minute after its verdict was fixed, in case no function sent it', () => {
    expect(attentionAt(calm(deciding()))).toBe(START + 6 * MINUTE)
  })

  test('a minute after the last look while a notice does not show it', () => {
    const said = { name: 'said', at: START, place: { channel: 'C0', ts: '1', link: null }, shown: 0 } as const
    const of = { ...calm(approval()), notices: { 'reminder-1': said }, checkedAt: LATER }
    expect(attentionAt(of)).toBe(LATER + MINUTE)
  })

  test('before the next minute after its message became outdated, or after the turn that its message has', () => {
    const of = calm(approval())
    expect(attentionAt({ ...of, showing: touched(of.showing, START) })).toBe(START + 0.75 * MINUTE)
    const turnAt = START + MINUTE
    expect(attentionAt({ ...of, showing: { ...touched(of.showing, START), turnAt } })).toBe(turnAt + 0.75 * MINUTE)
    const refused = { since: START, until: START + 5 * MINUTE }
    expect(attentionAt({ ...of, showing: { ...touched(of.showing, START), refused } })).toBe(refused.until)
  })

  test('when a freeze begins, and when it ends', () => {
    const frozen = resolvedPolicy({ ...POLICY, freezes: [window(572, 574)] })
    expect(attentionAt(calm(approval({ resolvedPolicy: frozen })))).toBe(START + 2 * MINUTE)
    const within = calm(
      approval({ resolvedPolicy: { ...frozen, at: START + 2 * MINUTE }, checkedAt: START + 2 * MINUTE }),
    )
    expect(attentionAt(within)).toBe(START + 4 * MINUTE)
  })

  test('when a notice is due, and half a minute after a function began to send one', () => {
    const timing = { ...TIMING, remind: [3 * MINUTE] }
    const of = calm(approval({ resolvedPolicy: resolvedPolicy(POLICY, { timing }) }))
    expect(attentionAt(of)).toBe(START + 3 * MINUTE)
    expect(attentionAt({ ...of, checkedAt: START + 3 * MINUTE })).toBe(START + 4 * MINUTE)
    const [begun] = acquireNotice(of, 'a', START + 3 * MINUTE)
    expect(attentionAt({ ...begun, checkedAt: START + 3 * MINUTE })).toBe(START + 3 * MINUTE + 30 * SECOND)
    expect(attentionAt(noticeSaid(begun, 'reminder-1', { at: LATER }))).toBe(START + HOUR)
  })

  test('a minute later while clicks must be weighed, entries filed or systems notified', () => {
    const of = calm(approval())
    expect(attentionAt(calm(withDeferredClick(of, { who: actor('U0ANA'), act: { do: 'withdraw' }, at: START })))).toBe(
      START + MINUTE,
    )
    const { journal } = approval()
    const unfiled = journal.unfiled.slice(1)
    expect(unfiled).toHaveLength(1)
    expect(attentionAt({ ...of, journal: { ...journal, unfiled } })).toBe(START + MINUTE)
    const over = calm(settled(of, { how: 'expired' }, LATER))
    expect(attentionAt({ ...over, announced: false })).toBe(START + MINUTE)
    expect(mustAnnounce({ ...over, announced: false })).toBe(true)
  })

  test('when it approves itself, and an hour after the last look from that time on', () => {
    const policy = resolvedPolicy({ ...POLICY, automatic: { after: 4 * MINUTE, alarms: [] } })
    const of = calm(approval({ resolvedPolicy: policy }))
    expect(attentionAt(of)).toBe(START + 4 * MINUTE)
    expect(attentionAt({ ...of, checkedAt: START + 4 * MINUTE })).toBe(START + 4 * MINUTE + HOUR)
  })

  test('until its deployment has ended, and then never again', () => {
    const deploying = calm(settled(deciding(), { how: 'slack', verdict: 'Approved' }, LATER))
    expect(attentionAt(deploying)).toBe(START + HOUR)
    expect(
      attentionAt(calm(withDeployment(deploying, { name: 'live', at: LATER, summary: null }, LATER, LATER))),
    ).toBeNull()
    expect(attentionAt(calm(settled(approval(), { how: 'expired' }, LATER)))).toBeNull()
  })
})

describe('in every state of an approval', () => {
  const states = fc
    .record({
      of: fc.constantFrom(
        approval(),
        deciding(),
        settled(approval(), { how: 'expired' }, LATER),
        settled(deciding(), { how: 'slack', verdict: 'Approved' }, LATER),
      ),
      isCalm: fc.boolean(),
      freezes: fc.array(fc.tuple(fc.nat({ max: 1_439 }), fc.nat({ max: 1_439 })), { maxLength: 2 }),
      quiet: fc.array(fc.tuple(fc.nat({ max: 1_439 }), fc.nat({ max: 1_439 })), { maxLength: 1 }),
      remind: fc.array(fc.nat({ max: 9 * DAY }), { maxLength: 2 }),
      lastCall: fc.option(fc.nat({ max: 9 * DAY })),
      readAt: fc.nat({ max: 8 * DAY }),
      isNoted: fc.boolean(),
      automaticAfter: fc.option(fc.nat({ max: 9 * DAY })),
    })
    .map(({ of, isCalm, freezes, quiet, remind, lastCall, readAt, isNoted, automaticAfter }): Approval => {
      const timing = { ...TIMING, remind, lastCall, quiet: quiet.map(([from, to]) => window(from, to)) }
      const automatic = automaticAfter !== null && { automatic: { after: automaticAfter, alarms: [] } }
      const policy = { ...POLICY, freezes: freezes.map(([from, to]) => window(from, to)), ...automatic }
      const after = { ...of, resolvedPolicy: resolvedPolicy(policy, { timing, at: START + readAt }) }
      const waiting =
        isNoted && of.state.name === 'waiting'
          ? withDeferredClick(after, { who: actor('U0ANA'), act: { do: 'withdraw' }, at: LATER })
          : after
      return isCalm ? calm(waiting) : waiting
    })

  test('the next look is always later than the last one, so that a sweep never loops', () => {
    fc.assert(
      fc.property(states, fc.nat({ max: 9 * DAY }), (of, passed) => {
        const now = START + passed
        const due = attentionAt({ ...checked(of, null, now, now), checkedAt: now })
        if (due !== null) expect(due).toBeGreaterThan(now)
      }),
      { numRuns: wholeInCi(300, 100) },
    )
  })

  test('the next look is never missing while work remains', () => {
    fc.assert(
      fc.property(states, (of) => {
        const isDone =
          of.state.name === 'settled' &&
          of.deployment?.name !== 'running' &&
          !isBehind(of.showing) &&
          of.journal.unfiled.length === 0 &&
          of.announced &&
          of.notices['outcome'] !== undefined
        expect(attentionAt(of) === null).toBe(isDone)
      }),
      { numRuns: wholeInCi(300, 100) },
    )
  })
})

describe('a comparison', () => {
  const night = window(572, 574)
  const frozenAtNight = resolvedPolicy({ ...POLICY, freezes: [night] })
  const edge = attentionAt({ ...calm(approval()), resolvedPolicy: { ...frozenAtNight, at: START } })!
  const before: Approval = { ...calm(approval()), resolvedPolicy: { ...frozenAtNight, at: edge - 1 } }
  const read = (at: number): Pick<Approval, 'resolvedPolicy'> => ({ resolvedPolicy: { ...frozenAtNight, at } })
  const { checkedAt } = before

  test('need not be stored if it found what is stored, however long after', () => {
    expect(foundNothing(before, before)).toBe(true)
    expect(foundNothing(before, { ...before, ...read(edge - 2), checkedAt: checkedAt + DAY })).toBe(true)
    expect(foundNothing({ ...before, resolvedPolicy: null }, { ...before, resolvedPolicy: null })).toBe(true)
  })

  test.each<[string, Partial<Approval>]>([
    ['by a clock that is behind', { checkedAt: checkedAt - 1 }],
    ['with news', { problem: 'new' }],
    ['once a freeze has begun: the next one has another time', read(edge)],
    ['without its policy', { resolvedPolicy: null }],
    [
      'with other settings of its route',
      { resolvedPolicy: { ...before.resolvedPolicy!, timing: { ...TIMING, lastCall: DAY } } },
    ],
  ])('is stored %s', (_, after) => {
    expect(foundNothing(before, { ...before, ...after })).toBe(false)
  })
})
