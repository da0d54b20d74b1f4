import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import { documentClient } from '../../functions/aws/document-client.ts'
import { storedApproval } from '../../functions/aws/stored-approval.ts'
import { openTable } from '../../functions/aws/table.ts'
import { requested, settled } from '../../functions/domain/approval.ts'
import { attentionAt } from '../../functions/domain/attention.ts'
import { executionAttentionAt } from '../../functions/domain/execution-attention.ts'
import type { Approval, Tombstone } from '../../functions/domain/approval.ts'
import type { Entry } from '../../functions/domain/journal.ts'
import { hashOf, toFile } from '../../functions/domain/journal.ts'
import { listen } from '../../local/http-server.ts'
import { openJsonService } from '../support/json-service.ts'
import { openAws } from '../support/aws-endpoint.ts'
import {
  DAY,
  KEY,
  POLICY,
  START,
  approval,
  execution,
  newApproval,
  pipelineChange,
  vote,
  voted,
} from '../support/records.ts'

/** As many clicks at once as a busy channel can cause. */
const RACERS = 50

let aws: Awaited<ReturnType<typeof openAws>>
let table: ReturnType<typeof openTable>
beforeAll(async () => {
  aws = await openAws()
  table = openTable(aws.client, 'greenlight')
})
afterAll(() => aws.close())

let count = 0
const newId = () => `${++count}`.padStart(32, '0')

test('of many who create the same record, one does', async () => {
  const record = requested(newApproval({ id: newId() }))
  const created = await Promise.all(Array.from({ length: RACERS }, () => table.approvals.create(record)))
  expect(created.filter(Boolean)).toHaveLength(1)
})

test('a step that changes nothing writes nothing, so that no other writer has to start over', async () => {
  const id = newId()
  await table.approvals.create(approval({ id }))
  let steps = 0
  await Promise.all(
    Array.from({ length: RACERS }, () =>
      table.approvals.change(id, (record) => {
        steps++
        return [record, null]
      }),
    ),
  )
  expect(steps).toBe(RACERS)
})

test('whatever people wrote comes back as they wrote it', async () => {
  const words = { name: '“Dana” <!channel> 👩‍💻', comment: 'a\nb\u0000c' }
  const cast = voted(approval({ id: newId() }), POLICY, vote('U0DANA', 'Approved', words))
  const signed = { key: 'k', value: 'c2ln', tokenHash: 't', revisions: [], policy: null }
  const record = { ...cast, votes: cast.votes.map((one) => ({ ...one, signed })) }
  await table.approvals.create(record)
  expect(await table.approvals.read(record.id)).toEqual(record)
})

test('the record of an execution is found by its key, and is due after a long silence', async () => {
  const key = { ...KEY, pipeline: 'a.pipeline_with-@-all', executionId: newId() }
  const record = { ...execution([pipelineChange('running', 1_000)]), key }
  await table.executions.create(record)
  expect(await table.executions.read(key)).toEqual(record)
  expect(await table.executions.read({ ...key, region: 'us-east-1' })).toBeNull()
  expect(await table.attention.due(executionAttentionAt(record)!)).toContainEqual({ execution: key })
})

test('due records are found in each shard of the index', async () => {
  const due = attentionAt(approval())!
  const ids = Array.from({ length: 12 }, newId)
  for (const [index, id] of ids.entries()) await table.approvals.create(approval({ id, requestedAt: index }))
  const found = await table.attention.due(due)
  for (const id of ids) expect(found).toContainEqual({ approval: id })
  expect(await table.attention.due(0)).toEqual([])
})

test('an approval is kept from its end on, or from its last entry if that is later, and never for less than these', async () => {
  const record = approval({ id: newId() })
  const expireAt = async () => {
    const Key = { pk: `APPROVAL#${record.id}`, sk: 'RECORD' }
    const { Item } = await documentClient(aws.client).send(new GetCommand({ TableName: 'greenlight', Key }))
    return Number(Item?.['expireAt']) * 1_000
  }
  await table.approvals.create(record)
  expect(await expireAt()).toBe(record.expiresAt + record.retention)
  const late = record.expiresAt + 30 * DAY + 1
  const ended = settled(record, { how: 'expired' }, late)
  await table.approvals.change(record.id, () => [ended, null])
  expect(await expireAt()).toBe(late + record.retention + 999)
  expect(toFile(ended.journal).at(-1)?.keptUntil).toBe(late + record.retention)
})

