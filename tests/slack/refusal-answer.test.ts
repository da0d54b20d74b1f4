import type { Approval, Refusal } from '../../functions/domain/approval.ts'
import { refusalAnswer } from '../../functions/slack/refusal-answer.ts'
import type { Route } from '../../functions/flows/ports.ts'
import { POLICY, START, approval, deciding, vote, voted } from '../domain/records-for-tests.ts'

const ROUTE: Route = { environment: 'Production', policy: POLICY, comment: 'optional' }
const once = () => voted(approval(), POLICY, vote('U0DANA'))
const settled = (outcome: Extract<Refusal, { because: 'already-settled' }>['outcome']): Refusal => ({
  because: 'already-settled',
  outcome,
  at: START,
})

test.each<[Refusal, Approval, Route | null, string]>([
  [
    { because: 'not-an-approver' },
    approval(),
    ROUTE,
    'You can’t decide this one: you are not among its approvers. ' +
      'Still needed: 1 from release managers and 1 from engineers.',
  ],
  [
    { because: 'not-an-approver' },
    once(),
    ROUTE,
    'You can’t decide this one: you are not among its approvers. Still needed: 1 from engineers.',
  ],
  [
    { because: 'no-policy' },
    approval(),
    null,
    'Nobody can decide this one in Slack: no route in greenlight.yml matches it. ' +
      'It can be decided in the AWS console.',
  ],
  [
    { because: 'expired' },
    approval(),
    ROUTE,
    'It is too late: this approval has run out, and CodePipeline is closing it.',
  ],
  [
    { because: 'already-voted', vote: vote('U0DANA') },
    once(),
    ROUTE,
    'You have approved this one already. Still needed: 1 from engineers.',
  ],
  [{ because: 'already-voted', vote: vote('U0DANA') }, once(), null, 'You have approved this one already.'],
  [
    { because: 'already-deciding', verdict: 'Approved' },
    deciding(),
    ROUTE,
    'This was just approved by dana and chen. AWS CodePipeline is being told.',
  ],
  [settled({ how: 'slack', verdict: 'Approved' }), deciding(), ROUTE, 'This was already approved by dana and chen.'],
  [
    settled({ how: 'console', verdict: 'Rejected', by: 'eli', summary: null }),
    approval(),
    ROUTE,
    'This is over: it was rejected in the AWS console by eli.',
  ],
  [settled({ how: 'expired' }), approval(), ROUTE, 'This is over: it was not answered in time.'],
  [settled({ how: 'stopped', by: null, reason: null }), approval(), ROUTE, 'This is over: it was stopped in AWS.'],
  [
    settled({ how: 'pipeline-edited' }),
    approval(),
    ROUTE,
    'This is over: it was canceled, because the pipeline was changed.',
  ],
])('%j', (refusal, of, route, answer) => {
  expect(refusalAnswer(refusal, of, route)).toBe(answer)
})

test('of many who decided, three are named', () => {
  const votes = ['U0A', 'U0B', 'U0C', 'U0D', 'U0E'].map((id) => vote(id))
  expect(refusalAnswer({ because: 'already-deciding', verdict: 'Approved' }, approval({ votes }), ROUTE)).toMatch(
    /^This was just approved by a, b, c and 2 others\./,
  )
})
