import type { Approval } from '../../functions/domain/approval.ts'
import type { Refusal } from '../../functions/domain/refusal.ts'
import type { Act } from '../../functions/domain/act.ts'
import {
  WITHDRAWN,
  approvalCounts,
  asMessage,
  checkingAnswer,
  notOpened,
  refused,
  refusedLater,
} from '../../functions/slack/private-answer.ts'
import { POLICY, START, approval, deciding, policy, rule, under, vote, voted } from '../support/records.ts'
import { asText } from '../support/as-text.ts'
import { answerProblems } from '../support/block-kit-limits.ts'
import { ROUTE, WEEKEND, frozen } from '../support/cards.ts'

const once = () => voted(approval(), POLICY, vote('U0DANA'))
const settled = (outcome: Extract<Refusal, { because: 'already-settled' }>['outcome']): Refusal => ({
  because: 'already-settled',
  outcome,
  at: START,
})

/** What one person reads, in the message that only they see. */
const answer = (refusal: Refusal, of: Approval): string => {
  const message = asMessage(refused(refusal, of, ROUTE))
  expect(answerProblems(message)).toEqual([])
  const words = asText(message)
  // A phone's notification has the same words.
  expect(message.text.replaceAll(/<(@U\w+)>/g, '$1')).toBe(words.replace(/\n\[.*\]$/, ''))
  return words
}

const WAITING = '\nWaiting for release managers and engineers: @U0DANA, @U0ELI, @U0ANA, or @U0CHEN.'
const CONSOLE = 'Approve or reject it in the AWS console.'
const OWN = 'and authors cannot approve their own changes. You can reject it.'
const AT = '(Mon, Nov 23 at 09:30 UTC)'

type Examples = { [B in Refusal['because']]: [Extract<Refusal, { because: B }>, Approval, string][] }

