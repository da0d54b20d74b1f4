import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import type { Records } from '../flows/ports.ts'

/** How one kind of record is kept in the table. */
export interface Kept<T, Id> {
  /** The partition key. */
  keyOf(id: Id): string
  idOf(record: T): Id
  /** What the indexes need. `dueAt` in epoch milliseconds, `expireAt` in epoch seconds. */
  indexed(record: T): { dueAt?: number; openIn?: string; expireAt: number }
}

/** Enough shards that one partition never takes all the writes of a busy minute. */
export const DUE_SHARDS = ['due#0', 'due#1', 'due#2', 'due#3'] as const

/** Every contender for a record loses to one that wins, so this many may race before one is turned away. */
const MOST_ATTEMPTS = 100

interface Item<T> {
  version: number
  data: T
}

/** Records in DynamoDB, each one item with a version; every write is one conditional PutItem. */
export const dynamoRecords = <T, Id>(
  table: DynamoDBDocumentClient,
  TableName: string,
  kept: Kept<T, Id>,
): Records<T, Id> => {
  const readItem = async (id: Id): Promise<Item<T> | null> => {
    const { Item } = await table.send(
      new GetCommand({ TableName, Key: { pk: kept.keyOf(id), sk: SORT_KEY }, ConsistentRead: true }),
    )
    return (Item as Item<T> | undefined) ?? null
  }

  /** False when somebody else has written since `known` was read. */
  const write = async (record: T, known: Item<T> | null): Promise<boolean> => {
    const pk = kept.keyOf(kept.idOf(record))
    const { dueAt, openIn, expireAt } = kept.indexed(record)
    const version = (known?.version ?? 0) + 1
    const due = dueAt === undefined ? {} : { dueShard: shardOf(pk), dueAt }
    try {
      await table.send(
        new PutCommand({
          TableName,
          Item: { pk, sk: SORT_KEY, version, data: record, expireAt, ...due, ...(openIn && { openIn }) },
          ...(known
            ? { ConditionExpression: 'version = :known', ExpressionAttributeValues: { ':known': known.version } }
            : { ConditionExpression: 'attribute_not_exists(pk)' }),
        }),
      )
      return true
    } catch (error) {
      if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return false
      throw error
    }
  }

  return {
    read: async (id) => (await readItem(id))?.data ?? null,
    create: (record) => write(record, null),
    change: async (id, step, fresh) => {
      for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
        const known = await readItem(id)
        const before = known?.data ?? fresh?.()
        if (before === undefined) return null
        const [after, result] = step(before)
        if ((after === before && known) || (await write(after, known))) return result
      }
      throw new Error(`${kept.keyOf(id)} was written by others ${MOST_ATTEMPTS} times in a row`)
    },
  }
}

const SORT_KEY = 'RECORD'

const shardOf = (pk: string): string => {
  const sum = [...pk].reduce((total, char) => total + char.charCodeAt(0), 0)
  return DUE_SHARDS[sum % DUE_SHARDS.length]!
}