test('an approval stored without a retention time continues, and is kept for the default time', async () => {
  const record = approval({ id: newId() })
  const { retention: _, journal, ...before } = storedApproval(record)
  const entries = journal.unfiled.map(({ earlierUntil: _, ...entry }) => ({ ...entry, hash: hashOf(entry as Entry) }))
  const data = { ...before, journal: { count: 2, head: entries[1]!.hash, unfiled: entries } }
  const Item = { pk: `APPROVAL#${record.id}`, sk: 'RECORD', version: 1, data, expireAt: 1 }
  await documentClient(aws.client).send(new PutCommand({ TableName: 'greenlight', Item }))
  await table.approvals.change(record.id, (of) => [settled(of as Approval, { how: 'expired' }, START + DAY), null])
  const after = (await table.approvals.read(record.id)) as Approval
  const until = record.expiresAt + 400 * DAY
  expect(toFile(after.journal).map(({ keptUntil }) => keptUntil)).toEqual([until, until, until])
  expect(after.journal.unfiled.at(-1)?.earlierUntil).toBe(until)
})

/** DynamoDB that loses its answer to each of these operations once; it performs the operation all the same. */
const losing = (...operations: string[]) =>
  listen(async (request) => {
    const target = request.headers.get('x-amz-target') ?? ''
    const { method, headers } = request
    const answer = await fetch(aws.client.endpoint, { method, headers, body: await request.text() })
    const lost = operations.findIndex((operation) => target.endsWith(`.${operation}`))
    if (lost === -1) return new Response(await answer.arrayBuffer(), answer)
    operations.splice(lost, 1)
    return Response.json({ __type: 'InternalServerError' }, { status: 500 })
  }, 0)

test.each([
  ['plain', 'plain'],
  ['deflated', 'deflated'],
  ['deflated', 'plain'],
  ['plain', 'deflated'],
] as const)(
  'a %s write whose answer was lost is made once, and is ours though others wrote %s since',
  async (form, then) => {
    const record = approval({ id: newId(), checkedAt: 0 })
    const server = await losing('PutItem', 'PutItem')
    const { region, credentials } = aws.client
    const ours = openTable({ region, credentials, endpoint: server.url }, 'greenlight', { form })
    const others = openTable(aws.client, 'greenlight', { form: then })
    expect(await ours.approvals.create(record)).toBe(true)
    const count = (from: typeof table, by: number) =>
      from.approvals.change(record.id, (before) => [
        { ...record, checkedAt: checkedAt(before) + by },
        checkedAt(before),
      ])
    expect(await Promise.all([count(ours, 1), ...[10, 100, 1_000].map((by) => count(others, by))])).toContain(0)
    expect(await table.approvals.read(record.id)).toMatchObject({ checkedAt: 1_111 })
    await server.close()
  },
)

const checkedAt = (record: Approval | Tombstone): number => (record.kind === 'approval' ? record.checkedAt : 0)

test('a writer that lost a race waits before the next try, longer after it has lost again', async () => {
  const dynamoDb = await openJsonService()
  let losses = 7
  dynamoDb.answersBy(({ operation }) => {
    if (operation === 'GetItem') return { status: 200, body: { Item: { version: { N: '1' }, data: { M: {} } } } }
    if (losses-- === 0) return { status: 200, body: {} }
    return { status: 400, body: { __type: 'com.amazonaws.dynamodb#ConditionalCheckFailedException' } }
  })
  const waits: number[] = []
  const sleep = (ms: number) => Promise.resolve(void waits.push(ms))
  // Half of the time, by the random number.
  const clock = { now: () => START, sleep, newId: () => '80000000-0000-4000-8000-000000000000' }
  const contender = openTable(dynamoDb.connection, 'greenlight', { clock })
  await contender.approvals.change(newId(), () => [approval(), null])
  await dynamoDb.close()
  expect(waits).toEqual([20, 60, 60, 60, 60, 60, 60])
})
