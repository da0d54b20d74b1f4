import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { GetCommand, paginateQuery } from '@aws-sdk/lib-dynamodb'
import type { Tombstone } from '../domain/approval.ts'
import type { Entry } from '../domain/journal.ts'
import { same } from '../domain/canonical.ts'
import type { StageAction } from '../domain/pipeline.ts'
import type { StoredApproval } from '../aws/stored-approval.ts'
import { type Deflated, inflated } from '../aws/deflated-record.ts'
import { approvalKey } from '../aws/records.ts'
import { entryKey } from '../aws/entries.ts'
import { expiryOf, readEntryItems, type EntryItem } from './entry-item.ts'
import { isAbsenceId } from '../domain/absence.ts'
import { isFreezeId } from '../domain/freeze.ts'
import { isSkippedApprovalId } from '../domain/skipped-approval.ts'
import { skipFlaws } from './skip-flaws.ts'
import { steeringFlaws } from './steering-flaws.ts'
import { isSteeringId } from '../domain/steering.ts'
import { absenceFlaws } from './absence-flaws.ts'
import { freezeFlaws } from './freeze-flaws.ts'
import { flaws } from './flaws.ts'
import { stateFlaws } from './state-flaws.ts'
import { fewAtOnce } from '../few-at-once.ts'

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

/** How many approvals are read at once. */
const READ_AT_ONCE = 8

/** The records of these approvals. */
export const readApprovals = async (
  client: DynamoDBDocumentClient,
  TableName: string,
  ids: readonly string[],
  now: number,
): Promise<ApprovalRecord[]> => fewAtOnce(READ_AT_ONCE, ids, (id) => readRecord(client, TableName, id, now))

interface ApprovalItem {
  version: number
  /** Null if it cannot be read. */
  data: StoredApproval | Tombstone | null
  /** Epoch seconds. */
  expireAt: number
}

type StoredItem = ApprovalItem & { data: StoredApproval | Tombstone | Deflated }

const readable = (item: StoredItem): ApprovalItem => {
  try {
    return { ...item, data: inflated(item.data) }
  } catch {
    return { ...item, data: null }
  }
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
    return Item && isKept(Item as ApprovalItem, now) ? readable(Item as StoredItem) : null
  }
  const readEntries = async (): Promise<EntryItem[]> => {
    const all: Record<string, unknown>[] = []
    for await (const { Items = [] } of paginateQuery({ client }, { TableName, ...entriesOf(id), ConsistentRead: true }))
      all.push(...Items)
    // An expired copy of an entry must not count in place of one that is kept.
    return readEntryItems(all.filter((item) => isKept({ expireAt: expiryOf(item) }, now)))
  }
  let before = await readApproval()
  for (let reading = 1; ; reading++) {
    const filed = await readEntries()
    const after = await readApproval()
    if (after?.version === before?.version || reading === MOST_READINGS) return wholeRecord(id, after, filed, now)
    before = after
  }
}

/** DynamoDB deletes expired items late. */
const isKept = ({ expireAt }: { expireAt: number }, now: number): boolean => expireAt * 1_000 > now

const wholeRecord = (id: string, item: ApprovalItem | null, filed: EntryItem[], now: number): ApprovalRecord => {
  const approval = item?.data?.kind === 'approval' ? item.data : null
  const there = filed.flatMap(({ entry }) => entry ?? [])
  const hashes = new Set(there.map(({ hash }) => hash))
  const ofApproval = readEntryItems(
    (approval?.journal.unfiled ?? []).map((entry, index) => ({
      entry,
      where: approval?.where,
      sk: `unfiled ${index + 1}`,
    })),
  )
  const unfiled = ofApproval.filter(({ entry }) => !entry || !hashes.has(entry.hash))
  const items = [...filed, ...unfiled]
  const entries = items.flatMap(({ entry }) => entry ?? []).sort((a, b) => a.number - b.number)
  const asked = entries.flatMap(({ happened }) =>
    happened.what === 'requested' || happened.what === 'approval-skipped' ? [happened.where] : [],
  )
  const where = asked[0] ?? approval?.where ?? items[0]?.where ?? null
  const isUnreadable = item !== null && item.data === null
  const isGone = !approval && items.length > 0 && !hasNoItem(id)
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
      ...(isFreezeId(id) ? freezeFlaws(entries, now) : []),
      ...(isAbsenceId(id) ? absenceFlaws(entries, now) : []),
      ...(isSkippedApprovalId(id) ? skipFlaws(id, entries) : []),
      ...(isSteeringId(id) ? steeringFlaws(entries, now) : []),
      ...(isUnreadable ? ['the approval itself cannot be read'] : []),
      ...(isGone && !isUnreadable ? ['the approval itself is missing'] : []),
    ],
  }
}

/** Chains of which no approval's item tells the last entry. */
const hasNoItem = (id: string): boolean =>
  [isFreezeId, isAbsenceId, isSkippedApprovalId, isSteeringId].some((isSuch) => isSuch(id))

/** Entries that are filed under this approval and belong to another. */
const foreignEntries = (id: string, entries: readonly Entry[]): string[] =>
  entries.flatMap(({ approval, number }) =>
    approval === id ? [] : [`entry ${number} belongs to approval ${approval}`],
  )
