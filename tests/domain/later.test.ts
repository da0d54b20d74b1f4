import type { Approval } from '../../functions/domain/approval.ts'
import { checked, withSoak } from '../../functions/domain/approval.ts'
import { attempt, refusalOf, withDecisionByEarlierVotes, withDecisionInTime } from '../../functions/domain/attempt.ts'
import { dueAt } from '../../functions/domain/attention.ts'
import { noticesOf } from '../../functions/domain/due-notices.ts'
import { notBeforeOf, overtakenSince, sendAt, wrongTime } from '../../functions/domain/later.ts'
import type { Policy } from '../../functions/domain/policy.ts'
import {
  CARDS,
  DAY,
  MINUTE,
  POLICY,
  START,
  TIMING,
  actor,
  approval,
  policy,
  resolvedPolicy,
  rule,
  vote,
} from '../support/records.ts'

const HOUR = 60 * MINUTE
const AT = START + 8 * HOUR
const LATER: Policy = { ...POLICY, later: { within: 2 * DAY } }
const waiting = (of: Policy = LATER, more: Partial<Approval> = {}): Approval =>
  approval({ resolvedPolicy: resolvedPolicy(of), ...more })

const approve = (to: Approval, userId: string, at: number, notBefore?: number): Approval =>
  attempt(
    to,
    actor(userId),
    { do: 'vote', verdict: 'Approved', comment: 'seen', ...(notBefore !== undefined && { notBefore }) },
    at,
  )[0]

/** Approved by Dana for 17:30, and by Chen at once. */
const approved = (of?: Policy): Approval => approve(approve(waiting(of), 'U0DANA', START, AT), 'U0CHEN', START + MINUTE)

describe('a time that an approver chooses', () => {
  const soon = { ...waiting(), expiresAt: START + DAY }
  test.each([
    ['is refused where the route does not offer it', waiting(POLICY), AT, { why: 'not-offered' }],
    ['is refused if it has passed', waiting(), START, { why: 'past' }],
    ['is refused after the expiry', soon, START + DAY, { why: 'after-expiry', latest: START + DAY - 5 * MINUTE }],
    ['is refused if it is too far ahead', waiting(), START + 3 * DAY, { why: 'too-far', latest: START + 2 * DAY }],
    ['counts up to the limit', waiting(), START + 2 * DAY, null],
    ['counts until shortly before the expiry', soon, START + DAY - 5 * MINUTE, null],
  ])('%s', (_, of, notBefore, wrong) => {
    expect(wrongTime(of, notBefore, START)).toEqual(wrong)
    const act = { do: 'vote', verdict: 'Approved', comment: '', notBefore } as const
    expect(refusalOf(of, 'U0DANA', act, START)).toEqual(wrong && { because: 'time', ...wrong })
  })

  test('a rejection has no time', () => {
    const act = { do: 'vote', verdict: 'Rejected', comment: 'no', notBefore: AT } as const
    expect(refusalOf(waiting(), 'U0DANA', act, START)).toEqual({ because: 'time', why: 'not-offered' })
  })

  test('is the latest of several, and only of votes that count', () => {
    const votes = [
      vote('U0DANA', 'Approved', { notBefore: AT }),
      vote('U0CHEN', 'Approved', { notBefore: AT + HOUR }),
      vote('U0ZOE', 'Approved', { notBefore: AT + 2 * HOUR }),
    ]
    expect(notBeforeOf(LATER, votes)).toBe(AT + HOUR)
    expect(notBeforeOf(LATER, votes.slice(2))).toBeNull()
  })

  test('can be changed by a vote that is otherwise the same', () => {
    const once = approve(waiting(), 'U0DANA', START, AT)
    expect(approve(once, 'U0DANA', START + 1, AT).votes).toEqual(once.votes)
    expect(approve(once, 'U0DANA', START + 1, AT + HOUR).votes).toMatchObject([{ notBefore: AT + HOUR }])
  })
})

