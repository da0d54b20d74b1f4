import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { paginateQuery } from '@aws-sdk/lib-dynamodb'

/**
 * All items of a partition as they are now, in the order of their sort keys; with `from`, those from this sort key on. An
 * answer holds at most 1 MB ("Query", Amazon DynamoDB API Reference), so there may be several.
 */
export const itemsInPartition = async (
  client: DynamoDBDocumentClient,
  TableName: string,
  partition: string,
  from?: string,
): Promise<Record<string, unknown>[]> => {
  const pages = paginateQuery(
    { client },
    {
      TableName,
      KeyConditionExpression: from === undefined ? 'pk = :pk' : 'pk = :pk AND sk >= :from',
      ExpressionAttributeValues: { ':pk': partition, ...(from !== undefined && { ':from': from }) },
      ConsistentRead: true,
    },
  )
  const found: Record<string, unknown>[] = []
  for await (const { Items = [] } of pages) found.push(...Items)
  return found
}
