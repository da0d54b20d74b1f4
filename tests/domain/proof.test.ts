import { doubtAbout } from '../../functions/domain/proof.ts'
import type { Vote } from '../../functions/domain/policy.ts'
import { CARDS, ROUNDING, approval, policy, rule, vote } from '../support/records.ts'

describe('a verdict with genuine signatures', () => {
  const ONE = policy([rule('engineers', ['U0DANA'])])
  const of = approval()
  /** Dana's vote on these revisions. */
  const signed = (...revisions: string[]): Vote => ({
    ...vote('U0DANA'),
    signed: { key: 'k', value: 'v', tokenHash: 't', policy: null, revisions },
  })
  /** Two revisions of an execution that waits, in CodePipeline's order. */
  const evidence = {
    executionId: of.executionId,
    revisions: [ROUNDING.id, CARDS.id],
    policy: ONE,
    objections: [],
    escalated: null,
  }
  const doubt = (votes: Vote[], more: Partial<typeof evidence> = {}) =>
    doubtAbout(of, 'Approved', votes, null, { ...evidence, ...more })

  test('is sent if the votes were cast on the revisions that wait, in whatever order', () => {
    expect(doubt([signed(CARDS.id, ROUNDING.id)])).toBeNull()
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
    expect(doubt([signed(CARDS.id, ROUNDING.id)], { executionId: 'another' })).toMatchObject({ kind: 'tampered' })
  })

  test('is not met if the votes are too few for the policy as it is now', () => {
    expect(doubt([signed(CARDS.id, ROUNDING.id)], { policy: policy([rule('leads', ['U0ELI'])]) })).toMatchObject({
      kind: 'not-met',
    })
  })
})
