import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import type { Entry } from '../domain/journal.ts'
import { DAY, MINUTE } from '../domain/time-units.ts'
import { fewAtOnce } from '../few-at-once.ts'
import type { Entries, FiledEntry } from '../ports/entries.ts'
import type { Log } from '../ports/log.ts'
import { type RecordForm, deflated, inflated } from './deflated-record.ts'
import { dated, inSeconds } from './records.ts'

/** Where an entry of an approval's journal is: one partition, sorted by number. Entries that share an item are where the first is. */
export const entryKey = (approval: string, number: number): { pk: string; sk: string } => ({
  pk: `RECORD#${approval}`,
  sk: String(number).padStart(6, '0'),
})

/** As many at once as one click may cause, and no more connections than a function keeps open. */
const FILED_AT_ONCE = 10

/** An item shares its place in the index of days, so its entries are of the same UTC day and of less than this time. Milliseconds. */
export const SHARED_WITHIN = MINUTE
/** An item of DynamoDB has at most 400 kB. So many characters of JSON do not reach that, even if they hardly get shorter. */
const MOST_SHARED_CHARACTERS = 100_000

/** Whether an entry's time lets it share an item whose first entry is of `first`. Epoch milliseconds. */
export const mayShare = (first: number, at: number): boolean =>
  at >= first && at - first < SHARED_WITHIN && Math.floor(at / DAY) === Math.floor(first / DAY)

/** What an item of the audit record holds; a person with access to the table may have written it. */
interface StoredEntries {
  entries: readonly unknown[]
  where?: unknown
}

/** The entries of an item, in either form. @throws if it was not deflated by `dynamoEntries`. */
export const storedEntries = (item: Record<string, unknown>): StoredEntries => {
  if (!('deflated' in item)) return { entries: [item['entry']], where: item['where'] }
  const held = inflated<Partial<StoredEntries>>({ deflated: item['deflated'] as Uint8Array })
  return { entries: Array.isArray(held.entries) ? held.entries : [], where: held.where }
}

/**
 * Journal entries in DynamoDB. An item is written once: the condition refuses a second write, and no role may update or
 * delete. Plain, each entry is an item. Deflated, those of a moment that are filed together share one.
 */
export const dynamoEntries = (
  table: DynamoDBDocumentClient,
  TableName: string,
  log: Pick<Log, 'count'>,
  form: RecordForm = 'plain',
): Entries => {
  const contents = form === 'deflated' ? sharedItem : alone
  const conflict = (entry: Entry): RecordConflict => {
    log.count('RecordConflict')
    return new RecordConflict(entry)
  }

  /** An item with these entries, the first of which gives it its place. If another function has filed some, with the others. */
  const fileItem = async (filed: Shared): Promise<void> => {
    const [{ entry, keptUntil }] = filed
    const key = entryKey(entry.approval, entry.number)
    try {
      await table.send(
        new PutCommand({
          TableName,
          Item: { ...key, ...dated(entry.at), expireAt: inSeconds(keptUntil), ...contents(filed) },
          ConditionExpression: 'attribute_not_exists(pk)',
        }),
      )
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'ConditionalCheckFailedException') throw error
      const { Item } = await table.send(new GetCommand({ TableName, Key: key, ConsistentRead: true }))
      const hashes = hashesIn(Item)
      const other = filed.find((one) => one.entry.number in hashes && hashes[one.entry.number] !== one.entry.hash)
      if (other || !(entry.number in hashes)) throw conflict((other ?? filed[0]).entry)
      const [missing, ...more] = filed.filter((one) => !(one.entry.number in hashes))
      if (missing) await fileItem([missing, ...more])
    }
  }

  return {
    file: async (entries) => {
      const items = form === 'deflated' ? sharing(entries) : entries.map((one): Shared => [one])
      await fewAtOnce(FILED_AT_ONCE, items, fileItem)
    },
  }
}

/** Entries of one item, in order. */
type Shared = [FiledEntry, ...FiledEntry[]]

const alone = ([{ entry, where }]: Shared): object => ({ ...(where && { where }), entry })

/** Deflated, unless an entry is too long for it: that has an item of its own. */
const sharedItem = (filed: Shared): object => {
  const [{ where }] = filed
  const short = deflated({ ...(where && { where }), entries: filed.map(({ entry }) => entry) }, [])
  return 'deflated' in short ? short : alone(filed)
}

/** Entries that follow one another in one journal, of a moment and kept as long, share an item. */
const sharing = (filed: readonly FiledEntry[]): Shared[] => {
  const items: Shared[] = []
  let characters = 0
  for (const one of filed) {
    const item = items.at(-1)
    const length = JSON.stringify(one.entry).length
    if (item && follows(item, one) && characters + length <= MOST_SHARED_CHARACTERS) {
      item.push(one)
      characters += length
    } else {
      items.push([one])
      characters = length
    }
  }
  return items
}

const follows = (item: Shared, { entry, keptUntil }: FiledEntry): boolean => {
  const [first, last] = [item[0], item.at(-1)!]
  return (
    entry.approval === first.entry.approval &&
    entry.number === last.entry.number + 1 &&
    inSeconds(keptUntil) === inSeconds(first.keptUntil) &&
    mayShare(first.entry.at, entry.at)
  )
}

/** By number. None if the item cannot be read. */
const hashesIn = (item: Record<string, unknown> | undefined): Record<number, string> => {
  try {
    const entries = item ? (storedEntries(item).entries as (Entry | undefined)[]) : []
    return Object.fromEntries(entries.flatMap((entry) => (entry ? [[entry.number, entry.hash]] : [])))
  } catch {
    return {}
  }
}

/** Another entry has this one's number: the table was tampered with, or restored to another time. */
export class RecordConflict extends Error {
  override readonly name = 'RecordConflict'
  constructor({ approval, number }: Entry) {
    super(`Entry ${number} of approval ${approval} is in the table already, and is another one`)
  }
}
