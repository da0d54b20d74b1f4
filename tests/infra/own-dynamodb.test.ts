import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import * as sdk from '@aws-sdk/lib-dynamodb'
import fc from 'fast-check'
import * as own from '../../infra/own-dynamodb.ts'
import { accessKeySecret } from '../support/secret.ts'

/* In the bundles, infra/own-dynamodb.ts stands in the place of the SDK's clients for DynamoDB. */

type Answer = [status: number, body: unknown]

let server: Server
/** What the service was asked: the operation, and its input. */
let asked: [operation: string, input: Record<string, unknown>][]
let answers: Answer[]
/** The attributes of the last PutItem, which GetItem answers. */
let kept: unknown

const openClients = async () => {
  server = createServer((request, response) => {
    void text(request).then((body) => {
      const operation = String(request.headers['x-amz-target']).split('.').at(-1)!
      const input = JSON.parse(body) as Record<string, unknown>
      asked.push([operation, input])
      if (operation === 'PutItem') kept = input['Item']
      const [status, answer] = answers.shift() ?? [200, operation === 'GetItem' ? { Item: kept } : {}]
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(answer))
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const connection = {
    region: 'eu-west-1',
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: 'key', secretAccessKey: accessKeySecret() },
  }
  const options = { marshallOptions: { removeUndefinedValues: true } }
  return {
    ofSdk: sdk.DynamoDBDocumentClient.from(new DynamoDBClient({ ...connection, maxAttempts: 1 }), options),
    ofOwn: own.DynamoDBDocumentClient.from(new own.DynamoDBClient(connection)),
  }
}

let clients: Awaited<ReturnType<typeof openClients>>
beforeAll(async () => {
  clients = await openClients()
})
beforeEach(() => {
  asked = []
  answers = []
})
afterAll(() => {
  clients.ofSdk.destroy()
  server.closeAllConnections()
  server.close()
})

const thrownBy = (work: Promise<unknown>): Promise<Error | null> =>
  work.then(
    () => null,
    (error: Error) => error,
  )

/** What an item may hold, and what it may not. */
const value = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.string(),
    fc.constantFrom<unknown>(
      null,
      undefined,
      true,
      false,
      0,
      -0,
      1.5,
      1e21,
      -1e-7,
      NaN,
      Infinity,
      2 ** 53,
      2 ** 53 - 1,
    ),
    fc.integer(),
    fc.uint8Array({ minLength: 1, maxLength: 5 }),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(
      fc.string().filter((name) => name !== '__proto__'),
      tie('value'),
      { maxKeys: 3 },
    ),
  ),
})).value

test('writes and reads the same as the SDK', async () => {
  const { ofSdk, ofOwn } = clients
  await fc.assert(
    fc.asyncProperty(fc.dictionary(fc.constantFrom('a', 'b', 'c'), value, { noNullPrototype: true }), async (item) => {
      asked = []
      const input = { TableName: 't', Item: { pk: 'p', ...item } }
      const refusedBySdk = await thrownBy(ofSdk.send(new sdk.PutCommand(input)))
      const refusedByOwn = await thrownBy(ofOwn.send(new own.PutCommand(input)))
      expect(refusedByOwn !== null).toBe(refusedBySdk !== null)
      if (refusedBySdk) return
      expect(asked[1]).toEqual(asked[0])
      const key = { TableName: 't', Key: { pk: 'p' }, ConsistentRead: true }
      const read = await ofOwn.send(new own.GetCommand(key))
      expect(read.Item).toEqual((await ofSdk.send(new sdk.GetCommand(key))).Item)
      expect(asked[3]).toEqual(asked[2])
    }),
    { numRuns: 60 },
  )
})

test.each([
  ['a date', new Date(0)],
  ['an object of a class', new (class Made {})()],
])('refuses %s, as the SDK does', async (_, wrong) => {
  const input = { TableName: 't', Item: { pk: 'p', wrong } }
  expect(await thrownBy(clients.ofSdk.send(new sdk.PutCommand(input)))).toBeInstanceOf(Error)
  expect(await thrownBy(clients.ofOwn.send(new own.PutCommand(input)))).toBeInstanceOf(Error)
  expect(asked).toEqual([])
})

