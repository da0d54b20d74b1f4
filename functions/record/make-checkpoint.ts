import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { DAY } from '../domain/time-units.ts'
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

const grown = async ({ mostLeaves = MOST_LEAVES, ...parts }: CheckpointParts): Promise<CheckpointMade> => {
  const { client, table, files, logKey, origin, now } = parts
  const before = await newestState(files, [logKey.key])
  if (before && before.checkpoint.origin !== origin)
    throw new LogBroken(`the log in ${files.place} is that of ${before.checkpoint.origin}, not of ${origin}`)
  const since = parts.from ?? (await firstMissing(parts, before))
  if (since === null) return { kind: 'unchanged', state: before }
  const logged = Map.groupBy(await recentLeaves(files, before, since), ({ approval }) => approval)
  const known = new Set([...logged.values()].flat().map(({ hash }) => hash))
  const fresh = new Map<string, TimedLeaf>()
  const failed = new Map<string, string[]>()
  const seen = new Set<string>()
  const examine = async (approvals: readonly string[]): Promise<void> => {
    const unseen = approvals.filter((approval) => !seen.has(approval))
    for (const record of await readApprovals(client, table, unseen, now)) {
      const { approval, entries, flaws } = record
      seen.add(approval)
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
    await examine(stretch.approvals)
    until = stretch.to
    if (fresh.size >= mostLeaves) break
  }
  // What the log has of these days and the index does not show.
  await examine([...logged.keys()])
  for (const { name } of failed.size > 0 ? await files.list('accepted.') : []) failed.delete(acceptedApproval(name))
  if (failed.size > 0) return { kind: 'refused', because: [...failed].map(clauseOf) }
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
  for (const { hash } of added) fresh.delete(hash)
  return { kind: 'signed', state, added: added.length, isWhole: until >= now && fresh.size === 0 }
}

const firstMissing = (
  { client, table, retention, now }: CheckpointParts,
  before: LogState | null,
): number | null | Promise<number | null> =>
  before?.until ? before.until - READ_AGAIN : firstDay(client, table, { from: now - retention - READ_AGAIN, to: now })

/** The leaves of the files that were written since then, and of a run that was interrupted. */
const recentLeaves = async (files: LogFiles, before: LogState | null, since: number): Promise<Leaf[]> => {
  const size = before?.checkpoint.size ?? 0
  const listed = await files.list('leaves.')
  // The clocks of the bucket and of the function may differ.
  const recent = listed.filter(({ name, writtenAt }) => writtenAt >= since - DAY || numberIn(name) >= size)
  const read = await Promise.all(recent.map(async ({ name }) => leavesIn((await files.read(name)) ?? '', name)))
  return read.flat()
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
