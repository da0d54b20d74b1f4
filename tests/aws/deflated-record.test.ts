import { createHash } from 'node:crypto'
import { deflateSync } from 'node:zlib'
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import { deflated, inflated, type RecordForm } from '../../functions/aws/deflated-record.ts'
import { documentClient } from '../../functions/aws/document-client.ts'
import { RECORD_DICTIONARIES } from '../../functions/aws/record-dictionary.ts'
import { approvalKey } from '../../functions/aws/records.ts'
import { storedApproval } from '../../functions/aws/stored-approval.ts'
import { openTable } from '../../functions/aws/table.ts'
import { UnreadableRecord } from '../../functions/ports/records.ts'
import { readRecord } from '../../functions/record/record-reader.ts'
import { misindexedApprovals } from '../../cli/audit/misindexed.ts'
import { openAws } from '../support/aws-endpoint.ts'
import { KEY, START, approval, execution, pipelineChange, stageChange } from '../support/records.ts'

const TABLE = 'greenlight'
const STORED = storedApproval(approval())
const BESIDE = ['kind', 'requestedAt'] as const
const [dictionary] = RECORD_DICTIONARIES.map((text) => Buffer.from(text))
const forged = (json: string, more: object = {}) => ({
  ...more,
  deflated: new Uint8Array(deflateSync(json, { dictionary })),
})

test('a deflated record is read as it was, from a third of its bytes', () => {
  const short = deflated(STORED, BESIDE) as { deflated: Uint8Array }
  expect(Object.keys(short).sort()).toEqual(['deflated', 'kind', 'requestedAt'])
  expect(short.deflated.length).toBeLessThan(JSON.stringify(STORED).length / 3)
  expect(inflated(short)).toEqual(JSON.parse(JSON.stringify(STORED)))
})

test('a plain record is read as it is', () => {
  expect(inflated(STORED)).toBe(STORED)
})

test('the dictionaries are those with which records are deflated in every installation', () => {
  expect(RECORD_DICTIONARIES.map((text) => createHash('sha256').update(text).digest('hex'))).toEqual([
    '5b2853d0954821e91d51b33c49c71a6d3a6c0b71f62c19fd69d46b665d1a3eba',
    'd3e2f4739037348e89de2430a1382d92d201ae0b38b698e61056e387d92199db',
  ])
})

test.each(RECORD_DICTIONARIES.map((text, index) => [index, text]))(
  'a record that was deflated with dictionary %i is read',
  (_, text) => {
    const bytes = deflateSync(JSON.stringify(STORED), { dictionary: Buffer.from(text) })
    expect(inflated({ deflated: new Uint8Array(bytes) })).toEqual(JSON.parse(JSON.stringify(STORED)))
  },
)

test('a record stays plain that is not shorter deflated, or has more than a megabyte', () => {
  const tiny = { a: 'zq' }
  expect(deflated(tiny, [])).toBe(tiny)
  const huge = { text: 'x'.repeat(1_048_576) }
  expect(deflated(huge, [])).toBe(huge)
  const most = { text: 'x'.repeat(1_048_576 - JSON.stringify({ text: '' }).length) }
  expect(inflated(deflated(most, []))).toEqual(most)
})

test.each<[string, { deflated: unknown }]>([
  ['no bytes', { deflated: 'eJw' }],
  ['bytes of something else', { deflated: new Uint8Array([1, 2, 3]) }],
  ['bytes that end early', { deflated: forged(JSON.stringify(STORED)).deflated.slice(0, -8) }],
  [
    'bytes without the dictionary',
    { deflated: new Uint8Array(deflateSync('{}', { dictionary: Buffer.from('other') })) },
  ],
  ['another text than JSON', forged('approved')],
  ['a number', forged('1')],
  ['null', forged('null')],
  ['more than a megabyte', forged(JSON.stringify({ text: 'x'.repeat(2_000_000) }))],
  ['another time than the one beside it', forged('{"requestedAt":1}', { requestedAt: 2 })],
  ['no kind, where one is beside it', forged('{}', { kind: 'approval' })],
])('%s are not read', (_, stored) => {
  expect(() => inflated(stored as object)).toThrow('A stored record cannot be read')
})

