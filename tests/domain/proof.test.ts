import { approvalId } from '../../functions/domain/approval-id.ts'
import type { Evidence } from '../../functions/domain/proof.ts'
import { doubtAbout, doubtAboutRequest, doubtAboutRule, isAsVerified } from '../../functions/domain/proof.ts'
import type { Approval } from '../../functions/domain/approval.ts'
import type { Policy, Vote } from '../../functions/domain/policy.ts'
import { frozenAt, type Window } from '../../functions/domain/window.ts'
import { CARDS, DAY, MINUTE, ROUNDING, START, approval, policy, rule, vote } from '../support/records.ts'

/** Its ends in minutes after START; null without a known one. */
const windowOf = ({
  from,
  to,
  ...window
}: Pick<Window, 'name' | 'by'> & Record<'from' | 'to', number | null>): Window => {
  const after = (minutes: number | null) => (minutes === null ? null : START + minutes * MINUTE)
  return { ...window, zone: 'UTC', span: { every: 'calendar', from: after(from), to: after(to) } }
}

describe('a verdict with genuine signatures', () => {
  const ONE = policy([rule('engineers', ['U0DANA'])])
  const of = approval()
  const AT = vote('U0DANA').at
  /** Dana's vote on these revisions. */
  const signed = (...revisions: string[]): Vote => ({
    ...vote('U0DANA'),
    signed: { key: 'k', value: 'v', tokenHash: 't', policy: null, revisions },
  })
  /** Two revisions of an execution that waits, in CodePipeline's order. */
  const evidence = {
    executionId: of.executionId,
    now: AT,
    revisions: [ROUNDING.id, CARDS.id],
    policy: ONE,
    freezesNow: [],
    withdrawals: [],
    rejections: [],
    chosen: [],
    escalated: null,
  }
  const doubt = (votes: Vote[], more: Partial<typeof evidence> = {}) =>
    doubtAbout(of, 'Approved', votes, null, { ...evidence, ...more })

  test('is sent if the votes were cast on the revisions that wait, in whatever order', () => {
    expect(doubt([signed(CARDS.id, ROUNDING.id)])).toBeNull()
    expect(doubt([signed(ROUNDING.id, CARDS.id)], { revisions: [CARDS.id, ROUNDING.id] })).toBeNull()
  })

  test.each([
    ['on one of them alone', [ROUNDING.id]],
    ['on a single other one', ['f'.repeat(40)]],
    ['on others', ['f'.repeat(40), CARDS.id]],
  ])('was tampered with if a vote was cast %s', (_, revisions) => {
    expect(doubt([signed(...revisions)])).toMatchObject({
      kind: 'tampered',
      because: expect.stringContaining('U0DANA voted on other revisions'),
    })
  })

  test('is sent if CodePipeline listed no revisions to the person who voted', () => {
    expect(doubt([signed()])).toBeNull()
  })

  test('was tampered with if a vote was cast on others, also after one for which CodePipeline listed none', () => {
    const before = { ...signed(), userId: 'U0CHEN' }
    expect(doubt([before, signed('f'.repeat(40))])).toMatchObject({
      kind: 'tampered',
      because: expect.stringContaining('U0DANA voted on other revisions'),
    })
    expect(doubt([before, signed(ROUNDING.id, CARDS.id)])).toBeNull()
  })

  test('was tampered with if another execution waits', () => {
    expect(doubt([signed(CARDS.id, ROUNDING.id)], { executionId: 'another' })).toEqual({
      kind: 'tampered',
      because: 'another execution waits for this approval',
    })
  })

  test('is not met if the votes are too few for the policy as it is now', () => {
    expect(doubt([signed(CARDS.id, ROUNDING.id)], { policy: policy([rule('leads', ['U0ELI'])]) })).toMatchObject({
      kind: 'not-met',
    })
  })

  test.each([
    ['Dana withdrew it', { userId: 'U0DANA', at: AT }, true],
    ['Dana withdrew an earlier one', { userId: 'U0DANA', at: AT - 1 }, false],
    ['another person withdrew theirs', { userId: 'U0BEN', at: AT }, false],
  ])('counts unless the same person has withdrawn it since: %s', (_, withdrawal, isTakenBack) => {
    const found = doubtAbout(of, 'Approved', [signed()], null, { ...evidence, withdrawals: [withdrawal] })
    expect(found).toEqual(isTakenBack ? { kind: 'tampered', because: 'U0DANA has withdrawn the vote' } : null)
  })

  test.each([
    ['before the escalation', AT + 1, 'not-met'],
    ['from the escalation on', AT, undefined],
  ])('of a stand-in counts only from the escalation on: it was cast %s', (_, since, kind) => {
    const policyThen = policy([rule('engineers', ['U0BEN'])])
    const escalated = { policy: policy([rule('engineers', ['U0BEN', 'U0DANA'])]), since }
    const found = doubtAbout(of, 'Approved', [signed()], null, { ...evidence, policy: policyThen, escalated })
    expect(found?.kind).toBe(kind)
  })

  test('of an approver counts, whenever it was cast, together with that of a stand-in', () => {
    const one = rule('engineers', ['U0DANA'], 2)
    const escalated = { policy: policy([{ ...one, people: ['U0DANA', 'U0FAY'] }]), since: AT + 1 }
    const standIn = { ...signed(), userId: 'U0FAY', at: AT + 1 }
    const found = doubtAbout(of, 'Approved', [signed(), standIn], null, {
      ...evidence,
      policy: policy([one]),
      escalated,
    })
    expect(found).toBeNull()
  })

  test('a rejection is no withdrawal: a person who rejected it counts among those who reject', () => {
    const votes = [{ ...signed(), verdict: 'Rejected' as const }]
    const rejections = [{ userId: 'U0DANA', at: AT, under: { policy: ONE, escalated: null } }]
    expect(doubtAbout(of, 'Rejected', votes, null, { ...evidence, rejections })).toBeNull()
  })

  const BEN = policy([rule('engineers', ['U0BEN', 'U0DANA'])])
  const UNREAD = policy([rule('engineers', ['U0DANA'])], { unread: ['Slack did not list S0RELMGRS'] })
  const REJECTED = { kind: 'tampered', because: 'U0BEN has rejected it' }
  test.each<[string, Partial<Evidence['rejections'][number]>, Partial<Evidence>, object | null]>([
    ['who may reject', {}, {}, REJECTED],
    ['who may not reject now', { under: { policy: ONE, escalated: null } }, {}, null],
    ['for whose time there is no route', { under: { policy: null, escalated: null } }, {}, null],
    [
      'whom Slack may not have listed',
      { under: { policy: UNREAD, escalated: null } },
      {},
      { kind: 'unclear', because: 'Slack did not list S0RELMGRS' },
    ],
    ['who is a stand-in by then', { under: { policy: ONE, escalated: { policy: BEN, since: AT } } }, {}, REJECTED],
    ['who is a stand-in later', { under: { policy: ONE, escalated: { policy: BEN, since: AT + 1 } } }, {}, null],
    ['who has withdrawn it since', {}, { withdrawals: [{ userId: 'U0BEN', at: AT + 1 }] }, null],
    ['who withdrew an earlier vote', {}, { withdrawals: [{ userId: 'U0BEN', at: AT }] }, REJECTED],
    ['who rejected before they approved', { userId: 'U0DANA', at: AT - 1 }, {}, null],
    [
      'who rejected after they approved',
      { userId: 'U0DANA', at: AT + 1 },
      {},
      { ...REJECTED, because: 'U0DANA has rejected it' },
    ],
  ])('is judged with the rejection of a person %s', (_, rejection, more, expected) => {
    const rejections = [{ userId: 'U0BEN', at: AT, under: { policy: BEN, escalated: null }, ...rejection }]
    const found = doubtAbout(of, 'Approved', [signed()], null, { ...evidence, rejections, ...more })
    if (expected) expect(found).toMatchObject(expected)
    else expect(found).toBeNull()
  })

  test.each([
    ['the person who overrode the freeze', AT - MINUTE, AT],
    ['the same, of a freeze that has begun since the vote', AT + MINUTE, AT + 2 * MINUTE],
  ])('is judged again later if Slack did not look up %s', (_, from, now) => {
    const window = { name: 'stocktaking', zone: 'UTC', span: { every: 'calendar', from, to: from + DAY } } as const
    const frozen = { name: window.name, zone: 'UTC', until: from + DAY }
    const override = {
      userId: 'U0ELI',
      name: 'Eli',
      reason: 'down',
      frozen,
      windows: [window],
      at: Math.max(from, AT - 1),
    }
    const judged = (breakGlass: string[], unread: string[]) =>
      doubtAbout({ ...of, override }, 'Approved', [signed()], override, {
        ...evidence,
        now,
        policy: policy([...ONE.rules], { freezes: [window], breakGlass, unread }),
        freezesNow: [window],
      })
    expect(judged(['U0ELI'], [])).toBeNull()
    expect(judged([], ['Slack did not look up eli'])).toMatchObject({
      kind: 'unclear',
      because: 'Slack did not look up eli',
    })
    expect(judged([], [])).toMatchObject({ kind: expect.stringMatching(/^(not-met|frozen)$/) })
  })

  test('an override lifts a freeze as long as the windows that were signed with it, whatever end the table gives it', () => {
    const window = { name: 'mornings', zone: 'UTC', span: { every: 'day', from: 540, to: 600 } } as const
    const frozen = { name: 'mornings', zone: 'UTC', until: START + 100 * DAY }
    const override = { userId: 'U0ELI', name: 'Eli', reason: 'down', frozen, windows: [window], at: START }
    const frozenPolicy = policy([...ONE.rules], { freezes: [window], breakGlass: ['U0ELI'] })
    const doubtAt = (at: number) =>
      doubtAbout({ ...of, override }, 'Approved', [{ ...signed(), at }], override, {
        ...evidence,
        now: at,
        policy: frozenPolicy,
        freezesNow: [window],
      })
    expect(doubtAt(START + 5 * MINUTE)).toBeNull()
    expect(doubtAt(START + DAY)).toMatchObject({ kind: 'not-met', because: 'a vote was cast in a change freeze' })
  })

  test.each([
    ['was lifted since', 30, 20, null],
    ['was lengthened since', 30, 60, null],
    ['was lengthened since, of a vote after the end that was overridden', 10, 60, 'a vote was cast in a change freeze'],
  ])('an override holds for votes in a freeze that %s', (_, overridden, ends, because) => {
    const window = (minutes: number) =>
      ({
        name: 'incident',
        zone: 'UTC',
        by: 'U0DANA',
        span: { every: 'calendar', from: START, to: START + minutes * MINUTE },
      }) as const
    const frozen = { name: 'incident', zone: 'UTC', until: START + overridden * MINUTE }
    const override = { userId: 'U0ELI', name: 'Eli', reason: 'down', frozen, windows: [window(overridden)], at: START }
    const doubt = doubtAbout({ ...of, override }, 'Approved', [{ ...signed(), at: START + 15 * MINUTE }], override, {
      ...evidence,
      now: START + 90 * MINUTE,
      policy: policy([...ONE.rules], { freezes: [window(ends)], breakGlass: ['U0ELI'] }),
      freezesNow: [window(ends)],
    })
    expect(doubt?.because ?? null).toBe(because)
  })

  const slack = (minutes: number) => windowOf({ name: 'incident', by: 'U0DANA', from: 0, to: minutes })
  const calendar = (minutes: number | null) => windowOf({ name: 'calendar', from: null, to: minutes })
  test.each([
    [
      'a calendar that could not be read, and says now when it opens',
      [{ ...calendar(null), unread: 'no answer' }],
      [calendar(60)],
      false,
    ],
    ['a calendar without a known end, which has closed again since', [calendar(null)], [calendar(60)], false],
    ['a calendar without a known end', [calendar(null)], [calendar(null)], true],
    [
      'a calendar that closed again before another freeze of then ended',
      [calendar(10), slack(30)],
      [calendar(60), slack(30)],
      false,
    ],
    [
      'a freeze that was lengthened, beside a calendar without a known end',
      [slack(10), calendar(null)],
      [slack(60), calendar(null)],
      false,
    ],
    ['a calendar that is closed for longer than it said', [calendar(30)], [calendar(60)], true],
  ])('an override made for the freezes of then, of %s', (_, windows, freezes, holds) => {
    const override = {
      userId: 'U0ELI',
      name: 'Eli',
      reason: 'down',
      frozen: frozenAt(windows, START)!,
      windows,
      at: START,
    }
    const frozen = policy([...ONE.rules], { freezes, breakGlass: ['U0ELI'] })
    const doubt = doubtAbout({ ...of, override }, 'Approved', [{ ...signed(), at: START + 15 * MINUTE }], override, {
      ...evidence,
      now: START + 90 * MINUTE,
      policy: frozen,
      freezesNow: [],
    })
    expect(doubt?.because ?? null).toBe(holds ? null : 'a vote was cast in a change freeze')
  })
})

