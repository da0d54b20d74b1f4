import type { Window } from '../../functions/domain/window.ts'
import type { Approval } from '../../functions/domain/approval.ts'
import { withResolvedPolicy, settled } from '../../functions/domain/approval.ts'
import type { Policy } from '../../functions/domain/policy.ts'
import type { Refusal } from '../../functions/domain/refusal.ts'
import type { Attempted } from '../../functions/domain/attempt.ts'
import {
  attempt,
  withDecisionByEarlierVotes,
  hasDeferredClick,
  withDeferredClick,
  refusalFor,
  saidBy,
  waitingFor,
  withoutDeferredClick,
} from '../../functions/domain/attempt.ts'
import type { Act } from '../../functions/domain/act.ts'
import { recordedRefusal } from '../../functions/domain/recorded.ts'
import {
  CARDS,
  DAY,
  MINUTE,
  POLICY,
  START,
  acted,
  actor,
  approval,
  deciding,
  policy,
  rule,
  resolvedPolicy,
  under,
  vote,
  voted,
} from '../support/records.ts'

const LATER = START + 10 * MINUTE
const YES: Act = { do: 'vote', verdict: 'Approved', comment: '' }
const NO: Act = { do: 'vote', verdict: 'Rejected', comment: '' }
const GLASS: Act = { do: 'break-glass', reason: 'the shop is down' }
const ALWAYS = { name: 'f', zone: 'UTC', span: { every: 'day', from: 0, to: 0 } } as const

/** The refusal of the act. The act may change nothing but the audit record. */
const refused = (of: Approval, userId: string, act: Act = YES, at = LATER, doubt: Refusal | null = null) => {
  const [after, attempted] = attempt(of, actor(userId), act, at, doubt)
  expect({ ...after, journal: of.journal }).toEqual(of)
  if (attempted.kind !== 'refused') throw new Error(`it counted: ${attempted.kind}`)
  expect(after.journal.unfiled.at(-1)?.happened).toEqual({
    what: 'refused',
    who: actor(userId),
    act: act.do,
    refusal: recordedRefusal(attempted.refusal),
  })
  return attempted.refusal
}

