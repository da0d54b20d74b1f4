import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import { type Clock, chanceOf } from '../clock.ts'
import { type RecordForm, deflated, inflated } from './deflated-record.ts'
import { type Records, UnreadableRecord } from '../ports/records.ts'

/** How one kind of record is kept in the table. */
export interface Kept<T, Id> {
  /** The partition key. */
  keyOf(id: Id): string
  /** The sort key, where several records share a partition. */
  sortKeyOf?(id: Id): string
  idOf(record: T): Id
  /** The attributes that the indexes need, in epoch milliseconds except `expireAt`, in seconds. */
  indexed(record: T): Indexed
  /** The fields of a record in its item, and the record from them. */
  stored(record: T): object
  restored(data: never): T
  /** The fields that stay attributes of a record that is deflated; missing if it never is. Null: not this record. */
  beside?(data: never): readonly string[] | null
}

export interface Indexed {
  /** When the sweep must look at it. */
  dueAt?: number
  /** The pipeline in which it is open. */
  openIn?: string
  /** When it began, for a reader of one day's audit records. */
  at?: number
  /** The list of each day that it is in, by that time; missing in that of the audit records. */
  list?: string
  expireAt: number
}

/** Enough shards that one partition never takes all the writes of a busy minute. */
export const DUE_SHARDS = ['due#0', 'due#1', 'due#2', 'due#3'] as const

/** Of all contenders for a record one wins, so this many may race before one gives up. */
const MOST_ATTEMPTS = 100

/**
 * A writer that lost a race waits a random while, so that the contenders write one after another instead of all at once
 * again ("Exponential backoff and jitter", AWS). `roundMs` is how long reading and writing just took: if the table is
 * slow, contenders spread over a longer time. None waits past `until`, epoch milliseconds.
 */
const stepBack = (clock: Clock, attempt: number, roundMs: number, until = Infinity): Promise<void> => {
  // A function that was frozen, or a clock that was moved, has not measured the table.
  const round = Math.min(Math.max(roundMs, SHORTEST_ROUND_MS), LONGEST_ROUND_MS)
  const wait = chanceOf(clock) * round * (attempt === 0 ? ROUNDS_AT_FIRST : ROUNDS_LATER)
  return clock.sleep(Math.max(0, Math.min(wait, until - clock.now())))
}

const SHORTEST_ROUND_MS = 20
const LONGEST_ROUND_MS = 300
/** Two or three writers that meet are soon done. One that loses again is one of many. */
const ROUNDS_AT_FIRST = 2
/** Fifty contenders write one after another within a second, if the table answers in 10 milliseconds. */
const ROUNDS_LATER = 6

/**
 * The time in the index stays while it is a little before the one at which the sweep must look: to move it costs as much
 * as two writes of a small item. The sweep then looks a minute or two early, and changes nothing. It never looks late.
 */
export const dueAtIn = (known: number | null | undefined, next: number | undefined): number | undefined =>
  known != null && next !== undefined && known <= next && next - known <= MOST_EARLY_MS ? known : next

/** An outdated message is due after 45 seconds, an ended execution after two minutes. */
const MOST_EARLY_MS = 90_000

interface Item<T> {
  version: number
  /** When the index has it to be looked at. */
  dueAt?: number
  /** The newest writes, the last one last. */
  writes?: string[]
  data: T
}

/** Eight hexadecimal digits. */
const writeId = (clock: Clock): string => clock.newId().slice(0, 8)

/** Beside a deflated record, as bytes: they are half of an execution's rest. */
const storedWrites = (ids: readonly string[]): Uint8Array => Buffer.from(ids.join(''), 'hex')

const restoredWrites = (stored: string[] | Uint8Array): string[] =>
  ArrayBuffer.isView(stored) ? (Buffer.from(stored).toString('hex').match(/.{8}/g) ?? []) : stored

/** So many writes of others may come between one of ours whose answer was lost and our look at it. */
const WRITES_KEPT = 32

