import { unconfirmedOverrides } from '../../cli/audit/override-review.ts'
import type { Act } from '../../functions/domain/act.ts'
import type { Approval, FreezeOverride, OverrideReview } from '../../functions/domain/approval.ts'
import { settled } from '../../functions/domain/approval.ts'
import { attempt, refusalFor } from '../../functions/domain/attempt.ts'
import { noticesOf } from '../../functions/domain/due-notices.ts'
import { confirmableUntil, informedBy, reviewersOf, takesClicks } from '../../functions/domain/override-review.ts'
import { DAY, MINUTE, POLICY, START, acted, actor, approval, deciding, resolvedPolicy } from '../support/records.ts'
import { WEEKEND } from '../support/cards.ts'

const HOUR = 60 * MINUTE
const LATER = START + 10 * MINUTE
const GLASS: Act = { do: 'break-glass', reason: 'down' }
const CONFIRM: Act = { do: 'confirm-override', comment: 'It was right' }
const WINDOW = { name: 'weekend', zone: 'UTC', span: { every: 'day', from: 0, to: 1_440 } } as const
const REVIEW: OverrideReview = { within: 4 * HOUR, people: ['U0ELI', 'U0DANA', 'U0ANA'], unread: [] }
const ANA_WROTE = [{ userId: 'U0ANA', because: 'author' as const, revision: '4f9c2e1' }]

const waiting = (review: OverrideReview | null = REVIEW): Approval =>
  approval({
    resolvedPolicy: resolvedPolicy(
      { ...POLICY, freezes: [WINDOW], breakGlass: ['U0ELI'], forbidden: ANA_WROTE },
      { frozen: WEEKEND, ...(review && { review }) },
    ),
  })
const overridden = (of = waiting()): Approval => acted(of, actor('U0ELI'), GLASS, LATER)
const ended = (of = overridden()): Approval => settled(of, { how: 'expired' }, LATER + MINUTE)
const because = (of: Approval, userId: string) => refusalFor(of, userId, 'confirm-override', LATER)?.because ?? null

describe('an override on a route with a review', () => {
  test('is to be confirmed within the time that the route sets, and its entry says until when', () => {
    expect(confirmableUntil(overridden())).toBe(LATER + 4 * HOUR)
    expect(overridden().journal.unfiled.at(-1)!.happened).toMatchObject({
      what: 'glass-broken',
      reviewUntil: LATER + 4 * HOUR,
    })
    expect(takesClicks(ended())).toBe(true)
  })

  test('is confirmed by another approver who did not write the change, before the end and after it', () => {
    for (const one of [overridden(), ended()]) {
      expect(reviewersOf(one)).toEqual(['U0DANA'])
      expect(because(one, 'U0DANA')).toBeNull()
      expect(because(one, 'U0ELI')).toBe('own-override')
      expect(because(one, 'U0ANA')).toBe('not-a-reviewer')
      expect(because(one, 'U0ZOE')).toBe('not-a-reviewer')
    }
  })

  test('is confirmed once, with an entry', () => {
    const [confirmed, attempted] = attempt(ended(), actor('U0DANA'), CONFIRM, LATER + HOUR)
    expect(attempted).toEqual({ kind: 'override-confirmed' })
    expect(confirmed.override?.confirmed).toMatchObject({ userId: 'U0DANA', comment: 'It was right', at: LATER + HOUR })
    expect(confirmed.journal.unfiled.at(-1)!.happened).toEqual({
      what: 'override-confirmed',
      who: actor('U0DANA'),
      comment: 'It was right',
    })
    expect(confirmableUntil(confirmed)).toBeNull()
    expect(takesClicks(confirmed)).toBe(false)
    expect(because(confirmed, 'U0DANA')).toBe('already-confirmed')
  })

  test('is confirmed before another freeze of the approval is overridden, as long as the route lets a person confirm', () => {
    const nightly = { ...WINDOW, span: { every: 'day', from: 540, to: 600 } } as const
    const { resolvedPolicy: known } = waiting()
    const policy = { ...known!.policy, freezes: [nightly] }
    const first = overridden({ ...waiting(), resolvedPolicy: { ...known!, policy } })
    const second = (of: Approval, userId = 'U0ELI', at = LATER + DAY) => attempt(of, actor(userId), GLASS, at)[1]
    expect(second(first)).toEqual({
      kind: 'refused',
      refusal: { because: 'unconfirmed-override', by: { userId: 'U0ELI', name: 'eli', at: LATER } },
    })
    expect(second(first, 'U0DANA')).toMatchObject({ refusal: { because: 'may-not-break-glass' } })
    expect(second(first, 'U0ELI', LATER + 1)).toMatchObject({ refusal: { because: 'not-frozen' } })
    const [confirmed] = attempt(first, actor('U0DANA'), CONFIRM, LATER + HOUR)
    expect(second(confirmed)).toEqual({ kind: 'freeze-overridden' })
    const { review: _, ...unreviewed } = first.resolvedPolicy!
    expect(second({ ...first, resolvedPolicy: unreviewed })).toEqual({ kind: 'freeze-overridden' })
  })

  test('is not confirmed while Slack does not list the reviewers', () => {
    const unread = overridden(waiting({ ...REVIEW, people: [], unread: ['Slack did not list S0X'] }))
    expect(because(unread, 'U0DANA')).toBe('unread')
  })

  test('is confirmed by no one while each reviewer may be a person whose own change it is', () => {
    const unidentified = [{ because: 'author' as const, name: 'Ben', revision: '4f9c2e1' }]
    const unknown = overridden(waiting({ ...REVIEW, unidentified }))
    expect(reviewersOf(unknown)).toEqual([])
    for (const userId of ['U0DANA', 'U0ZOE'])
      expect(refusalFor(unknown, userId, 'confirm-override', LATER)).toEqual({
        because: 'unidentified-review',
        unidentified,
      })
    expect(because(unknown, 'U0ELI')).toBe('own-override')
    expect(because(overridden(waiting({ ...REVIEW, unidentified, unread: ['Slack is slow'] })), 'U0DANA')).toBe(
      'unread',
    )
  })

  test('asks those who are reviewers when the person clicks, and the policy of the end stays', () => {
    const now = resolvedPolicy(POLICY, { review: { ...REVIEW, people: ['U0ZOE'] }, at: LATER + HOUR })
    const informed = informedBy(ended(), now, LATER + HOUR)
    expect(because(informed, 'U0ZOE')).toBeNull()
    expect(informed.resolvedPolicy?.policy).toEqual(ended().resolvedPolicy?.policy)
    const confirmed = attempt(ended(), actor('U0DANA'), CONFIRM, LATER)[0]
    expect(informedBy(confirmed, now, LATER)).toBe(confirmed)
    expect(informedBy(ended(), null, LATER)).toEqual(ended())
  })
})

