import type { Decided } from '../../functions/domain/statement.ts'
import { deferredStatement, statementOf, verdictStatement } from '../../functions/domain/statement.ts'
import { START, actor, approval } from '../support/records.ts'

const of = approval()
const FACTS = { tokenHash: 't', revisions: ['4f9c2e1'], policy: 'p' }
const WHERE =
  '"where":{"accountId":"111122223333","action":"Approve","pipeline":"shop-web","region":"eu-west-1","stage":"Production"}'
/** In hexadecimal, as sha256sum prints it. */
const SHA256 = {
  revisions: 'b6237c11ab3cdefba94228696e73dabdae472fe4c31e273dca166df0a4cc04af',
  seen: '7208794c984ea1c75d13877c7427336fe98722c41a056eeee4f37360ec367123',
  cut: '51d277510ba4bf97b25f12d38513c1b620a2a33fc83b3beeeb0dd971bf429e6d',
  windows: '4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945',
  standsInFor: 'b17ee6636a1ba0331bb3702aceaf015749a92d768cf864ddf054d80a0612761f',
  votes: '79b834b8734a4029885baa6285f5340092585786b6852ece7a70634ad62d70dc',
}

/**
 * Byte by byte. Signatures are kept for years, and other programs verify them: another text under the same version would
 * make genuine signatures look forged.
 */
describe('the text that is signed', () => {
  const vote: Decided = { userId: 'U0CHEN', act: 'Approved', words: 'seen', at: START }

  test('for a vote', () => {
    expect(statementOf(of, vote, FACTS)).toBe(
      '{"act":"Approved","approval":"3f9ac2d13f9ac2d13f9ac2d13f9ac2d1","at":1795426200000,' +
        `"executionId":"5f0e9a11-2222-4333-8444-555566667777","policy":"p","revisions":"${SHA256.revisions}",` +
        `"tokenHash":"t","userId":"U0CHEN","version":1,${WHERE},"words":"${SHA256.seen}"}`,
    )
  })

  test('for an override has its windows as well', () => {
    const override: Decided = { ...vote, act: 'break-glass', windows: [] }
    expect(statementOf(of, override, FACTS)).toContain(`,${WHERE},"windows":"${SHA256.windows}","words":`)
  })

  test('for a vote with a chosen time, or in the place of another person, has that as well', () => {
    const [plain, timed] = [statementOf(of, vote, FACTS), statementOf(of, { ...vote, notBefore: 5 }, FACTS)]
    expect(timed).toContain('"notBefore":5,"policy"')
    const standsInFor = [{ userId: 'U0DANA', name: 'Dana', absence: 'a1' }]
    expect(statementOf(of, { ...vote, standsInFor }, FACTS)).toContain(`,"standsInFor":"${SHA256.standsInFor}",`)
    for (const name of ['notBefore', 'standsInFor']) expect(plain).not.toContain(name)
  })

  test('for a comment that was cut within a character is that of the comment as the table stores it', () => {
    expect(statementOf(of, { ...vote, words: 'a\ud83d' }, FACTS)).toContain(`"words":"${SHA256.cut}"`)
    expect(statementOf(of, { ...vote, words: 'a\ufffd' }, FACTS)).toContain(`"words":"${SHA256.cut}"`)
  })

  test('for a verdict', () => {
    const record = { entries: 3, hash: 'h' }
    const verified = { verdict: 'Approved', votes: ['v'], record, tokenHash: 't', at: START } as const
    expect(verdictStatement(of, verified)).toBe(
      '{"approval":"3f9ac2d13f9ac2d13f9ac2d13f9ac2d1","at":1795426200000,"decision":"Approved",' +
        '"executionId":"5f0e9a11-2222-4333-8444-555566667777","record":{"entries":3,"hash":"h"},' +
        `"tokenHash":"t","version":1,"votes":"${SHA256.votes}",${WHERE}}`,
    )
  })
})

test('the text that a deferred click is sealed with', () => {
  const act = { do: 'vote', verdict: 'Approved', comment: 'seen' } as const
  expect(deferredStatement(of.id, { who: actor('U0CHEN'), act, at: START })).toBe(
    '{"act":{"comment":"seen","do":"vote","verdict":"Approved"},"approval":"3f9ac2d13f9ac2d13f9ac2d13f9ac2d1",' +
      '"at":1795426200000,"userId":"U0CHEN"}',
  )
})
