import { createHash } from 'node:crypto'
import type { Act } from './act.ts'
import type { Approval, DeferredClick } from './approval.ts'
import { canonical } from './canonical.ts'
import type { RecordedHead } from './journal.ts'
import type { Policy, Verdict } from './policy.ts'
import { recordedPolicy } from './recorded.ts'
import type { SignedFacts } from './signature.ts'
import type { StoodIn } from './stand-in.ts'
import type { Window } from './window.ts'

/** What a person decided, as it is signed. */
export interface Decided {
  userId: string
  act: Verdict | Exclude<Act['do'], 'vote' | 'take-newer' | 'deploy-now'>
  /** Their comment or reason. */
  words: string
  at: number
  /** The time that an approver chose for the verdict. */
  notBefore?: number
  /** The absent people for whom they decided. */
  standsInFor?: readonly StoodIn[]
  /** The windows that an override lifts. */
  windows?: readonly Window[]
}

type StatedRequest = Pick<Approval, 'id' | 'where' | 'executionId'>

/** What every statement names: which approval it is about. */
const headOf = (
  { id, where: { accountId, region, pipeline, stage, action }, executionId }: StatedRequest,
  tokenHash: string,
) => ({ version: 1, approval: id, tokenHash, where: { accountId, region, pipeline, stage, action }, executionId })

/**
 * The text that is signed: JSON with sorted keys, of at most about 1 kB, because KMS signs no more than 4 kB. What may be
 * longer is in it as its SHA-256.
 */
export const statementOf = (
  request: StatedRequest,
  { userId, act, words, at, notBefore, standsInFor, windows }: Decided,
  { tokenHash, revisions, policy }: SignedFacts,
): string =>
  canonical({
    ...headOf(request, tokenHash),
    revisions: sha256(canonical(revisions)),
    userId,
    act,
    words: sha256(words),
    at,
    policy,
    ...(notBefore !== undefined && { notBefore }),
    ...(standsInFor && { standsInFor: sha256(canonical(standsInFor)) }),
    ...(windows && { windows: sha256(canonical(windows)) }),
  })

/** The text that a deferred click is sealed with. */
export const deferredStatement = (approval: string, { who, act, at }: DeferredClick): string =>
  canonical({ approval, userId: who.userId, act, at })

/** The facts of an approval as it stands. */
export const factsOf = ({ token, change, resolvedPolicy }: Approval): SignedFacts => ({
  tokenHash: sha256(token),
  revisions: change.revisions.map(({ id }) => id),
  policy: policyHash(resolvedPolicy?.policy ?? null),
})

export const policyHash = (policy: Policy | null): string | null => policy && sha256(canonical(recordedPolicy(policy)))

/** Of the UTF-8, in hexadecimal. A lone surrogate counts as the replacement character, as when a table stores it. */
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** What the sender signs before it sends a verdict: the votes that make it, and the audit record up to then. */
export interface VerifiedVerdict {
  verdict: Verdict
  /** The signatures of the votes. */
  votes: readonly string[]
  record: RecordedHead
  /** SHA-256 of the approval's token. */
  tokenHash: string
  at: number
}

export const verdictStatement = (
  request: StatedRequest,
  { verdict, votes, record: { entries, hash }, tokenHash, at }: VerifiedVerdict,
): string =>
  canonical({
    ...headOf(request, tokenHash),
    decision: verdict,
    votes: sha256(canonical(votes)),
    record: { entries, hash },
    at,
  })
