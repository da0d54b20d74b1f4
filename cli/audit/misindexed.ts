import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { paginateScan } from '@aws-sdk/lib-dynamodb'
import { storedEntries, mayShare } from '../../functions/aws/entries.ts'
import { dated } from '../../functions/aws/records.ts'

/**
 * The approvals with an item that is missing from the index of days, or has another time there than its content says.
 * The index alone would not show them. Reads the keys of the whole table, and deflated entries: no index can list what it lacks.
 */
export const misindexedApprovals = async (table: DynamoDBDocumentClient, TableName: string): Promise<Set<string>> => {
  const found = new Set<string>()
  const keys = {
    TableName,
    ProjectionExpression: 'pk, #day, #at, #entry.#at, #deflated, #data.#kind, #data.#requestedAt',
    FilterExpression: 'begins_with(pk, :record) OR begins_with(pk, :approval)',
    ExpressionAttributeNames: {
      ...{ '#day': 'day', '#at': 'at', '#entry': 'entry', '#deflated': 'deflated' },
      ...{ '#data': 'data', '#kind': 'kind', '#requestedAt': 'requestedAt' },
    },
    ExpressionAttributeValues: { ':record': 'RECORD#', ':approval': 'APPROVAL#' },
  }
  for await (const { Items = [] } of paginateScan({ client: table }, keys))
    for (const item of Items as IndexedItem[]) if (!isIndexed(item)) found.add(String(item.pk).split('#')[1]!)
  return found
}

interface IndexedItem extends Record<string, unknown> {
  data?: { kind?: unknown; requestedAt?: unknown }
}

/** The latest moment that a date can be. Epoch milliseconds. */
const LATEST = 8.64e15

/** A tombstone, of a pipeline that was deleted before its approval was requested, has no day. */
const isIndexed = (item: IndexedItem): boolean => {
  const { day, at, data } = item
  if (data?.kind === 'tombstone') return true
  const [moment, ...others] = data ? [data.requestedAt] : momentsOf(item)
  return (
    isMoment(moment) &&
    at === moment &&
    day === dated(moment).day &&
    others.every((one) => isMoment(one) && mayShare(moment, one))
  )
}

const isMoment = (moment: unknown): moment is number => typeof moment === 'number' && Math.abs(moment) <= LATEST

/** The times of its entries; none if they cannot be read. */
const momentsOf = (item: IndexedItem): unknown[] => {
  try {
    return storedEntries(item).entries.map((entry) => (entry as { at?: unknown } | null | undefined)?.at)
  } catch {
    return []
  }
}
