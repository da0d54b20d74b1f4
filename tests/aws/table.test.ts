import { openTable } from '../../functions/aws/table.ts'
import { attentionAt, requested } from '../../functions/domain/approval.ts'
import { executionAttentionAt } from '../../functions/domain/execution.ts'
import { openAws } from '../local/aws/aws-workspace.ts'
import {
  KEY,
  POLICY,
  approval,
  execution,
  newApproval,
  pipelineNews,
  vote,
  voted,
} from '../domain/records-for-tests.ts'

/** As many click at once as a busy channel could. */
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

test('a step that changes nothing writes nothing, so that it disturbs nobody', async () => {
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
  const record = voted(approval({ id: newId() }), POLICY, vote('U0DANA', 'Approved', words))
  await table.approvals.create(record)
  expect(await table.approvals.read(record.id)).toEqual(record)
})

test('the record of an execution is found by its key, and due when it was silent for long', async () => {
  const key = { ...KEY, pipeline: 'a.pipeline_with-@-all', executionId: newId() }
  const record = { ...execution([pipelineNews('running', 1_000)]), key }
  await table.executions.create(record)
  expect(await table.executions.read(key)).toEqual(record)
  expect(await table.executions.read({ ...key, region: 'us-east-1' })).toBeNull()
  expect(await table.attention.due(executionAttentionAt(record)!)).toContainEqual({ execution: key })
})

test('what is due is found in whichever part of the index it is kept', async () => {
  const due = attentionAt(approval())!
  const ids = Array.from({ length: 12 }, newId)
  for (const [index, id] of ids.entries()) await table.approvals.create(approval({ id, requestedAt: index }))
  const found = await table.attention.due(due)
  for (const id of ids) expect(found).toContainEqual({ approval: id })
  expect(await table.attention.due(0)).toEqual([])
})
