import type { Approval } from '../../functions/domain/approval.ts'
import type { Refusal } from '../../functions/domain/refusal.ts'
import { asMessage, notOpened, notedAnswer, refused } from '../../functions/slack/private-answer.ts'
import { POLICY, START, approval, deciding, policy, rule, under, vote, voted } from '../support/records.ts'
import { asText } from '../support/as-text.ts'
import { answerProblems } from '../support/block-kit-limits.ts'
import { WEEKEND, frozen } from '../support/cards.ts'

const once = () => voted(approval(), POLICY, vote('U0DANA'))
const settled = (outcome: Extract<Refusal, { because: 'already-settled' }>['outcome']): Refusal => ({
  because: 'already-settled',
  outcome,
  at: START,
})

/** What one person reads, in the message that only they see. */
const answer = (refusal: Refusal, of: Approval): string => {
  const message = asMessage(refused(refusal, of))
  expect(answerProblems(message)).toEqual([])
  // A phone's notification has the same words.
  expect(message.text.replaceAll(/<(@U\w+)>/g, '$1')).toBe(asText(message))
  return asText(message)
}

const STILL = '\nStill needed: 1 from release managers and 1 from engineers (@U0DANA, @U0ELI, @U0ANA or @U0CHEN).'
const CONSOLE = 'It can be decided in the AWS console.'

type Examples = { [B in Refusal['because']]: [Extract<Refusal, { because: B }>, Approval, string][] }