describe('a vote does not count', () => {
  test('if the person is not an approver', () => {
    expect(refused(approval(), 'U0MALLORY')).toEqual({ because: 'not-an-approver' })
  })

  test('if no route matches, or the route names no approvers', () => {
    expect(refused({ ...approval(), resolvedPolicy: null }, 'U0DANA')).toEqual({ because: 'no-route' })
    expect(refused(under(approval(), policy([])), 'U0DANA')).toEqual({ because: 'no-approvers' })
  })

  test('if it is recorded after a later click of the same person: an approval, a rejection or a withdrawal', () => {
    const two = under(approval(), policy([rule('engineers', ['U0DANA', 'U0BEN'], 2)]))
    const begun = acted(two, actor('U0DANA'), YES, LATER - MINUTE)
    const withdrawn = acted(begun, actor('U0DANA'), { do: 'withdraw' }, LATER)
    for (const act of [YES, NO]) expect(refused(withdrawn, 'U0DANA', act, LATER - 1)).toEqual({ because: 'overtaken' })
    const newer = { executionId: 'e2', revision: null, startedAt: null }
    expect(refused({ ...withdrawn, newer }, 'U0DANA', { do: 'take-newer' }, LATER - 1)).toEqual({
      because: 'overtaken',
    })
    expect(attempt(withdrawn, actor('U0BEN'), YES, LATER - 1)[1]).toMatchObject({ kind: 'counted' })
    const again = acted(withdrawn, actor('U0DANA'), YES, LATER + MINUTE)
    for (const act of [{ do: 'withdraw' } as const, NO])
      expect(refused(again, 'U0DANA', act, LATER + 1)).toEqual({ because: 'overtaken' })
    expect(attempt(again, actor('U0DANA'), { do: 'withdraw' }, LATER + MINUTE + 1)[1].kind).toBe('withdrawn')
  })

  test('and what replaces no vote is recorded all the same, however late: a stop, an override', () => {
    const rule = { after: 60 * MINUTE, alarms: [] }
    const of = under(approval(), { ...POLICY, freezes: [ALWAYS], breakGlass: ['U0DANA'], automatic: rule })
    const after = { ...of, votes: [vote('U0DANA', 'Approved', { at: LATER })], withdrawn: { U0DANA: LATER } }
    for (const act of [GLASS, { do: 'stop-automatic' } as const])
      expect(attempt(after, actor('U0DANA'), act, LATER - 1)[1].kind).not.toBe('refused')
  })

  test('if its comment is not of the form that is required; the ticket of one that counts is recorded', () => {
    const form = { isRequired: true, pattern: 'CHG\\d{7}', hint: null, url: null }
    const of = under(approval(), { ...POLICY, comment: form })
    expect(refused(of, 'U0DANA')).toEqual({ because: 'comment', form })
    expect(refused(of, 'U0DANA', { do: 'vote', verdict: 'Approved', comment: 'CHG12' })).toEqual({
      because: 'comment',
      form,
    })
    const once = acted(of, actor('U0DANA'), { do: 'vote', verdict: 'Approved', comment: 'for CHG0012345' }, LATER)
    expect(once.journal.unfiled.at(-1)?.happened).toMatchObject({ what: 'voted', ticket: 'CHG0012345' })
    expect(acted(of, actor('U0DANA'), NO, LATER).state).toMatchObject({ verdict: 'Rejected' })
  })

  test('twice, unless a form of comment that was required since does not fit the first', () => {
    const once = voted(approval(), POLICY, vote('U0DANA'))
    const form = { isRequired: true, pattern: 'CHG\\d{7}', hint: null, url: null }
    const since = under(once, { ...POLICY, comment: form })
    const again = acted(since, actor('U0DANA'), { do: 'vote', verdict: 'Approved', comment: 'CHG0012345' }, LATER)
    expect(again.votes).toMatchObject([{ userId: 'U0DANA', comment: 'CHG0012345' }])
  })

  test('from the moment at which the approval expires', () => {
    const { expiresAt } = approval()
    expect(refused(approval(), 'U0DANA', YES, expiresAt)).toEqual({ because: 'expired' })
    const [, attempted] = attempt(approval(), actor('U0DANA'), YES, expiresAt - 1)
    expect(attempted.kind).toBe('counted')
  })

  test('twice, unless the policy has changed and the vote now meets it', () => {
    const once = voted(approval(), POLICY, vote('U0DANA'))
    expect(refused(once, 'U0DANA')).toEqual({ because: 'already-voted', vote: vote('U0DANA') })
    const easier = under(once, policy([rule('release managers', ['U0DANA'])]))
    expect(acted(easier, actor('U0DANA'), YES, LATER).state).toMatchObject({ name: 'deciding', verdict: 'Approved' })
  })

  test('again by a person whose vote is part of the verdict, who is told when they gave it', () => {
    const own = vote('U0DANA').at
    expect(refused(deciding(), 'U0DANA')).toEqual({ because: 'already-deciding', verdict: 'Approved', own })
    const over = settled(deciding(), { how: 'slack', verdict: 'Approved' }, LATER)
    expect(refused(over, 'U0DANA')).toMatchObject({ because: 'already-settled', own })
    const no: Act = { do: 'vote', verdict: 'Rejected', comment: 'no' }
    for (const other of [refused(over, 'U0ELI'), refused(over, 'U0DANA', no), refused(deciding(), 'U0DANA', no)])
      expect(other).not.toHaveProperty('own')
    const inConsole = { how: 'console', verdict: 'Approved', by: null, summary: null } as const
    expect(refused(settled(deciding(), inConsole, LATER), 'U0DANA')).not.toHaveProperty('own')
    const [next] = attempt(deciding(), actor('U0DANA'), YES, LATER)
    expect(next.journal.unfiled.at(-1)?.happened).toMatchObject({
      what: 'refused',
      refusal: { because: 'already-deciding', verdict: 'Approved' },
    })
    expect(JSON.stringify(next.journal.unfiled.at(-1))).not.toContain('own')
  })

  test('once a verdict is fixed or the approval is over; every person is told this first', () => {
    expect(refused(deciding(), 'U0ELI')).toEqual({ because: 'already-deciding', verdict: 'Approved' })
    const over = settled(deciding(), { how: 'expired' }, LATER)
    const told = { because: 'already-settled', outcome: { how: 'expired' }, at: LATER }
    expect(refused(over, 'U0MALLORY')).toEqual(told)
    const stranger = (of: Approval, at = LATER) => refused(of, 'U0DANA', YES, at, { because: 'stranger' })
    expect(stranger(over)).toEqual(told)
    expect(stranger(deciding())).toMatchObject({ because: 'already-deciding', verdict: 'Approved' })
    expect(stranger(approval(), approval().expiresAt)).toEqual({ because: 'expired' })
    expect(stranger({ ...approval(), resolvedPolicy: null })).toEqual({ because: 'no-route' })
    const confirm: Act = { do: 'confirm-override', comment: '' }
    expect(refused(over, 'U0DANA', confirm, LATER, { because: 'stranger' })).toEqual({ because: 'nothing-to-confirm' })
    const review = { within: 60 * MINUTE, people: ['U0DANA'], unread: [] }
    const frozen = { ...POLICY, freezes: [ALWAYS], breakGlass: ['U0ELI'] }
    const broken = acted(approval({ resolvedPolicy: resolvedPolicy(frozen, { review }) }), actor('U0ELI'), GLASS, LATER)
    const confirmed = acted(broken, actor('U0DANA'), confirm, LATER)
    expect(refused(confirmed, 'U0DANA', confirm, LATER, { because: 'stranger' })).toMatchObject({
      because: 'already-confirmed',
    })
  })

  test('if the account is deactivated, belongs to another workspace, or cannot be looked up', () => {
    for (const doubt of [
      { because: 'deactivated' },
      { because: 'stranger' },
      { because: 'unknown-person', why: 'Slack does not answer (timeout)' },
    ] satisfies Refusal[])
      for (const act of [YES, NO, GLASS, { do: 'withdraw' } as const])
        expect(refused(approval(), 'U0DANA', act, LATER, doubt)).toEqual(doubt)
  })

  test('and the check before a modal opens gives the same answer', () => {
    expect(refusalFor(approval(), 'U0DANA', 'Approved', LATER)).toBeNull()
    expect(refusalFor(approval(), 'U0MALLORY', 'Approved', LATER)).toEqual({ because: 'not-an-approver' })
    const own = under(approval(), { ...POLICY, forbidden: [{ userId: 'U0DANA', because: 'starter', revision: null }] })
    expect(refusalFor(own, 'U0DANA', 'Approved', LATER)).toEqual({ because: 'starter' })
    expect(refusalFor(own, 'U0DANA', 'Rejected', LATER)).toBeNull()
  })
})

