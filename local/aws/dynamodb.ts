import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import dynalite from 'dynalite'
import type { TableProperties } from './table.ts'

export interface DynamoDb {
  /** Answers one request of the DynamoDB protocol. */
  fetch(request: { headers: Headers; body: string }): Promise<Response>
  close(): Promise<void>
}

/** Starts DynamoDB (dynalite, in memory) with one table. */
export async function openDynamoDb(tableName: string, properties: TableProperties): Promise<DynamoDb> {
  const server = dynalite({ createTableMs: 0 })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const database: DynamoDb = {
    fetch: ({ headers, body }) => forward(`http://127.0.0.1:${port}/`, headers, body),
    close: () => close(server),
  }
  await createTable(database, tableName, properties)
  return database
}

const FORWARDED = ['content-type', 'x-amz-target', 'x-amz-date', 'authorization']

async function forward(url: string, headers: Headers, body: string): Promise<Response> {
  const kept = FORWARDED.flatMap((name): [string, string][] => {
    const value = headers.get(name)
    return value === null ? [] : [[name, value]]
  })
  const response = await fetch(url, { method: 'POST', headers: kept, body })
  return new Response(await response.arrayBuffer(), {
    status: response.status,
    headers: { 'content-type': response.headers.get('content-type') ?? 'application/x-amz-json-1.0' },
  })
}

async function createTable(database: DynamoDb, TableName: string, properties: TableProperties): Promise<void> {
  const { GlobalSecondaryIndexes, ...keys } = properties
  const response = await database.fetch({
    headers: new Headers({
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'DynamoDB_20120810.CreateTable',
      'x-amz-date': '20260101T000000Z',
      authorization:
        'AWS4-HMAC-SHA256 Credential=workspace/20260101/eu-west-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
    }),
    body: JSON.stringify({
      TableName,
      ...keys,
      BillingMode: 'PAY_PER_REQUEST',
      ...(GlobalSecondaryIndexes.length > 0 && { GlobalSecondaryIndexes }),
    }),
  })
  if (!response.ok) throw new Error(`The table ${TableName} was refused: ${await response.text()}`)
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeAllConnections()
  await closed
}
