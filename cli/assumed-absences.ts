import type { Absence } from '../functions/domain/absence.ts'
import { absenceId } from '../functions/domain/absence.ts'
import { emptyJournal } from '../functions/domain/journal.ts'
import type { Absences } from '../functions/ports/absences.ts'

/** Who is assumed to be away, and who stands in: Slack user IDs. */
export interface AssumedAbsence {
  userId: string
  standIn: string
}

/** What people have set, and these absences, at every moment; of a person who is assumed to be away, no other absence counts. */
export const withAssumed = (
  { endingFrom }: Pick<Absences, 'endingFrom'>,
  assumed: readonly AssumedAbsence[],
): Pick<Absences, 'endingFrom'> => ({
  endingFrom: async (at) => {
    const known = await endingFrom(at)
    const others = known.filter(
      (one) => one.kind !== 'absence' || assumed.every(({ userId }) => userId !== one.absence.by.userId),
    )
    return [...others, ...assumed.map((one) => ({ kind: 'absence' as const, absence: absenceAssumed(one) }))]
  },
})

const absenceAssumed = ({ userId, standIn }: AssumedAbsence): Absence => ({
  version: 1,
  id: absenceId(`${userId}=${standIn}`, FAR_OFF),
  by: { userId, name: userId },
  standIn: { userId: standIn, name: standIn },
  from: 0,
  until: FAR_OFF,
  setAt: 0,
  signed: { key: '', value: '' },
  lookedIn: 0,
  notices: {},
  retention: 0,
  journal: emptyJournal,
})

/** After every moment that people ask about. Epoch milliseconds. */
const FAR_OFF = 9_999_999_999_000