describe('an approval with enough votes and a chosen time', () => {
  test('waits until then', () => {
    expect(approved().state).toEqual({ name: 'waiting' })
    expect(sendAt(approved())).toBe(AT)
    expect(approved().journal.unfiled.at(-2)?.happened).toMatchObject({ what: 'voted', notBefore: AT })
    expect(withDecisionInTime(approved(), AT - 1).state.name).toBe('waiting')
    expect(withDecisionInTime(approved(), AT)).toMatchObject({
      state: { name: 'deciding', verdict: 'Approved', since: AT },
    })
  })

  test('is looked at when the time has come, and at no other time because of it', () => {
    const at = (checkedAt: number) => dueAt({ ...approved(), checkedAt, journal: approval().journal })
    const quiet = { ...approved(), checkedAt: START + HOUR, showing: { ...approved().showing, behindSince: null } }
    expect(dueAt({ ...quiet, journal: { ...quiet.journal, unfiled: [] } })).toBe(AT)
    expect(at(AT + 1)).not.toBe(AT)
  })

  test('is decided at once by a vote that comes after the time', () => {
    const late = approve(approve(waiting(), 'U0DANA', START, AT), 'U0CHEN', AT)
    expect(late.state.name).toBe('deciding')
  })

  test('is rejected at once', () => {
    const no = { do: 'vote', verdict: 'Rejected', comment: 'no' } as const
    expect(attempt(approved(), actor('U0ELI'), no, START + HOUR)[0].state).toMatchObject({ verdict: 'Rejected' })
  })

  test.each<[string, (of: Approval) => Approval]>([
    ['an approval was withdrawn', (of) => attempt(of, actor('U0CHEN'), { do: 'withdraw' }, START + HOUR)[0]],
    ['it has expired', (of) => ({ ...of, expiresAt: AT })],
    [
      'a click is being checked',
      (of) => ({ ...of, deferredClicks: [{ who: actor('U0ELI'), act: { do: 'withdraw' }, at: START }] }),
    ],
    ['its verdict was not sent before', (of) => ({ ...of, notSent: 'the policy has changed' })],
    [
      'an approver has no right any more',
      (of) => ({ ...of, resolvedPolicy: resolvedPolicy(policy([rule('a', ['U0ELI'])])) }),
    ],
    [
      'a newer change waits',
      (of) => checked(of, { executionId: 'n', revision: CARDS, startedAt: START }, AT - 2, AT - 1),
    ],
    ['another execution went live', (of) => ({ ...of, liveChangedAt: START + HOUR })],
    [
      'a change freeze applies',
      (of) => ({
        ...of,
        resolvedPolicy: resolvedPolicy({
          ...LATER,
          freezes: [{ name: 'f', zone: 'UTC', span: { every: 'day', from: 17 * 60, to: 18 * 60 } }],
        }),
      }),
    ],
  ])('is not decided if %s', (_, change) => {
    const changed = change(approved())
    expect(withDecisionInTime(changed, AT)).toBe(changed)
    expect(withDecisionByEarlierVotes(changed, changed.resolvedPolicy, AT)).toBe(changed)
  })

  test('is decided once a person has approved it with the newer change in sight', () => {
    const held = checked(
      approved(),
      { executionId: 'n', revision: CARDS, startedAt: START },
      START + HOUR,
      START + HOUR,
    )
    expect(overtakenSince(held)).toBe(START + HOUR)
    expect(noticesOf(held).map(({ kind }) => kind)).toEqual(['overtaken'])
    const again = approve(held, 'U0ELI', START + 2 * HOUR)
    expect(overtakenSince(again)).toBeNull()
    expect(withDecisionInTime(again, AT).state.name).toBe('deciding')
  })

  test.each([
    ['before the approval', START + MINUTE - 1, null],
    ['at the moment of the approval', START + MINUTE, null],
    ['after it', START + MINUTE + 1, START + MINUTE + 1],
  ])('is overtaken or not, by what became live %s', (_, liveChangedAt, since) => {
    expect(overtakenSince({ ...approved(), liveChangedAt })).toBe(since)
  })

  test('is overtaken since the first of what its approvers have not seen', () => {
    const newer = { executionId: 'n', revision: CARDS, startedAt: START, seenAt: START + 3 * HOUR }
    expect(overtakenSince({ ...approved(), newer, liveChangedAt: START + 2 * HOUR })).toBe(START + 2 * HOUR)
    expect(overtakenSince({ ...approved(), newer, liveChangedAt: START + 4 * HOUR })).toBe(START + 3 * HOUR)
  })

  test.each([
    ['a rejection', vote('U0ELI', 'Rejected', { at: START + 3 * HOUR })],
    ['an approval that does not count', vote('U0ZOE', 'Approved', { at: START + 3 * HOUR })],
  ])('is overtaken, although %s is newer', (_, other) => {
    const of = approved()
    const live = { ...of, votes: [...of.votes, other], liveChangedAt: START + 2 * HOUR }
    expect(overtakenSince(live)).toBe(START + 2 * HOUR)
  })

  test('reminds no one, and calls at last only once the time has passed', () => {
    const timing = { ...TIMING, remind: [HOUR], lastCall: HOUR, escalate: { after: HOUR, channel: null, people: [] } }
    const timed = { ...approved(), resolvedPolicy: resolvedPolicy(LATER, { timing }), expiresAt: AT + 10 * MINUTE }
    expect(noticesOf(timed).map(({ kind, dueAt: at }) => [kind, at])).toEqual([['last-call', AT + 5 * MINUTE]])
  })

  test('does not approve itself before', () => {
    const automatic = { after: HOUR, alarms: [] }
    const one = policy([rule('a', ['U0DANA'])], { automatic, later: { within: DAY } })
    const timed = approve(waiting(one), 'U0DANA', START, AT)
    expect(withSoak(timed, { kind: 'passed' }, AT - 1).state.name).toBe('waiting')
    expect(withSoak(timed, { kind: 'passed' }, AT).state.name).toBe('deciding')
  })
})