describe('a freeze that begins between the last vote and the verdict', () => {
  const of = approval()
  const voted: Vote = {
    ...vote('U0DANA'),
    signed: { key: 'k', value: 'v', tokenHash: 't', policy: null, revisions: [] },
  }
  const from = voted.at + MINUTE
  const incident = { name: 'incident', zone: 'UTC', span: { every: 'calendar', from, to: from + DAY } } as const
  const doubt = (
    verdict: 'Approved' | 'Rejected',
    now: number,
    more: Partial<Policy> = {},
    stored: Partial<Approval> = {},
  ) =>
    doubtAbout({ ...of, ...stored }, verdict, [{ ...voted, verdict }], null, {
      executionId: of.executionId,
      revisions: [],
      now,
      policy: policy([rule('engineers', ['U0DANA'])], { freezes: [incident], ...more }),
      freezesNow: more.freezes ?? [incident],
      withdrawals: [],
      rejections: [],
      chosen: [],
      escalated: null,
    })

  test('keeps an approval from being sent, and takes no vote away', () => {
    expect(doubt('Approved', from - 1)).toBeNull()
    expect(doubt('Approved', from)).toEqual({
      kind: 'frozen',
      because: 'the change freeze “incident” has begun',
      lost: [],
    })
    expect(doubt('Approved', from + DAY)).toBeNull()
  })

  test('does not keep a rejection', () => {
    expect(doubt('Rejected', from)).toBeNull()
  })

  test('does not excuse votes that are too few', () => {
    expect(doubt('Approved', from, { rules: [rule('engineers', ['U0DANA', 'U0BEN'], 2)] })).toMatchObject({
      kind: 'not-met',
    })
  })

  test('is not known to have begun while it cannot be read', () => {
    const unread = { ...incident, unread: 'the calendar did not answer' }
    const unclear = { kind: 'unclear', because: 'the calendar did not answer' }
    expect(doubt('Approved', from, { freezes: [unread] })).toEqual(unclear)
    // The same for the time of the vote.
    const always = { ...unread, span: { every: 'calendar', from: null, to: null } } as const
    expect(doubt('Approved', from, { freezes: [always] })).toEqual(unclear)
  })

  test.each([
    ['that was stored after a vote was counted', null, 'frozen'],
    [
      'that an override lifts which no one has signed',
      { userId: 'U0ELI', name: 'Eli', reason: 'down', frozen: incident, windows: [], at: from },
      'not-met',
    ],
  ])('takes a vote away that was cast in one %s', (_, override, kind) => {
    const always = { ...incident, span: { every: 'calendar', from: null, to: null } } as const
    expect(doubt('Approved', from, { freezes: [always] }, { override } as unknown as Partial<Approval>)).toEqual({
      kind,
      because: 'a vote was cast in a change freeze',
      lost: ['U0DANA'],
    })
  })
})

