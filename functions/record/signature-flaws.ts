import type { KeyObject } from 'node:crypto'
import { isSignedBy } from '../aws/kms.ts'
import type { Entry, Happening } from '../domain/journal.ts'
import { MINUTE } from '../domain/time-units.ts'
import { decidedIn, freezeActIn, recordedRequest, signedStatement } from './signed-statement.ts'

/** The keys whose signatures count, and since when the installation signs. */
export interface AuditKeys {
  byArn: ReadonlyMap<string, KeyObject>
  /** Epoch milliseconds. */
  since: number
}

/** While a new version is deployed, the key is there before the functions that use it. */
const DEPLOYED_WITHIN = 15 * MINUTE

/** The keys of an installation. `createdAt`: epoch milliseconds. */
export const auditKeys = (keys: readonly { arn: string; key: KeyObject; createdAt: number }[]): AuditKeys => ({
  byArn: new Map(keys.map(({ arn, key }) => [arn, key])),
  since: Math.min(...keys.map(({ createdAt }) => createdAt)) + DEPLOYED_WITHIN,
})

/**
 * What is wrong with the signatures of an approval's entries, in clauses. A person who can write to the table can make
 * new hashes, and no signature: not of a vote, a withdrawal or an override, and not of the sender's verification, which
 * covers all entries before it.
 */
export const signatureFlaws = (approval: string, entries: readonly Entry[], { byArn, since }: AuditKeys): string[] => {
  const request = recordedRequest(entries)
  // The time of an entry is not signed if the entry is not: one with an early time after a later one must be signed as well.
  const firstSigned = entries.find(({ at }) => at >= since)?.number ?? Infinity
  const mustBeSigned = ({ number }: Entry): boolean => number >= firstSigned

  const isGenuineEntry = (entry: Entry): boolean => {
    const signed = signedStatement(approval, request, entry)
    const key = signed ? byArn.get(signed.key) : undefined
    return signed !== null && key !== undefined && isSignedBy(key, signed.statement, signed.value)
  }

  const flawsOf = (entry: Entry): string[] => {
    const { number, happened } = entry
    const isVerification = happened.what === 'verified'
    if (!isVerification && !decidedIn(entry) && !freezeActIn(happened) && !SIGNED_ALONE.has(happened.what)) return []
    if (!('signed' in happened) || !happened.signed)
      return mustBeSigned(entry) || isVerification ? [`entry ${number} is not signed`] : []
    if (!isGenuineEntry(entry)) return [`entry ${number} is not the one that was signed`]
    if (!isVerification) return []
    const { record } = happened
    const early = earlyFor(entries, entry)
    if (early !== null) return [`entry ${number} has a verdict before the time that ${early} chose`]
    const covered = entries.find((other) => other.number === record.entries)
    return covered?.hash === record.hash || record.entries < entries[0]!.number
      ? []
      : [`entry ${number} covers other entries than those before it`]
  }

  return [
    ...entries.flatMap(flawsOf),
    ...entries.flatMap((entry, index) => {
      const { happened, number } = entry
      if (!mustBeSigned(entry) || !isSent(happened)) return []
      const before = entries.slice(0, index).map((other) => other.happened)
      const verdict =
        'verdict' in happened ? happened.verdict : 'verdict' in happened.outcome ? happened.outcome.verdict : null
      return before.some((one) => one.what === 'verified' && one.verdict === verdict)
        ? []
        : [`entry ${number} has a verdict that no sender has verified`]
    }),
  ]
}

/** Entries of other chains than those of approvals and freezes that people sign. */
const SIGNED_ALONE = new Set<Happening['what']>(['steering-requested', 'absence-set', 'absence-ended'])

/** Who chose a later time than that at which the sender verified the verdict, by a vote that makes it; null if no one did. */
const earlyFor = (entries: readonly Entry[], { at, happened }: Entry): string | null => {
  if (happened.what !== 'verified') return null
  const early = entries.find(
    ({ happened: one }) =>
      one.what === 'voted' &&
      one.notBefore !== undefined &&
      at < one.notBefore &&
      one.signed !== undefined &&
      happened.votes.includes(one.signed.value),
  )
  return early?.happened.what === 'voted' ? early.happened.who.userId : null
}

/** The verdict reached AWS. */
const isSent = (happened: Happening): happened is Extract<Happening, { what: 'answered' | 'settled' }> =>
  happened.what === 'answered' || (happened.what === 'settled' && happened.outcome.how === 'slack')
