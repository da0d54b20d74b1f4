import { canonical } from '../domain/canonical.ts'
import { hashOf, type Entry } from '../domain/journal.ts'
import type { Leaf } from './leaf.ts'
import { entriesName, type LogFiles } from './log-files.ts'

/*
 * The entries of a log beside its leaves: what was altered or removed in the table can then still be read. The leaves have
 * the hashes of these entries, so the signed root of the log shows that each is as it was written.
 */

/** A file of leaves. */
export interface LeavesFile {
  /** The number of its first leaf. */
  start: number
  leaves: readonly Leaf[]
}

/** The files of leaves whose entries are not kept yet. */
export const withoutCopies = async (files: LogFiles, among: readonly LeavesFile[]): Promise<LeavesFile[]> => {
  const kept = new Set((await files.list('entries.')).map(({ name }) => name))
  return among.filter(({ start }) => !kept.has(entriesName(start)))
}

/**
 * Keeps the entries of these files of leaves, each file once. If an entry is not at hand, its file is left to the next run,
 * unless a person has accepted that it is gone.
 */
export const keepCopies = async (
  files: LogFiles,
  of: readonly LeavesFile[],
  entries: ReadonlyMap<string, Entry>,
  accepted: ReadonlySet<string>,
): Promise<void> => {
  for (const { start, leaves } of of) {
    const isThere = ({ hash }: Leaf): boolean => {
      const entry = entries.get(hash)
      return entry !== undefined && hashOf(entry) === hash
    }
    const gone = leaves.filter((leaf) => !isThere(leaf))
    if (leaves.length === 0 || gone.some(({ approval }) => !accepted.has(approval))) continue
    const lines = leaves.filter(isThere).map(({ hash }) => `${canonical(entries.get(hash))}\n`)
    await files.create(entriesName(start), lines.join(''))
  }
}