describe('a vote', () => {
  test('can be withdrawn until the verdict is fixed, and given again', () => {
    const once = voted(approval(), POLICY, vote('U0DANA'))
    const without = acted(once, actor('U0DANA'), { do: 'withdraw' }, LATER)
    expect(without.votes).toEqual([])
    expect(without.showing.truth).toBeGreaterThan(once.showing.truth)
    expect(voted(without, POLICY, { ...vote('U0DANA'), at: LATER + 1 }, vote('U0CHEN')).state.name).toBe('deciding')
    expect(refused(without, 'U0DANA', { do: 'withdraw' })).toEqual({ because: 'no-vote' })
    expect(refused(deciding(), 'U0DANA', { do: 'withdraw' })).toMatchObject({ because: 'already-deciding' })
  })

  test('is recorded with the rules that name its approver, and the decision with all who made it', () => {
    const entries = deciding().journal.unfiled.map(({ happened }) => happened)
    expect(entries.slice(2)).toEqual([
      {
        what: 'voted',
        who: actor('U0DANA'),
        verdict: 'Approved',
        comment: '',
        ruling: 'open',
        rules: ['release managers'],
      },
      {
        what: 'voted',
        who: actor('U0CHEN'),
        verdict: 'Approved',
        comment: 'checked on staging',
        ruling: 'granted',
        rules: ['engineers'],
      },
      {
        what: 'decided',
        verdict: 'Approved',
        by: ['U0DANA', 'U0CHEN'],
        rules: [
          { name: 'release managers', count: 1, people: ['U0DANA'] },
          { name: 'engineers', count: 1, people: ['U0CHEN'] },
        ],
      },
    ])
  })

  test('that meets one of several ways records the rules of that way, and a rejection those of all', () => {
    const ways = policy([rule('two engineers', ['U0ANA', 'U0CHEN'], 2), rule('one lead', ['U0ELI'])], {
      ways: [[0], [1]],
    })
    const named = (of: Approval) =>
      of.journal.unfiled.flatMap(({ happened }) =>
        happened.what === 'decided' ? happened.rules.map(({ name }) => name) : [],
      )
    expect(named(voted(approval(), ways, vote('U0ELI')))).toEqual(['one lead'])
    expect(named(voted(approval(), ways, vote('U0ELI', 'Rejected')))).toEqual(['two engineers', 'one lead'])
  })

  test('that came out of turn can be given again when its turn has come', () => {
    const inTurn = policy([rule('QA', ['U0ANA']), rule('owners', ['U0DANA'], 2)], { order: 'sequence' })
    const early = [
      vote('U0DANA', 'Approved', { at: START + MINUTE }),
      vote('U0ANA', 'Approved', { at: START + 2 * MINUTE }),
    ]
    const since = under(approval({ votes: early }), inTurn)
    expect(acted(since, actor('U0DANA'), YES, LATER).votes).toMatchObject([{ userId: 'U0ANA' }, { at: LATER }])
  })

  test('leaves the deferred clicks of other people alone', () => {
    const waiting = withDeferredClick(approval(), { who: actor('U0CHEN'), act: YES, at: START })
    expect(acted(waiting, actor('U0DANA'), YES, LATER).deferredClicks).toEqual(waiting.deferredClicks)
  })

  test('of an author can reject their own change, and cannot approve it', () => {
    const own = under(approval(), {
      ...POLICY,
      forbidden: [{ userId: 'U0DANA', because: 'author', revision: 'b01d7aa' }],
    })
    expect(refused(own, 'U0DANA')).toEqual({ because: 'author', revision: 'b01d7aa' })
    expect(acted(own, actor('U0DANA'), NO, LATER).state).toMatchObject({ verdict: 'Rejected' })
  })
})

