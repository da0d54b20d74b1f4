import type { Absences } from '../functions/ports/absences.ts'

/** Where no one stands in for anyone who is away. */
export const NO_ABSENCES: Pick<Absences, 'endingFrom'> = { endingFrom: () => Promise.resolve([]) }
