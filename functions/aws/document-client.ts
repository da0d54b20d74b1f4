import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { QUICK_CALL } from './call-limits.ts'
import type { AwsConnection } from './connection.ts'

/** DynamoDB with items as plain objects. */
export const documentClient = (connection: AwsConnection): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(new DynamoDBClient({ ...connection, ...QUICK_CALL }), {
    marshallOptions: { removeUndefinedValues: true },
  })
