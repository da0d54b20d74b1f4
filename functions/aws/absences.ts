import * as z from 'zod/mini'
import type { Clock } from '../clock.ts'
import type { Absence, AbsenceTurn, StoredAbsence } from '../domain/absence.ts'
import { absenceKeptUntil, absencesUntil, isAbsenceId } from '../domain/absence.ts'
import { DAY } from '../domain/time-units.ts'
import { parseAs } from '../malformed.ts'
import type { Absences } from '../ports/absences.ts'
import type { Log } from '../ports/log.ts'
import type { AwsConnection } from './connection.ts'
import { documentClient } from './document-client.ts'
import { itemsInPartition } from './partition.ts'
import { dynamoRecords, inSeconds } from './records.ts'

const ABSENT_PARTITION = 'ABSENCES'

const anyText = z.string()
const atMoment = z.int()
const ABSENCE_TURN = z.lazy(() =>
  z.object({
    userId: anyText,
    lease: z.nullable(z.object({ owner: anyText, until: atMoment })),
  }),
)
const PERSON_AWAY = z.object({ userId: anyText, name: anyText })
const ABSENCE_SIGNATURE = z.object({ key: anyText, value: anyText })

/** Strict in all that says who stands in for whom, and when. */
const STORED_ABSENCE = z.lazy(() =>
  z.looseObject({
    version: z.literal(1),
    id: anyText.check(z.refine(isAbsenceId)),
    by: PERSON_AWAY,
    standIn: PERSON_AWAY,
    from: atMoment,
    until: atMoment,
    setAt: atMoment,
    signed: ABSENCE_SIGNATURE,
    ended: z.exactOptional(z.object({ at: atMoment, signed: ABSENCE_SIGNATURE })),
    lookedIn: z.int().check(z.minimum(0), z.maximum(2)),
    retention: atMoment,
    journal: z.looseObject({ count: atMoment, unfiled: z.array(z.unknown()) }),
  }),
)

/** @throws {Malformed} */
const restoredAbsence = (data: unknown): Absence => {
  const absence = parseAs(STORED_ABSENCE, data, 'The absence') as unknown as Absence
  // Missing where an earlier version stored it, which told no stand-in.
  return { ...absence, notices: (absence as Partial<Absence>).notices ?? {} }
}

/** In the table of the objections, one partition for all, in the order of their ends. */
export const dynamoAbsences = (
  connection: AwsConnection,
  TableName: string,
  { clock, log }: { clock: Clock; log: Log },
): Absences => {
  const table = documentClient(connection)
  const readable = ({ sk, data }: Record<string, unknown>): StoredAbsence => {
    try {
      return { kind: 'absence', absence: restoredAbsence(data) }
    } catch (error) {
      return unreadable(`who stands in for people who are away (${String(sk).slice(0, 40)}) cannot be read`, error)
    }
  }
  const unreadable = (because: string, error: unknown): Extract<StoredAbsence, { kind: 'unreadable' }> => {
    log.error('An absence cannot be read', { because, error })
    log.count('AbsenceUnread')
    return { kind: 'unreadable', because }
  }
  return {
    ...dynamoRecords<Absence, string>(
      table,
      TableName,
      {
        keyOf: () => ABSENT_PARTITION,
        sortKeyOf: (id) => id,
        idOf: ({ id }) => id,
        indexed: (absence) => ({ expireAt: inSeconds(absenceKeptUntil(absence)) }),
        stored: (absence) => absence,
        restored: restoredAbsence,
      },
      clock,
    ),
    turns: dynamoRecords<AbsenceTurn, string>(
      table,
      TableName,
      {
        keyOf: (userId) => `ABSENCE-TURN#${userId}`,
        idOf: ({ userId }) => userId,
        indexed: ({ lease }) => ({ expireAt: inSeconds((lease?.until ?? clock.now()) + DAY) }),
        stored: (turn) => turn,
        restored: (data) => parseAs(ABSENCE_TURN, data, 'The turn to set an absence'),
      },
      clock,
    ),
    endingFrom: async (at) => {
      try {
        return (await itemsInPartition(table, TableName, ABSENT_PARTITION, absencesUntil(at))).map(readable)
      } catch (error) {
        return [{ ...unreadable('who stands in for people who are away could not be looked up', error), mayPass: true }]
      }
    },
  }
}