/** For each reason at least one: the compiler misses those that are left out. */
const EXAMPLES: Examples = {
  'not-an-approver': [
    [{ because: 'not-an-approver' }, approval(), `You can’t decide this one: you are not among its approvers.${STILL}`],
    [
      { because: 'not-an-approver' },
      once(),
      'You can’t decide this one: you are not among its approvers.' +
        '\nStill needed: 1 from engineers (@U0ANA or @U0CHEN).',
    ],
    [
      { because: 'not-an-approver' },
      {
        ...once(),
        notices: { 'reminder-1': { name: 'said', at: START }, escalation: { name: 'said', at: START + 1 } },
      },
      'You can’t decide this one: you are not among its approvers.' +
        '\nStill needed: 1 from engineers (@U0ANA or @U0CHEN). They were reminded 2026-11-23 09:30 UTC.',
    ],
  ],
  'no-route': [
    [
      { because: 'no-route' },
      approval({ resolvedPolicy: null }),
      `Nobody can decide this one in Slack: no route in greenlight.yml matches it. ${CONSOLE}`,
    ],
  ],
  'no-approvers': [
    [
      { because: 'no-approvers' },
      under(approval(), policy([])),
      `Nobody can decide this one in Slack: its route in greenlight.yml names no approvers. ${CONSOLE}`,
    ],
  ],
  'console-only': [
    [
      { because: 'console-only', why: 'Payments are released by two signatures.' },
      approval(),
      'This one is decided in the AWS console only: Payments are released by two signatures.',
    ],
  ],
  unread: [
    [
      {
        because: 'unread',
        unread: ['Slack does not say who is in S0RELMGRS (timeout)', 'Slack knows nobody as x@y.z'],
      },
      approval(),
      'Greenlight can’t tell whether you may do that: Slack does not say who is in S0RELMGRS (timeout); ' +
        'Slack knows nobody as x@y.z. Nothing was counted; please try again in a minute.',
    ],
  ],
  author: [
    [
      { because: 'author', revision: 'b01d7aa' },
      approval(),
      'You can’t approve this one: you wrote b01d7aa, and authors don’t approve their own changes here. ' +
        `You can still reject it.${STILL}`,
    ],
    [
      { because: 'author', revision: null },
      deciding(),
      'You can’t approve this one: you wrote a part of it, and authors don’t approve their own changes here. ' +
        'You can still reject it.',
    ],
  ],
  starter: [
    [
      { because: 'starter' },
      approval(),
      'You can’t approve this one: you started it, and whoever starts a release doesn’t approve it here. ' +
        `You can still reject it.${STILL}`,
    ],
  ],
  unidentified: [
    [
      {
        because: 'unidentified',
        unidentified: [{ because: 'author', name: 'Ben Okafor', revision: 'b01d7aa' }],
      },
      approval(),
      'Nobody can approve this one in Slack: nobody here is known for whoever wrote b01d7aa (Ben Okafor), ' +
        `and people don’t approve their own changes here. You can still reject it. ${CONSOLE} ` +
        'Whoever keeps greenlight.yml can name them under “people”.',
    ],
  ],
  frozen: [
    [
      { because: 'frozen', frozen: WEEKEND, breakGlass: ['U0ELI', 'U0DANA'] },
      frozen(),
      'You can’t approve this one now. Frozen until 2026-11-25 09:30 UTC (weekend freeze, Europe/London). ' +
        '@U0ELI or @U0DANA can break glass.',
    ],
    [
      { because: 'frozen', frozen: { ...WEEKEND, until: null }, breakGlass: [] },
      frozen([]),
      'You can’t approve this one now. Frozen until further notice (weekend freeze, Europe/London). ' +
        `Nobody is named who can break glass. ${CONSOLE}`,
    ],
  ],
  deactivated: [
    [
      { because: 'deactivated' },
      approval(),
      'It did not count: Slack says that your account is switched off. Please ask whoever looks after your Slack.',
    ],
  ],
  stranger: [
    [
      { because: 'stranger' },
      once(),
      'It did not count: you are from another company’s workspace, and only people of this one decide here.' +
        '\nStill needed: 1 from engineers (@U0ANA or @U0CHEN).',
    ],
  ],
  'unknown-person': [
    [
      { because: 'unknown-person', why: 'Slack does not say who U0X is (timeout)' },
      approval(),
      'It did not count, because Greenlight can’t tell who you are: Slack does not say who U0X is (timeout). ' +
        'Nothing was counted; please try again in a minute.',
    ],
  ],
  expired: [
    [{ because: 'expired' }, approval(), 'It is too late: this approval has run out, and CodePipeline is closing it.'],
  ],
  'already-voted': [
    [
      { because: 'already-voted', vote: vote('U0DANA') },
      once(),
      'You have approved this one already, 2026-11-23 09:35 UTC. “Withdraw my approval” takes it back.' +
        '\nStill needed: 1 from engineers (@U0ANA or @U0CHEN).',
    ],
  ],
  'already-deciding': [
    [
      { because: 'already-deciding', verdict: 'Approved' },
      deciding(),
      'This was just approved by dana and chen. AWS CodePipeline is being told.',
    ],
    [
      { because: 'already-deciding', verdict: 'Approved' },
      under(
        approval({ votes: ['U0A', 'U0B', 'U0C', 'U0D', 'U0E'].map((id) => vote(id)) }),
        policy([rule('engineers', ['U0A', 'U0B', 'U0C', 'U0D', 'U0E'])]),
      ),
      'This was just approved by a, b, c and 2 others. AWS CodePipeline is being told.',
    ],
  ],
  'already-settled': [
    [
      settled({ how: 'slack', verdict: 'Approved' }) as never,
      deciding(),
      'This was already approved by dana and chen, 2026-11-23 09:30 UTC.',
    ],
    [
      settled({ how: 'console', verdict: 'Rejected', by: 'eli', summary: null }) as never,
      approval(),
      'This is over: it was rejected in the AWS console by eli, 2026-11-23 09:30 UTC.',
    ],
    [
      settled({ how: 'expired' }) as never,
      approval(),
      'This is over: it was not answered in time, 2026-11-23 09:30 UTC.',
    ],
    [
      settled({ how: 'stopped', by: null, reason: null }) as never,
      approval(),
      'This is over: it was stopped in AWS, 2026-11-23 09:30 UTC.',
    ],
    [
      settled({ how: 'pipeline-edited' }) as never,
      approval(),
      'This is over: it was canceled, because the pipeline was changed, 2026-11-23 09:30 UTC.',
    ],
  ],
  'no-vote': [
    [{ because: 'no-vote' }, approval(), `There is nothing to withdraw: no approval of yours counts here.${STILL}`],
  ],
  'nothing-newer': [
    [
      { because: 'nothing-newer' },
      approval(),
      'There is no newer change to take: none waits behind this approval any more. “Reject” still stops this one.',
    ],
  ],
  'not-frozen': [
    [{ because: 'not-frozen' }, approval(), 'There is no glass to break: no freeze holds for this approval now.'],
  ],
  'may-not-break-glass': [
    [
      { because: 'may-not-break-glass', breakGlass: ['U0ELI'] },
      frozen(),
      'You can’t break the glass here: you are not among those who may. @U0ELI can break glass.',
    ],
  ],
}

test.each(Object.values(EXAMPLES).flat() as [Refusal, Approval, string][])('%j', (refusal, of, words) => {
  expect(answer(refusal, of)).toBe(words)
})

test('of a large group a few are named', () => {
  const people = Array.from({ length: 50 }, (_, index) => `U0P${index}`)
  expect(answer({ because: 'not-an-approver' }, under(approval(), policy([rule('all', people, 2)])))).toMatch(
    /Still needed: 2 from all \(@U0P0, @U0P1, @U0P2, @U0P3 or 46 more\)\.$/,
  )
})

test('a click that has to wait is acknowledged by what it was', () => {
  expect(asText(asMessage(notedAnswer({ do: 'vote', verdict: 'Approved', comment: '' })))).toBe(
    'Slack is slow to say who is in which group. Your approval is noted and will be counted in a moment; ' +
      'if it may not be, you hear why.',
  )
})

test('a form that Slack did not open is not silence', () => {
  expect(asText(asMessage(notOpened('expired_trigger_id')))).toBe(
    'Slack did not open the form to ask you (expired_trigger_id). Nothing was counted; please press again.',
  )
})
