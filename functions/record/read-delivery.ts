import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { paginateQuery } from '@aws-sdk/lib-dynamodb'
import type { RecordedDelivery, TimeRange } from '../domain/delivery-measures.ts'
import { LOOK_BACK, deliveryIn, together } from '../domain/delivery-measures.ts'
import { readEntryItems } from './entry-item.ts'
import { stretches } from './index-of-days.ts'
import { entriesOf } from './record-reader.ts'

/** How many approvals are read at once. */
const RECORDS_AT_ONCE = 10

/**
 * What the record says of the deployments and answers in the range. The index of days names the approvals, and each is
 * read by its key: one that was requested before the range is found by what happened in it. Nothing is verified here;
 * `greenlight audit` does that.
 */
export const readDelivery = async (
  client: DynamoDBDocumentClient,
  TableName: string,
  { from, to }: TimeRange,
  lookBack = LOOK_BACK,
): Promise<RecordedDelivery> => {
  const deliveryOf = async (approval: string): Promise<RecordedDelivery> => {
    const items: Record<string, unknown>[] = []
    for await (const { Items = [] } of paginateQuery({ client }, { TableName, ...entriesOf(approval) }))
      items.push(...Items)
    const entries = readEntryItems(items).flatMap(({ entry }) => entry ?? [])
    return deliveryIn(entries.sort((a, b) => a.number - b.number))
  }
  const seen = new Set<string>()
  const all: RecordedDelivery[] = []
  for await (const { approvals, earlier } of stretches(client, TableName, { from: from - lookBack, to })) {
    const ids = [...approvals, ...earlier].filter((id) => !seen.has(id))
    for (const id of ids) seen.add(id)
    for (let index = 0; index < ids.length; index += RECORDS_AT_ONCE)
      all.push(...(await Promise.all(ids.slice(index, index + RECORDS_AT_ONCE).map(deliveryOf))))
  }
  return together(all)
}