test('refuses a function, which the SDK leaves out', async () => {
  const put = new own.PutCommand({ TableName: 't', Item: { pk: 'p', wrong: () => 1 } })
  expect(await thrownBy(clients.ofOwn.send(put))).toBeInstanceOf(Error)
  expect(asked).toEqual([])
})

test('updates and queries the same as the SDK', async () => {
  const { ofSdk, ofOwn } = clients
  const update = {
    TableName: 't',
    Key: { pk: 'p', sk: 's' },
    UpdateExpression: 'SET freeAt = :next',
    ConditionExpression: 'attribute_not_exists(freeAt)',
    ExpressionAttributeValues: { ':next': 5 },
    ReturnValues: 'UPDATED_NEW',
  } as const
  answers = [
    [200, { Attributes: { freeAt: { N: '5' } } }],
    [200, { Attributes: { freeAt: { N: '5' } } }],
  ]
  const { Attributes } = await ofSdk.send(new sdk.UpdateCommand(update))
  expect(await ofOwn.send(new own.UpdateCommand(update))).toEqual({ Attributes })
  const query = {
    TableName: 't',
    IndexName: 'record',
    KeyConditionExpression: '#day = :day',
    ExpressionAttributeNames: { '#day': 'day' },
    ExpressionAttributeValues: { ':day': '2026-11-27' },
    ScanIndexForward: false,
    Limit: 2,
  }
  answers = [
    [200, { Items: [{ at: { N: '1' } }], Count: 1 }],
    [200, { Items: [{ at: { N: '1' } }], Count: 1 }],
  ]
  const { Items } = await ofSdk.send(new sdk.QueryCommand(query))
  expect((await ofOwn.send(new own.QueryCommand(query))).Items).toEqual(Items)
  expect(asked[1]).toEqual(asked[0])
  expect(asked[3]).toEqual(asked[2])
})

test('reads all pages', async () => {
  answers = [
    [200, { Items: [{ pk: { S: 'a' } }], LastEvaluatedKey: { pk: { S: 'a' } } }],
    [200, { Items: [{ pk: { S: 'b' } }] }],
  ]
  const found = []
  for await (const { Items = [] } of own.paginateQuery({ client: clients.ofOwn }, { TableName: 't' }))
    found.push(...Items)
  expect(found).toEqual([{ pk: 'a' }, { pk: 'b' }])
  expect(asked[1]).toEqual(['Query', { TableName: 't', ExclusiveStartKey: { pk: { S: 'a' } } }])
})

const PUT = new own.PutCommand({ TableName: 't', Item: { pk: 'p' } })
const refusal = (name: string): Answer => [400, { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: 'no' }]

test.each(['ConditionalCheckFailedException', 'AccessDeniedException', 'ValidationException'])(
  'throws %s by its name, after one attempt',
  async (name) => {
    answers = [refusal(name)]
    expect((await thrownBy(clients.ofOwn.send(PUT)))?.name).toBe(name)
    expect(asked).toHaveLength(1)
  },
)

test.each<[string, Answer]>([
  ['a fault', [500, { __type: 'InternalServerError' }]],
  ['ProvisionedThroughputExceededException', refusal('ProvisionedThroughputExceededException')],
  ['ThrottlingException', refusal('ThrottlingException')],
  ['RequestLimitExceeded', refusal('RequestLimitExceeded')],
])('tries again after %s, three times in all', async (_, answer) => {
  answers = [answer, answer]
  expect(await thrownBy(clients.ofOwn.send(PUT))).toBeNull()
  answers = [answer, answer, answer]
  expect(await thrownBy(clients.ofOwn.send(PUT))).toBeInstanceOf(Error)
  expect(asked).toHaveLength(6)
})

test.each<[string, Answer]>([
  ['another shape', [200, { Items: 'none' }]],
  ['no JSON object', [200, 'none']],
  ['a set, which the bot never writes', [200, { Items: [{ a: { SS: ['b'] } }] }]],
  ['a number that cannot be read exactly', [200, { Items: [{ a: { N: '9007199254740993' } }] }]],
])('throws if the answer has %s', async (_, answer) => {
  answers = [answer]
  expect(await thrownBy(clients.ofOwn.send(new own.QueryCommand({ TableName: 't' })))).toBeInstanceOf(Error)
})
