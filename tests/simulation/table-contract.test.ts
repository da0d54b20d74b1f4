import type { Approval, Tombstone } from '../../functions/domain/approval.ts'
import { settled } from '../../functions/domain/approval.ts'
import { attempt } from '../../functions/domain/attempt.ts'
import { attentionAt } from '../../functions/domain/attention.ts'
import { same } from '../../functions/domain/canonical.ts'
import { newExecution } from '../../functions/domain/execution.ts'
import { toFile } from '../../functions/domain/journal.ts'
import { openAws } from '../support/aws-endpoint.ts'
import { DAY, START, actor, approval, execution, policy, rule, under } from '../support/records.ts'
import { dynamoTables } from './dynamo-tables.ts'
import type { Tables } from '../support/memory/table.ts'
import { MemoryTable, memoryTables } from '../support/memory/table.ts'

type Stored = Approval | Tombstone

const RACERS = 20
const KEY = { accountId: '111122223333', region: 'eu-west-1', pipeline: 'shop-web', executionId: 'e1' }
const POLICY = policy([rule('engineers', ['U0ANA', 'U0BEN'], 2)])

let aws: Awaited<ReturnType<typeof openAws>>
beforeAll(async () => {
  aws = await openAws()
})
afterAll(() => aws.close())

const TABLES: Record<string, () => Tables> = {
  'the fake of the simulation': () => memoryTables(new MemoryTable()),
  'the table of the bot over DynamoDB': () => dynamoTables(aws.client, 'greenlight'),
  'the table of the bot over DynamoDB, deflated': () => dynamoTables(aws.client, 'greenlight', 'deflated'),
}