test('while it waits, each click is judged by the policy as it is read for it', () => {
  const now = resolvedPolicy({ ...POLICY, breakGlass: ['U0ZOE'] }, { at: LATER })
  expect(informedBy(waiting(), now, LATER).resolvedPolicy?.policy).toEqual(now.policy)
})

test('an approval takes clicks while it waits, with and without an override', () => {
  expect([waiting(), waiting(null), overridden()].map(takesClicks)).toEqual([true, true, true])
  expect([deciding(), settled(waiting(), { how: 'expired' }, LATER)].map(takesClicks)).toEqual([false, false])
})

test('without a review, or without an override, there is nothing to confirm', () => {
  expect(because(overridden(waiting(null)), 'U0DANA')).toBe('nothing-to-confirm')
  expect(because(waiting(), 'U0DANA')).toBe('nothing-to-confirm')
  expect(takesClicks(ended(overridden(waiting(null))))).toBe(false)
})

describe('its notices', () => {
  const keys = (of: Approval) =>
    noticesOf(of)
      .filter(({ kind }) => kind.includes('review') || kind === 'override-confirmed')
      .map(({ kind, dueAt, channel }) => [kind, dueAt, channel])
  const escalating = (of: Approval): Approval => {
    const { resolvedPolicy: known } = of
    const escalate = { after: DAY, channel: 'C0LEADS', people: [] }
    return { ...of, resolvedPolicy: known && { ...known, timing: { ...known.timing, escalate } } }
  }

  test('are due halfway and at the end, there in the channel of the escalation as well', () => {
    expect(keys(ended())).toEqual([
      ['review', LATER + 2 * HOUR, null],
      ['review-overdue', LATER + 4 * HOUR, null],
    ])
    expect(keys(escalating(ended()))).toContainEqual(['review-overdue', LATER + 4 * HOUR, 'C0LEADS'])
  })

  test('give way to one that says who confirmed it', () => {
    const [confirmed] = attempt(ended(), actor('U0DANA'), CONFIRM, LATER + HOUR)
    expect(keys(confirmed)).toEqual([['override-confirmed', LATER + HOUR, null]])
  })

  test('are told as long as they are news: a review until it is overdue, what happened for a day', () => {
    const until = (of: Approval, kind: string, channel: string | null = null) =>
      noticesOf(of).find((one) => one.kind === kind && one.channel === channel)?.usefulUntil
    const due = LATER + 4 * HOUR
    expect(until(ended(), 'review')).toBe(due)
    expect(until(ended(), 'review-overdue')).toBe(due + DAY)
    expect(until(escalating(ended()), 'review-overdue', 'C0LEADS')).toBe(due + DAY)
    const [confirmed] = attempt(ended(), actor('U0DANA'), CONFIRM, LATER + 8 * DAY)
    expect(until(confirmed, 'override-confirmed')).toBe(LATER + 9 * DAY)
    const live = { name: 'live', at: LATER + 8 * DAY, summary: null, startedAt: LATER } as const
    expect(until({ ...ended(), deployment: live }, 'deployment')).toBe(LATER + 9 * DAY)
  })

  test('wait for the end of quiet hours, and a confirmation is told at once', () => {
    const night = { name: 'night', zone: 'UTC', span: { every: 'day', from: 0, to: 1_439 } } as const
    const quiet = (of: Approval): Approval => {
      const { resolvedPolicy: known } = of
      return { ...of, resolvedPolicy: known && { ...known, timing: { ...known.timing, quiet: [night] } } }
    }
    const dueAt = (of: Approval, kind: string) => noticesOf(quiet(of)).find((one) => one.kind === kind)?.dueAt
    expect(dueAt(ended(), 'review-overdue')).toBe(Date.UTC(2026, 10, 23, 23, 59))
    const [confirmed] = attempt(ended(), actor('U0DANA'), CONFIRM, LATER + HOUR)
    expect(dueAt(confirmed, 'override-confirmed')).toBe(LATER + HOUR)
  })

  test('in the thread and in the channel of the escalation have keys of their own', () => {
    const override = { ...overridden().override!, at: LATER + 1_999 }
    const overdue = noticesOf(escalating({ ...ended(), override })).filter(({ kind }) => kind === 'review-overdue')
    const second = LATER / 1_000 + 1
    expect(overdue.map(({ key, channel }) => [key, channel])).toEqual([
      [`review-overdue-${second}`, null],
      [`review-overdue-channel-${second}`, 'C0LEADS'],
    ])
  })

  test('have keys of their own for each override', () => {
    const again: FreezeOverride = { ...overridden().override!, at: LATER + DAY, reviewUntil: LATER + 2 * DAY }
    const notices = (of: Approval) => noticesOf(of).flatMap(({ kind, key }) => (kind === 'review' ? key : []))
    expect(notices(ended())).not.toEqual(notices({ ...ended(), override: again }))
  })
})

