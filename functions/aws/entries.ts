import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import type { Entry } from '../domain/journal.ts'
import type { Entries, FiledEntry } from '../ports/entries.ts'
import type { Log } from '../ports/log.ts'
import { dated, inSeconds } from './records.ts'

/** Where the entries of an approval's journal are: one partition, sorted by number. */
export const entryKey = (approval: string, number: number): { pk: string; sk: string } => ({
  pk: `RECORD#${approval}`,
  sk: String(number).padStart(6, '0'),
})

/** As many at once as one click may cause, and no more connections than a function keeps open. */
const FILED_AT_ONCE = 10

/**
 * Journal entries in DynamoDB, each an item that is written once: the condition refuses a second write, and no role may
 * update or delete.
 */
export const dynamoEntries = (table: DynamoDBDocumentClient, TableName: string, log: Pick<Log, 'count'>): Entries => {
  const fileOne = async ({ entry, where, keptUntil }: FiledEntry): Promise<void> => {
    const key = entryKey(entry.approval, entry.number)
    try {
      await table.send(
        new PutCommand({
          TableName,
          Item: { ...key, ...dated(entry.at), expireAt: inSeconds(keptUntil), ...(where && { where }), entry },
          ConditionExpression: 'attribute_not_exists(pk)',
        }),
      )
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'ConditionalCheckFailedException') throw error
      const { Item } = await table.send(new GetCommand({ TableName, Key: key, ConsistentRead: true }))
      const there = (Item as { entry?: Entry } | undefined)?.entry
      if (there?.hash === entry.hash) return
      log.count('RecordConflict')
      throw new RecordConflict(entry)
    }
  }

  return {
    file: async (entries) => {
      for (let from = 0; from < entries.length; from += FILED_AT_ONCE)
        await Promise.all(entries.slice(from, from + FILED_AT_ONCE).map(fileOne))
    },
  }
}

/** Another entry has this one's number: the table was tampered with, or restored to another time. */
export class RecordConflict extends Error {
  override readonly name = 'RecordConflict'
  constructor({ approval, number }: Entry) {
    super(`Entry ${number} of approval ${approval} is in the table already, and is another one`)
  }
}
