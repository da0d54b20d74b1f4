/**
 * What an event of a pipeline costs at least: the calls of pipeline-changed, written by hand with fetch and node:crypto for
 * this one kind of event, without a package. It reads the execution, puts the action's state into it and writes it back, if
 * no other writer came first. It orders no events, shows nothing and expects no failure.
 */
import { randomUUID } from 'node:crypto'
import { dynamoDb } from './dynamo-db.mjs'

const { TABLE_NAME } = process.env
const QUIET_MS = 600_000

export const handler = async ({ account, region, detail, time }) => {
  const key = {
    pk: { S: `EXECUTION#${account}#${region}#${detail.pipeline}#${detail['execution-id']}` },
    sk: { S: 'RECORD' },
  }
  const { Item } = await dynamoDb('GetItem', { TableName: TABLE_NAME, Key: key, ConsistentRead: true })
  const { data, version, writes } = Item
  const now = Date.now()
  const at = { N: String(Date.parse(time)) }
  data.M.actions.M[detail['action-execution-id']] = {
    M: {
      stage: { S: detail.stage },
      action: { S: detail.action },
      category: { S: detail.type.category },
      provider: { S: detail.type.provider },
      summary: { NULL: true },
      url: { NULL: true },
      progress: { S: 'running' },
      at,
      startedAt: at,
    },
  }
  data.M.heardAt = { N: String(now) }
  await dynamoDb('PutItem', {
    TableName: TABLE_NAME,
    Item: {
      ...Item,
      version: { N: String(Number(version.N) + 1) },
      writes: { L: [...writes.L, { S: randomUUID().slice(0, 8) }].slice(-32) },
      data,
      dueAt: { N: String(now + QUIET_MS) },
    },
    ConditionExpression: 'version = :known',
    ExpressionAttributeValues: { ':known': version },
  })
}
