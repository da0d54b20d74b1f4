import * as z from 'zod/mini'
import type { Clock } from '../clock.ts'
import type { Freeze, StoredFreeze } from '../domain/freeze.ts'
import { freezeKeptUntil, isFreezeId } from '../domain/freeze.ts'
import { isNamePattern } from '../domain/name-pattern.ts'
import { parseAs } from '../malformed.ts'
import type { Freezes } from '../ports/freezes.ts'
import type { Log } from '../ports/log.ts'
import type { AwsConnection } from './connection.ts'
import { documentClient } from './document-client.ts'
import { itemsInPartition } from './partition.ts'
import { dynamoRecords, inSeconds } from './records.ts'

const PARTITION = 'FREEZES'

const string = z.string()
const epoch = z.int()
const BY_PERSON = { userId: string, name: string }

/** Strict in all that says what is frozen and until when. */
const STORED_FREEZE = z.lazy(() =>
  z.looseObject({
    version: z.literal(1),
    id: string.check(z.refine(isFreezeId)),
    patterns: z.array(string.check(z.refine(isNamePattern))).check(z.minLength(1)),
    reason: string,
    from: epoch,
    until: epoch,
    by: z.object(BY_PERSON),
    lifted: z.exactOptional(z.object({ ...BY_PERSON, at: epoch, reason: string })),
    channels: z.array(string),
    notices: z.record(string, z.looseObject({ name: string })),
    acts: epoch,
    appliedActs: epoch,
    retention: epoch,
    journal: z.looseObject({ count: epoch, unfiled: z.array(z.unknown()) }),
  }),
)

/** @throws {Malformed} */
const restoredFreeze = (data: unknown): Freeze => parseAs(STORED_FREEZE, data, 'The freeze') as unknown as Freeze

/** In the table of the objections, one partition for all: a few items. */
export const dynamoFreezes = (
  connection: AwsConnection,
  TableName: string,
  { clock, log }: { clock: Clock; log: Log },
): Freezes => {
  const table = documentClient(connection)
  const readable = ({ sk, data }: Record<string, unknown>): StoredFreeze => {
    try {
      return { kind: 'freeze', freeze: restoredFreeze(data) }
    } catch (error) {
      return unreadable(`a freeze that was set in Slack (${String(sk).slice(0, 40)}) cannot be read`, error)
    }
  }
  const unreadable = (because: string, error: unknown): Extract<StoredFreeze, { kind: 'unreadable' }> => {
    log.error('A freeze cannot be read', { because, error })
    log.count('FreezeUnread')
    return { kind: 'unreadable', because }
  }
  return {
    ...dynamoRecords<Freeze, string>(
      table,
      TableName,
      {
        keyOf: () => PARTITION,
        sortKeyOf: (id) => id,
        idOf: ({ id }) => id,
        indexed: (freeze) => ({ expireAt: inSeconds(freezeKeptUntil(freeze)) }),
        stored: (freeze) => freeze,
        restored: restoredFreeze,
      },
      clock,
    ),
    all: async () => {
      try {
        return (await itemsInPartition(table, TableName, PARTITION)).map(readable)
      } catch (error) {
        return [{ ...unreadable('the freezes that were set in Slack could not be looked up', error), mayPass: true }]
      }
    },
  }
}