describe('taking the newer execution', () => {
  const newer = { executionId: 'e2e2e2e2-3333', revision: CARDS, startedAt: null }

  test('rejects this one, and names the newer one in its comment', () => {
    const after = acted(approval({ newer }), actor('U0ANA'), { do: 'take-newer' }, LATER)
    expect(after.state).toMatchObject({ name: 'deciding', verdict: 'Rejected' })
    expect(after.votes).toMatchObject([{ comment: 'Superseded by b01d7aa “Add gift cards (#412)”' }])
    const long = { ...newer, revision: { ...CARDS, title: 'x'.repeat(121) } }
    expect(acted(approval({ newer: long }), actor('U0ANA'), { do: 'take-newer' }, LATER).votes).toMatchObject([
      { comment: `Superseded by b01d7aa “${'x'.repeat(120)}”` },
    ])
    const nameless = acted(
      approval({ newer: { ...newer, revision: null } }),
      actor('U0ANA'),
      { do: 'take-newer' },
      LATER,
    )
    expect(nameless.votes).toMatchObject([{ comment: 'Superseded by execution e2e2e2e2' }])
  })

  test('is open to the author of this change, and in a freeze, as a rejection is', () => {
    const forbidden = [{ userId: 'U0ANA', because: 'author', revision: null }] as const
    const own = under(approval({ newer }), { ...POLICY, forbidden, freezes: [ALWAYS] })
    expect(acted(own, actor('U0ANA'), { do: 'take-newer' }, LATER).state).toMatchObject({ verdict: 'Rejected' })
  })

  test('needs a newer execution, and a person who may reject', () => {
    expect(refused(approval(), 'U0ANA', { do: 'take-newer' })).toEqual({ because: 'nothing-newer' })
    expect(refused(approval({ newer }), 'U0MALLORY', { do: 'take-newer' })).toEqual({ because: 'not-an-approver' })
  })
})

