import type { KeyObject } from 'node:crypto'
import { isSignedBy } from '../../functions/aws/kms.ts'
import { canonical } from '../../functions/domain/canonical.ts'
import { sha256 } from '../../functions/domain/statement.ts'
import { ownEntry } from '../../functions/own-entry.ts'
import type { Attestation } from '../../functions/record/attestation.ts'

type Signed = Attestation['predicate']['sender']

/**
 * What is wrong with an attestation besides its own signature, in clauses: what the key for votes did not sign, and what
 * it signed and the attestation says otherwise. A thief of the key for attestations alone cannot write one without.
 */
export const attestationFlaws = ({ predicate }: Attestation, keys: readonly KeyObject[]): string[] => {
  const { approval, executionId, pipeline, votes, override, sender, record } = predicate
  const { account: accountId, region, name, stage, action } = pipeline
  const common = {
    approval,
    executionId,
    where: { accountId, region, pipeline: name, stage, action },
  }
  const flawsOf = (what: string, { statement, signature }: Signed, expected: Record<string, unknown>): string[] => {
    if (!keys.some((key) => isSignedBy(key, statement, signature)))
      return [`${what} is not signed with a key that you gave`]
    const said = objectIn(statement)
    const wrong = Object.entries(expected).flatMap(([name, value]) =>
      canonical(ownEntry(said, name) ?? null) === canonical(value) ? [] : [name],
    )
    return wrong.length > 0 ? [`${what} has another ${wrong.join(', ')} than what was signed`] : []
  }
  return [
    ...votes.flatMap((vote) =>
      flawsOf(`the vote of ${vote.user}`, vote, {
        ...common,
        revisions: sha256(canonical(vote.revisions)),
        userId: vote.user,
        act: 'Approved',
        words: sha256(vote.comment),
        at: Date.parse(vote.at),
        standsInFor: vote.standsInFor
          ? sha256(canonical(vote.standsInFor.map(({ user, name, absence }) => ({ userId: user, name, absence }))))
          : null,
      }),
    ),
    ...(override
      ? flawsOf(`the override of ${override.user}`, override, {
          ...common,
          userId: override.user,
          act: 'break-glass',
          words: sha256(override.reason),
          at: Date.parse(override.at),
        })
      : []),
    ...flawsOf('the verdict', sender, {
      ...common,
      decision: 'Approved',
      votes: sha256(canonical(votes.map(({ signature }) => signature))),
      record,
      at: Date.parse(predicate.approvedAt),
    }),
    ...(votes.length === 0 && !predicate.automatic ? ['it has neither a vote nor a rule'] : []),
  ]
}

const objectIn = (statement: string): Record<string, unknown> => {
  try {
    const value: unknown = JSON.parse(statement)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
