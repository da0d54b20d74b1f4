import { GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb'
import { openExaminers } from '../../cli/audit/examiners.ts'
import { examineParts } from '../../cli/audit/examine-parts.ts'
import { misindexedApprovals } from '../../cli/audit/misindexed.ts'
import { deflated, inflated } from '../../functions/aws/deflated-record.ts'
import { documentClient } from '../../functions/aws/document-client.ts'
import { entryKey } from '../../functions/aws/entries.ts'
import { openTable } from '../../functions/aws/table.ts'
import type { Entry } from '../../functions/domain/journal.ts'
import { emptyJournal, filed, hashOf, written } from '../../functions/domain/journal.ts'
import type { FiledEntry } from '../../functions/ports/entries.ts'
import { stretches } from '../../functions/record/index-of-days.ts'
import { readRecord } from '../../functions/record/record-reader.ts'
import { openAws } from '../support/aws-endpoint.ts'
import { DAY, MINUTE, START, WHERE, approval } from '../support/records.ts'

const TABLE = 'greenlight'
const KEPT_UNTIL = START + 400 * DAY

let aws: Awaited<ReturnType<typeof openAws>>
let client: ReturnType<typeof documentClient>
const counted: string[] = []
beforeAll(async () => {
  aws = await openAws({ directTable: true })
  client = documentClient(aws.client)
})
afterAll(() => aws.close())
beforeEach(() => void counted.splice(0))

const log = { count: (metric: string) => void counted.push(metric) }
const shared = () => openTable(aws.client, TABLE, { form: 'deflated', log }).entries
const alone = () => openTable(aws.client, TABLE, { log }).entries

let count = 0
/** Entries of one new journal, at these times. Epoch milliseconds. */
const journalAt = (...times: number[]): Entry[] => {
  const id = `${++count}`.padStart(32, 'f')
  return times.reduce(
    (journal, at) =>
      written(journal, { approval: id, at, keptUntil: KEPT_UNTIL, happened: { what: 'announced', event: `${at}` } }),
    emptyJournal,
  ).unfiled
}
const toFile = (entries: readonly Entry[], more: Partial<FiledEntry> = {}): FiledEntry[] =>
  entries.map((entry) => ({ entry, where: WHERE, keptUntil: KEPT_UNTIL, ...more }))

const itemsOf = async ([first]: Entry[]) => {
  const ExpressionAttributeValues = { ':pk': entryKey(first!.approval, 1).pk }
  const { Items } = await client.send(
    new QueryCommand({ TableName: TABLE, KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues }),
  )
  return Items!
}
const placesOf = async (entries: Entry[]) => (await itemsOf(entries)).map(({ sk }) => Number(sk))
/** The approval whose journal this is has filed it all. */
const storeApproval = async (entries: Entry[]) => {
  const [{ approval: id, at }, last] = [entries[0]!, entries.at(-1)!]
  const journal = filed({ count: last.number, head: last.hash, keptUntil: KEPT_UNTIL, unfiled: [] }, last.number)
  await openTable(aws.client, TABLE).approvals.create(approval({ id, requestedAt: at, journal }))
}
const read = ([first]: Entry[]) => readRecord(client, TABLE, first!.approval, START)
/** What is wrong with the entries; what they say of the approval's state is not of interest. */
const wrongIn = async (entries: Entry[]) =>
  (await read(entries)).flaws.filter((flaw) => /^(the )?(entry|entries|item|last entry)/.test(flaw))

test('entries of a moment share an item, which has the place of the first', async () => {
  const entries = journalAt(START, START + 40, START + MINUTE - 1)
  await shared().file(toFile(entries))
  const [item, ...others] = await itemsOf(entries)
  expect(others).toEqual([])
  const { deflated: bytes, ...beside } = item!
  expect(beside).toEqual({
    ...entryKey(entries[0]!.approval, 1),
    day: '2026-11-23',
    at: START,
    expireAt: KEPT_UNTIL / 1_000,
  })
  expect(inflated({ deflated: bytes as Uint8Array })).toEqual({ where: WHERE, entries })
  await storeApproval(entries)
  expect(await read(entries)).toMatchObject({ entries, where: WHERE, keptUntil: KEPT_UNTIL })
  expect(await wrongIn(entries)).toEqual([])
})

const HOUR_LATER = 60 * MINUTE
const NOON = START - (START % DAY) + DAY / 2
test.each<[string, () => FiledEntry[]]>([
  ['a minute later', () => toFile(journalAt(NOON, NOON + MINUTE))],
  ['earlier', () => toFile(journalAt(NOON, NOON - 1))],
  ['of the next day', () => toFile(journalAt(NOON + DAY / 2 - 1, NOON + DAY / 2))],
  [
    'kept longer',
    () => {
      const [first, second] = journalAt(NOON, NOON)
      return [...toFile([first!]), ...toFile([second!], { keptUntil: KEPT_UNTIL + DAY })]
    },
  ],
  [
    'after one that is missing',
    () => {
      const [first, , third] = journalAt(NOON, NOON, NOON)
      return toFile([first!, third!])
    },
  ],
  ['of another approval', () => toFile([journalAt(NOON)[0]!, journalAt(NOON, NOON)[1]!])],
  [
    'of a hundred thousand characters',
    () => {
      const [first] = journalAt(NOON)
      const long = { ...first!, number: 2, happened: { what: 'announced' as const, event: 'x'.repeat(100_000) } }
      return toFile([first!, long])
    },
  ],
])('an entry that is %s has an item of its own', async (_, make) => {
  const given = make()
  await shared().file(given)
  for (const { entry } of given) expect((await itemsOf([entry])).map(({ sk }) => Number(sk))).toContain(entry.number)
})

test('an entry that is too long to be deflated is stored plain', async () => {
  const [entry] = journalAt(START)
  const long = { ...entry!, happened: { what: 'announced' as const, event: '\u0001'.repeat(180_000) } }
  await shared().file(toFile([long]))
  expect((await itemsOf([long]))[0]).toMatchObject({ entry: long, where: WHERE })
})

test('filing them again, more of them, or by many at once changes nothing that is there', async () => {
  const entries = journalAt(START, START, START, START)
  await Promise.all([2, 3, 2, 3, 1].map((length) => shared().file(toFile(entries.slice(0, length)))))
  const before = await itemsOf(entries)
  await shared().file(toFile(entries, { keptUntil: KEPT_UNTIL }))
  expect((await itemsOf(entries)).slice(0, before.length)).toEqual(before)
  await storeApproval(entries)
  expect((await read(entries)).entries).toEqual(entries)
  expect(await wrongIn(entries)).toEqual([])
  expect(counted).toEqual([])
})

test('an expired copy of an entry hides no entry of a shared item', async () => {
  const entries = journalAt(START, START)
  await shared().file(toFile(entries))
  await alone().file(toFile(entries.slice(1), { keptUntil: START - DAY }))
  expect(await placesOf(entries)).toEqual([1, 2])
  await storeApproval(entries)
  expect((await read(entries)).entries).toEqual(entries)
  expect(await wrongIn(entries)).toEqual([])
})

test('one that was filed with another and then alone counts once, in either form', async () => {
  for (const later of [shared, alone]) {
    const entries = journalAt(START, START, START)
    await shared().file(toFile(entries))
    await later().file(toFile(entries.slice(1)))
    expect(await placesOf(entries)).toEqual(later === shared ? [1, 2] : [1, 2, 3])
    await storeApproval(entries)
    expect((await read(entries)).entries).toEqual(entries)
    expect(await wrongIn(entries)).toEqual([])
  }
})

test('what was filed plain is not filed again with the next', async () => {
  const entries = journalAt(START, START, START)
  await alone().file(toFile(entries.slice(0, 1)))
  await shared().file(toFile(entries))
  expect(await placesOf(entries)).toEqual([1, 2])
  await storeApproval(entries)
  expect((await read(entries)).entries).toEqual(entries)
})

const forged = (entry: Entry): Entry => {
  const other = { ...entry, happened: { what: 'announced' as const, event: 'nothing' } }
  return { ...other, hash: hashOf(other) }
}

test('an entry never overwrites another in a shared item: it is counted', async () => {
  const entries = journalAt(START, START)
  await shared().file(toFile([entries[0]!, forged(entries[1]!)]))
  await expect(shared().file(toFile(entries))).rejects.toThrow(
    `Entry 2 of approval ${entries[0]!.approval} is in the table already, and is another one`,
  )
  expect(counted).toEqual(['RecordConflict'])
})

const put = (Item: Record<string, unknown>) => client.send(new PutCommand({ TableName: TABLE, Item }))
const itemAt = async (entry: Entry) => {
  const Key = entryKey(entry.approval, entry.number)
  return (await client.send(new GetCommand({ TableName: TABLE, Key, ConsistentRead: true }))).Item!
}

test.each<[string, (item: Record<string, unknown>, entries: Entry[]) => Record<string, unknown>, RegExp]>([
  ['removed', (item, [first]) => ({ ...item, ...deflated({ entries: [first] }, []) }), /entries 2 to 3 are missing/],
  [
    'altered',
    (item, [first, second, third]) => ({
      ...item,
      ...deflated({ entries: [first, { ...second!, at: second!.at + 1 }, third] }, []),
    }),
    /entry 2 was altered/,
  ],
  [
    'given a field',
    (item, [first, ...more]) => ({ ...item, ...deflated({ entries: [{ ...first, by: 'me' }, ...more] }, []) }),
    /entry 1 has "by", which no entry has/,
  ],
  ['not a list', (item) => ({ ...item, ...deflated({ entries: 'x'.repeat(99) }, []) }), /000001 holds no entry/],
  ['an empty list', (item) => ({ ...item, ...deflated({ entries: [], why: 'x'.repeat(99) }, []) }), /holds no entry/],
  ['other bytes', (item) => ({ ...item, deflated: new Uint8Array([1, 2, 3]) }), /000001 holds no entry/],
])('the audit finds entries of a shared item that are %s', async (_, alter, flaw) => {
  const entries = journalAt(START, START, START)
  await shared().file(toFile(entries))
  await storeApproval(entries)
  await put(alter(await itemAt(entries[0]!), entries))
  expect((await wrongIn(entries)).join('; ')).toMatch(flaw)
})

test('the audit finds another entry beside the shared item, under the number of one that it holds', async () => {
  const entries = journalAt(START, START)
  await shared().file(toFile(entries))
  await put({
    ...(await itemAt(entries[0]!)),
    ...entryKey(entries[0]!.approval, 2),
    deflated: undefined,
    entry: forged(entries[1]!),
  })
  expect((await wrongIn(entries)).join('; ')).toMatch(/entry 2 exists twice/)
})

test('an item that cannot be read is another one', async () => {
  const entries = journalAt(START)
  await put({ ...entryKey(entries[0]!.approval, 1), deflated: new Uint8Array([1, 2, 3]) })
  await expect(shared().file(toFile(entries))).rejects.toThrow('is another one')
})

test.each<[string, (item: Record<string, unknown>, entries: Entry[]) => object, boolean]>([
  ['as it was filed', () => ({}), false],
  ['at another time', () => ({ at: START + 1 }), true],
  ['on another day', () => ({ day: '2026-11-24' }), true],
  ['with other bytes', () => ({ deflated: new Uint8Array([1, 2, 3]) }), true],
  [
    'with an entry of a minute later',
    (_, [first, second]) => deflated({ entries: [first, { ...second!, at: START + MINUTE }] }, []),
    true,
  ],
  ['with null among its entries', (_, [first]) => deflated({ entries: [first, null], why: 'x'.repeat(99) }, []), true],
])('a shared item %s is looked for in the index of days', async (_, more, isMissing) => {
  const entries = journalAt(START, START + 1)
  await shared().file(toFile(entries))
  const item = await itemAt(entries[0]!)
  await put({ ...item, ...more(item, entries) })
  expect((await misindexedApprovals(client, TABLE)).has(entries[0]!.approval)).toBe(isMissing)
})

const allOf = async <T>(parts: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = []
  for await (const part of parts) all.push(part)
  return all
}

describe('of a range that begins in the middle of a shared item', () => {
  let own: Awaited<ReturnType<typeof openAws>>
  beforeEach(async () => {
    own = await openAws({ directTable: true })
  })
  afterEach(() => own.close())
  const direct = () => documentClient(own.client)
  const LATER = NOON + 30_000

  test('the entries are read, and no approval that has none in it', async () => {
    const [entries, before] = [journalAt(NOON, LATER), journalAt(LATER - 1)]
    const table = openTable(own.client, TABLE, { form: 'deflated' })
    await table.entries.file(toFile(entries))
    await table.entries.file(toFile(before))
    const range = { from: LATER, to: LATER + 1 }
    const found = await allOf(stretches(direct(), TABLE, range))
    expect(found).toEqual([{ ...range, approvals: [], earlier: [entries[0]!.approval, before[0]!.approval] }])
    const { endpoint, region, credentials } = own.client
    const examiners = openExaminers({
      ...{ connection: { endpoint, region, credentials }, table: TABLE, keys: null },
      ...{ from: range.from, now: START, format: 'jsonl' as const },
    })
    try {
      const parts = await allOf(examineParts(direct(), TABLE, examiners, range))
      const seen = parts.flatMap(({ approvals }) => approvals)
      expect(seen.map((one) => [one.approval, one.entries.map(({ number }) => number)])).toEqual([
        [entries[0]!.approval, [2]],
      ])
    } finally {
      await examiners.close()
    }
  })

  test('a day that is read in parts loses none where a part ends', async () => {
    const times = [0, 10_000, 20_000, 30_000, 40_000]
    const journals = times.map((after) => journalAt(NOON + HOUR_LATER + after, NOON + HOUR_LATER + after + 15_000))
    const table = openTable(own.client, TABLE, { form: 'deflated' })
    for (const entries of journals) await table.entries.file(toFile(entries))
    const range = { from: NOON + HOUR_LATER, to: NOON + HOUR_LATER + MINUTE }
    const parts = await allOf(stretches(direct(), TABLE, { ...range, mostItems: 1 }))
    expect(parts.map(({ approvals }) => approvals)).toEqual(journals.map(([first]) => [first!.approval]))
    for (const entry of journals.flat()) {
      const part = parts.find(({ from, to }) => entry.at >= from && entry.at < to)!
      expect([...part.approvals, ...part.earlier]).toContain(entry.approval)
    }
  })
})