describe('in a change freeze', () => {
  const until = LATER + 60 * MINUTE
  const hour = (from: number, to: number) => ({ every: 'never', from: local(from), to: local(to) }) as const
  const local = (at: number) => {
    const time = new Date(at)
    return {
      year: time.getUTCFullYear(),
      month: time.getUTCMonth() + 1,
      day: time.getUTCDate(),
      hour: time.getUTCHours(),
      minute: time.getUTCMinutes(),
    }
  }
  const frozen = under(approval(), {
    ...POLICY,
    freezes: [
      { name: 'weekend freeze', zone: 'UTC', span: hour(START, until) },
      { name: 'audit', zone: 'UTC', span: hour(until + 60 * MINUTE, until + 120 * MINUTE) },
    ],
    breakGlass: ['U0ELI', 'U0ZOE'],
  })
  const broken = acted(frozen, actor('U0ZOE'), GLASS, LATER)

  test('no one can approve, and every approver can reject', () => {
    const refusal = {
      because: 'frozen',
      frozen: { name: 'weekend freeze', zone: 'UTC', until },
      breakGlass: ['U0ELI', 'U0ZOE'],
    }
    expect(refused(frozen, 'U0DANA')).toEqual(refusal)
    expect(acted(frozen, actor('U0DANA'), NO, LATER).state).toMatchObject({ verdict: 'Rejected' })
  })

  test('only the people in breakGlass can override it; the reason is kept, and an override is no approval', () => {
    expect(refused(frozen, 'U0DANA', GLASS)).toEqual({ because: 'may-not-break-glass', breakGlass: ['U0ELI', 'U0ZOE'] })
    const windows = [{ name: 'weekend freeze' }]
    const override = { userId: 'U0ZOE', reason: 'the shop is down', at: LATER, frozen: { until }, windows }
    expect(broken.override).toMatchObject(override)
    expect(broken.state.name).toBe('waiting')
    expect(broken.showing.truth).toBeGreaterThan(frozen.showing.truth)
    expect(refused(broken, 'U0ZOE')).toEqual({ because: 'not-an-approver' })
    const approved = [actor('U0DANA'), actor('U0CHEN')].reduce((so, who) => acted(so, who, YES, LATER), broken)
    expect(approved.state).toMatchObject({ verdict: 'Approved' })
  })

  test('an override applies to that freeze only', () => {
    expect(refused(broken, 'U0ELI', GLASS)).toEqual({ because: 'not-frozen' })
    const audit = until + 61 * MINUTE
    expect(refused(broken, 'U0DANA', YES, audit)).toMatchObject({ because: 'frozen', frozen: { name: 'audit' } })
    expect(acted(broken, actor('U0ELI'), GLASS, audit).override).toMatchObject({ userId: 'U0ELI' })
  })

  test('an override does not lift a freeze that is configured later and begins while it lasts', () => {
    const { policy } = broken.resolvedPolicy!
    const incident: Window = { name: 'INCIDENT', zone: 'UTC', span: hour(LATER + MINUTE, START + 7 * DAY) }
    const later = under(broken, { ...policy, freezes: [...policy.freezes, incident] })
    expect(acted(later, actor('U0DANA'), YES, LATER).votes).toHaveLength(1)
    const frozenAgain = { because: 'frozen', frozen: { name: 'INCIDENT', until: START + 7 * DAY } }
    expect(refused(later, 'U0DANA', YES, LATER + MINUTE)).toMatchObject(frozenAgain)
    const again = acted(later, actor('U0ELI'), GLASS, LATER + MINUTE)
    expect(acted(again, actor('U0DANA'), YES, LATER + MINUTE).votes).toHaveLength(1)
    expect(acted(again, actor('U0DANA'), YES, until + 61 * MINUTE).votes).toHaveLength(1)
  })

  test('no override counts if no freeze is active, or if only the AWS console decides', () => {
    expect(refused(approval(), 'U0ELI', GLASS)).toEqual({ because: 'not-frozen' })
    const console = under(frozen, { ...frozen.resolvedPolicy!.policy, consoleOnly: 'by hand' })
    expect(refused(console, 'U0ELI', GLASS)).toEqual({ because: 'console-only', why: 'by hand' })
  })

  test('an override is refused while Slack does not list a group that the person may belong to', () => {
    const unread = under(frozen, { ...frozen.resolvedPolicy!.policy, unread: ['Slack does not answer'] })
    expect(refused(unread, 'U0DANA', GLASS)).toEqual({ because: 'unread', unread: ['Slack does not answer'] })
    expect(acted(unread, actor('U0ELI'), GLASS, LATER).override).not.toBeNull()
  })
})

test('a person says a verdict, or what stands for one, with the words that are signed', () => {
  const newer = { executionId: 'newer-one', revision: null, startedAt: null }
  const said = (act: Act) => saidBy(approval({ newer }), 'U0DANA', act, LATER)
  const who = { userId: 'U0DANA', at: LATER }
  expect(said({ do: 'vote', verdict: 'Rejected', comment: 'no' })).toEqual({ ...who, act: 'Rejected', words: 'no' })
  expect(said({ do: 'withdraw' })).toEqual({ ...who, act: 'withdraw', words: '' })
  expect(said({ do: 'take-newer' })).toEqual({
    ...who,
    ...{ act: 'Rejected', words: expect.stringContaining('Superseded by') },
  })
  expect(said(GLASS)).toEqual({ ...who, act: 'break-glass', words: 'the shop is down', windows: [] })
  expect(said({ do: 'stop-automatic' })).toEqual({ ...who, act: 'stop-automatic', words: '' })
  expect(said({ do: 'confirm-override', comment: 'right' })).toEqual({
    ...who,
    ...{ act: 'confirm-override', words: 'right' },
  })
})

test('a person who approves at once what they approved for a time says the same words', () => {
  const now = (of: Approval) => saidBy(of, 'U0DANA', { do: 'deploy-now' }, LATER)
  const votes = [vote('U0DANA', 'Approved', { notBefore: START + DAY, comment: 'seen' })]
  expect(now(approval({ votes }))).toEqual({ userId: 'U0DANA', act: 'Approved', words: 'seen', at: LATER })
  expect(now(approval()).words).toBe('')
})

test('a person decides for those who are away, too, with each act that is a verdict', () => {
  const absence = { userId: 'U0DANA', for: 'U0CHEN', name: 'Chen', absence: 'a1', from: START, until: START + DAY }
  const newer = { executionId: 'newer-one', revision: null, startedAt: null }
  const of = under(approval({ newer }), { ...POLICY, standIns: [absence] })
  for (const act of [YES, NO, { do: 'deploy-now' }, { do: 'take-newer' }] as const)
    expect(saidBy(of, 'U0DANA', act, LATER).standsInFor).toEqual([{ userId: 'U0CHEN', name: 'Chen', absence: 'a1' }])
  expect(saidBy(of, 'U0DANA', { do: 'withdraw' }, LATER)).not.toHaveProperty('standsInFor')
})

