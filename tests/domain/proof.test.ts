import type { Evidence } from '../../functions/domain/proof.ts'
import { doubtAbout, doubtAboutRule } from '../../functions/domain/proof.ts'
import type { Approval } from '../../functions/domain/approval.ts'
import type { Policy, Vote } from '../../functions/domain/policy.ts'
import { CARDS, DAY, MINUTE, ROUNDING, START, approval, policy, rule, vote } from '../support/records.ts'

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
      })
    expect(doubtAt(START + 5 * MINUTE)).toBeNull()
    expect(doubtAt(START + DAY)).toMatchObject({ kind: 'not-met', because: 'a vote was cast in a change freeze' })
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
    expect(doubt({ policy: { ...plain, freezes: [freeze] } })).toEqual({
      kind: 'frozen',
      because: 'the change freeze “mornings” has begun',
      lost: [],
    })
  })

  test.each<[string, Partial<Evidence>, Partial<Read>, string]>([
    ['a calendar cannot be read', { policy: { ...plain, freezes: [unread] } }, {}, 'the calendar did not answer'],
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
    const frozen = { policy: { ...plain, freezes: [freeze, unread] } }
    expect(doubt(frozen, { soak: null })).toMatchObject({ kind: 'not-met' })
    expect(doubt(frozen, { soak: { kind: 'lasts', until: START + 1 } })).toMatchObject({ kind: 'not-met' })
  })
})
