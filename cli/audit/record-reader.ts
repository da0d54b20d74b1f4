import type { DynamoDBDocumentClient, QueryCommandInput } from '@aws-sdk/lib-dynamodb'
import { GetCommand, paginateQuery } from '@aws-sdk/lib-dynamodb'
import type { Tombstone } from '../../functions/domain/approval.ts'
import type { Entry } from '../../functions/domain/journal.ts'
import { same } from '../../functions/domain/canonical.ts'
import type { StageAction } from '../../functions/domain/pipeline.ts'
import type { StoredApproval } from '../../functions/aws/stored-approval.ts'
import { approvalKey, dated } from '../../functions/aws/records.ts'
import { entryKey } from '../../functions/aws/entries.ts'
import { readEntryItem, type EntryItem } from './entry-item.ts'
import { flaws } from './flaws.ts'
import { misindexedApprovals } from './misindexed.ts'
import { stateFlaws } from './state-flaws.ts'

/** The audit record of one approval, and what is wrong with it. */
export interface ApprovalRecord {
  approval: string
  /** Null if no remaining entry names the action. */
  where: StageAction | null
  /** In order. Entries that are not filed yet come from the approval itself. */
  entries: Entry[]
  /** In clauses; empty if every entry is there and as it was written. */
  flaws: string[]
  /** Until when all of it is kept. Epoch milliseconds. */
  keptUntil: number
}

const DAY = 86_400_000

/** How many approvals are read at once. */
const AT_ONCE = 8

/**
 * The records of all approvals with an entry from `from` up to `to` (epoch milliseconds), one UTC day at a time. Each
 * record is whole, so that its chain can be verified; an approval with entries on several days comes with each of them.
 * An approval whose items are at the wrong place in the index comes with every day. Entries whose retention has ended
 * at `now` are left out, deleted already or not.
 */
export const readRecords = async function* (
  table: DynamoDBDocumentClient,
  TableName: string,
  { from, to, now }: { from: number; to: number; now: number },
): AsyncGenerator<{ from: number; to: number; records: ApprovalRecord[] }> {
  const moved = await readAll(table, TableName, [...(await misindexedApprovals(table, TableName))], now)
  const misindexed = moved.map((record) => ({ ...record, flaws: [...record.flaws, MISINDEXED] }))
  const known = new Set(misindexed.map(({ approval }) => approval))
  for (let start = from; start < to;) {
    const end = Math.min(to, (Math.floor(start / DAY) + 1) * DAY)
    const ids = (await approvalsBetween(table, TableName, start, end)).filter((id) => !known.has(id))
    yield { from: start, to: end, records: [...misindexed, ...(await readAll(table, TableName, ids, now))] }
    start = end
  }
}

const MISINDEXED = 'an item is missing from the index of days, or is there at another moment than its own'

const readAll = async (
  table: DynamoDBDocumentClient,
  TableName: string,
  ids: readonly string[],
  now: number,
): Promise<ApprovalRecord[]> => {
  const records: ApprovalRecord[] = []
  for (let index = 0; index < ids.length; index += AT_ONCE)
    records.push(
      ...(await Promise.all(ids.slice(index, index + AT_ONCE).map((id) => readRecord(table, TableName, id, now)))),
    )
  return records
}

/** Both moments are on the same UTC day. */
const approvalsBetween = async (
  client: DynamoDBDocumentClient,
  TableName: string,
  from: number,
  to: number,
): Promise<string[]> => {
  const found = new Set<string>()
  const query: QueryCommandInput = {
    TableName,
    IndexName: 'record',
    KeyConditionExpression: '#day = :day AND #at BETWEEN :from AND :last',
    ExpressionAttributeNames: { '#day': 'day', '#at': 'at' },
    ExpressionAttributeValues: { ':day': dated(from).day, ':from': from, ':last': to - 1 },
  }
  for await (const { Items = [] } of paginateQuery({ client }, query))
    for (const { pk } of Items) found.add(String(pk).split('#')[1]!)
  return [...found]
}

interface ApprovalItem {
  version: number
  data: StoredApproval | Tombstone
  /** Epoch seconds. */
  expireAt: number
}

