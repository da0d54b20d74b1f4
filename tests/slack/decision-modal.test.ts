import type { Route } from '../../functions/domain/route.ts'
import type { Decision } from '../../functions/slack/decision-modal.ts'
import {
  DECISIONS,
  actFrom,
  alwaysAsks,
  answerModal,
  asksFor,
  commentFrom,
  decisionModal,
  missingReason,
  parseDecisionMetadata,
  refusedInForm,
  tooLong,
} from '../../functions/slack/decision-modal.ts'
import { text } from '../../functions/slack/block-kit.ts'
import { CHANGE, RELEASED, approval } from '../support/records.ts'
import { asText } from '../support/as-text.ts'
import { modalProblems, mrkdwnTexts } from '../support/block-kit-limits.ts'
import { ROUTE, frozen, where } from '../support/cards.ts'

const route = (comment: Route['comment'] = 'optional'): Route => ({ ...ROUTE, comment })

describe('the modal', () => {
  test('to approve asks for an optional comment', () => {
    const modal = decisionModal(approval(), route(), 'approve')
    expect(modalProblems(modal)).toEqual([])
    expect([modal.title.text, modal.submit?.text, modal.close?.text]).toEqual([
      'Approve deployment',
      'Approve',
      'Cancel',
    ])
    expect(asText(modal).split('\n')).toEqual([
      'shop-web to Production',
      '2 changes: Fix rounding in basket totals · Ana · <4f9c2e1> and 1 more',
      'Comment (optional): ____ Kept in AWS and in the audit record, with your name.',
    ])
  })

  test('requires a comment if the route does, and always a reason to reject', () => {
    expect(asText(decisionModal(approval(), route('required'), 'approve'))).toContain('Comment: ____')
    for (const comment of ['none', 'optional', 'required'] as const)
      expect(asText(decisionModal(approval(), route(comment), 'reject'))).toContain('Reason: ____')
  })

  test('tells the form of the comment, in the words of the route', () => {
    const commentForm = { isRequired: true, pattern: 'CHG\\d{7}', hint: 'Enter the ticket.', url: null }
    const modal = decisionModal(approval(), { ...route('required'), commentForm }, 'approve')
    expect(modalProblems(modal)).toEqual([])
    expect(asText(modal)).toContain('Comment: ____ Enter the ticket. Kept in AWS')
    expect(refusedInForm({ because: 'comment', form: { ...commentForm, hint: null } })).toEqual({
      comment: 'Enter a comment with a part of the form CHG\\d{7}.',
    })
  })

  test('works if no source has a revision', () => {
    const modal = decisionModal(approval({ change: { ...CHANGE, revisions: [], since: null } }), route(), 'approve')
    expect(modalProblems(modal)).toEqual([])
  })

  test('works if no route matches any more', () => {
    const modal = decisionModal(approval(), null, 'approve')
    expect(modalProblems(modal)).toEqual([])
    expect(asText(modal)).toContain('Comment (optional)')
  })

  test('says that a newer change waits, to everyone who would deploy the older one', () => {
    const superseded = approval({
      newer: { executionId: 'e9', startedAt: 0, revision: { ...approval().change.revisions[0]!, title: 'Hotfix' } },
    })
    for (const decision of ['approve', 'break-glass'] as const) {
      const modal = decisionModal(superseded, route(), decision)
      expect(modalProblems(modal)).toEqual([])
      expect(asText(modal).split('\n')[2]).toMatch(/A newer change waits: Hotfix .* Approving deploys the older one\./)
    }
    expect(asText(decisionModal(superseded, route(), 'reject'))).not.toContain('newer')
  })

  test('says that a newer change is live, to the same people', () => {
    const overtaken = approval({ change: { ...CHANGE, since: { ...CHANGE.since!, newer: RELEASED } } })
    for (const decision of ['approve', 'break-glass'] as const)
      expect(asText(decisionModal(overtaken, route(), decision))).toMatch(
        /\n⚠ A newer change is live: Bump Flask to 3.1 /,
      )
    expect(asText(decisionModal(overtaken, route(), 'reject'))).not.toContain('newer')
  })

  test('to override a freeze says what that does, and requires a reason', () => {
    const modal = decisionModal(frozen(), route('none'), 'break-glass')
    expect(modalProblems(modal)).toEqual([])
    expect([modal.title.text, modal.submit?.text]).toEqual(['Override the freeze', 'Override'])
    expect(asText(modal).split('\n').slice(2)).toEqual([
      'This overrides the change freeze “weekend freeze” for this approval. The freeze lasts until Wed, Nov 25 at 09:30 UTC.',
      '- The deployment starts as soon as the required approvals are there.',
      '- All other rules still apply: who can approve, and how many must.',
      '- The channel, the audit record, and an alarm name you and your reason.',
      'Reason: ____ Kept in the audit record, with your name. Everyone in the channel reads it.',
    ])
    const input = modal.blocks.find((block) => block.type === 'input')
    expect(input).toMatchObject({ optional: false, element: { max_length: 3_000 } })
  })

  test('to override a freeze works if the freeze has no end, or is over', () => {
    const endless = where({}, { frozen: { name: 'audit', zone: 'UTC', until: null } })
    expect(asText(decisionModal(endless, route(), 'break-glass'))).toContain(
      'This overrides the change freeze “audit” for this approval.\n',
    )
    expect(asText(decisionModal(approval(), route(), 'break-glass'))).toContain(
      'This overrides the change freeze for this approval.\n',
    )
  })

  test.each([
    ['C0RELEASES', 'reject'],
    [null, 'break-glass'],
  ] as const)('carries the approval’s id, the channel %s and the decision, not the token', (from, decision) => {
    const modal = decisionModal(approval(), route(), decision, from)
    expect(JSON.stringify(modal)).not.toContain(approval().token)
    expect(parseDecisionMetadata(modal.private_metadata!)).toEqual({ approval: approval().id, decision, from })
  })

  test.each([
    '',
    'not JSON',
    '{}',
    '{"approval":"../x","decision":"approve","from":null}',
    `{"approval":"${'a'.repeat(32)}"}`,
    `{"approval":"${'a'.repeat(32)}","decision":"withdraw","from":null}`,
    `{"approval":"${'a'.repeat(32)}","decision":"approve","from":"<!channel>"}`,
    `{"approval":"${'a'.repeat(32)}","decision":"approve"}`,
  ])('that is unknown is refused by name: %s', (metadata) =>
    expect(() => parseDecisionMetadata(metadata)).toThrow(/^The modal’s metadata is not in the documented/),
  )
})