describe('an approval by a rule', () => {
  const of = approval()
  const plain = policy([rule('engineers', ['U0DANA'])])
  const evidence: Evidence = {
    executionId: of.executionId,
    now: START,
    revisions: [],
    policy: plain,
    escalated: null,
    freezesNow: [],
    withdrawals: [],
    rejections: [],
    chosen: [],
  }
  const passed = { stoppedBy: null, soak: { kind: 'passed' }, now: START } as const
  type Read = Parameters<typeof doubtAboutRule>[2]
  const doubt = (more: Partial<Evidence> = {}, read: Partial<Read> = {}) =>
    doubtAboutRule(of, { ...evidence, ...more }, { ...passed, ...read })
  const freeze = { name: 'mornings', zone: 'UTC', span: { every: 'day', from: 540, to: 600 } } as const
  const unread = {
    name: 'calendar',
    zone: 'UTC',
    span: { every: 'calendar', from: null, to: null },
    unread: 'the calendar did not answer',
  } as const
  const rejection = { userId: 'U0DANA', at: START, under: { policy: plain, escalated: null } }

  test('is sent if everything that is read again says so', () => {
    expect(doubt()).toBeNull()
    expect(doubt({ rejections: [rejection], withdrawals: [{ userId: 'U0DANA', at: START + 1 }] })).toBeNull()
  })

  test.each<[string, Partial<Evidence>, Partial<Read>, string]>([
    ['a person has rejected it', { rejections: [rejection] }, {}, 'U0DANA has rejected it'],
    ['a person has stopped it', {}, { stoppedBy: 'U0ZOE' }, 'U0ZOE has stopped the automatic approval'],
    ['another execution waits', { executionId: 'another' }, {}, 'another execution waits for this approval'],
  ])('was tampered with if %s', (_, more, read, because) => {
    expect(doubt(more, read)).toEqual({ kind: 'tampered', because })
  })

  test.each<[string, Partial<Evidence>, Partial<Read>, string]>([
    ['no route matches', { policy: null }, {}, 'no route of greenlight.yml matches it any more'],
    ['its route has no rule', {}, { soak: null }, 'its route does not let it approve itself'],
    ['an alarm rings', {}, { soak: { kind: 'stopped', because: 'it rings' } }, 'it rings'],
    [
      'its time has not passed',
      {},
      { soak: { kind: 'lasts', until: START + 1 } },
      'the time without alarms has not passed',
    ],
  ])('is not met if %s', (_, more, read, because) => {
    expect(doubt(more, read)).toEqual({ kind: 'not-met', because, lost: [] })
  })

  test('waits for the end of a freeze that has begun', () => {
    expect(doubt({ freezesNow: [freeze] })).toEqual({
      kind: 'frozen',
      because: 'the change freeze “mornings” has begun',
      lost: [],
    })
  })

  test.each<[string, Partial<Evidence>, Partial<Read>, string]>([
    ['a calendar cannot be read', { freezesNow: [unread] }, {}, 'the calendar did not answer'],
    [
      'CloudWatch does not answer',
      {},
      { soak: { kind: 'stopped', because: 'no answer', isUnread: true } },
      'no answer',
    ],
    [
      'Slack does not look up its author',
      {
        policy: {
          ...plain,
          automatic: { after: MINUTE, alarms: [] },
          unidentified: [{ because: 'author', name: 'Ana', revision: null }],
          unread: ['Slack did not look up Ana'],
        },
      },
      { soak: null },
      'Slack did not look up Ana',
    ],
  ])('is unclear while %s', (_, more, read, because) => {
    expect(doubt(more, read)).toEqual({ kind: 'unclear', because })
  })

  test('is not met in a freeze, too, if its rule does not apply', () => {
    const frozen = { freezesNow: [freeze, unread] }
    expect(doubt(frozen, { soak: null })).toMatchObject({ kind: 'not-met' })
    expect(doubt(frozen, { soak: { kind: 'lasts', until: START + 1 } })).toMatchObject({ kind: 'not-met' })
  })
})