describe('an audit', () => {
  const until = LATER + 4 * HOUR
  const said = (of: Approval, now: number) => unconfirmedOverrides(of.journal.unfiled, now)

  test('names an override that was not confirmed in time, and no other', () => {
    expect(said(ended(), until - 1)).toBeNull()
    expect(said(ended(), until)).toBe(
      'the override of the freeze by eli (U0ELI) was not confirmed by 2026-11-23T13:40:00.000Z',
    )
    const [confirmed] = attempt(ended(), actor('U0DANA'), CONFIRM, LATER + HOUR)
    expect(said(confirmed, until)).toBeNull()
    expect(said(overridden(waiting(null)), until)).toBeNull()
    expect(said(waiting(), until)).toBeNull()
  })

  test('names each of several overrides that was not confirmed, and takes a confirmation for that of the last one', () => {
    // An earlier version let the second override take the place of the first.
    const twice = acted({ ...overridden(), override: null }, actor('U0ELI'), GLASS, LATER + DAY)
    const [confirmed] = attempt(twice, actor('U0DANA'), CONFIRM, LATER + DAY)
    const first = 'the override of the freeze by eli (U0ELI) was not confirmed by 2026-11-23T13:40:00.000Z'
    expect(said(confirmed, LATER + 9 * DAY)).toBe(first)
    expect(said(twice, LATER + 9 * DAY)).toBe(`${first}; ${first.replace('-23T', '-24T')}`)
  })

  test('names one that the same person has confirmed, whatever wrote that', () => {
    const [confirmed] = attempt(ended(), actor('U0DANA'), CONFIRM, LATER + HOUR)
    const entries = confirmed.journal.unfiled.map((entry) =>
      entry.happened.what === 'override-confirmed'
        ? { ...entry, happened: { ...entry.happened, who: actor('U0ELI') } }
        : entry,
    )
    expect(unconfirmedOverrides(entries, LATER)).toBe(
      'the override of the freeze by eli (U0ELI) was confirmed by the same person',
    )
  })
})