/** At least one for each reason: the compiler does not notice a missing one. */
const EXAMPLES: Examples = {
  'not-an-approver': [
    [{ because: 'not-an-approver' }, approval(), `You are not an approver of this deployment.${WAITING}`],
    [
      { because: 'not-an-approver' },
      once(),
      'You are not an approver of this deployment.\nWaiting for engineers: @U0ANA or @U0CHEN.',
    ],
    [
      { because: 'not-an-approver' },
      {
        ...once(),
        notices: { 'reminder-1': { name: 'said', at: START }, escalation: { name: 'said', at: START + 1 } },
      },
      'You are not an approver of this deployment.\nWaiting for engineers: @U0ANA or @U0CHEN. ' +
        'They were reminded Mon, Nov 23 at 09:30 UTC.',
    ],
  ],
  'no-route': [
    [
      { because: 'no-route' },
      approval({ resolvedPolicy: null }),
      `No one can approve this in Slack: greenlight.yml has no route for it. ${CONSOLE}`,
    ],
  ],
  comment: [
    [
      { because: 'comment', form: { isRequired: true, pattern: 'CHG\\d{7}', hint: null, url: null } },
      approval(),
      'Your approval does not count: its comment has not the form that this deployment requires. ' +
        'Enter a comment with a part of the form CHG\\d{7}.',
    ],
  ],
  'absent-forbidden': [
    [
      { because: 'absent-forbidden', for: 'U0BEN', own: 'author' },
      approval(),
      'You cannot approve this deployment for @U0BEN: they wrote a part of it, and authors cannot approve their own ' +
        `changes.${WAITING}`,
    ],
    [
      { because: 'absent-forbidden', for: 'U0BEN', own: 'starter' },
      approval(),
      'You cannot approve this deployment for @U0BEN: they started it, and its route does not let its starter approve ' +
        `it.${WAITING}`,
    ],
  ],
  'absent-decided': [
    [
      { because: 'absent-decided', for: 'U0BEN', by: 'U0BEN' },
      approval(),
      `@U0BEN has decided about this deployment, so you do not stand in for them here.${WAITING}`,
    ],
    [
      { because: 'absent-decided', for: 'U0BEN', by: 'U0HALA' },
      approval(),
      `@U0HALA has decided about this deployment for @U0BEN already.${WAITING}`,
    ],
  ],
  'not-your-turn': [
    [{ because: 'not-your-turn', first: ['QA'] }, approval(), 'It is not your turn yet: QA must approve first.'],
  ],
  'not-a-rejecter': [
    [
      { because: 'not-a-rejecter', rejecters: ['security', 'leads'] },
      approval(),
      'You cannot reject this deployment: only security or leads can.',
    ],
  ],
  'no-approvers': [
    [
      { because: 'no-approvers' },
      under(approval(), policy([])),
      `No one can approve this in Slack: its route in greenlight.yml names no approvers. ${CONSOLE}`,
    ],
    [
      { because: 'no-approvers' },
      under(approval(), policy([], { rejecters: [{ name: 'security', people: ['U0FAY'], groups: [] }] })),
      'No one can approve this in Slack: its route in greenlight.yml names no approvers. Approve it in the AWS console.',
    ],
  ],
  'console-only': [
    [
      { because: 'console-only', why: 'Payments are deployed by two signatures.' },
      approval(),
      'This is approved or rejected in the AWS console only: Payments are deployed by two signatures.',
    ],
  ],
  unread: [
    [
      {
        because: 'unread',
        unread: ['Slack did not list the members of S0RELMGRS (timeout)', 'No Slack account belongs to x@y.z'],
      },
      approval(),
      'Greenlight cannot tell whether you can do this. Slack did not list the members of S0RELMGRS (timeout); ' +
        'No Slack account belongs to x@y.z. Nothing was counted; please try again in a minute.',
    ],
  ],
  author: [
    [
      { because: 'author', revision: 'b01d7aa' },
      approval(),
      `You cannot approve this deployment: you wrote b01d7aa, ${OWN}${WAITING}`,
    ],
    [
      { because: 'author', revision: null },
      deciding(),
      `You cannot approve this deployment: you wrote a part of it, ${OWN}`,
    ],
  ],
  starter: [
    [
      { because: 'starter' },
      approval(),
      'You cannot approve this deployment: you started it, and its route does not let its starter approve it. ' +
        `You can reject it.${WAITING}`,
    ],
  ],
  unidentified: [
    [
      {
        because: 'unidentified',
        unidentified: [{ because: 'author', name: 'Ben Okafor', revision: 'b01d7aa' }],
      },
      approval(),
      'Ben Okafor wrote b01d7aa and has no known Slack account. So Greenlight cannot tell who must not approve. ' +
        'Add them under “people” in greenlight.yml, or approve this in the AWS console. You can reject it.',
    ],
    [
      { because: 'unidentified', unidentified: [{ because: 'author', name: null, revision: null }] },
      approval(),
      'CodePipeline does not list all changes of this deployment and their authors. ' +
        'So Greenlight cannot tell who must not approve. ' +
        'Approve this in the AWS console, or ask the owner of greenlight.yml. You can reject it.',
    ],
  ],
  frozen: [
    [
      { because: 'frozen', frozen: WEEKEND, breakGlass: ['U0ELI', 'U0DANA'] },
      frozen(),
      'Change freeze “weekend freeze” until Wed, Nov 25 at 09:30 UTC. You cannot approve before it ends. ' +
        '@U0ELI or @U0DANA can override it.',
    ],
    [
      { because: 'frozen', frozen: { ...WEEKEND, until: null }, breakGlass: [] },
      frozen([]),
      'Change freeze “weekend freeze” until further notice. You cannot approve before it ends. ' +
        'No one is named who can override it.',
    ],
  ],
  deactivated: [
    [
      { because: 'deactivated' },
      approval(),
      'Your Slack account is deactivated, so this did not count. Ask a Slack admin.',
    ],
  ],
  stranger: [
    [
      { because: 'stranger' },
      once(),
      'You are from another company’s Slack workspace, so this did not count: ' +
        'only people of this workspace can approve or reject.\nWaiting for engineers: @U0ANA or @U0CHEN.',
    ],
  ],
  'unknown-person': [
    [
      { because: 'unknown-person', why: 'Slack did not say in which workspace U0X is', isFinal: true },
      approval(),
      'Greenlight cannot tell who you are, so this did not count. Slack did not say in which workspace U0X is. Ask a Slack admin, or approve or reject in the AWS console.',
    ],
    [
      { because: 'unknown-person', why: 'Slack did not say who U0X is (timeout)' },
      approval(),
      'Greenlight cannot tell who you are, so this did not count. Slack did not say who U0X is (timeout). ' +
        'Nothing was counted; please try again in a minute.',
    ],
  ],
  time: [
    [
      { because: 'time', why: 'not-offered' },
      approval(),
      'Your approval does not count: this route does not let approvers choose a time.',
    ],
    [
      { because: 'time', why: 'past' },
      approval(),
      'Your approval does not count: the time that you chose has passed. Approve again, with another time or without.',
    ],
    [
      { because: 'time', why: 'after-expiry', latest: START },
      approval(),
      'Your approval does not count: you chose a time too close to the expiry. Choose one before Mon, Nov 23 at 09:30 UTC.',
    ],
    [
      { because: 'time', why: 'too-far', latest: START },
      approval(),
      'Your approval does not count: this route lets you choose a time until Mon, Nov 23 at 09:30 UTC.',
    ],
  ],
  'no-time': [
    [
      { because: 'no-time' },
      { ...approval(), votes: [vote('U0DANA', 'Approved', { notBefore: START + 3_600_000 })] },
      'You chose no time here. @U0DANA did, and can deploy it now.',
    ],
    [{ because: 'no-time' }, approval(), `No time is chosen here any more.${WAITING}`],
  ],
  expired: [[{ because: 'expired' }, approval(), 'This approval has expired, and CodePipeline is closing it.']],
  'already-voted': [
    [
      { because: 'already-voted', vote: vote('U0DANA') },
      once(),
      'You approved this already (Mon, Nov 23 at 09:35 UTC).' +
        '\nWaiting for engineers: @U0ANA or @U0CHEN.\n[Withdraw my approval]',
    ],
    [
      { because: 'already-voted', vote: vote('U0DANA', 'Rejected') },
      once(),
      'You rejected this already (Mon, Nov 23 at 09:35 UTC).\nWaiting for engineers: @U0ANA or @U0CHEN.',
    ],
  ],
  'already-deciding': [
    [
      { because: 'already-deciding', verdict: 'Approved', own: START },
      deciding(),
      `Your approval is on record ${AT}. Just approved by dana and chen. Telling CodePipeline…`,
    ],
    [
      { because: 'already-deciding', verdict: 'Approved' },
      deciding(),
      'Just approved by dana and chen. Telling CodePipeline…',
    ],
    [
      { because: 'already-deciding', verdict: 'Approved' },
      under(
        approval({ votes: ['U0A', 'U0B', 'U0C', 'U0D', 'U0E'].map((id) => vote(id)) }),
        policy([rule('engineers', ['U0A', 'U0B', 'U0C', 'U0D', 'U0E'])]),
      ),
      'Just approved by a, b, c, and 2 more. Telling CodePipeline…',
    ],
    [
      { because: 'already-deciding', verdict: 'Rejected' },
      approval(),
      'Just rejected by people who are not on record. Telling CodePipeline…',
    ],
  ],
  'already-settled': [
    [
      { because: 'already-settled', outcome: { how: 'slack', verdict: 'Approved' }, at: START, own: START },
      deciding(),
      `Your approval is on record ${AT}. This approval is closed: dana and chen approved it ${AT}.`,
    ],
    [
      settled({ how: 'slack', verdict: 'Approved' }) as never,
      deciding(),
      `This approval is closed: dana and chen approved it ${AT}.`,
    ],
    [
      settled({ how: 'console', verdict: 'Rejected', by: 'eli', summary: null }) as never,
      approval(),
      `This approval is closed: eli rejected it in the AWS console ${AT}.`,
    ],
    [
      settled({ how: 'console', verdict: 'Approved', by: null, summary: null }) as never,
      approval(),
      `This approval is closed: it was approved in the AWS console ${AT}.`,
    ],
    [settled({ how: 'expired' }) as never, approval(), `This approval is closed: it expired ${AT}.`],
    [
      settled({ how: 'stopped', by: null, reason: null }) as never,
      approval(),
      `This approval is closed: the execution was stopped in AWS ${AT}.`,
    ],
    [
      settled({ how: 'pipeline-edited' }) as never,
      approval(),
      `This approval is closed: the pipeline was edited, so CodePipeline canceled it ${AT}.`,
    ],
    [
      settled({ how: 'unknown', status: '', isOutOfReach: true }) as never,
      approval(),
      'This approval is closed: Greenlight may not read the pipeline any more. It may still wait in the AWS console.',
    ],
  ],
  'no-vote': [[{ because: 'no-vote' }, approval(), `You have no approval here to withdraw.${WAITING}`]],
  overtaken: [
    [{ because: 'overtaken' }, approval(), `You clicked again right after this, and that click counts.${WAITING}`],
  ],
  'nothing-newer': [
    [{ because: 'nothing-newer' }, approval(), 'No newer change is waiting any more. “Reject…” still stops this one.'],
  ],
  'not-automatic': [
    [{ because: 'not-automatic' }, approval(), 'This approval does not approve itself, so there is nothing to stop.'],
  ],
  'not-frozen': [[{ because: 'not-frozen' }, approval(), 'There is no freeze to override right now.']],
  'unconfirmed-override': [
    [
      { because: 'unconfirmed-override', by: { userId: 'U0ELI', name: 'eli', at: START } },
      approval(),
      `You cannot override this freeze yet: another person must first confirm the override by eli ${AT}.`,
    ],
  ],
  'nothing-to-confirm': [[{ because: 'nothing-to-confirm' }, approval(), 'There is no override here to confirm.']],
  'already-confirmed': [
    [
      { because: 'already-confirmed', by: { userId: 'U0DANA', name: 'dana', at: START } },
      approval(),
      `This override is confirmed already: dana confirmed it ${AT}.`,
    ],
  ],
  'own-override': [
    [
      { because: 'own-override' },
      approval(),
      'You cannot confirm this override: you overrode the freeze yourself. Another person must confirm it.',
    ],
  ],
  'not-a-reviewer': [
    [
      { because: 'not-a-reviewer', reviewers: ['U0DANA', 'U0CHEN'] },
      approval(),
      'You cannot confirm this override. @U0DANA or @U0CHEN can.',
    ],
    [
      { because: 'not-a-reviewer', reviewers: [] },
      approval(),
      'You cannot confirm this override, and no other person can. Ask the owner of greenlight.yml.',
    ],
  ],
  'unidentified-review': [
    [
      {
        because: 'unidentified-review',
        unidentified: [{ because: 'author', name: 'Ben Okafor', revision: 'b01d7aa' }],
      },
      approval(),
      'Ben Okafor wrote b01d7aa and has no known Slack account. So Greenlight cannot tell who must not confirm the ' +
        'override. Add them under “people” in greenlight.yml.',
    ],
  ],
  'may-not-break-glass': [
    [
      { because: 'may-not-break-glass', breakGlass: ['U0ELI'] },
      frozen(),
      'You cannot override this freeze. @U0ELI can override it.',
    ],
  ],
}

