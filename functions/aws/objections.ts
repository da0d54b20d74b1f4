import { PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb'
import type { AwsConnection } from './connection.ts'
import { documentClient } from './document-client.ts'
import type { Objection, Objections } from '../ports/objections.ts'
import { inSeconds } from './records.ts'

/** Objections in a table of their own, whose policy lets only the functions write that see clicks (infra/bot.yml). */
export const dynamoObjections = (connection: AwsConnection, TableName: string): Objections => {
  const table = documentClient(connection)
  return {
    add: async (objection) => {
      const { approval: pk, userId, at, keptUntil } = objection
      const Item = { pk, sk: `${userId} ${at}`, expireAt: inSeconds(keptUntil), objection }
      await table.send(new PutCommand({ TableName, Item }))
    },
    of: async (approval) => {
      const { Items = [] } = await table.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': approval },
          ConsistentRead: true,
        }),
      )
      return Items.map((item) => (item as { objection: Objection }).objection)
    },
  }
}