describe('an act that counts', () => {
  const review = { within: 60 * MINUTE, people: ['U0DANA'], unread: [] }
  const frozen = approval({
    resolvedPolicy: resolvedPolicy({ ...POLICY, freezes: [ALWAYS], breakGlass: ['U0ELI'] }, { review }),
  })
  const automatic = { after: 60 * MINUTE, alarms: [] }
  const signed = {
    key: 'arn:aws:kms:eu-west-1:111122223333:key/1',
    value: 'MEQ=',
    tokenHash: 'a',
    revisions: [],
    policy: null,
  }
  const ACTS: [string, Approval, string, Act, Attempted['kind']][] = [
    ['an approval', approval(), 'U0DANA', YES, 'counted'],
    ['a rejection', approval(), 'U0DANA', NO, 'counted'],
    ['a withdrawal', voted(approval(), POLICY, vote('U0DANA')), 'U0DANA', { do: 'withdraw' }, 'withdrawn'],
    [
      'the newer one taken',
      approval({ newer: { executionId: 'e2', revision: null, startedAt: null } }),
      'U0DANA',
      { do: 'take-newer' },
      'counted',
    ],
    ['a stop', under(approval(), { ...POLICY, automatic }), 'U0DANA', { do: 'stop-automatic' }, 'automatic-stopped'],
    ['an override', frozen, 'U0ELI', GLASS, 'freeze-overridden'],
    [
      'a confirmation',
      acted(frozen, actor('U0ELI'), GLASS, LATER),
      'U0DANA',
      { do: 'confirm-override', comment: 'right' },
      'override-confirmed',
    ],
  ]

  test.each(ACTS)('is recorded with its signature, and shown: %s', (_, of, userId, act, kind) => {
    const [after, attempted] = attempt(of, actor(userId), act, LATER, null, signed)
    expect(attempted.kind).toBe(kind)
    const added = after.journal.unfiled.slice(of.journal.count).map(({ happened }) => happened)
    expect(added[0]).toMatchObject({ who: { userId }, signed })
    if (kind === 'counted') expect(after.votes.at(-1)).toMatchObject({ userId, signed })
    expect(after.showing.truth).toBeGreaterThan(of.showing.truth)
  })

  test('keeps the signatures of an override and its confirmation beside them, and records what it lifts', () => {
    const [overridden] = attempt(frozen, actor('U0ELI'), GLASS, LATER, null, signed)
    expect(overridden.override).toMatchObject({ windows: [ALWAYS], signed, reviewUntil: LATER + review.within })
    expect(overridden.journal.unfiled.at(-1)!.happened).toMatchObject({ what: 'glass-broken', windows: [ALWAYS] })
    const [confirmed] = attempt(
      overridden,
      actor('U0DANA'),
      { do: 'confirm-override', comment: 'right' },
      LATER,
      null,
      signed,
    )
    expect(confirmed.override!.confirmed).toEqual({
      ...{ userId: 'U0DANA', name: 'dana', comment: 'right', at: LATER },
      signed,
    })
  })

  test('after an override is no confirmation, and counts also if it is recorded with an earlier time', () => {
    const overridden = acted(frozen, actor('U0ELI'), GLASS, LATER)
    expect(attempt(overridden, actor('U0DANA'), NO, LATER - 1)[1].kind).toBe('counted')
    expect(refused(overridden, 'U0DANA', { do: 'confirm-override', comment: '' }, LATER - 1)).toEqual({
      because: 'nothing-to-confirm',
    })
  })
})

test('a withdrawal leaves the time of the withdrawals of other people as it is', () => {
  const both = voted(
    approval(),
    policy([rule('three', ['U0DANA', 'U0ELI', 'U0CHEN'], 3)]),
    vote('U0DANA'),
    vote('U0ELI'),
  )
  const first = acted(both, actor('U0DANA'), { do: 'withdraw' }, LATER)
  expect(acted(first, actor('U0ELI'), { do: 'withdraw' }, LATER + 1).withdrawn).toEqual({
    U0DANA: LATER,
    U0ELI: LATER + 1,
  })
})

