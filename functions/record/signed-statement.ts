import type { Entry, Happening } from '../domain/journal.ts'
import { absenceStatement, type AbsenceAct } from '../domain/absence.ts'
import type { Actor } from '../domain/act.ts'
import { freezeStatement, type SignedFreezeAct } from '../domain/freeze.ts'
import { steeringStatement } from '../domain/steering.ts'
import type { Signature } from '../domain/signature.ts'
import { type Decided, statementOf, verdictStatement } from '../domain/statement.ts'

type Requested = Extract<Happening, { what: 'requested' }>

/** What an entry's signature is over, and the signature. */
export interface SignedStatement extends Signature {
  statement: string
}

/** The entry that says what was requested; undefined if none is there. */
export const recordedRequest = (entries: readonly Entry[]): Requested | undefined =>
  entries.map(({ happened }) => happened).find((happened): happened is Requested => happened.what === 'requested')

/** What was signed when the entry was made, by the entry and the request; null for an entry without a signature. */
export const signedStatement = (
  approval: string,
  request: Requested | undefined,
  entry: Entry,
): SignedStatement | null => {
  const { at, happened } = entry
  const ofFreeze = freezeActIn(happened)
  if (ofFreeze) {
    const { act, who, signed } = ofFreeze
    return { ...signed, statement: freezeStatement(approval, act, who.userId, at) }
  }
  if (happened.what === 'absence-set' || happened.what === 'absence-ended') {
    const { who, signed, ...act } = happened satisfies AbsenceAct & { who: Actor }
    return { ...signed, statement: absenceStatement(approval, act, who.userId, at) }
  }
  if (happened.what === 'steering-requested') {
    const { who, steering, signed } = happened
    return { ...signed, statement: steeringStatement(approval, steering, who.userId, at) }
  }
  if (!request) return null
  const of = { id: approval, ...request }
  if (happened.what === 'verified') {
    const { verdict, votes, record, signed } = happened
    const { key, value, tokenHash } = signed
    return { key, value, statement: verdictStatement(of, { verdict, votes, record, tokenHash, at }) }
  }
  const decided = decidedIn(entry)
  if (!decided || !('signed' in happened) || !happened.signed || !('tokenHash' in happened.signed)) return null
  const { key, value, ...facts } = happened.signed
  return { key, value, statement: statementOf(of, decided, facts) }
}

/** What a person did to a freeze, of an entry of the freeze's own chain; null for any other entry. */
export const freezeActIn = (happened: Happening): Pick<SignedFreezeAct, 'act' | 'who' | 'signed'> | null => {
  if (!('reason' in happened) || happened.what === 'glass-broken') return null
  const { who, signed, ...act } = happened
  return { act, who, signed }
}

/** What a person decided, of an entry that must be signed; null for any other entry. */
export const decidedIn = ({ at, happened }: Entry): Decided | null => {
  switch (happened.what) {
    case 'voted': {
      const { who, verdict, comment, notBefore, standsInFor } = happened
      return {
        ...{ userId: who.userId, act: verdict, words: comment, at },
        ...(notBefore !== undefined && { notBefore }),
        ...(standsInFor && { standsInFor }),
      }
    }
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