describe('an approval is the one that was verified', () => {
  const decided = { name: 'deciding', verdict: 'Approved', since: START } as const
  const of = approval({ votes: [vote('U0DANA')], state: decided })
  const override = { userId: 'U0ELI', name: 'Eli', reason: '', windows: [], at: START }

  test('if nothing of what was verified has changed; its message and its lease may have', () => {
    expect(isAsVerified(structuredClone(of), of)).toBe(true)
    expect(isAsVerified({ ...of, sending: { owner: 'a', until: START }, checkedAt: START + 1 }, of)).toBe(true)
    expect(isAsVerified({ ...of, state: { ...decided, isVerified: true } }, of)).toBe(true)
  })

  test.each<[string, Partial<Approval>]>([
    ['ID', { id: 'f'.repeat(32) }],
    ['stage', { where: { ...of.where, stage: 'Staging' } }],
    ['token', { token: 'another' }],
    ['execution', { executionId: 'another' }],
    ['votes', { votes: [] }],
    ['override', { override: { ...override, frozen: { name: 'freeze', zone: 'UTC', until: null } } }],
    ['rule', { approvedBy: { name: 'rule' } } as unknown as Partial<Approval>],
    ['verdict', { state: { ...decided, verdict: 'Rejected' } }],
    ['time of its decision', { state: { ...decided, since: START + 1 } }],
    ['state', { state: { name: 'waiting' } }],
  ])('unless it has another %s', (_, more) => {
    expect(isAsVerified({ ...of, ...more }, of)).toBe(false)
  })
})

