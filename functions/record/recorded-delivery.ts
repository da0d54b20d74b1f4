import type { AwsConnection } from '../aws/connection.ts'
import { documentClient } from '../aws/document-client.ts'
import type { Delivery } from '../ports/delivery.ts'
import { readDelivery } from './read-delivery.ts'

/** What the audit record in the bot's table says of deployments: of the range alone, because a function has 30 seconds. */
export const recordedDelivery = (connection: AwsConnection, table: string): Delivery => {
  const client = documentClient(connection)
  return { read: (range) => readDelivery(client, table, range, 0) }
}
