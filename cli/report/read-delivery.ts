import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import type { RecordedDelivery, TimeRange } from './delivery-measures.ts'
import { LOOK_BACK, deliveryIn, together } from './delivery-measures.ts'
import { stretches } from '../../functions/record/index-of-days.ts'
import { readApprovals } from '../../functions/record/record-reader.ts'

/** How many approvals are read at once, so that a long span fits into memory. */
const APPROVALS_AT_ONCE = 200

/**
 * What the record says of the deployments and answers in the span. The index of days names the approvals; each is read
 * by its key. An approval that was requested before the span is found by what happened in it.
 */
export const readDelivery = async (
  client: DynamoDBDocumentClient,
  table: string,
  { from, to }: TimeRange,
  now: number,
): Promise<RecordedDelivery> => {
  const seen = new Set<string>()
  const all: RecordedDelivery[] = []
  for await (const { approvals } of stretches(client, table, { from: from - LOOK_BACK, to })) {
    const ids = approvals.filter((id) => !seen.has(id))
    for (const id of ids) seen.add(id)
    for (let index = 0; index < ids.length; index += APPROVALS_AT_ONCE) {
      const records = await readApprovals(client, table, ids.slice(index, index + APPROVALS_AT_ONCE), now)
      all.push(together(records.map(({ entries }) => deliveryIn(entries))))
    }
  }
  return together(all)
}