test.each(Object.values(EXAMPLES).flat() as [Refusal, Approval, string][])('%j', (refusal, of, words) => {
  expect(answer(refusal, of)).toBe(words)
})

test('a click that repeats what counts is not called uncounted', () => {
  const titleOf = (refusal: Refusal) => refused(refusal, deciding(), ROUTE).title
  expect(titleOf({ because: 'already-deciding', verdict: 'Approved', own: START })).toBe('Counted')
  expect(titleOf({ because: 'already-voted', vote: vote('U0DANA') })).toBe('Counted')
  expect(titleOf({ because: 'already-deciding', verdict: 'Approved' })).toBe('Not counted')
})

test('of a large group a few are named', () => {
  const people = Array.from({ length: 50 }, (_, index) => `U0P${index}`)
  expect(answer({ because: 'not-an-approver' }, under(approval(), policy([rule('all', people, 2)])))).toMatch(
    /Waiting for all \(2\): @U0P0, @U0P1, @U0P2, @U0P3, or 46 more\.$/,
  )
})

describe('a click that has to wait', () => {
  const words = (act: Act) => asText(asMessage(checkingAnswer(act)))

  test.each<[Act, string]>([
    [{ do: 'vote', verdict: 'Approved', comment: '' }, 'approval'],
    [{ do: 'vote', verdict: 'Rejected', comment: '' }, 'rejection'],
    [{ do: 'withdraw' }, 'withdrawal'],
    [{ do: 'break-glass', reason: '' }, 'override'],
    [{ do: 'take-newer' }, 'rejection for the newer change'],
  ])('is acknowledged by its kind: %j', (act, what) =>
    expect(words(act)).toBe(`Got it: your ${what} is being checked. You will be told if it does not count.`),
  )

  const later = (refusal: Refusal, of: Approval) =>
    asText(asMessage(refusedLater({ kind: 'refusal', act: YES, refusal, approval: of, route: ROUTE })))
  const YES: Act = { do: 'vote', verdict: 'Approved', comment: '' }

  test('and does not count is told with its approval: the person may be elsewhere by then', () => {
    expect(later({ because: 'deactivated' }, approval())).toBe(
      'Not counted: your approval, shop-web to Production. ' +
        'Your Slack account is deactivated, so this did not count. Ask a Slack admin.',
    )
  })

  test('and has counted before is not told as one that does not count', () => {
    expect(later({ because: 'already-voted', vote: vote('U0DANA') }, once())).toMatch(
      /^Counted: your approval, shop-web to Production\. You approved this already/,
    )
  })
})

