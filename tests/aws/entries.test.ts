import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import { documentClient } from '../../functions/aws/document-client.ts'
import { entryKey } from '../../functions/aws/entries.ts'
import { openTable } from '../../functions/aws/table.ts'
import type { Entry } from '../../functions/domain/journal.ts'
import { flaws } from '../../functions/record/flaws.ts'
import { emptyJournal, hashOf } from '../../functions/domain/journal.ts'
import { openAws } from '../support/aws-endpoint.ts'
import { DAY, POLICY, START, WHERE, approval, vote, voted } from '../support/records.ts'

let aws: Awaited<ReturnType<typeof openAws>>
let client: ReturnType<typeof documentClient>
const counted: string[] = []
const log = { count: (metric: string) => void counted.push(metric) }
beforeAll(async () => {
  aws = await openAws()
  client = documentClient(aws.client)
})
afterAll(() => aws.close())

let count = 0
/** A request and two approvals: an entry of each kind. */
const journal = (): Entry[] => {
  const asked = approval()
  const id = `${++count}`.padStart(32, 'e')
  const start = { ...asked, id, journal: emptyJournal }
  const words = { name: '“Dana” <!channel> 👩‍💻', comment: 'a\nb\u0000c' }
  return voted(start, POLICY, vote('U0DANA', 'Approved', words), vote('U0CHEN')).journal.unfiled
}
const KEPT_UNTIL = START + 37 * DAY
const filedAs = (entry: Entry) => ({ entry, where: WHERE, keptUntil: KEPT_UNTIL })
const entries = () => openTable(aws.client, 'greenlight', { log }).entries

const itemOf = async ({ approval, number }: Entry) => {
  const Key = entryKey(approval, number)
  return (await client.send(new GetCommand({ TableName: 'greenlight', Key, ConsistentRead: true }))).Item
}

test('an entry is an item with its day, which an index uses, and an expiry', async () => {
  const [first, ...others] = journal()
  await entries().file([first!, ...others].map(filedAs))
  expect(await itemOf(first!)).toEqual({
    pk: `RECORD#${first!.approval}`,
    sk: '000001',
    entry: first,
    where: WHERE,
    day: '2026-11-23',
    at: first!.at,
    expireAt: KEPT_UNTIL / 1_000,
  })
})

test('entries come back as they were written, and their chain with them', async () => {
  const written = journal()
  await entries().file(written.map(filedAs))
  const read = await Promise.all(written.map(async (entry) => ((await itemOf(entry)) as { entry: Entry }).entry))
  expect(read).toEqual(written)
  expect(flaws(read, { count: written.length, head: written.at(-1)!.hash }, START)).toEqual([])
})

test('filing the same entries again, or by many at once, succeeds and changes nothing', async () => {
  const written = journal()
  await Promise.all(Array.from({ length: 8 }, () => entries().file(written.map(filedAs))))
  const before = await itemOf(written[0]!)
  await entries().file(written.map((entry) => ({ ...filedAs(entry), keptUntil: START + 300 * DAY })))
  expect(await itemOf(written[0]!)).toEqual(before)
})

test('an entry never overwrites another: it is counted, and the approval keeps its own', async () => {
  const written = journal()
  const forged = { ...written[1]!, at: 1 }
  const there = { ...forged, hash: hashOf(forged) }
  const Item = { ...entryKey(there.approval, there.number), entry: there }
  await client.send(new PutCommand({ TableName: 'greenlight', Item }))
  await expect(entries().file(written.map(filedAs))).rejects.toThrow(
    `Entry 2 of approval ${there.approval} is in the table already, and is another one`,
  )
  expect(await itemOf(there)).toEqual(Item)
  expect(counted).toEqual(['RecordConflict'])
})