/** An approval that is being written is read again, until it and its entries agree. */
const MOST_READINGS = 20

/** The condition of a query for all of an approval's entries. */
export const entriesOf = (approval: string) => ({
  KeyConditionExpression: 'pk = :pk',
  ExpressionAttributeValues: { ':pk': entryKey(approval, 1).pk },
})

export const readRecord = async (
  client: DynamoDBDocumentClient,
  TableName: string,
  id: string,
  now: number,
): Promise<ApprovalRecord> => {
  const readApproval = async (): Promise<ApprovalItem | null> => {
    const { Item } = await client.send(new GetCommand({ TableName, Key: approvalKey(id), ConsistentRead: true }))
    return Item && isKept(Item as ApprovalItem, now) ? (Item as ApprovalItem) : null
  }
  const readEntries = async (): Promise<EntryItem[]> => {
    const all: EntryItem[] = []
    for await (const { Items = [] } of paginateQuery({ client }, { TableName, ...entriesOf(id), ConsistentRead: true }))
      all.push(...Items.map(readEntryItem))
    return all.filter((item) => isKept(item, now))
  }
  let before = await readApproval()
  for (let reading = 1; ; reading++) {
    const filed = await readEntries()
    const after = await readApproval()
    if (after?.version === before?.version || reading === MOST_READINGS) return recordOf(id, after, filed, now)
    before = after
  }
}

/** DynamoDB deletes expired items late. */
const isKept = ({ expireAt }: { expireAt: number }, now: number): boolean => expireAt * 1_000 > now

const recordOf = (id: string, item: ApprovalItem | null, filed: EntryItem[], now: number): ApprovalRecord => {
  const approval = item?.data.kind === 'approval' ? item.data : null
  const there = filed.flatMap(({ entry }) => entry ?? [])
  const hashes = new Set(there.map(({ hash }) => hash))
  const ofApproval = (approval?.journal.unfiled ?? []).map((entry, index) =>
    readEntryItem({ entry, where: approval?.where, sk: `unfiled ${index + 1}` }),
  )
  const unfiled = ofApproval.filter(({ entry }) => !entry || !hashes.has(entry.hash))
  const items = [...filed, ...unfiled]
  const entries = items.flatMap(({ entry }) => entry ?? []).sort((a, b) => a.number - b.number)
  const asked = entries.flatMap(({ happened }) => (happened.what === 'requested' ? [happened.where] : []))
  const where = asked[0] ?? approval?.where ?? items[0]?.where ?? null
  const isGone = !approval && items.length > 0
  return {
    approval: id,
    where,
    entries,
    keptUntil: Math.min(...[item, ...filed].map((one) => (one?.expireAt ?? Infinity) * 1_000), Number.MAX_SAFE_INTEGER),
    flaws: [
      ...items.flatMap((one) => one.flaws),
      ...foreignEntries(id, entries),
      ...(where && items.some((one) => one.where && !same(one.where, where))
        ? ['the approval or one of its entries names another action than the request']
        : []),
      ...flaws(entries, approval?.journal ?? null, now),
      ...(approval ? stateFlaws(approval, entries, entries[0]?.number === 1) : []),
      ...(isGone ? ['the approval itself is missing'] : []),
    ],
  }
}

/** Entries that are filed under this approval and belong to another. */
const foreignEntries = (id: string, entries: readonly Entry[]): string[] =>
  entries.flatMap(({ approval, number }) =>
    approval === id ? [] : [`entry ${number} belongs to approval ${approval}`],
  )

/** An entry as it is exported: every field of its hash, with the time and the place in words. */
export const exportedEntry = ({ where }: Pick<ApprovalRecord, 'where'>, entry: Entry) => ({
  time: new Date(entry.at).toISOString(),
  account: where?.accountId ?? null,
  region: where?.region ?? null,
  pipeline: where?.pipeline ?? null,
  stage: where?.stage ?? null,
  action: where?.action ?? null,
  ...entry,
})

export type ExportedEntry = ReturnType<typeof exportedEntry>
