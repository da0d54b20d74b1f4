import { requested, withEntry } from '../../../functions/domain/approval.ts'
import { attempt } from '../../../functions/domain/attempt.ts'
import { factsOf, sha256, statementOf, verdictStatement } from '../../../functions/domain/statement.ts'
import { signatureFlaws } from '../../../functions/record/signature-flaws.ts'
import { DAY, MINUTE, POLICY, START, actor, newApproval, under } from '../../support/records.ts'
import { openKeys } from '../../support/signed-record.ts'

const KEYS = openKeys()
const CHOSEN = START + 60 * MINUTE
const [RULE] = POLICY.rules

/** Dana approves for an hour later, and a sender that holds the key verifies the verdict at this time. */
const flawsOfVerdictAt = async (verifiedAt: number): Promise<string[]> => {
  const policy = { ...POLICY, rules: [{ ...RULE!, people: ['U0DANA'], count: 1 }], later: { within: DAY } }
  const asked = under(requested(newApproval()), policy)
  const [facts, at] = [factsOf(asked), START + MINUTE]
  const said = { userId: 'U0DANA', act: 'Approved', words: '', at, notBefore: CHOSEN } as const
  const signed = { ...facts, ...(await KEYS.signatures.sign(statementOf(asked, said, facts))) }
  const vote = { do: 'vote', verdict: 'Approved', comment: '', notBefore: CHOSEN } as const
  const [approved] = attempt(asked, actor('U0DANA'), vote, at, null, signed)
  const { journal, token } = approved
  const record = { entries: journal.count, hash: journal.head }
  const sent = { verdict: 'Approved' as const, votes: [signed.value], record }
  const tokenHash = sha256(token)
  const signature = await KEYS.signatures.sign(verdictStatement(approved, { ...sent, tokenHash, at: verifiedAt }))
  const happened = { what: 'verified' as const, ...sent, signed: { ...signature, tokenHash } }
  const { id, journal: written } = withEntry(approved, verifiedAt, happened)
  return signatureFlaws(id, written.unfiled, KEYS.audit)
}

test('a verdict before the time that its approver chose is found, although every signature is genuine', async () => {
  expect(await flawsOfVerdictAt(CHOSEN - 1)).toEqual([
    expect.stringMatching(/^entry \d+ has a verdict before the time that U0DANA chose$/),
  ])
  expect(await flawsOfVerdictAt(CHOSEN)).toEqual([])
})