describe('a deferred click', () => {
  const waiting = withDeferredClick(approval(), { who: actor('U0DANA'), act: YES, at: LATER })

  test('is kept with its time, one for each person, and is recorded at once', () => {
    const other = withDeferredClick(withDeferredClick(waiting, { who: actor('U0CHEN'), act: YES, at: LATER + 1 }), {
      who: actor('U0DANA'),
      act: NO,
      at: LATER + 2,
    })
    expect(other.deferredClicks.map(({ who, act, at }) => [who.userId, act, at])).toEqual([
      ['U0CHEN', YES, LATER + 1],
      ['U0DANA', NO, LATER + 2],
    ])
    expect(other.journal.unfiled.filter(({ happened }) => happened.what === 'noted')).toHaveLength(3)
    expect(other.journal.unfiled.at(-1)).toMatchObject({ at: LATER + 2, happened: { act: 'vote' } })
    expect(hasDeferredClick(other, waiting.deferredClicks[0]!)).toBe(false)
    expect(hasDeferredClick(other, other.deferredClicks[1]!)).toBe(true)
  })

  test('is removed once it is weighed; a newer one of the same person stays', () => {
    const first = waiting.deferredClicks[0]!
    expect(withoutDeferredClick(waiting, first, LATER).deferredClicks).toEqual([])
    const newer = withDeferredClick(waiting, { who: actor('U0DANA'), act: NO, at: LATER + 2 })
    expect(withoutDeferredClick(newer, first, LATER + 3).deferredClicks).toHaveLength(1)
  })

  test('remains after the end of the approval, so that it is refused and the person is told why', () => {
    const over = settled(waiting, { how: 'expired' }, LATER)
    const note = over.deferredClicks[0]!
    const [, attempted] = attempt(withoutDeferredClick(over, note, LATER), note.who, note.act, note.at)
    expect(attempted).toMatchObject({ kind: 'refused', refusal: { because: 'already-settled' } })
  })

  test('is out of turn in a sequence if the group before approved only after the click', () => {
    const inTurn = policy([rule('QA', ['U0ANA']), rule('owners', ['U0DANA'])], { order: 'sequence' })
    const after = voted(approval(), inTurn, vote('U0ANA', 'Approved', { at: START + 5 * MINUTE }))
    const click = (minute: number) => attempt(after, actor('U0DANA'), YES, START + minute * MINUTE)[1]
    expect(click(4)).toEqual({ kind: 'refused', refusal: { because: 'not-your-turn', first: ['QA'] } })
    expect(click(5)).toMatchObject({ kind: 'counted', ruling: { kind: 'granted' } })
  })
})

test('what a deferred click waits for is kept, and shown when it is something else', () => {
  const [dana, chen] = ['U0DANA', 'U0CHEN'].map((userId) => ({ who: actor(userId), act: YES, at: LATER }))
  const of = withDeferredClick(withDeferredClick(approval(), dana!), chen!)
  const after = waitingFor(of, dana!, 'kms', LATER)
  expect(after.deferredClicks).toEqual([{ ...dana, waitsFor: 'kms' }, chen])
  expect(after.showing.truth).toBe(of.showing.truth + 1)
  expect(waitingFor(after, after.deferredClicks[0]!, 'kms', LATER)).toBe(after)
  expect(waitingFor(approval(), dana!, 'kms', LATER).deferredClicks).toEqual([])
})

