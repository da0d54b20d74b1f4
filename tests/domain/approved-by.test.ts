import { deciders, requested, routeSubjectOf, settled, withSoak } from '../../functions/domain/approval.ts'
import { approvedBy } from '../../functions/domain/approved-by.ts'
import type { Outcome } from '../../functions/domain/outcome.ts'
import { HOUR } from '../../functions/domain/time-units.ts'
import {
  MINUTE,
  POLICY,
  START,
  approval,
  deciding,
  newApproval,
  resolvedPolicy,
  rule,
  policy,
  vote,
  voted,
} from '../support/records.ts'

const BY_SLACK: Outcome = { how: 'slack', verdict: 'Approved' }
const RULE = { after: HOUR, alarms: ['shop-5xx'] }
const automatic = approval({
  expiresAt: START + 24 * HOUR,
  resolvedPolicy: resolvedPolicy({ ...POLICY, automatic: RULE }),
})

describe('who approved an approval', () => {
  test('are those whose votes made the verdict', () => {
    expect(approvedBy(settled(deciding(), BY_SLACK, START))).toEqual({ how: 'slack', names: ['dana', 'chen'] })
  })

  test('is the rule autoApprove, and no person, where the rule decided', () => {
    const decided = withSoak(automatic, { kind: 'passed' }, START + HOUR)
    expect(approvedBy(settled(decided, BY_SLACK, START))).toEqual({ how: 'slack', names: ['autoApprove'] })
    expect(deciders({ ...decided, votes: [vote('U0DANA')] }, 'Approved')).toEqual([])
  })

  test.each([
    ['dana', ['dana']],
    [null, []],
  ])('is whom CodePipeline names, where the console decided: %s', (by, names) => {
    const outcome: Outcome = { how: 'console', verdict: 'Approved', by, summary: null }
    expect(approvedBy(settled(approval(), outcome, START))).toEqual({ how: 'console', names })
  })

  test.each<[string, Parameters<typeof approvedBy>[0]]>([
    ['waits', approval()],
    ['is on its way to CodePipeline', deciding()],
    ['was rejected', settled(approval(), { how: 'slack', verdict: 'Rejected' }, START)],
    ['has expired', settled(approval(), { how: 'expired' }, START)],
  ])('is null while it %s', (_, given) => {
    expect(approvedBy(given)).toBeNull()
  })
})

test('routes match a waiting approval at this moment, and a decided one when its policy was last read', () => {
  const decided = voted(approval(), policy([rule('engineers', ['U0CHEN'])]), vote('U0CHEN'))
  expect(routeSubjectOf(approval(), START + MINUTE).at).toBe(START + MINUTE)
  expect(routeSubjectOf(decided, START + HOUR).at).toBe(START)
  expect(routeSubjectOf({ ...decided, resolvedPolicy: null, requestedAt: START - MINUTE }, START + HOUR).at).toBe(
    START - MINUTE,
  )
})

test('a request keeps the test results of its execution', () => {
  const tests = { kind: 'none' } as const
  expect(requested(newApproval({ tests })).tests).toBe(tests)
  expect(requested(newApproval())).not.toHaveProperty('tests')
})
