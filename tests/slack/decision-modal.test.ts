import type { Route } from '../../functions/flows/ports.ts'
import {
  answerModal,
  commentFrom,
  decisionModal,
  missingReason,
  parseDecisionMetadata,
} from '../../functions/slack/decision-modal.ts'
import { POLICY, approval } from '../domain/records-for-tests.ts'
import { asText } from './as-text.ts'
import { modalProblems, mrkdwnTexts } from './block-kit-limits.ts'

const route = (comment: Route['comment'] = 'optional'): Route => ({
  environment: 'Production',
  policy: POLICY,
  comment,
})

describe('the modal', () => {
  test('to approve asks for a comment that may be left out', () => {
    const modal = decisionModal(approval(), route(), 'approve')
    expect(modalProblems(modal)).toEqual([])
    expect([modal.title.text, modal.submit?.text, modal.close?.text]).toEqual(['Approve release', 'Approve', 'Cancel'])
    expect(asText(modal).split('\n')).toEqual([
      'shop-web to Production',
      '<4f9c2e1>  Fix rounding in basket totals · Ana',
      'Comment (optional): ____ Goes on record in AWS, with your name.',
    ])
  })

  test('requires a comment where the route does, and a reason to reject always', () => {
    expect(asText(decisionModal(approval(), route('required'), 'approve'))).toContain('Comment: ____')
    for (const comment of ['none', 'optional', 'required'] as const)
      expect(asText(decisionModal(approval(), route(comment), 'reject'))).toContain('Reason: ____')
  })

  test('works where no source told anything', () => {
    const modal = decisionModal(approval({ change: { revisions: [], since: null } }), route(), 'approve')
    expect(modalProblems(modal)).toEqual([])
  })

  test('carries the approval’s id and the decision, not the token, and gets them back', () => {
    const modal = decisionModal(approval(), route(), 'reject')
    expect(JSON.stringify(modal)).not.toContain(approval().token)
    expect(parseDecisionMetadata(modal.private_metadata!)).toEqual({ approval: approval().id, decision: 'reject' })
  })

  test.each([
    '',
    'not JSON',
    '{}',
    '{"approval":"../x","decision":"approve"}',
    '{"approval":"' + 'a'.repeat(32) + '"}',
  ])('that is none of ours is refused by name: %s', (metadata) =>
    expect(() => parseDecisionMetadata(metadata)).toThrow(/^The modal’s metadata is not in the documented/),
  )
})

test.each([
  [{ comment: { text: { value: '  not today \n' } } }, 'not today'],
  [{ comment: { text: { value: null } } }, ''],
  [{ comment: {} }, ''],
  [{}, ''],
])('the comment in %j is "%s"', (values, comment) => expect(commentFrom(values)).toBe(comment))

test('a blank reason is asked for again at its own input', () => {
  const modal = decisionModal(approval(), route(), 'reject')
  const input = modal.blocks.find(({ type }) => type === 'input')
  expect(Object.keys(missingReason('reject'))).toEqual([input?.block_id])
  expect(missingReason('reject')).not.toEqual(missingReason('approve'))
})

test('an answer in the modal’s place reads no markup', () => {
  const modal = answerModal('Approved by <!channel> *bold*. '.repeat(500))
  expect(modalProblems(modal)).toEqual([])
  expect(mrkdwnTexts(modal)).toEqual([])
  expect(asText(modal)).toMatch(/^Approved by <!channel> \*bold\*\./)
})