describe('in the table', () => {
  let aws: Awaited<ReturnType<typeof openAws>>
  beforeAll(async () => {
    aws = await openAws()
  })
  afterAll(() => aws.close())

  const table = (form: RecordForm) => openTable(aws.client, TABLE, { form })
  const client = () => documentClient(aws.client)
  const itemOf = async (id: string) =>
    (await client().send(new GetCommand({ TableName: TABLE, Key: approvalKey(id), ConsistentRead: true }))).Item!

  test.each<[RecordForm, RecordForm]>([
    ['deflated', 'plain'],
    ['plain', 'deflated'],
  ])('what was written %s is read and changed %s', async (first, then) => {
    const record = approval({ id: (first === 'plain' ? 'a' : 'b').repeat(32) })
    const change = { ...KEY, executionId: `execution-${first}` }
    const run = {
      ...execution([pipelineChange('running', START), stageChange('Build', 'running', START)]),
      key: change,
    }
    expect(await table(first).approvals.create(record)).toBe(true)
    expect(await table(first).executions.create(run)).toBe(true)
    expect('deflated' in (await itemOf(record.id))['data']).toBe(first === 'deflated')
    expect(Array.isArray((await itemOf(record.id))['writes'])).toBe(first === 'plain')
    expect(await table(then).approvals.read(record.id)).toEqual(record)
    expect(await table(then).executions.read(change)).toEqual(run)
    await table(then).approvals.change(record.id, (known) => [{ ...known, problem: 'none' } as never, null])
    expect('deflated' in (await itemOf(record.id))['data']).toBe(then === 'deflated')
    expect(await table(first).approvals.read(record.id)).toEqual({ ...record, problem: 'none' })
    expect(await table(first).attention.openApprovals(record.where)).toContain(record.id)
  })

  test('of two who change a deflated record at once, each starts from what the other wrote', async () => {
    const { id } = approval({ id: 'c'.repeat(32) })
    await table('deflated').approvals.create(approval({ id }))
    const longer = (known: unknown) => {
      const { problem } = known as { problem: string | null }
      return [{ ...(known as object), problem: `${problem ?? ''}x` } as never, null] as [never, null]
    }
    await Promise.all([1, 2, 3].map(() => table('deflated').approvals.change(id, longer)))
    expect(await table('plain').approvals.read(id)).toMatchObject({ problem: 'xxx' })
  })

  test('the audit finds the approval, and says that it cannot be read once it was altered', async () => {
    const record = approval()
    const { id } = record
    await table('deflated').approvals.create(record)
    expect(await misindexedApprovals(client(), TABLE)).not.toContain(id)
    const flaws = async () => (await readRecord(client(), TABLE, id, START)).flaws
    expect(await flaws()).toEqual([])
    const item = await itemOf(id)
    const { requestedAt, ...rest } = storedApproval(record)
    const altered = forged(JSON.stringify({ ...rest, requestedAt: requestedAt + 1 }), { kind: 'approval', requestedAt })
    await client().send(new PutCommand({ TableName: TABLE, Item: { ...item, data: altered } }))
    expect(await flaws()).toContain('the approval itself cannot be read')
    await expect(table('plain').approvals.read(id)).rejects.toThrow('requestedAt differs')
  })

  test('an approval that was stored plain and altered cannot be read', async () => {
    const record = approval({ id: 'd'.repeat(32) })
    await table('plain').approvals.create(record)
    const item = await itemOf(record.id)
    const { state: _, ...altered } = storedApproval(record)
    await client().send(new PutCommand({ TableName: TABLE, Item: { ...item, data: altered } }))
    await expect(table('plain').approvals.read(record.id)).rejects.toThrow(UnreadableRecord)
  })
})
