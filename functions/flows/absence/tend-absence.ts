import { dueAbsenceNotice, isNews, withItsTimeOver, withLook } from '../../domain/absence.ts'
import type { Absence, AbsenceNotice } from '../../domain/absence.ts'
import { filed, toFile } from '../../domain/journal.ts'
import { acquireDelivery, noticeSaid } from '../../domain/notice-delivery.ts'
import type { Services } from '../../ports/services.ts'
import { lookAgain } from '../approval/look-again.ts'
import type { Performed } from '../effects/performed.ts'
import { done } from '../effects/performed.ts'
import { deliverNotice } from '../show/deliver-notice.ts'

/**
 * Story: a person has said who answers for them, they are away now, or they are back. The entries of that become part of the
 * audit record, the person who stands in is told, and the approvals that wait for them are looked at again.
 */
export const tendAbsence = async (services: Services, id: string): Promise<Performed> => {
  const { absences, clock, log } = services
  const absence = await absences.change(id, (current) => {
    const next = withItsTimeOver(current, clock.now())
    return [next, next]
  })
  if (!absence) return done()
  const now = clock.now()
  await fileAbsenceEntries(services, id)
  const told = dueAbsenceNotice(absence, now) ? await tellStandIn(services, id) : done()
  if (isNews(absence, now)) {
    const looked = await lookAgain(services, ({ resolvedPolicy }) =>
      (resolvedPolicy?.policy.rules ?? []).some(({ people }) => people.includes(absence.by.userId)),
    )
    await absences.change(id, (current) => [withLook(current, now), null])
    log.info('Approvals are looked at again, because of an absence', { absence: id, approvals: looked })
  }
  return told
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

const tellStandIn = (services: Services, id: string): Promise<Performed> => {
  const { absences } = services
  return deliverNotice<Absence, AbsenceNotice>(services, {
    read: () => absences.read(id),
    change: (step, from) => absences.change(id, step, from && { from }),
    tellEnd: () => Promise.resolve(null),
    acquire: (absence, owner, now) => {
      const notice = dueAbsenceNotice(absence, now)
      return notice ? acquireDelivery(absence, notice, owner, now) : [absence, { kind: 'none' }]
    },
    prepare: (absence) => Promise.resolve(absence),
    channelOf: (_, { channel }) => ({ channel, under: null }),
    card: (absence, notice) => ({ kind: 'absence', notice, absence, mention: [] }),
    beganAt: ({ setAt }) => setAt,
    said: (current, _, { notice: { key }, at, place }) => noticeSaid(current, key, { at, place }),
    next: () => [],
    effect: { do: 'tend-absence', absence: id },
    about: { absence: id },
  })
}