test.each([
  [{ comment: { text: { value: '  not today \n' } } }, 'not today'],
  [{ comment: { text: { value: null } } }, ''],
  [{ comment: { text: { value: '\u2800\u200b \u3164' } } }, ''],
  [{ comment: {} }, ''],
  [{}, ''],
  [{ comment: { text: { value: ` ${'x'.repeat(301)}` } } }, 'x'.repeat(301)],
])('the comment in %j is "%s"', (values, comment) => expect(commentFrom(values)).toBe(comment))

test.each<[Decision, object, boolean]>([
  ['approve', { do: 'vote', verdict: 'Approved', comment: 'so' }, false],
  ['reject', { do: 'vote', verdict: 'Rejected', comment: 'so' }, true],
  ['break-glass', { do: 'break-glass', reason: 'so' }, true],
])('%s is %j, and always needs a comment or reason: %s', (decision, act, always) => {
  expect(actFrom(decision, 'so')).toEqual(act)
  expect(alwaysAsks(decision)).toBe(always)
  expect(asksFor(decision, 'required')).toBe(true)
  expect(asksFor(decision, 'optional')).toBe(always)
})

test('a blank comment or reason is refused at its own input', () => {
  const modal = decisionModal(approval(), route(), 'reject')
  const input = modal.blocks.find(({ type }) => type === 'input')
  for (const decision of DECISIONS) expect(Object.keys(missingReason(decision))).toEqual([input?.block_id])
  expect(DECISIONS.map((decision) => Object.values(missingReason(decision))[0])).toEqual([
    'Enter a comment: this pipeline requires one.',
    'Enter a reason: the author reads it.',
    'Enter a reason: why this cannot wait until the freeze ends.',
    'Enter a comment.',
  ])
})

test('a comment that is too long is refused at its own input, with its length', () => {
  expect(tooLong('x'.repeat(300))).toBeNull()
  expect(tooLong('x'.repeat(412))).toEqual({
    comment: 'This has 412 characters. Shorten it to 300.',
  })
})

test('an answer in the modal’s place reads no markup', () => {
  const modal = answerModal({ title: 'Not counted', parts: [text('Approved by <!channel> *bold*. ')], buttons: [] })
  expect(modalProblems(modal)).toEqual([])
  expect(mrkdwnTexts(modal)).toEqual([])
  expect(asText(modal)).toMatch(/^Approved by <!channel> \*bold\*\./)
})
