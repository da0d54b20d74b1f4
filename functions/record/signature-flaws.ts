import type { KeyObject } from 'node:crypto'
import { isSignedBy } from '../aws/kms.ts'
import type { Entry, Happening } from '../domain/journal.ts'
import type { Signature } from '../domain/signature.ts'
import { MINUTE } from '../domain/time-units.ts'
import { type Decided, statementOf, verdictStatement } from '../domain/statement.ts'

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

type Requested = Extract<Happening, { what: 'requested' }>

/**
 * What is wrong with the signatures of an approval's entries, in clauses. A person who can write to the table can make
 * new hashes, and no signature: not of a vote, a withdrawal or an override, and not of the sender's verification, which
 * covers all entries before it.
 */
export const signatureFlaws = (approval: string, entries: readonly Entry[], { byArn, since }: AuditKeys): string[] => {
  const request = entries.find(({ happened }) => happened.what === 'requested')?.happened as Requested | undefined
  const isGenuine = (statement: string, { key, value }: Signature): boolean => {
    const known = byArn.get(key)
    return known !== undefined && isSignedBy(known, statement, value)
  }
  const mustBeSigned = ({ at }: Entry): boolean => at >= since

  const flawsOf = (entry: Entry): string[] => {
    const { number, at, happened } = entry
    const decided = decidedIn(entry)
    if (decided && 'signed' in happened && happened.what !== 'verified' && happened.signed) {
      const { key, value, ...facts } = happened.signed
      const statement = request && statementOf({ id: approval, ...request }, decided, facts)
      return statement && isGenuine(statement, { key, value }) ? [] : [`entry ${number} is not the one that was signed`]
    }
    if (decided) return mustBeSigned(entry) ? [`entry ${number} is not signed`] : []
    if (happened.what === 'verified') {
      const { verdict, votes, record, signed } = happened
      const statement =
        request &&
        verdictStatement({ id: approval, ...request }, { verdict, votes, record, tokenHash: signed.tokenHash, at })
      if (!statement || !isGenuine(statement, signed)) return [`entry ${number} is not the one that was signed`]
      const covered = entries.find((other) => other.number === record.entries)
      return covered?.hash === record.hash || record.entries < entries[0]!.number
        ? []
        : [`entry ${number} covers other entries than those before it`]
    }
    return []
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

/** The verdict reached AWS. */
const isSent = (happened: Happening): happened is Extract<Happening, { what: 'answered' | 'settled' }> =>
  happened.what === 'answered' || (happened.what === 'settled' && happened.outcome.how === 'slack')

const decidedIn = ({ at, happened }: Entry): Decided | null => {
  switch (happened.what) {
    case 'voted':
      return { userId: happened.who.userId, act: happened.verdict, words: happened.comment, at }
    case 'withdrawn':
      return { userId: happened.who.userId, act: 'withdraw', words: '', at }
    case 'automatic-stopped':
      return { userId: happened.who.userId, act: 'stop-automatic', words: '', at }
    case 'override-confirmed':
      return { userId: happened.who.userId, act: 'confirm-override', words: happened.comment, at }
    case 'glass-broken': {
      const { who, reason, windows } = happened
      return { userId: who.userId, act: 'break-glass', words: reason, at, ...(windows && { windows }) }
    }
    default:
      return null
  }
}