describe('the request of an approval', () => {
  const { where, token } = approval()
  const signed: Vote = {
    ...vote('U0DANA'),
    signed: { key: 'k', value: 'v', tokenHash: 't', policy: null, revisions: [] },
  }
  const of = approval({ id: approvalId(where.accountId, where.region, token), votes: [vote('U0BEN'), signed] })

  test('is genuine if its ID is that of its token, and its signed votes are', () => {
    expect(doubtAboutRequest(of, (one) => one === signed)).toBeNull()
  })

  test('was tampered with if it has the token of another one', () => {
    expect(doubtAboutRequest({ ...of, token: 'another' }, () => true)).toEqual({
      kind: 'tampered',
      because: 'the approval has the token of another one',
    })
  })

  test('was tampered with if a signed vote is another one', () => {
    expect(doubtAboutRequest(of, () => false)).toEqual({
      kind: 'tampered',
      because: 'the vote of U0DANA is not the one that was signed',
    })
  })
})

describe('a verdict with a chosen time', () => {
  const of = approval()
  const NOW = START + 60 * MINUTE
  const CAST = START + 5 * MINUTE
  const LATER = policy([rule('engineers', ['U0DANA']), rule('leads', ['U0BEN'])])
  const signed = (userId: string, more: Partial<Vote> = {}): Vote => ({
    ...vote(userId),
    signed: { key: 'k', value: 'v', tokenHash: 't', policy: null, revisions: [] },
    ...more,
  })
  const evidence: Evidence = {
    executionId: of.executionId,
    now: NOW,
    revisions: [],
    policy: LATER,
    escalated: null,
    freezesNow: [],
    withdrawals: [],
    rejections: [],
    chosen: [],
  }
  const BOTH = [signed('U0DANA'), signed('U0BEN')]
  const doubt = (votes: Vote[], more: Partial<Evidence> = {}) =>
    doubtAbout(of, 'Approved', votes, null, { ...evidence, ...more })
  const NOT_YET = { kind: 'unclear', because: 'the time that an approver chose has not come' }

  test.each<[string, number, object | null]>([
    ['from that time on', NOW, null],
    ['not before it: clocks differ by a minute at most', NOW + 1, NOT_YET],
    ['not a minute before it', NOW + MINUTE, NOT_YET],
    [
      'and was tampered with if it is older',
      NOW + MINUTE + 1,
      { kind: 'tampered', because: 'U0DANA approved it for a later time' },
    ],
  ])('is sent %s', (_, notBefore, expected) => {
    expect(doubt([signed('U0DANA', { notBefore }), signed('U0BEN')])).toEqual(expected)
    expect(doubt([signed('U0BEN'), signed('U0DANA', { notBefore })])).toEqual(expected)
  })

  test('does not wait for the time of a person who has no say', () => {
    expect(doubt([...BOTH, signed('U0ZOE', { notBefore: NOW + 1 })])).toBeNull()
  })

  test('waits for the time of a stand-in of the escalation', () => {
    const escalated = { policy: policy([rule('leads', ['U0BEN', 'U0FAY'])]), since: START }
    expect(doubt([...BOTH, signed('U0FAY', { notBefore: NOW + 1 })], { escalated })).toEqual(NOT_YET)
    const chosen = [{ userId: 'U0FAY', at: CAST, notBefore: NOW + 1 }]
    expect(doubt(BOTH, { escalated, chosen })).toMatchObject({ because: 'U0FAY approved it for a later time' })
  })

  test('waits for no time if it is a rejection', () => {
    const votes = [signed('U0DANA', { verdict: 'Rejected' }), signed('U0BEN', { notBefore: NOW + 1 })]
    expect(doubtAbout(of, 'Rejected', votes, null, evidence)).toBeNull()
  })

  const AWAY = { userId: 'U0FAY', for: 'U0DANA', name: 'Dana', absence: 'a', from: START, until: NOW }
  const THREE = { ...LATER, rules: [...LATER.rules, rule('others', ['U0GUS', 'U0IDA'])], standIns: [AWAY] }
  test.each<[string, boolean, Partial<Evidence['chosen'][number]>, Evidence['withdrawals']]>([
    ['by an approver', true, {}, []],
    ['by an approver who has voted since', false, { userId: 'U0DANA' }, []],
    ['by an approver, if it has come', false, { notBefore: NOW }, []],
    ['by a person who has no say', false, { userId: 'U0ZOE' }, []],
    ['by a person who stood in for an approver', true, { userId: 'U0FAY' }, []],
    ['by an approver who took it back', false, {}, [{ userId: 'U0GUS', at: CAST }]],
    ['by an approver who took back an earlier vote', true, {}, [{ userId: 'U0GUS', at: CAST - 1 }]],
    ['by an approver, although another person took theirs back', true, {}, [{ userId: 'U0ZOE', at: CAST }]],
  ])('waits for a time that the table has lost, chosen %s: %s', (_, waits, more, withdrawals) => {
    const chosen = [{ userId: 'U0GUS', at: CAST, notBefore: NOW + 1, ...more }]
    expect(doubt([...BOTH, signed('U0IDA')], { policy: THREE, chosen, withdrawals })).toEqual(
      waits ? { kind: 'unclear', because: `${chosen[0]!.userId} approved it for a later time` } : null,
    )
  })

  test('does not wait for the time of a person who stood in for an author', () => {
    const forAuthor = { ...THREE, standIns: [{ ...AWAY, for: 'U0GUS' }] }
    const chosen = [{ userId: 'U0FAY', at: CAST, notBefore: NOW + 1 }]
    const votes = [...BOTH, signed('U0IDA')]
    expect(doubt(votes, { policy: forAuthor, chosen })).toMatchObject({ kind: 'unclear' })
    const forbidden = [{ userId: 'U0GUS', because: 'author' as const, revision: null }]
    expect(doubt(votes, { policy: { ...forAuthor, forbidden }, chosen })).toBeNull()
  })

  test('that a rule gives waits for a time of which the table knows no more', () => {
    const chosen = [{ userId: 'U0DANA', at: CAST, notBefore: NOW + 1 }]
    const passed = { stoppedBy: null, soak: { kind: 'passed' }, now: NOW } as const
    expect(doubtAboutRule(of, { ...evidence, chosen }, passed)).toEqual({
      kind: 'unclear',
      because: 'U0DANA approved it for a later time',
    })
  })

  test('is not met, in words, without a route or without enough votes', () => {
    expect(doubt(BOTH, { policy: null })).toMatchObject({
      because: 'no route of greenlight.yml matches it any more',
    })
    expect(doubt([BOTH[0]!])).toEqual({
      kind: 'not-met',
      because: 'its signed votes do not meet the policy as it is now',
      lost: [],
    })
  })

  test('needs no override, whose person Slack did not look up, without a freeze', () => {
    const frozen = { name: 'freeze', zone: 'UTC', until: null }
    const override = { userId: 'U0ELI', name: 'Eli', reason: 'down', frozen, windows: [], at: START }
    const unread = { ...LATER, unread: ['Slack did not look up eli'] }
    expect(doubtAbout({ ...of, override }, 'Approved', BOTH, override, { ...evidence, policy: unread })).toBeNull()
  })

  test('is judged with the rejection of a person who stood in for an approver', () => {
    const away = { ...LATER, standIns: [AWAY] }
    const rejection = { userId: 'U0FAY', at: CAST }
    const rejected = { kind: 'tampered', because: 'U0FAY has rejected it' }
    const under = { policy: away, escalated: null }
    expect(doubt(BOTH, { rejections: [{ ...rejection, under }] })).toEqual(rejected)
    // The account of the absent person was deactivated since.
    const revoked = { policy: { ...LATER, standIns: [{ ...AWAY, isRevoked: true as const }] }, escalated: null }
    expect(doubt(BOTH, { rejections: [{ ...rejection, under: revoked }] })).toEqual(rejected)
    const escalated = { policy: away, since: CAST }
    expect(doubt(BOTH, { rejections: [{ ...rejection, under: { policy: LATER, escalated } }] })).toEqual(rejected)
    expect(doubt(BOTH, { rejections: [{ ...rejection, under: { policy: LATER, escalated: null } }] })).toBeNull()
  })
})
