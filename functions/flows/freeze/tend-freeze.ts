import type { Freeze, FreezeNotice } from '../../domain/freeze.ts'
import { dueFreezeNotices, withFreezeEntry, withItsEnd } from '../../domain/freeze.ts'
import { filed, toFile } from '../../domain/journal.ts'
import { matchesPattern } from '../../domain/name-pattern.ts'
import { acquireDelivery, noticeSaid } from '../../domain/notice-delivery.ts'
import type { Services } from '../../ports/services.ts'
import { lookAgain } from '../approval/look-again.ts'
import type { Performed } from '../effects/performed.ts'
import { done } from '../effects/performed.ts'
import { deliverNotice } from '../show/deliver-notice.ts'

/**
 * Story: a freeze was set, lengthened or lifted, or its time is over. Its entries become part of the audit record, its
 * channels are told, and the approvals that wait are looked at again: last, because there may be thousands.
 */
export const tendFreeze = async (services: Services, id: string): Promise<Performed> => {
  const { clock, freezes } = services
  const freeze = await freezes.change(id, (current) => {
    const next = withItsEnd(current, clock.now())
    return [next, next]
  })
  if (!freeze) return done()
  await fileFreezeEntries(services, id)
  const told = dueFreezeNotices(freeze, clock.now()).length > 0 ? await tellFreeze(services, id) : done()
  if (freeze.appliedActs < freeze.acts) await lookAtApprovals(services, freeze)
  return told
}

const lookAtApprovals = async (services: Services, { id, patterns, acts }: Freeze): Promise<void> => {
  const { freezes, log } = services
  const approvals = await lookAgain(services, ({ where }) => matchesPattern(patterns, where.pipeline))
  await freezes.change(id, (current) => [{ ...current, appliedActs: Math.max(current.appliedActs, acts) }, null])
  log.info('Approvals are looked at again, because of a freeze', { freeze: id, approvals })
}

/** An entry is always in the freeze or in the audit record. */
const fileFreezeEntries = async ({ entries, freezes }: Services, id: string): Promise<void> => {
  const freeze = await freezes.read(id)
  const last = freeze?.journal.unfiled.at(-1)
  if (!freeze || !last) return
  await entries.file(toFile(freeze.journal).map((one) => ({ ...one, where: null })))
  await freezes.change(id, (current) => [{ ...current, journal: filed(current.journal, last.number) }, null], {
    from: freeze,
  })
}

const tellFreeze = (services: Services, id: string): Promise<Performed> => {
  const { freezes } = services
  return deliverNotice<Freeze, FreezeNotice>(services, {
    read: () => freezes.read(id),
    change: (step, from) => freezes.change(id, step, from && { from }),
    tellEnd: () => Promise.resolve(null),
    acquire: (freeze, owner, now) => {
      const [notice] = dueFreezeNotices(freeze, now)
      return notice ? acquireDelivery(freeze, notice, owner, now) : [freeze, { kind: 'none' }]
    },
    prepare: (freeze) => Promise.resolve(freeze),
    channelOf: (_, { channel }) => ({ channel, under: null }),
    card: (freeze, notice) => ({ kind: 'freeze', notice, freeze, mention: [] }),
    beganAt: ({ from }) => from,
    said: (current, _, { notice: { kind, key }, at, place, channel }) =>
      withFreezeEntry(noticeSaid(current, key, { at, place }), at, {
        what: 'told',
        notice: kind,
        key,
        mentioned: [],
        channel,
      }),
    next: () => [],
    effect: { do: 'tend-freeze', freeze: id },
    about: { freeze: id },
  })
}
