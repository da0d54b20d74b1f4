import type { ApprovalRecord } from '../../functions/record/record-reader.ts'
import type { Entry, Happening } from '../../functions/domain/journal.ts'
import { matchesPattern } from '../../functions/domain/name-pattern.ts'
import type { Actor } from '../../functions/domain/act.ts'

export interface Wanted {
  pipeline?: string
  /** A Slack user ID or an e-mail address. */
  person?: string
}

/** The entries of a record for the pipeline, and by or about the person. */
export const wantedEntries = (record: ApprovalRecord, { pipeline, person }: Wanted): Entry[] => {
  if (pipeline !== undefined && !isAbout(record, pipeline)) return []
  if (person === undefined) return record.entries
  const ids = new Set([person, ...record.entries.flatMap(({ happened }) => idOf(happened, person))])
  return record.entries.filter(({ happened }) => peopleIn(happened).some((id) => ids.has(id)))
}

/** A freeze is about every pipeline that its patterns match. */
const isAbout = ({ where, entries }: ApprovalRecord, pipeline: string): boolean =>
  where?.pipeline === pipeline ||
  entries.some(
    ({ happened }) =>
      (happened.what === 'freeze-set' && matchesPattern(happened.patterns, pipeline)) ||
      (happened.what === 'steering-requested' && happened.steering.execution.pipeline === pipeline),
  )

/** The person who acted; null for an entry without one. */
export const actorOf = (happened: Happening): Actor | null => ('who' in happened ? happened.who : null)

/** The user ID that this entry gives for an e-mail address. */
const idOf = (happened: Happening, email: string): string[] => {
  const actor = actorOf(happened)
  return actor?.email?.toLowerCase() === email.toLowerCase() ? [actor.userId] : []
}

const peopleIn = (happened: Happening): string[] => [
  ...(actorOf(happened) ? [actorOf(happened)!.userId] : []),
  ...(happened.what === 'absence-set' ? [happened.standIn.userId] : []),
  ...(happened.what === 'voted' ? (happened.standsInFor ?? []).map(({ userId }) => userId) : []),
  ...(happened.what === 'decided' ? happened.by : []),
  ...(happened.what === 'past-policy' && happened.userId ? [happened.userId] : []),
  ...(happened.what === 'approval-skipped' && happened.overriddenBy ? [happened.overriddenBy] : []),
  ...(happened.what === 'told' && 'length' in happened.mentioned ? happened.mentioned : []),
]