describe('“Deploy now”', () => {
  const now = (of: Approval, userId: string) => attempt(of, actor(userId), { do: 'deploy-now' }, START + HOUR)

  test('takes the time back of the person who chose it, and leaves the comment', () => {
    const [next] = now(approved(), 'U0DANA')
    expect(next.state).toMatchObject({ name: 'deciding', verdict: 'Approved' })
    expect(next.votes.at(-1)).toEqual({
      userId: 'U0DANA',
      name: 'dana',
      verdict: 'Approved',
      comment: 'seen',
      at: START + HOUR,
    })
  })

  test('is refused if it is recorded after a later click of the same person', () => {
    const again = approve(approved(), 'U0DANA', START + HOUR + 1, AT + HOUR)
    expect(now(again, 'U0DANA')[1]).toEqual({ kind: 'refused', refusal: { because: 'overtaken' } })
  })

  test('leaves the times of others', () => {
    const both = approve(approve(waiting(), 'U0DANA', START, AT), 'U0CHEN', START + MINUTE, AT + HOUR)
    const [next, attempted] = now(both, 'U0DANA')
    expect(attempted.kind).toBe('counted')
    expect(sendAt(next)).toBe(AT + HOUR)
  })

  test('is refused to the others', () => {
    expect(now(approved(), 'U0CHEN')[1]).toEqual({ kind: 'refused', refusal: { because: 'no-time' } })
    expect(now(approved(), 'U0ZOE')[1]).toMatchObject({ refusal: { because: 'not-an-approver' } })
  })

  test('is refused to a person who may reject the change and not approve it', () => {
    const forbidden = [{ userId: 'U0DANA', because: 'author' as const, revision: '4f9c2e1' }]
    const own = { ...approved(), resolvedPolicy: resolvedPolicy({ ...LATER, forbidden }) }
    expect(now(own, 'U0DANA')[1]).toEqual({ kind: 'refused', refusal: { because: 'author', revision: '4f9c2e1' } })
  })
})
