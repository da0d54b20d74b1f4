/** The least that a function can do which loses no event: one write of it to DynamoDB, with fetch and node:crypto. */
import { dynamoDb } from './dynamo-db.mjs'

const { TABLE_NAME } = process.env

export const handler = async ({ account, region, detail, time }) => {
  const pk = `EXECUTION#${account}#${region}#${detail.pipeline}#${detail['execution-id']}`
  await dynamoDb('PutItem', {
    TableName: TABLE_NAME,
    Item: { pk: { S: pk }, sk: { S: `${detail['action-execution-id']}/${detail.state}` }, at: { S: time } },
  })
}
