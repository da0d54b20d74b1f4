import { QueryCommand } from '@aws-sdk/lib-dynamodb'
import type { AwsConnection } from '../../functions/aws/connection.ts'
import type { RecordForm } from '../../functions/aws/deflated-record.ts'
import { documentClient } from '../../functions/aws/document-client.ts'
import { storedEntries } from '../../functions/aws/entries.ts'
import type { Entry } from '../../functions/domain/journal.ts'
import { entriesOf } from '../../functions/record/record-reader.ts'
import { openTable } from '../../functions/aws/table.ts'
import type { Tables } from '../support/memory/table.ts'

/** The bot's own table over DynamoDB, and what is filed in it. */
export const dynamoTables = (connection: AwsConnection, TableName: string, form: RecordForm = 'plain'): Tables => ({
  ...openTable(connection, TableName, { form }),
  entriesOf: async (approval) => {
    const { Items } = await documentClient(connection).send(new QueryCommand({ TableName, ...entriesOf(approval) }))
    // Not by the reader of the audit, which takes whole milliseconds alone: virtual time has parts of them.
    const entries = (Items ?? []).flatMap((item) => storedEntries(item).entries as Entry[])
    return [...new Map(entries.map((entry) => [`${entry.number} ${entry.hash}`, entry])).values()]
  },
})
