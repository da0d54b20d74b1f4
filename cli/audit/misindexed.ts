import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { paginateScan } from '@aws-sdk/lib-dynamodb'
import { dated } from '../../functions/aws/records.ts'

/**
 * The approvals with an item that is missing from the index of days, or has another time there than its content says.
 * The index alone would not show them. Reads the keys of the whole table: no index can list what it lacks.
 */
export const misindexedApprovals = async (table: DynamoDBDocumentClient, TableName: string): Promise<Set<string>> => {
  const found = new Set<string>()
  const keys = {
    TableName,
    ProjectionExpression: 'pk, #day, #at, #entry.#at, #data.#kind, #data.#requestedAt',
    FilterExpression: 'begins_with(pk, :record) OR begins_with(pk, :approval)',
    ExpressionAttributeNames: {
      ...{ '#day': 'day', '#at': 'at', '#entry': 'entry' },
      ...{ '#data': 'data', '#kind': 'kind', '#requestedAt': 'requestedAt' },
    },
    ExpressionAttributeValues: { ':record': 'RECORD#', ':approval': 'APPROVAL#' },
  }
  for await (const { Items = [] } of paginateScan({ client: table }, keys))
    for (const item of Items as IndexedItem[]) if (!isIndexed(item)) found.add(String(item.pk).split('#')[1]!)
  return found
}

interface IndexedItem {
  pk: unknown
  day?: unknown
  at?: unknown
  entry?: { at?: unknown }
  data?: { kind?: unknown; requestedAt?: unknown }
}

/** The latest moment that a date can be. Epoch milliseconds. */
const LATEST = 8.64e15

/** A tombstone, of a pipeline that was deleted before its approval was requested, has no day. */
const isIndexed = ({ day, at, entry, data }: IndexedItem): boolean => {
  if (data?.kind === 'tombstone') return true
  const moment = entry ? entry.at : data?.requestedAt
  return typeof moment === 'number' && Math.abs(moment) <= LATEST && at === moment && day === dated(moment).day
}
