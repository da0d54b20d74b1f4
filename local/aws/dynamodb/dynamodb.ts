import { EventEmitter } from 'node:events'
import type { Server } from 'node:http'
import dynalite from 'dynalite'
import { tableProperties } from './table-properties.ts'

export interface DynamoDb {
  /** Answers one request of the DynamoDB protocol. */
  fetch(request: { headers: Headers; body: string }): Promise<Response>
}

/**
 * Starts DynamoDB (dynalite, in memory) with these tables, each given as CloudFormation writes its properties. Rejects if
 * their form is wrong.
 */
export const openDynamoDb = async (tables: Readonly<Record<string, unknown>>): Promise<DynamoDb> => {
  const server = dynalite({ createTableMs: 0 })
  const database: DynamoDb = { fetch: ({ headers, body }) => ask(server, headers, body) }
  for (const [name, properties] of Object.entries(tables)) await createTable(database, name, properties)
  return database
}

const FORWARDED = ['content-type', 'x-amz-target', 'x-amz-date', 'authorization']

/** Passes the server a request without a socket: a second connection would take half of a call's time. */
const ask = (server: Server, headers: Headers, body: string): Promise<Response> => {
  const given = FORWARDED.flatMap((name): [string, string][] => {
    const value = headers.get(name)
    return value === null ? [] : [[name, value]]
  })
  const request = Object.assign(new EventEmitter(), { method: 'POST', url: '/', headers: Object.fromEntries(given) })
  return new Promise((resolve) => {
    const answered = new Headers()
    const response = {
      statusCode: 200,
      setHeader: (name: string, value: string | number) => answered.set(name, String(value)),
      end: (text: string) => resolve(new Response(text, { status: response.statusCode, headers: answered })),
    }
    server.emit('request', request, response)
    request.emit('data', Buffer.from(body))
    request.emit('end')
  })
}

const createTable = async (database: DynamoDb, TableName: string, properties: unknown): Promise<void> => {
  const { GlobalSecondaryIndexes, ...keys } = tableProperties.parse(properties)
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
