import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { marshall } from '@aws-sdk/util-dynamodb'
import { readUnits } from '../../calls/capacity.ts'
import { type Item, itemSize } from '../../calls/item-size.ts'

type Plain = Record<string, unknown>

/** What a command of DynamoDBDocumentClient carries, as far as the bot's table is read and written with it. */
interface Input {
  Key?: Plain
  Item?: Plain
  IndexName?: string
  Limit?: number
  ConsistentRead?: boolean
  ScanIndexForward?: boolean
  KeyConditionExpression?: string
  ConditionExpression?: string
  ExpressionAttributeNames?: Record<string, string>
  ExpressionAttributeValues?: Record<string, string | number>
  ExclusiveStartKey?: Plain
}

/** Calls of DynamoDB by operation; a Query once for each page. */
export interface TableCounts {
  calls: Record<string, number>
  readUnits: number
  /** Keys and items that were read. */
  items: number
}

/** An index of infra/bot.yml. It has the keys alone. */
interface Index {
  hash: string
  range: string
  /** By the hash key, sorted by the range key. */
  entries: Map<unknown, Plain[]>
}

const INDEXES = { due: ['dueShard', 'dueAt'], open: ['openIn', 'pk'], record: ['day', 'at'] } as const

/** What one Query reads at most ("Query", API reference). Bytes. */
const PAGE = 1_048_576

export interface CountedTable {
  /** The calls since the last time this was asked. */
  take(): TableCounts
  /** Gives DynamoDBDocumentClient back. */
  close(): void
}

const sizeOf = (item: Plain): number => itemSize(marshall(item, { removeUndefinedValues: true }) as unknown as Item)

const less = (one: unknown, other: unknown): number => ((one as number) < (other as number) ? -1 : 1)

/**
 * DynamoDB for the bot's table, in this process, until it is closed: its items, its indexes, its pages and conditions. It
 * is here for its size: it keeps 100,000 items that have most of their parts in common. It refuses Scan, and each other call
 * that it does not know.
 */
export const openCountedTable = (): CountedTable => {
  const items = new Map<string, Plain>()
  const indexes: Record<string, Index> = Object.fromEntries(
    Object.entries(INDEXES).map(([name, [hash, range]]) => [name, { hash, range, entries: new Map() }]),
  )
  let counts: TableCounts = { calls: {}, readUnits: 0, items: 0 }
  const idOf = ({ pk, sk }: Plain): string => `${String(pk)} ${String(sk)}`

  const unindex = (item: Plain): void => {
    for (const { hash, entries } of Object.values(indexes)) {
      const list = entries.get(item[hash])
      const at = list?.findIndex((entry) => idOf(entry) === idOf(item)) ?? -1
      if (at >= 0) list!.splice(at, 1)
    }
  }

  const addTo = ({ hash, range, entries }: Index, item: Plain): void => {
    if (item[hash] === undefined || item[range] === undefined) return
    const list = entries.get(item[hash]) ?? []
    entries.set(item[hash], list)
    const entry = { pk: item['pk'], sk: item['sk'], [hash]: item[hash], [range]: item[range] }
    // Most are added in order.
    const at = list.findLastIndex((other) => less(other[range], entry[range]) < 0)
    list.splice(at + 1, 0, entry)
  }

  const count = (operation: string, units: number, read: number): void => {
    counts.calls[operation] = (counts.calls[operation] ?? 0) + 1
    counts.readUnits += units
    counts.items += read
  }

  const get = ({ Key, ConsistentRead = false }: Input): Plain => {
    const item = items.get(idOf(Key!))
    count('GetItem', readUnits(item ? sizeOf(item) : 0, ConsistentRead), item ? 1 : 0)
    return item ? { Item: item } : {}
  }

  const put = ({ Item: item, ConditionExpression, ExpressionAttributeValues }: Input): Plain => {
    const id = idOf(item!)
    const before = items.get(id)
    count('PutItem', 0, 0)
    if (!holds(ConditionExpression, before, ExpressionAttributeValues))
      throw Object.assign(new Error('The conditional request failed'), { name: 'ConditionalCheckFailedException' })
    if (before) unindex(before)
    items.set(id, item!)
    for (const index of Object.values(indexes)) addTo(index, item!)
    return {}
  }

  const query = (input: Input): Plain => {
    const { IndexName = '', Limit = Infinity, ScanIndexForward = true, ConsistentRead = false } = input
    const index = indexes[IndexName]
    if (!index) throw new Error(`The table has no index ${IndexName}`)
    const wanted = conditionsOf(input)
    const list = index.entries.get(wanted.get(index.hash)?.value) ?? []
    const { operator = '', value = null } = wanted.get(index.range) ?? {}
    const found = list.filter((entry) => COMPARE[operator]!(entry[index.range], value))
    if (!ScanIndexForward) found.reverse()
    const after = input.ExclusiveStartKey && idOf(input.ExclusiveStartKey)
    const rest = after ? found.slice(found.findIndex((entry) => idOf(entry) === after) + 1) : found
    let bytes = 0
    const page: Plain[] = []
    for (const entry of rest) {
      const size = sizeOf(entry)
      if (page.length >= Limit || bytes + size > PAGE) break
      bytes += size
      page.push(entry)
    }
    count('Query', readUnits(bytes, ConsistentRead), page.length)
    return { Items: page, ...(page.length < rest.length && { LastEvaluatedKey: page.at(-1) }) }
  }

  const answers: Record<string, (input: Input) => Plain> = { GetCommand: get, PutCommand: put, QueryCommand: query }
  const client = DynamoDBDocumentClient.prototype as unknown as { send: (command: object) => Promise<unknown> }
  const { send } = client
  client.send = async (command) => {
    const name = command.constructor.name
    const answer = new Map(Object.entries(answers)).get(name)
    if (!answer) throw new Error(`The bot's table is asked for ${name}`)
    return answer((command as { input: Input }).input)
  }
  return {
    take: () => {
      const taken = counts
      counts = { calls: {}, readUnits: 0, items: 0 }
      return taken
    },
    close: () => {
      client.send = send
    },
  }
}

/** The conditions of the bot's writes. */
const holds = (expression: string | undefined, before: Plain | undefined, values: Plain = {}): boolean => {
  if (expression === undefined) return true
  if (expression === 'attribute_not_exists(pk)') return before === undefined
  if (expression === 'version = :known') return before?.['version'] === values[':known']
  throw new Error(`The condition ${expression} is not known`)
}

const COMPARE: Record<string, (one: unknown, other: unknown) => boolean> = {
  '': () => true,
  '=': (one, other) => one === other,
  '<=': (one, other) => (one as number) <= (other as number),
  '>=': (one, other) => (one as number) >= (other as number),
}

const conditionsOf = (input: Input): Map<string, { operator: string; value: unknown }> => {
  const { KeyConditionExpression = '', ExpressionAttributeNames = {}, ExpressionAttributeValues = {} } = input
  return new Map(
    KeyConditionExpression.split(' AND ').map((condition) => {
      const [name = '', operator = '', value = ''] = condition.split(' ')
      if (!COMPARE[operator]) throw new Error(`The condition ${condition} is not known`)
      return [ExpressionAttributeNames[name] ?? name, { operator, value: ExpressionAttributeValues[value] }]
    }),
  )
}
