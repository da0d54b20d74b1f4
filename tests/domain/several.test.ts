import type { SeveralAnswers } from '../../functions/domain/several.ts'
import { offerStatement, severalStatement } from '../../functions/domain/several.ts'
import { START, actor } from '../support/records.ts'

const ANSWERS: SeveralAnswers = {
  id: 'several-1',
  approvals: ['a', 'b'],
  verdict: 'Approved',
  comment: 'seen',
  who: actor('U0DANA', { from: 'C1' }),
  at: START,
}
const OFFER = { approvals: ['a', 'b'], rest: 1 }

test.each<[string, SeveralAnswers]>([
  ['another form', { ...ANSWERS, id: 'several-2' }],
  ['one approval more', { ...ANSWERS, approvals: ['a', 'b', 'c'] }],
  ['one approval less', { ...ANSWERS, approvals: ['a'] }],
  ['the other verdict', { ...ANSWERS, verdict: 'Rejected' }],
  ['another comment', { ...ANSWERS, comment: 'seen it' }],
  ['another person', { ...ANSWERS, who: { ...ANSWERS.who, userId: 'U0ELI' } }],
  ['another place', { ...ANSWERS, who: { ...ANSWERS.who, from: null } }],
  ['another time', { ...ANSWERS, at: START + 1 }],
])('the seal of an answer to several holds for no answer with %s', (_, other) => {
  expect(severalStatement(other)).not.toBe(severalStatement(ANSWERS))
})

test.each([
  ['other approvals', { ...OFFER, approvals: ['a'] }, 'U0DANA'],
  ['another rest', { ...OFFER, rest: 0 }, 'U0DANA'],
  ['another person', OFFER, 'U0ELI'],
])('the seal of an offer holds for no offer with %s', (_, other, userId) => {
  expect(offerStatement(other, userId)).not.toBe(offerStatement(OFFER, 'U0DANA'))
})
