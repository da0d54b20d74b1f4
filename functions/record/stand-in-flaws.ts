import type { Entry } from '../domain/journal.ts'
import { isAbsenceId } from '../domain/absence.ts'
import { absenceIn } from './absence-flaws.ts'
import type { AuditKeys } from './signature-flaws.ts'
import { signatureFlaws } from './signature-flaws.ts'

/** The chain of an absence in the audit record, and what is wrong with it. */
export interface AbsenceRecord {
  entries: readonly Entry[]
  flaws: readonly string[]
}

/**
 * What is wrong with the votes for absent people, in clauses: each names the absence in which that person had named the one
 * who voted, and it must say so for the time of the vote. `keys`: null where signatures are not verified.
 */
export const standInFlaws = async (
  entries: readonly Entry[],
  read: (absence: string) => Promise<AbsenceRecord>,
  keys: AuditKeys | null,
): Promise<string[]> => {
  const claims = entries.flatMap(({ number, at, happened }) =>
    happened.what === 'voted'
      ? (happened.standsInFor ?? []).map((absent) => ({ number, at, userId: happened.who.userId, absent }))
      : [],
  )
  const checked = await Promise.all(
    claims.map(async ({ number, at, userId, absent }): Promise<string[]> => {
      const allowed = isAbsenceId(absent.absence) ? allowedBy(await read(absent.absence), absent.absence, keys) : null
      const isAllowed =
        allowed !== null &&
        allowed.who.userId === absent.userId &&
        allowed.standIn.userId === userId &&
        allowed.from <= at &&
        at < allowed.end
      return isAllowed
        ? []
        : [
            `entry ${number} is a vote for ${absent.userId}, who had not named ${userId} as their stand-in for that time`,
          ]
    }),
  )
  return checked.flat()
}

const allowedBy = ({ entries, flaws }: AbsenceRecord, id: string, keys: AuditKeys | null) =>
  flaws.length > 0 || (keys && signatureFlaws(id, entries, keys).length > 0) ? null : absenceIn(entries)
