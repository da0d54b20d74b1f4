import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb'
import { ownEntry } from '../../functions/own-entry.ts'

type Answer = (request: Request) => Promise<Response> | Response
type Send = (this: DynamoDBDocumentClient, command: object, ...rest: unknown[]) => Promise<unknown>
type Items = Record<string, unknown>

interface Direct {
  answer: Answer
  /** False while faults are ordered, which the SDK has to meet. */
  isStill: () => boolean
}

/** By the origin of the endpoint. */
const open = new Map<string, Direct>()

const client = DynamoDBDocumentClient.prototype as unknown as { send: Send }
let overHttp: Send | undefined

/**
 * Lets calls of DynamoDBDocumentClient reach the DynamoDB of an AWS endpoint in this process without the SDK's steps and
 * without a socket. A call that fails is made once more, over HTTP: its error is the one that the SDK makes. Failed calls
 * of DynamoDB change nothing, so that the second is as the first.
 *
 * @returns what ends this.
 */
export const reachDirectly = (url: string, direct: Direct): (() => void) => {
  const { origin } = new URL(url)
  if (open.size === 0) {
    overHttp = client.send
    client.send = send
  }
  open.set(origin, direct)
  return () => {
    if (!open.delete(origin) || open.size > 0) return
    client.send = overHttp!
  }
}

const send: Send = async function (this: DynamoDBDocumentClient, command, ...rest) {
  const { hostname, port, protocol } = (await this.config.endpoint?.()) ?? { hostname: '', protocol: '' }
  const origin = `${protocol}//${hostname}:${port}`
  const direct = open.get(origin)
  const operation = ownEntry(OPERATIONS, command.constructor.name)
  if (direct?.isStill() && operation) {
    const { accessKeyId, sessionToken } = await this.config.credentials()
    const region = await this.config.region()
    const response = await direct.answer(
      new Request(`${origin}/aws/`, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-amz-json-1.0',
          'x-amz-target': `DynamoDB_20120810.${operation}`,
          'x-amz-date': '20260101T000000Z',
          authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/${region}/dynamodb/aws4_request, SignedHeaders=host, Signature=0`,
          ...(sessionToken && { 'x-amz-security-token': sessionToken }),
        },
        body: JSON.stringify(marshalled((command as { input: Items }).input), bytesAsText),
      }),
    )
    if (response.ok) return { $metadata: {}, ...unmarshalled(JSON.parse(await response.text(), textAsBytes) as Items) }
  }
  return overHttp!.call(this, command, ...rest)
}

const OPERATIONS: Readonly<Record<string, string>> = {
  GetCommand: 'GetItem',
  PutCommand: 'PutItem',
  UpdateCommand: 'UpdateItem',
  DeleteCommand: 'DeleteItem',
  QueryCommand: 'Query',
}

/** Binary values are Base64 in DynamoDB's JSON. */
const bytesAsText = (_: string, value: unknown): unknown =>
  value !== null && typeof value === 'object' && 'B' in value && ArrayBuffer.isView(value.B)
    ? { B: Buffer.from(value.B.buffer, value.B.byteOffset, value.B.byteLength).toString('base64') }
    : value
const textAsBytes = (type: string, value: unknown): unknown =>
  type === 'B' && typeof value === 'string' ? new Uint8Array(Buffer.from(value, 'base64')) : value

const REMOVED = { removeUndefinedValues: true }
const MAPS = new Set([
  'Item',
  'Key',
  'ExpressionAttributeValues',
  'ExclusiveStartKey',
  'Attributes',
  'LastEvaluatedKey',
])

const marshalled = (input: Items): Items =>
  Object.fromEntries(
    Object.entries(input).map(([name, value]) => [
      name,
      MAPS.has(name) && value !== undefined ? marshall(value, REMOVED) : value,
    ]),
  )

const unmarshalled = (output: Items): Items =>
  Object.fromEntries(
    Object.entries(output).map(([name, value]) => [
      name,
      name === 'Items'
        ? (value as Parameters<typeof unmarshall>[0][]).map((item) => unmarshall(item))
        : MAPS.has(name)
          ? unmarshall(value as Parameters<typeof unmarshall>[0])
          : value,
    ]),
  )
