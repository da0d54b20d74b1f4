import { outcomeOf } from '../../functions/domain/ending.ts'
import type { Ending } from '../../functions/domain/ending.ts'
import type { Approval } from '../../functions/domain/approval.ts'
import { pastPolicy } from '../../functions/domain/past-policy.ts'
import { settled } from '../../functions/domain/approval.ts'
import { noticesOf } from '../../functions/domain/due-notices.ts'
import { MINUTE, POLICY, START, approval, policy, rule, under, vote, voted } from '../support/records.ts'

const AT = START + 10 * MINUTE
const one = (more: Parameters<typeof policy>[1] = {}) =>
  under(approval(), policy([rule('engineers', ['U0CHEN', 'U0ANA'])], more))

describe('an approval in the AWS console passes by the policy', () => {
  test('if the person is not an approver, or not known', () => {
    expect(pastPolicy(one(), 'U0FINN', AT)).toBe('not-an-approver')
    expect(pastPolicy(one(), null, AT)).toBe('unknown-person')
  })

  test('if the person wrote or started the change', () => {
    const forbidden = [{ userId: 'U0ANA', because: 'author', revision: '4f9c2e1' } as const]
    expect(pastPolicy(one({ forbidden }), 'U0ANA', AT)).toBe('author')
    expect(pastPolicy(one({ forbidden: [{ userId: 'U0ANA', because: 'starter', revision: null }] }), 'U0ANA', AT)).toBe(
      'starter',
    )
  })

  test('if it comes in a change freeze', () => {
    const span = { every: 'day', from: 9 * 60 + 30, to: 9 * 60 + 41 } as const
    const freezes = [{ name: 'stocktaking', zone: 'UTC', span }]
    expect(pastPolicy(one({ freezes }), 'U0CHEN', AT)).toBe('frozen')
    expect(pastPolicy(one({ freezes }), 'U0CHEN', AT + 2 * MINUTE)).toBeNull()
  })

  test('if other required approvals are missing', () => {
    expect(pastPolicy(under(approval(), POLICY), 'U0CHEN', AT)).toBe('too-few')
    expect(pastPolicy(voted(approval(), POLICY, vote('U0DANA')), 'U0CHEN', AT)).toBeNull()
  })

  test('if another approval in Slack has lost its count, as its comment is not of the form that is required now', () => {
    const comment = { isRequired: true, pattern: 'CHG\\d{7}', hint: null, url: null }
    const before = voted(approval(), POLICY, vote('U0DANA'))
    expect(pastPolicy(under(before, { ...POLICY, comment }), 'U0CHEN', AT)).toBe('too-few')
  })
})

describe('an approval in the AWS console of a person who stands in', () => {
  const standIns = [{ userId: 'U0FINN', for: 'U0CHEN', name: 'Chen', absence: 'a', from: START, until: AT + MINUTE }]

  test('counts for the person who is away', () => {
    expect(pastPolicy(one({ standIns }), 'U0FINN', AT)).toBeNull()
  })

  test('passes by the policy if that person cannot approve it, or has decided', () => {
    const forbidden = [{ userId: 'U0CHEN', because: 'author', revision: '4f9c2e1' } as const]
    expect(pastPolicy(one({ standIns, forbidden }), 'U0FINN', AT)).toBe('not-an-approver')
    const two = policy([rule('engineers', ['U0CHEN', 'U0ANA'], 2)], { standIns })
    expect(pastPolicy(voted(approval(), two, vote('U0CHEN')), 'U0FINN', AT)).toBe('not-an-approver')
  })
})

describe('an approval in the AWS console is as good as one in Slack', () => {
  test('if the person could have given it there', () => {
    expect(pastPolicy(one(), 'U0CHEN', AT)).toBeNull()
  })

  test('if the person approved too early in a sequence, and the groups before have approved since', () => {
    const inTurn = policy([rule('QA', ['U0ANA']), rule('owners', ['U0DANA'])], { order: 'sequence' })
    const early = vote('U0DANA', 'Approved', { at: START })
    const votes = [early, vote('U0ANA', 'Approved', { at: START + MINUTE })]
    expect(pastPolicy(under(approval({ votes }), inTurn), 'U0DANA', AT)).toBeNull()
  })

  test('if enough people had approved in Slack already', () => {
    const decided = { name: 'deciding', since: AT } as const
    const is = (verdict: 'Approved' | 'Rejected') =>
      pastPolicy({ ...one(), state: { ...decided, verdict } }, 'U0FINN', AT)
    expect([is('Approved'), is('Rejected')]).toEqual([null, 'not-an-approver'])
  })

  test('if enough people had approved in Slack and that was verified, or no function has found it wrong', () => {
    const state = { name: 'deciding', verdict: 'Approved', since: AT } as const
    const problem = 'The verdict is not sent to AWS yet: Slack did not list S0ENGINEERS'
    const of = (more: Partial<Approval>) => pastPolicy({ ...one(), problem, state, ...more }, 'U0FINN', AT)
    expect(of({})).toBe('not-an-approver')
    expect(of({ state: { ...state, isVerified: true } })).toBeNull()
    expect(of({ problem: null })).toBeNull()
  })

  test('if the route allows it, sends people to the AWS console, or is missing', () => {
    expect(pastPolicy(one({ consoleApprovals: 'allow' }), 'U0FINN', AT)).toBeNull()
    expect(pastPolicy(one({ consoleOnly: 'by hand' }), 'U0FINN', AT)).toBeNull()
    expect(pastPolicy(approval({ resolvedPolicy: null }), 'U0FINN', AT)).toBeNull()
  })
})

const by = 'arn:aws:sts::111122223333:assumed-role/Console/finn'
const ending: Ending = { status: 'succeeded', at: AT, by, summary: null, stopReason: null, userId: 'U0FINN' }

test('the outcome, the audit record and a notice say so; a rejection is safe', () => {
  const outcome = outcomeOf(one(), ending)
  expect(outcome).toMatchObject({ how: 'console', by: 'finn', userId: 'U0FINN', past: 'not-an-approver' })
  const ended = settled(one(), outcome, AT)
  expect(ended.journal.unfiled.map(({ happened }) => happened).slice(-2)).toEqual([
    { what: 'settled', outcome },
    { what: 'past-policy', by: 'finn', userId: 'U0FINN', because: 'not-an-approver' },
  ])
  expect(noticesOf(ended).map(({ key }) => key)).toEqual(['past-policy', 'outcome'])
  expect(outcomeOf(one(), { ...ending, status: 'failed' })).not.toHaveProperty('past')
})