describe.each(Object.keys(TABLES))('%s', (name) => {
  let tables: Tables
  let count = 0
  const another = (more: Partial<Approval> = {}): Approval => {
    const id = `${name.length}a${String(++count).padStart(2, '0')}`.padEnd(32, '0')
    return { ...approval(), id, ...more }
  }
  beforeAll(() => {
    tables = TABLES[name]!()
  })

  test('stores a record once, as it was given', async () => {
    const first = another()
    expect(await tables.approvals.read(first.id)).toBeNull()
    expect(await tables.approvals.create(first)).toBe(true)
    expect(await tables.approvals.create({ ...first, problem: 'late' })).toBe(false)
    expect(await tables.approvals.read(first.id)).toEqual(first)
  })

  test('lets one of many creators win', async () => {
    const { id } = another()
    const created = await Promise.all(
      Array.from({ length: RACERS }, (_, racer) => tables.approvals.create({ ...approval(), id, problem: `${racer}` })),
    )
    expect(created.filter(Boolean)).toHaveLength(1)
  })

  test('loses none of many concurrent changes', async () => {
    const first = another({ checkedAt: 0 })
    await tables.approvals.create(first)
    const seen = await Promise.all(
      Array.from({ length: RACERS }, () =>
        tables.approvals.change(first.id, (record) =>
          record.kind === 'approval'
            ? [{ ...record, checkedAt: record.checkedAt + 1 }, record.checkedAt]
            : [record, -1],
        ),
      ),
    )
    expect([...seen].sort((a, b) => a! - b!)).toEqual(Array.from({ length: RACERS }, (_, index) => index))
    expect(await tables.approvals.read(first.id)).toMatchObject({ checkedAt: RACERS })
  })

  test('changes a missing record only with a first one given', async () => {
    const key = { ...KEY, executionId: `e${name.length}` }
    expect(await tables.executions.change(key, (record) => [record, 'changed'])).toBeNull()
    const fresh = () => newExecution(key, START)
    expect(await tables.executions.change(key, (record) => [record, 'begun'], { fresh })).toBe('begun')
    expect(await tables.executions.read(key)).toEqual(newExecution(key, START))
  })

  const counting = (more: number) => (record: Stored) =>
    record.kind === 'approval'
      ? ([{ ...record, checkedAt: record.checkedAt + more }, record.checkedAt] as [Stored, number])
      : ([record, -1] as [Stored, number])

  test('starts from the given record, and from the stored one if that is newer', async () => {
    const first = another({ checkedAt: 0 })
    await tables.approvals.create(first)
    expect(await tables.approvals.change(first.id, counting(1), { from: first })).toBe(0)
    expect(await tables.approvals.change(first.id, counting(10), { from: first })).toBe(1)
    const read = await tables.approvals.read(first.id)
    expect(await tables.approvals.change(first.id, counting(100), { from: read })).toBe(11)
    expect(await tables.approvals.read(first.id)).toMatchObject({ checkedAt: 111 })
  })

  test('reads the stored record if a step leaves the given one unchanged', async () => {
    const first = another({ checkedAt: 0 })
    await tables.approvals.create(first)
    await tables.approvals.change(first.id, counting(1))
    const seen = await tables.approvals.change<number>(
      first.id,
      (record) => [record, record.kind === 'approval' ? record.checkedAt : -1],
      { from: first },
    )
    expect(seen).toBe(1)
  })

  test('finds what is due, from the moment on', async () => {
    const waiting = another()
    await tables.approvals.create(waiting)
    const at = attentionAt(waiting)!
    const due = { approval: waiting.id }
    expect(await tables.attention.due(at - 1)).not.toContainEqual(due)
    expect(await tables.attention.due(at)).toContainEqual(due)
    expect(await tables.attention.watched()).toContainEqual(due)
  })

  test('finds what is due a little early after a small change of its time, and never late', async () => {
    const { behindSince: _, ...upToDate } = approval().showing
    const first = another({ showing: { ...upToDate, behindSince: null } })
    const due = { approval: first.id }
    const at = attentionAt(first)!
    const later = (by: number) =>
      tables.approvals.change(first.id, (record) =>
        record.kind === 'approval' ? [{ ...record, checkedAt: first.checkedAt + by }, null] : [record, null],
      )
    const isFound = async (time: number) => (await tables.attention.due(time)).some((one) => same(one, due))
    await tables.approvals.create(first)
    await later(90_000)
    expect(await isFound(at)).toBe(true)
    await later(90_001)
    expect([await isFound(at + 90_000), await isFound(at + 90_001)]).toEqual([false, true])
    await later(60_000)
    expect([await isFound(at + 59_999), await isFound(at + 60_000)]).toEqual([false, true])
  })

  test('lists an approval as open in its pipeline until it is settled', async () => {
    const where = { ...approval().where, pipeline: `open-${name.length}` }
    const waiting = another({ where })
    await tables.approvals.create(waiting)
    expect(await tables.attention.openApprovals(where)).toEqual([waiting.id])
    expect(await tables.attention.openApprovals({ ...where, region: 'us-east-1' })).toEqual([])
    await tables.approvals.change(waiting.id, (record) => [
      record.kind === 'approval' ? settled(record, { how: 'expired' }, START) : record,
      null,
    ])
    expect(await tables.attention.openApprovals(where)).toEqual([])
  })

  test('lists executions of pipelines by the time of their first event, newest first', async () => {
    const pipeline = `newest-${name.length}`
    const begun = (executionId: string, firstEventAt: number) => ({
      ...execution(),
      key: { ...KEY, pipeline, executionId },
      firstEventAt,
    })
    const now = Date.now()
    const outside = { service: 'CodeBuild', group: null, version: null } as const
    for (const one of [
      begun('e1', now - 3 * DAY),
      begun('e2', now),
      begun('e3', now - DAY),
      { ...begun('e4', now), outside },
    ])
      await tables.executions.create(one)
    const newest = async (since: number, most?: number) =>
      (await tables.attention.newestExecutions(since, (key) => key.pipeline === pipeline, most)).keys.map(
        ({ executionId }) => executionId,
      )
    expect(await newest(now - 2 * DAY)).toEqual(['e2', 'e3'])
    expect(await newest(now - 4 * DAY)).toEqual(['e2', 'e3', 'e1'])
    expect(await newest(now - 4 * DAY, 2)).toEqual(['e2', 'e3'])
    expect((await tables.attention.newestExecutions(now - 4 * DAY, null, 1)).keys).toHaveLength(1)
  })

  test('keeps a tombstone out of the due records', async () => {
    const asked = another()
    expect(await tables.approvals.create({ kind: 'tombstone', id: asked.id, closedAt: START })).toBe(true)
    expect(await tables.approvals.create(asked)).toBe(false)
    expect(await tables.attention.due(START * 2)).not.toContainEqual({ approval: asked.id })
  })

  test('starts one decision from two votes at once', async () => {
    const first = under(another(), POLICY)
    await tables.approvals.create(first)
    // A vote without a signature does not count once it is stored.
    const signed = { key: 'k', value: 'v', tokenHash: 't', policy: null, revisions: [] }
    const voters = ['U0ANA', 'U0BEN', 'U0ANA', 'U0BEN'].map((userId) => actor(userId))
    const rulings = await Promise.all(
      voters.map((who) =>
        tables.approvals.change(first.id, (record) => {
          if (record.kind !== 'approval') return [record, 'none']
          const [next, attempted] = attempt(
            record,
            who,
            { do: 'vote', verdict: 'Approved', comment: '' },
            START,
            null,
            signed,
          )
          return [next, attempted.kind === 'counted' ? attempted.ruling.kind : attempted.kind]
        }),
      ),
    )
    expect(rulings.filter((ruling) => ruling === 'granted')).toHaveLength(1)
    expect(await tables.approvals.read(first.id)).toMatchObject({ state: { name: 'deciding', verdict: 'Approved' } })
  })

  test('files each entry once, and never another in its place', async () => {
    const { id, journal, where } = approval()
    const filed = toFile(journal).map(({ entry, keptUntil }) => ({
      entry: { ...entry, approval: `${name.length}` },
      where,
      keptUntil,
    }))
    await tables.entries.file(filed.slice(0, 1))
    await Promise.all([tables.entries.file(filed), tables.entries.file(filed)])
    const altered = { ...filed[0]!, entry: { ...filed[0]!.entry, hash: id } }
    await expect(tables.entries.file([altered])).rejects.toThrow('is another one')
    const entries = await tables.entriesOf(`${name.length}`)
    expect(entries.toSorted((a, b) => a.number - b.number)).toEqual(filed.map(({ entry }) => entry))
    expect(await tables.entriesOf('no such approval')).toEqual([])
  })
})