describe('votes of people whom Slack did not list', () => {
  const half = (more: Approval) => ({
    ...more.resolvedPolicy!.policy,
    rules: [POLICY.rules[0]!, rule('engineers', [])],
  })
  const both = voted(approval(), policy([rule('two', ['U0DANA', 'U0CHEN'], 3)]), vote('U0DANA'), vote('U0CHEN'))
  const before = resolvedPolicy({ ...half(approval()), unread: ['Slack does not answer'] })

  test('decide the approval when Slack lists those people', () => {
    const known = withResolvedPolicy({ ...both, resolvedPolicy: before }, resolvedPolicy(POLICY, { at: LATER }), LATER)
    const decided = withDecisionByEarlierVotes(known, before, LATER)
    expect(decided.state).toEqual({ name: 'deciding', verdict: 'Approved', since: LATER })
    expect(decided.showing.truth).toBeGreaterThan(known.showing.truth)
    expect(withDecisionByEarlierVotes(decided, before, LATER + 1)).toBe(decided)
  })

  test.each<[string, Partial<Policy>]>([
    ['rule has another name', { rules: [POLICY.rules[0]!, rule('developers', [])] }],
    ['rule has another count', { rules: [POLICY.rules[0]!, rule('engineers', [], 2)] }],
    ['stage can be approved in Slack again', { consoleOnly: 'by hand' }],
    [
      'person is no author of the change any more',
      { forbidden: [{ userId: 'U0ZOE', because: 'starter', revision: null }] },
    ],
    ['author is known now', { unidentified: [{ because: 'author', name: 'Gus', revision: null }] }],
    ['freeze was removed', { freezes: [ALWAYS] }],
    ['way to approve was removed', { ways: [[0], [1]] }],
    ['sequence was given up', { order: 'sequence' }],
    ['rule that approves by itself was removed', { automatic: { after: MINUTE, alarms: [] } }],
    ['form of comment was given up', { comment: { isRequired: true, pattern: '.', hint: null, url: null } }],
    ['choice of a time was removed', { later: { within: DAY } }],
    ['list of people who may reject was removed', { rejecters: [rule('leads', ['U0ZOE'])] }],
  ])('do not decide if meanwhile a %s', (_, was) => {
    const known = { ...both, resolvedPolicy: resolvedPolicy(POLICY, { at: LATER }) }
    expect(withDecisionByEarlierVotes(known, resolvedPolicy({ ...before.policy, ...was }), LATER)).toBe(known)
  })

  test('do not decide any more after clicks that were weighed, if the policy changed meanwhile', () => {
    const held: Approval = { ...both, resolvedPolicy: resolvedPolicy(POLICY), awaitsClicks: true }
    expect(withDecisionByEarlierVotes(held, held.resolvedPolicy, LATER)).toMatchObject({ state: { name: 'deciding' } })
    const changed = withDecisionByEarlierVotes(held, resolvedPolicy({ ...POLICY, consoleOnly: 'by hand' }), LATER)
    expect(changed).toMatchObject({ state: { name: 'waiting' } })
    expect(changed).not.toHaveProperty('awaitsClicks')
  })

  test('do not decide if no route matched, or no route matches any more', () => {
    const known = { ...both, resolvedPolicy: resolvedPolicy(POLICY, { at: LATER }) }
    expect(withDecisionByEarlierVotes(known, null, LATER)).toBe(known)
    const none = { ...both, resolvedPolicy: null }
    expect(withDecisionByEarlierVotes(none, before, LATER)).toBe(none)
  })

  test('do not decide if the policy changed, in a freeze, after expiry, or if too few of them count', () => {
    const known = withResolvedPolicy({ ...both, resolvedPolicy: before }, resolvedPolicy(POLICY, { at: LATER }), LATER)
    expect(withDecisionByEarlierVotes(known, resolvedPolicy(), LATER)).toBe(known)
    expect(withDecisionByEarlierVotes(known, before, known.expiresAt)).toBe(known)
    const frozen = under(known, { ...POLICY, freezes: [ALWAYS] })
    expect(withDecisionByEarlierVotes(frozen, before, LATER)).toBe(frozen)
    const lowered = under(known, { ...POLICY, rules: [rule('two', ['U0DANA', 'U0CHEN'], 1)] })
    expect(withDecisionByEarlierVotes(lowered, before, LATER)).toBe(lowered)
    const still = under(known, { ...POLICY, unread: before.policy.unread })
    expect(withDecisionByEarlierVotes(still, before, LATER)).toBe(still)
    const fewer = { ...known, votes: known.votes.slice(0, 1) }
    expect(withDecisionByEarlierVotes(fewer, before, LATER)).toBe(fewer)
  })
})

describe('a person with a deferred click', () => {
  const dana = actor('U0DANA')
  const yes = { do: 'vote', verdict: 'Approved', comment: '' } as const

  test('withdraws it: it never counts', () => {
    const waiting = withDeferredClick(approval(), { who: dana, act: yes, at: START + MINUTE })
    const [after, attempted] = attempt(waiting, dana, { do: 'withdraw' }, START + 2 * MINUTE)
    expect(attempted).toEqual({ kind: 'withdrawn' })
    expect(after.deferredClicks).toEqual([])
  })

  test('clicks again: only the newer click counts', () => {
    const waiting = withDeferredClick(approval(), { who: dana, act: yes, at: START + MINUTE })
    const [after] = attempt(waiting, dana, { do: 'vote', verdict: 'Rejected', comment: 'no' }, START + 2 * MINUTE)
    expect(after).toMatchObject({ deferredClicks: [], state: { name: 'deciding', verdict: 'Rejected' } })
  })

  test('keeps a newer click when an older one is weighed late', () => {
    const earlier = withDeferredClick(approval(), { who: dana, act: yes, at: START + MINUTE })
    const newer = withDeferredClick(earlier, { who: dana, act: { do: 'withdraw' }, at: START + 2 * MINUTE })
    const [after] = attempt(newer, dana, yes, START + MINUTE)
    expect(after.deferredClicks).toEqual([{ who: dana, act: { do: 'withdraw' }, at: START + 2 * MINUTE }])
    const [same] = attempt(earlier, dana, yes, START + MINUTE)
    expect(same.deferredClicks).toEqual([])
  })

  test('keeps the click when a newer one of the same person is refused', () => {
    const waiting = withDeferredClick(approval(), { who: dana, act: yes, at: START + MINUTE })
    const [after, attempted] = attempt(waiting, dana, { do: 'take-newer' }, START + 2 * MINUTE)
    expect(attempted.kind).toBe('refused')
    expect(after.deferredClicks).toHaveLength(1)
  })
})
