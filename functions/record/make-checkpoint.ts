import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import type { Entry } from '../domain/journal.ts'
import { DAY } from '../domain/time-units.ts'
import { keepCopies, withoutCopies, type LeavesFile } from './entry-copies.ts'
import { growLog, leavesFrom, type LogKey } from './grow-log.ts'
import { firstDay, stretches } from './index-of-days.ts'
import { LogBroken, leavesIn, type Leaf } from './leaf.ts'
import { numberIn, type LogFiles } from './log-files.ts'
import { logFlaws } from './log-flaws.ts'
import { newestState, type LogState } from './log-state.ts'
import { readApprovals, type ApprovalRecord } from './record-reader.ts'
import { signatureFlaws, type AuditKeys } from './signature-flaws.ts'

/** What a checkpoint is made of. */
export interface CheckpointParts {
  client: DynamoDBDocumentClient
  table: string
  files: LogFiles
  logKey: LogKey
  /** The keys that sign votes; null if none is known. */
  keys: AuditKeys | null
  /** The name of the log: stack, account and Region. */
  origin: string
  /** How long entries are kept. Milliseconds. */
  retention: number
  /** Epoch milliseconds. */
  now: number
  /** Since when entries may be missing in the log, instead of some days before the newest checkpoint. Epoch milliseconds. */
  from?: number
  /** The log also keeps the entries themselves. */
  copies?: boolean
  /** So many leaves at most are added at once. */
  mostLeaves?: number
  /** So many items of the index are read before their approvals are. */
  mostItems?: number
}

export type CheckpointMade =
  /** `isWhole`: no entry is left for another checkpoint. */
  | { kind: 'signed'; state: LogState; added: number; isWhole: boolean }
  /** The log has every entry already. Null for a log and a record without any. */
  | { kind: 'unchanged'; state: LogState | null }
  /** The record contradicts the log or itself, or the log itself. `because`: a clause for each. */
  | { kind: 'refused'; because: string[] }

/**
 * A deferred click is recorded with its own time, and an entry may be filed late: so the days that a manual approval waits
 * by default (CodePipeline) are read again.
 */
const READ_AGAIN = 7 * DAY

const MOST_LEAVES = 200_000
/** The entries of so many leaves fit into the function's memory. */
const MOST_COPIES = 20_000

/**
 * Adds the entries of the last days to the log, and signs its state. Approvals that the log got entries of in these days are
 * compared with it. Nothing is signed if an approval fails: the log would say that it was right.
 */
export const makeCheckpoint = async (parts: CheckpointParts): Promise<CheckpointMade> => {
  try {
    return await grown(parts)
  } catch (error) {
    if (error instanceof LogBroken) return { kind: 'refused', because: [error.message] }
    throw error
  }
}

