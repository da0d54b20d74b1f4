import { createKms } from '../../local/aws/kms/kms.ts'
import { isSignedBy, publicKeyFrom } from '../../functions/aws/kms.ts'
import type { Approval } from '../../functions/domain/approval.ts'
import { requested, settled, withDeployment, withEntry } from '../../functions/domain/approval.ts'
import { attempt } from '../../functions/domain/attempt.ts'
import type { Signature } from '../../functions/domain/signature.ts'
import { factsOf, sha256, statementOf, verdictStatement } from '../../functions/domain/statement.ts'
import type { Services } from '../../functions/ports/services.ts'
import { MINUTE, START, actor, newApproval } from './records.ts'

export type Sign = (statement: string) => Promise<Signature>

/** A key in the local KMS, which really signs; and the thief's own, which signs as well. */
export const openKeys = () => {
  const kms = createKms({ accountId: '111122223333', region: 'eu-west-1', now: () => 0, keyIds: ['bot', 'thief'] })
  const arn = (id: string) => `arn:aws:kms:eu-west-1:111122223333:key/${id}`
  const { PublicKey } = kms.answer('GetPublicKey', { KeyId: arn('bot') }) as { PublicKey: string }
  const key = publicKeyFrom(PublicKey)
  const signBy = (id: string) => async (statement: string) => {
    const Message = Buffer.from(statement).toString('base64')
    const asked = { KeyId: arn(id), Message, SigningAlgorithm: 'ECDSA_SHA_256' }
    return { key: arn(id), value: (kms.answer('Sign', asked) as { Signature: string }).Signature }
  }
  const signatures: Services['signatures'] = {
    sign: signBy('bot'),
    verify: async (statement, signature) => signature.key === arn('bot') && isSignedBy(key, statement, signature.value),
  }
  return { signatures, signByThief: signBy('thief'), audit: { byArn: new Map([[arn('bot'), key]]), since: 0 } }
}

/** Refused, approved by two, verified, sent, live: twelve entries, as the bot writes them. */
export const honestApproval = async (sign: Sign): Promise<Approval> => {
  let approval = requested(newApproval())
  const vote = { do: 'vote', verdict: 'Approved', comment: 'seen' } as const
  ;[approval] = attempt(approval, actor('U0FINN'), vote, START + MINUTE)
  for (const [index, userId] of ['U0DANA', 'U0CHEN'].entries()) {
    const at = START + (index + 2) * MINUTE
    const facts = factsOf(approval)
    const signature = await sign(statementOf(approval, { userId, act: 'Approved', words: 'seen', at }, facts))
    ;[approval] = attempt(approval, actor(userId), vote, at, null, { ...facts, ...signature })
  }
  const at = START + 4 * MINUTE
  const { token, votes: cast, journal } = approval
  const said = {
    verdict: 'Approved' as const,
    votes: cast.map(({ signed }) => signed!.value),
    record: { entries: journal.count, hash: journal.head },
  }
  const tokenHash = sha256(token)
  const signature = await sign(verdictStatement(approval, { ...said, tokenHash, at }))
  const verified = withEntry(approval, at, { what: 'verified', ...said, signed: { ...signature, tokenHash } })
  const answered = withEntry(verified, at, { what: 'answered', verdict: 'Approved', answer: 'recorded', because: null })
  const ended = settled(answered, { how: 'slack', verdict: 'Approved' }, at)
  const live = withDeployment(ended, { name: 'live', at: at + MINUTE, summary: null }, at + MINUTE, at + MINUTE)
  return withEntry(live, at + MINUTE, { what: 'announced', event: 'decided' })
}
