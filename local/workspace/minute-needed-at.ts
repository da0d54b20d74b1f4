import { dueAt } from '../../functions/domain/attention.ts'
import { endOfAbsence } from '../../functions/domain/absence.ts'
import { endOfFreeze } from '../../functions/domain/freeze.ts'
import { lastRange } from '../../functions/domain/digest.ts'
import type { Services } from '../../functions/ports/services.ts'
import type { NeededAt } from '../clock.ts'

/** What the bot looks after by routine, in case an event was lost, is looked after this often while time is moved. */
const ROUTINE_MS = 24 * 3_600_000

/** From one digest to the next. */
const PERIOD = { daily: 24 * 3_600_000, weekly: 7 * 24 * 3_600_000 }

/**
 * The next minute in which an approval needs minute-passed, because it must be reminded of, say, or a freeze begins; a day
 * from now at the latest. A week has ten thousand minutes, and a person who moves the clock by one would wait for
 * each.
 */
export const minuteNeededAt =
  ({
    absences,
    attention,
    approvals,
    freezes,
    configuration,
    clock,
  }: Pick<Services, 'absences' | 'attention' | 'approvals' | 'freezes' | 'configuration' | 'clock'>): NeededAt =>
  async () => {
    const ids = (await attention.due(Number.MAX_SAFE_INTEGER)).flatMap((one) => ('approval' in one ? one.approval : []))
    const records = await Promise.all(ids.map((id) => approvals.read(id)))
    const times = records.map((record) => (record?.kind === 'approval' ? dueAt(record) : null) ?? Infinity)
    const ends = (await freezes.all()).flatMap((one) =>
      one.kind === 'freeze' && !one.freeze.isClosed ? endOfFreeze(one.freeze) : [],
    )
    const now = clock.now()
    const away = (await absences.endingFrom(now)).flatMap((one) =>
      one.kind === 'absence' ? [one.absence.from, endOfAbsence(one.absence)].filter((at) => at > now) : [],
    )
    const digests = configuration.digests.map((digest) => lastRange(digest, clock.now() + PERIOD[digest.every]).to)
    return Math.min(clock.now() + ROUTINE_MS, ...times, ...ends, ...away, ...digests)
  }
