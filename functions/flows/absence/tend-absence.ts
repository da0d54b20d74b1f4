import { isNews, withItsTimeOver, withLook } from '../../domain/absence.ts'
import type { Absence } from '../../domain/absence.ts'
import { filed, toFile } from '../../domain/journal.ts'
import type { Services } from '../../ports/services.ts'
import { lookAgain } from '../approval/look-again.ts'
import type { Performed } from '../effects/performed.ts'
import { done } from '../effects/performed.ts'

/**
 * Story: a person has said who answers for them, they are away now, or they are back. The approvals that wait for them are
 * looked at again, and its entries become part of the audit record.
 */
export const tendAbsence = async (services: Services, id: string): Promise<Performed> => {
  const { absences, clock, log } = services
  const absence = await absences.change(id, (current) => {
    const next = withItsTimeOver(current, clock.now())
    return [next, next]
  })
  if (!absence) return done()
  const now = clock.now()
  if (isNews(absence, now)) {
    const looked = await lookAgain(services, ({ resolvedPolicy }) =>
      (resolvedPolicy?.policy.rules ?? []).some(({ people }) => people.includes(absence.by.userId)),
    )
    await absences.change(id, (current) => [withLook(current, now), null])
    log.info('Approvals are looked at again, because of an absence', { absence: id, approvals: looked })
  }
  await fileAbsenceEntries(services, id)
  return done()
}

/** An entry is always in the absence or in the audit record. */
const fileAbsenceEntries = async ({ entries, absences }: Services, id: string): Promise<void> => {
  const absence: Absence | null = await absences.read(id)
  const last = absence?.journal.unfiled.at(-1)
  if (!absence || !last) return
  await entries.file(toFile(absence.journal).map((one) => ({ ...one, where: null })))
  await absences.change(id, (current) => [{ ...current, journal: filed(current.journal, last.number) }, null], {
    from: absence,
  })
}
