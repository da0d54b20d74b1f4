import * as z from 'zod/mini'
import { askPatiently } from '../functions/aws/ask-json.ts'
import { QUICK_CALL } from '../functions/aws/call-limits.ts'
import type { AwsConnection } from '../functions/aws/connection.ts'
import { systemClock } from '../functions/clock.ts'

/*
 * What the functions use of @aws-sdk/client-dynamodb and @aws-sdk/lib-dynamodb, in their place in the bundles
 * (esbuild.plugins.cjs): four operations, each a signed POST of JSON ("DynamoDB low-level API", Amazon DynamoDB Developer
 * Guide). tests/infra/own-dynamodb.test.ts compares both.
 */

/** A value as DynamoDB has it: an object with one key, its type ("AttributeValue", DynamoDB API reference). */
type Attribute = Record<string, unknown>
type Item = Record<string, unknown>

const numberText = (value: number): string => {
  if (!Number.isFinite(value) || Math.abs(value) > Number.MAX_SAFE_INTEGER)
    throw new Error(`DynamoDB cannot keep the number ${value} exactly`)
  return String(value)
}

const isPlain = (value: object): boolean =>
  [Object.prototype, null].includes(Object.getPrototypeOf(value) as typeof Object.prototype)

/** @throws for a value that is no JSON and no bytes: a function, a date, another object of a class. */
const attributeOf = (value: unknown): Attribute => {
  if (value === null) return { NULL: true }
  if (typeof value === 'string') return { S: value }
  if (typeof value === 'number') return { N: numberText(value) }
  if (typeof value === 'boolean') return { BOOL: value }
  if (value instanceof Uint8Array) return { B: Buffer.from(value).toString('base64') }
  if (Array.isArray(value)) return { L: value.filter((one) => one !== undefined).map(attributeOf) }
  if (typeof value === 'object' && isPlain(value)) return { M: attributesOf(value as Item) }
  throw new Error(`DynamoDB has no attribute for a value of type ${typeof value}`)
}

/** Without those that are undefined. */
const attributesOf = (item: Item): Record<string, Attribute> =>
  Object.fromEntries(
    Object.entries(item).flatMap(([name, value]) => (value === undefined ? [] : [[name, attributeOf(value)]])),
  )

const numberIn = (text: string): number => {
  const value = Number(text)
  if (!Number.isFinite(value) || Math.abs(value) > Number.MAX_SAFE_INTEGER)
    throw new Error(`The number ${text} of DynamoDB cannot be read exactly`)
  return value
}

/** Of an attribute's one type, the value. @throws for a type that the bot never writes, such as a set. */
const valueOf = (attribute: Attribute): unknown => {
  const [[type, value] = ['', null]] = Object.entries(attribute)
  switch (type) {
    case 'NULL':
      return null
    case 'S':
    case 'BOOL':
      return value
    case 'N':
      return numberIn(value as string)
    case 'B':
      return new Uint8Array(Buffer.from(value as string, 'base64'))
    case 'L':
      return (value as Attribute[]).map(valueOf)
    case 'M':
      return valuesOf(value as Record<string, Attribute>)
    default:
      throw new Error(`An attribute of DynamoDB has the type ${type}`)
  }
}

const valuesOf = (attributes: Record<string, Attribute>): Item =>
  Object.fromEntries(Object.entries(attributes).map(([name, attribute]) => [name, valueOf(attribute)]))

/** The fields of an input that hold attributes. */
const SENT = new Set(['Item', 'Key', 'ExpressionAttributeValues', 'ExclusiveStartKey'])

const sent = (input: Item): Item =>
  Object.fromEntries(
    Object.entries(input).map(([name, value]) => [name, SENT.has(name) && value ? attributesOf(value as Item) : value]),
  )

const ATTRIBUTES = z.record(z.string(), z.record(z.string(), z.unknown()))

/** What the answers of the operations have in common. */
const ANSWER = z.object({
  Item: z.optional(ATTRIBUTES),
  Items: z.optional(z.array(ATTRIBUTES)),
  Attributes: z.optional(ATTRIBUTES),
  LastEvaluatedKey: z.optional(ATTRIBUTES),
})

const received = ({ Items, ...single }: z.output<typeof ANSWER>): Received => ({
  ...Object.fromEntries(Object.entries(single).map(([name, item]) => [name, item && valuesOf(item)])),
  ...(Items && { Items: Items.map(valuesOf) }),
})

interface Received {
  Item?: Item
  Items?: Item[]
  Attributes?: Item
  LastEvaluatedKey?: Item
}

class Command {
  readonly input: Item
  constructor(input: Item) {
    this.input = input
  }
}

export class GetCommand extends Command {
  readonly operation = 'GetItem'
}

export class PutCommand extends Command {
  readonly operation = 'PutItem'
}

export class UpdateCommand extends Command {
  readonly operation = 'UpdateItem'
}

export class QueryCommand extends Command {
  readonly operation = 'Query'
}

export class DynamoDBClient {
  readonly connection: AwsConnection
  constructor(connection: AwsConnection) {
    this.connection = connection
  }
}

const { connectionTimeout, requestTimeout } = QUICK_CALL.requestHandler

/** Errors have the names that DynamoDB gives them, as those of the SDK do. */
export class DynamoDBDocumentClient {
  readonly connection: AwsConnection
  constructor(connection: AwsConnection) {
    this.connection = connection
  }

  static from({ connection }: DynamoDBClient): DynamoDBDocumentClient {
    return new DynamoDBDocumentClient(connection)
  }

  async send({ operation, input }: GetCommand | PutCommand | UpdateCommand | QueryCommand): Promise<Received> {
    const call = {
      ...{ service: 'dynamodb', target: 'DynamoDB_20120810', operation, json: '1.0' as const },
      ...{ input: sent(input), timeoutMs: connectionTimeout + requestTimeout },
    }
    return received(await askPatiently(this.connection, systemClock, call, ANSWER))
  }
}

export const paginateQuery = async function* (
  { client }: { client: DynamoDBDocumentClient },
  input: Item,
): AsyncGenerator<Received> {
  let from: Item | undefined
  do {
    const page = await client.send(new QueryCommand({ ...input, ...(from && { ExclusiveStartKey: from }) }))
    yield page
    from = page.LastEvaluatedKey
  } while (from)
}