describe('an approval that counts', () => {
  test('is acknowledged with what is missing, and can be withdrawn after a confirmation', () => {
    const answer = asMessage(approvalCounts(once(), ROUTE))
    expect(answerProblems(answer)).toEqual([])
    expect(asText(answer)).toBe('Your approval counts. 1 of 2 approved, waiting for engineers.\n[Withdraw my approval]')
    expect(answer.blocks[1]).toMatchObject({
      elements: [
        {
          action_id: 'withdraw',
          value: once().id,
          accessibility_label: 'Withdraw my approval of shop-web to Production',
          confirm: {
            title: { text: 'Withdraw your approval?' },
            text: {
              text:
                'Your approval of shop-web to Production will be removed. ' +
                'You can approve again while this is open.',
            },
            confirm: { text: 'Withdraw' },
          },
        },
      ],
    })
    expect(JSON.stringify(answer)).not.toContain(once().token)
  })

  test('and is withdrawn, says so', () =>
    expect(asText(asMessage(WITHDRAWN))).toBe('Your approval was withdrawn. You can approve again while this is open.'))
})

test.each([
  ['expired_trigger_id', 'Slack took too long to open the form. Nothing was sent; please try again.'],
  ['internal_error', 'Slack did not open the form (internal_error). Nothing was sent; please try again.'],
  [null, 'Slack is busy and did not open the form. Nothing was sent; please try again.'],
])('a form that Slack did not open is reported: %s', (because, words) =>
  expect(asText(asMessage(notOpened(because)))).toBe(words),
)
