import { QueryCommand } from '@aws-sdk/lib-dynamodb'
import type { AwsConnection } from '../../functions/aws/connection.ts'
import { documentClient } from '../../functions/aws/document-client.ts'
import { entriesOf } from '../../functions/record/record-reader.ts'
import { openTable } from '../../functions/aws/table.ts'
import type { Entry } from '../../functions/domain/journal.ts'
import type { Tables } from '../support/memory/table.ts'

/** The bot's own table over DynamoDB, and what is filed in it. */
export const dynamoTables = (connection: AwsConnection, TableName: string): Tables => ({
  ...openTable(connection, TableName),
  entriesOf: async (approval) => {
    const { Items } = await documentClient(connection).send(new QueryCommand({ TableName, ...entriesOf(approval) }))
    return (Items ?? []).map((item) => (item as { entry: Entry }).entry)
  },
})
