import { PutCommand } from '@aws-sdk/lib-dynamodb'
import * as z from 'zod/mini'
import { parseAs } from '../malformed.ts'
import type { Objection, Objections } from '../ports/objections.ts'
import type { AwsConnection } from './connection.ts'
import { documentClient } from './document-client.ts'
import { itemsInPartition } from './partition.ts'
import { inSeconds } from './records.ts'

const OBJECTION = z.lazy(() =>
  z
    .object({
      approval: z.string(),
      userId: z.string(),
      at: z.int(),
      what: z.enum(['withdrawn', 'rejected', 'automatic-stopped', 'later']),
      notBefore: z.exactOptional(z.int()),
      keptUntil: z.int(),
    })
    .check(z.refine(({ what, notBefore }) => what !== 'later' || notBefore !== undefined, 'without its time')),
)

/**
 * Objections in a table of their own, whose policy lets only the functions write that see clicks (infra/bot.yml). One that
 * cannot be read rejects the reading: passed over, it would let a verdict through.
 */
export const dynamoObjections = (connection: AwsConnection, TableName: string): Objections => {
  const table = documentClient(connection)
  return {
    add: async (objection) => {
      const { approval: pk, userId, at, keptUntil } = objection
      const Item = { pk, sk: `${userId} ${at}`, expireAt: inSeconds(keptUntil), objection }
      await table.send(new PutCommand({ TableName, Item }))
    },
    of: async (approval) => {
      const items = await itemsInPartition(table, TableName, approval)
      return items.map(({ objection }): Objection => parseAs(OBJECTION, objection, 'The objection'))
    },
  }
}
