import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { DeleteCommand, GetCommand, PutCommand, QueryCommand, ScanCommand } from '@aws-sdk/lib-dynamodb'
import { copyBothWays } from '../../cli/log/copy-log.ts'
import { folderFiles } from '../../cli/log/folder-files.ts'
import { documentClient } from '../../functions/aws/document-client.ts'
import { deflated, inflated } from '../../functions/aws/deflated-record.ts'
import { storedEntries } from '../../functions/aws/entries.ts'
import { approvalKey } from '../../functions/aws/records.ts'
import type { Entry } from '../../functions/domain/journal.ts'
import { bucketFiles } from '../../functions/record/bucket-files.ts'
import { numberIn } from '../../functions/record/log-files.ts'
import { entriesOf, readApprovals } from '../../functions/record/record-reader.ts'
import type { RecordDesk, RecordedEntry, Tampering } from '../web/record-desk.ts'
import { ACCOUNT } from './account.ts'
import { attestedDeployment } from './attested-deployment.ts'
import { auditorRun } from './auditor.ts'

type Item = Record<string, unknown>
type Key = { pk: string; sk: string }

const TABLE = ACCOUNT.tableName
const ORIGIN = `greenlight-prod/${ACCOUNT.accountId}/${ACCOUNT.region}`

/** The table as a thief reaches it, with credentials of their own, and the audit as an auditor runs it. */
export const openRecordDesk = (options: {
  awsUrl: string
  /** A directory to write to. */
  directory: string
  /** When the workspace began. Epoch milliseconds. */
  began: number
  now: () => number
}): RecordDesk => {
  const { awsUrl, directory, began, now } = options
  const as = (accessKeyId: string) => ({
    endpoint: awsUrl,
    region: ACCOUNT.region,
    credentials: { accessKeyId, secretAccessKey: 'any' },
  })
  const client = documentClient(as('thief'))
  const table = keptTable(client)
  const run = auditorRun(awsUrl, now)

  const approvals = async () => {
    const records = await readApprovals(client, TABLE, await approvalIds(client), now())
    return records
      .map(({ approval: id, where, entries }) => ({
        id,
        pipeline: where?.pipeline ?? 'An approval',
        stage: where?.stage ?? 'whose request is gone',
        requestedAt: entries[0]?.at ?? 0,
        entries: entries.map(shownEntry),
      }))
      .sort((a, b) => b.requestedAt - a.requestedAt)
  }

  return {
    approvals,
    tamper: async (tampering, approval, number) => {
      const entry = await placeOf(client, approval, number)
      if (!entry) return `There is no entry ${number}.`
      return TAMPER[tampering]({ client, table, approval, number, entry })
    },
    putBack: () => table.putBack(),
    tampered: () => table.changed(),
    attested: attestedDeployment({ connection: as('auditor'), directory: join(directory, 'attested'), run, now }),
    audit: async () => {
      const folder = join(directory, 'log')
      const bucket = bucketFiles(as('auditor'), ACCOUNT.checkpointBucket, ORIGIN)
      await rm(folder, { recursive: true, force: true })
      await copyBothWays(bucket, folderFiles(folder))
      const newest = (await bucket.list('checkpoint.')).at(-1)
      const { exitCode, lines } = await run([
        ...['audit', '--verify-only', '--from', new Date(began).toISOString().slice(0, 10)],
        ...(newest ? ['--log', folder, '--log-key', ACCOUNT.checkpointKeyArn] : []),
      ])
      return { isIntact: exitCode === 0, lines, logged: newest ? numberIn(newest.name) : null }
    },
  }
}

/** Items that are written past the bot, and what they were before. */
const keptTable = (client: DynamoDBDocumentClient) => {
  const before = new Map<string, { key: Key; item: Item | undefined }>()
  const keep = async (key: Key): Promise<void> => {
    const name = `${key.pk} ${key.sk}`
    if (before.has(name)) return
    const { Item } = await client.send(new GetCommand({ TableName: TABLE, Key: key, ConsistentRead: true }))
    before.set(name, { key, item: Item })
  }
  const write = async (key: Key, item: Item | undefined): Promise<void> => {
    if (item) await client.send(new PutCommand({ TableName: TABLE, Item: { ...item, ...key } }))
    else await client.send(new DeleteCommand({ TableName: TABLE, Key: key }))
  }
  return {
    write: async (key: Key, item: Item | undefined): Promise<void> => {
      await keep(key)
      await write(key, item)
    },
    changed: (): number => before.size,
    putBack: async (): Promise<void> => {
      for (const { key, item } of before.values()) await write(key, item)
      before.clear()
    },
  }
}