/** Records in DynamoDB, each one item with a version; every write is one conditional PutItem. */
export const dynamoRecords = <T, Id>(
  table: DynamoDBDocumentClient,
  TableName: string,
  kept: Kept<T, Id>,
  clock: Clock,
  form: RecordForm = 'plain',
): Records<T, Id> => {
  const sortKeyOf = (id: Id): string => kept.sortKeyOf?.(id) ?? SORT_KEY

  const readItem = async (id: Id): Promise<Item<T> | null> => {
    const { Item } = await table.send(
      new GetCommand({ TableName, Key: { pk: kept.keyOf(id), sk: sortKeyOf(id) }, ConsistentRead: true }),
    )
    if (!Item) return null
    const { writes, ...item } = Item as Omit<Item<never>, 'writes'> & { writes?: string[] | Uint8Array }
    const data = restored(Item['data'] as object)
    return remembered({ ...item, ...(writes && { writes: restoredWrites(writes) }), data })
  }

  const restored = (data: object): T => {
    try {
      return kept.restored(inflated(data) as never)
    } catch (cause) {
      throw cause instanceof UnreadableRecord ? cause : new UnreadableRecord('it is in another shape', { cause })
    }
  }

  const inForm = (data: object): object => {
    const beside = form === 'deflated' ? kept.beside?.(data as never) : null
    return beside ? deflated(data, beside as never[]) : data
  }

  /** The item that each record was read from or written as, for as long as the record itself is in use. */
  const items = new WeakMap<object, Item<T>>()
  const remembered = (item: Item<T>): Item<T> => {
    items.set(item.data as object, item)
    return item
  }

  /** False if another writer wrote after `known` was read. `id` identifies this write among all others. */
  const write = async (record: T, known: Item<T> | null, id: string): Promise<boolean> => {
    const pk = kept.keyOf(kept.idOf(record))
    const { openIn, at, list, expireAt, ...times } = kept.indexed(record)
    const dueAt = dueAtIn(known?.dueAt, times.dueAt)
    const version = (known?.version ?? 0) + 1
    const writes = [...(known?.writes ?? []), id].slice(-WRITES_KEPT)
    const data = inForm(kept.stored(record))
    const indexed = {
      ...(dueAt !== undefined && { dueShard: shardOf(pk), dueAt }),
      ...(openIn !== undefined && { openIn }),
      ...(at !== undefined && dated(at, list)),
    }
    try {
      await table.send(
        new PutCommand({
          TableName,
          Item: {
            pk,
            sk: sortKeyOf(kept.idOf(record)),
            version,
            writes: 'deflated' in data ? storedWrites(writes) : writes,
            data,
            expireAt,
            ...indexed,
          },
          ...(known
            ? { ConditionExpression: 'version = :known', ExpressionAttributeValues: { ':known': known.version } }
            : { ConditionExpression: 'attribute_not_exists(pk)' }),
        }),
      )
      remembered({ version, writes, ...(dueAt !== undefined && { dueAt }), data: record })
      return true
    } catch (error) {
      if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return false
      throw error
    }
  }

  return {
    read: async (id) => (await readItem(id))?.data ?? null,
    create: async (record) => {
      const id = writeId(clock)
      if (await write(record, null, id)) return true
      return (await readItem(kept.idOf(record)))?.writes?.includes(id) ?? false
    },
    change: async (id, step, { fresh, from, patience } = {}) => {
      let tried: { id: string; result: ReturnType<typeof step>[1] } | null = null
      const given = from && items.get(from)
      if (given) {
        const [after, result] = step(given.data)
        tried = { id: writeId(clock), result }
        if (after !== given.data && (await write(after, given, tried.id))) return result
      }
      for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
        const begun = clock.now()
        const known = await readItem(id)
        // The client sends again if an answer was lost, and the write that it made itself then refuses it.
        if (tried && known?.writes?.includes(tried.id)) return tried.result
        if (patience && tried && (attempt >= patience.rounds || begun >= patience.until)) return patience.result
        const before = known?.data ?? fresh?.()
        if (before === undefined) return null
        const [after, result] = step(before)
        if (after === before && known) return result
        tried = { id: writeId(clock), result }
        if (await write(after, known, tried.id)) return result
        await stepBack(clock, attempt, clock.now() - begun, patience?.until)
      }
      throw new Error(`${kept.keyOf(id)} was written by others ${MOST_ATTEMPTS} times in a row`)
    },
  }
}

const SORT_KEY = 'RECORD'

/** Where an approval is in the table. */
export const approvalKey = (id: string): { pk: string; sk: string } => ({ pk: `APPROVAL#${id}`, sk: SORT_KEY })

/** Keys of the index `record`: the UTC day, in a list of its own or in that of the audit records, and the time. Epoch milliseconds. */
export const dated = (at: number, list?: string): { day: string; at: number } => {
  const day = new Date(at).toISOString().slice(0, 10)
  return { day: list === undefined ? day : `${list}#${day}`, at }
}

/** The time for DynamoDB's TTL: never before that moment. */
export const inSeconds = (ms: number): number => Math.ceil(ms / 1000)

const shardOf = (pk: string): string => {
  const sum = [...pk].reduce((total, char) => total + char.charCodeAt(0), 0)
  return DUE_SHARDS[sum % DUE_SHARDS.length]!
}