const grown = async (parts: CheckpointParts): Promise<CheckpointMade> => {
  const { client, table, files, logKey, origin, now, copies = false } = parts
  const { mostLeaves = copies ? MOST_COPIES : MOST_LEAVES } = parts
  const before = await newestState(files, [logKey.key])
  if (before && before.checkpoint.origin !== origin)
    throw new LogBroken(`the log in ${files.place} is that of ${before.checkpoint.origin}, not of ${origin}`)
  const since = parts.from ?? (await firstMissing(parts, before))
  if (since === null) return { kind: 'unchanged', state: before }
  const recent = await recentLeaves(files, before, since)
  const leaves = recent.flatMap((file) => file.leaves)
  const logged = Map.groupBy(leaves, ({ approval }) => approval)
  const known = new Set(leaves.map(({ hash }) => hash))
  const toCopy = copies ? await withoutCopies(files, recent) : []
  const copied = new Set(leaves.map(({ hash }) => hash))
  for (const file of toCopy) for (const { hash } of file.leaves) copied.delete(hash)
  const toKeep = new Map<string, Entry>()
  const fresh = new Map<string, TimedLeaf>()
  const failed = new Map<string, string[]>()
  const seen = new Set<string>()
  const examine = async (approvals: readonly string[]): Promise<void> => {
    const unseen = approvals.filter((approval) => !seen.has(approval))
    for (const record of await readApprovals(client, table, unseen, now)) {
      const { approval, entries, flaws } = record
      seen.add(approval)
      if (copies) for (const entry of entries) if (!copied.has(entry.hash)) toKeep.set(entry.hash, entry)
      const found = [
        ...flaws,
        ...(parts.keys ? signatureFlaws(approval, entries, parts.keys) : []),
        ...logFlaws(logged.get(approval) ?? [], record, now),
      ]
      if (found.length > 0) failed.set(approval, found)
      else for (const leaf of leavesOf(record)) if (!known.has(leaf.hash)) fresh.set(leaf.hash, leaf)
    }
  }
  let until = since
  for await (const stretch of stretches(client, table, {
    from: since,
    to: now,
    ...(parts.mostItems && { mostItems: parts.mostItems }),
  })) {
    await examine([...stretch.approvals, ...stretch.earlier])
    until = stretch.to
    if (fresh.size >= mostLeaves) break
  }
  // What the log has of these days and the index does not show.
  await examine([...logged.keys()])
  const accepted = failed.size > 0 ? (await files.list('accepted.')).map(({ name }) => acceptedApproval(name)) : []
  for (const approval of accepted) failed.delete(approval)
  if (failed.size > 0) return { kind: 'refused', because: [...failed].map(clauseOf) }
  const keep = (of: readonly LeavesFile[]) => keepCopies(files, of, toKeep, new Set(accepted))
  await keep(toCopy)
  const interrupted = await leavesFrom(files, before?.checkpoint.size ?? 0)
  if (fresh.size === 0 && interrupted.length === 0) return { kind: 'unchanged', state: before }
  // Nothing is known of the time between the newest checkpoint and a later beginning.
  const covered = before?.until ?? 0
  const growth = {
    origin,
    before,
    fresh: inOrder(fresh.values()),
    until: parts.from !== undefined && parts.from > covered ? covered : until,
  }
  const { state, added } = await growLog(files, logKey, growth)
  if (copies) await keep([{ start: state.checkpoint.size - added.length, leaves: added }])
  for (const { hash } of added) fresh.delete(hash)
  return { kind: 'signed', state, added: added.length, isWhole: until >= now && fresh.size === 0 }
}

const firstMissing = (
  { client, table, retention, now }: CheckpointParts,
  before: LogState | null,
): number | null | Promise<number | null> =>
  before?.until ? before.until - READ_AGAIN : firstDay(client, table, { from: now - retention - READ_AGAIN, to: now })

/** The files of leaves that were written since then, and that of a run that was interrupted. */
const recentLeaves = async (files: LogFiles, before: LogState | null, since: number): Promise<LeavesFile[]> => {
  const size = before?.checkpoint.size ?? 0
  const listed = await files.list('leaves.')
  // The clocks of the bucket and of the function may differ.
  const recent = listed.filter(({ name, writtenAt }) => writtenAt >= since - DAY || numberIn(name) >= size)
  return Promise.all(
    recent.map(async ({ name }) => ({
      start: numberIn(name),
      leaves: leavesIn((await files.read(name)) ?? '', name),
    })),
  )
}

type TimedLeaf = Leaf & { at: number }

const leavesOf = ({ approval, entries, keptUntil }: ApprovalRecord): TimedLeaf[] =>
  entries.map(({ hash, number, at }) => ({ hash, approval, number, keptUntil, at }))

/** In the order of time. */
const inOrder = (leaves: Iterable<TimedLeaf>): Leaf[] =>
  [...leaves].sort((a, b) => a.at - b.at || (a.hash < b.hash ? -1 : 1)).map(({ at: _, ...leaf }) => leaf)

/** `accepted.<approval>`: a person has looked at it, and the file says why it is as it is. */
const acceptedApproval = (name: string): string => name.split('.')[1] ?? ''

const clauseOf = ([approval, flaws]: [string, string[]]): string => `approval ${approval}: ${flaws.join('; ')}`
