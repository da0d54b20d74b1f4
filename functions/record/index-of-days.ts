import type { DynamoDBDocumentClient, QueryCommandInput } from '@aws-sdk/lib-dynamodb'
import { paginateQuery, QueryCommand } from '@aws-sdk/lib-dynamodb'
import { mayShare, SHARED_WITHIN } from '../aws/entries.ts'
import { dated } from '../aws/records.ts'
import { DAY } from '../domain/time-units.ts'

/** A part of one UTC day. Epoch milliseconds; `to` is left out. */
export interface Stretch {
  from: number
  to: number
  /** The approvals that have an item in it. */
  approvals: string[]
  /** Those that have one shortly before it: entries that share that item may be in the stretch. */
  earlier: string[]
}

/** So many items make a stretch: what is read of their approvals fits into memory. */
const MOST_ITEMS = 20_000

/** The approvals with an item in the index from `from` up to `to`, in the order of time. */
export const stretches = async function* (
  client: DynamoDBDocumentClient,
  TableName: string,
  { from, to, mostItems = MOST_ITEMS }: { from: number; to: number; mostItems?: number },
): AsyncGenerator<Stretch> {
  for (let start = from; start < to;) {
    const end = Math.min(to, nextDay(start))
    let [found, items, last] = [new Set<string>(), 0, start]
    let before: IndexedItem[] = []
    const stretch = (until: number): Stretch => {
      const earlier = before.filter(({ at }) => mayShare(at, start)).map(approvalOf)
      return {
        from: start,
        to: until,
        approvals: [...found],
        earlier: [...new Set(earlier)].filter((id) => !found.has(id)),
      }
    }
    const first = Math.max(start - SHARED_WITHIN + 1, nextDay(start) - DAY)
    for await (const { Items = [] } of paginateQuery({ client }, itemsBetween(TableName, first, end)))
      for (const item of Items as IndexedItem[]) {
        const { at } = item
        // Items of one moment stay together.
        if (items >= mostItems && at > last) {
          yield stretch(at)
          ;[found, items, start] = [new Set(), 0, at]
          before = before.filter((one) => mayShare(one.at, start))
        }
        before.push(item)
        if (at < start) continue
        found.add(approvalOf(item))
        items += 1
        last = at
      }
    yield stretch(end)
    start = end
  }
}

interface IndexedItem {
  pk: unknown
  at: number
}

const approvalOf = ({ pk }: IndexedItem): string => String(pk).split('#')[1]!

/** The start of the first UTC day with an item from `from` up to `to`; null if there is none. */
export const firstDay = async (
  client: DynamoDBDocumentClient,
  TableName: string,
  { from, to }: { from: number; to: number },
): Promise<number | null> => {
  for (let start = from; start < to;) {
    const days: number[] = []
    for (; start < to && days.length < DAYS_AT_ONCE; start = nextDay(start)) days.push(start)
    const answers = await Promise.all(
      days.map((day) =>
        client.send(new QueryCommand({ ...itemsBetween(TableName, day, Math.min(to, nextDay(day))), Limit: 1 })),
      ),
    )
    const index = answers.findIndex(({ Items = [] }) => Items.length > 0)
    if (index >= 0) return days[index]!
  }
  return null
}

const DAYS_AT_ONCE = 20

const nextDay = (at: number): number => (Math.floor(at / DAY) + 1) * DAY

/** Both moments are on the same UTC day. */
const itemsBetween = (TableName: string, from: number, to: number): QueryCommandInput => ({
  TableName,
  IndexName: 'record',
  KeyConditionExpression: '#day = :day AND #at BETWEEN :from AND :last',
  ExpressionAttributeNames: { '#day': 'day', '#at': 'at' },
  ExpressionAttributeValues: { ':day': dated(from).day, ':from': from, ':last': to - 1 },
})