/** Where an entry is: in an item of its own or with others, or not filed yet and in the approval's item. */
interface PlacedEntry {
  entry: Entry
  key: Key
  /** The item with another entry in its place, or without it. */
  with(entry: Entry | null): Item | undefined
}

const placeOf = async (
  client: DynamoDBDocumentClient,
  approval: string,
  number: number,
): Promise<PlacedEntry | null> => {
  const read = async (Key: Key) =>
    (await client.send(new GetCommand({ TableName: TABLE, Key, ConsistentRead: true }))).Item
  const { Items = [] } = await client.send(
    new QueryCommand({ TableName: TABLE, ...entriesOf(approval), ConsistentRead: true }),
  )
  for (const { pk, sk, ...item } of Items) {
    const { entries, where } = storedEntries(item) as { entries: Entry[]; where?: unknown }
    const place = entries.findIndex((one) => one.number === number)
    if (place < 0) continue
    const { deflated: _, ...plain } = item
    const holding = (left: Entry[]) => deflated({ ...(where !== undefined && { where }), entries: left }, [])
    return {
      key: { pk: String(pk), sk: String(sk) },
      entry: entries[place]!,
      with: (entry) => {
        if ('entry' in item) return entry ? { ...item, entry } : undefined
        const left = entries.toSpliced(place, 1, ...(entry ? [entry] : []))
        return left.length > 0 ? { ...plain, ...holding(left) } : undefined
      },
    }
  }
  const stored = await read(approvalKey(approval))
  const data = stored && inflated(stored['data'] as { journal?: { unfiled?: Entry[] } })
  const unfiled = data?.journal?.unfiled ?? []
  const entry = unfiled.find((one) => one.number === number)
  if (!stored || !entry) return null
  return {
    key: approvalKey(approval),
    entry,
    with: (other) => ({
      ...stored,
      data: {
        ...data,
        journal: { ...data?.journal, unfiled: unfiled.flatMap((one) => (one === entry ? (other ?? []) : one)) },
      },
    }),
  }
}

interface Attack {
  client: DynamoDBDocumentClient
  table: ReturnType<typeof keptTable>
  approval: string
  number: number
  entry: PlacedEntry
}

/** Null, or a sentence that says why not. */
const TAMPER: Record<Tampering, (attack: Attack) => Promise<string | null>> = {
  alter: async ({ table, entry }) => {
    await table.write(entry.key, entry.with(altered(entry.entry)))
    return null
  },
  remove: async ({ table, entry }) => {
    await table.write(entry.key, entry.with(null))
    return null
  },
  swap: async ({ client, table, approval, number, entry }) => {
    const next = await placeOf(client, approval, number + 1)
    if (!next) return `Entry ${number} is the last one: there is no next one to swap it with.`
    await table.write(next.key, next.with({ ...entry.entry, number: number + 1 }))
    const now = await placeOf(client, approval, number)
    await table.write(entry.key, (now ?? entry).with({ ...next.entry, number }))
    return null
  },
}

/** A person becomes another one; an entry without a person gets another time. */
const altered = (entry: Entry): Entry => {
  const { happened } = entry
  if (!('who' in happened)) return { ...entry, at: entry.at - 60_000 }
  return { ...entry, happened: { ...happened, who: { ...happened.who, name: 'Mallory', userId: 'U0MALLORY' } } }
}

const approvalIds = async (client: DynamoDBDocumentClient): Promise<string[]> => {
  const { Items = [] } = await client.send(
    new ScanCommand({
      TableName: TABLE,
      ProjectionExpression: 'pk',
      FilterExpression: 'begins_with(pk, :record) OR begins_with(pk, :approval)',
      ExpressionAttributeValues: { ':record': 'RECORD#', ':approval': 'APPROVAL#' },
    }),
  )
  return [...new Set(Items.map(({ pk }) => String(pk).split('#')[1]!))]
}

const shownEntry = ({ number, at, happened, hash }: Entry): RecordedEntry => {
  const said = happened as {
    who?: { name?: string | null; userId: string }
    verdict?: string
    comment?: string
    reason?: string
  }
  const words =
    happened.what === 'approval-skipped'
      ? [happened.overriddenBy, quoted(happened.because ?? undefined)]
      : [said.who && (said.who.name ?? said.who.userId), said.verdict, quoted(said.comment ?? said.reason)]
  return { number, at, what: happened.what, words: words.filter(Boolean).join(', '), hash: hash.slice(0, 12) }
}

const quoted = (words: string | undefined): string => (words ? `“${words}”` : '')
