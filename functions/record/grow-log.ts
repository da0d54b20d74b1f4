import type { KeyObject } from 'node:crypto'
import { checkpointText, openNote, signedNote } from './checkpoint-note.ts'
import { leafBytes, leavesIn, linesOfLeaves, LogBroken, type Leaf } from './leaf.ts'
import { checkpointName, leavesName, treeName, type LogFiles } from './log-files.ts'
import { growingTree } from './merkle.ts'
import { treeText, type LogState } from './log-state.ts'

/** The key that signs the checkpoints of a log. */
export interface LogKey {
  key: KeyObject
  /** The signature of the text: ECDSA with SHA-256, as base64. */
  sign(text: string): Promise<string>
}

/** What a log has, and what is to be added to it. */
export interface Growth {
  origin: string
  before: LogState | null
  fresh: readonly Leaf[]
  /** Everything that the index of days had up to then is in the log or in `fresh`. Epoch milliseconds. */
  until: number
}

/**
 * Adds leaves to a log, and then the checkpoint that covers them. The name of the leaves' file is where they begin, and
 * each file is written once: of two writers one wins, and what a crash left behind is continued by the next run. Then the
 * checkpoint covers those leaves, and the rest of `fresh` is for another growth.
 *
 * @throws {LogBroken} if the log has another checkpoint of that size.
 */
export const growLog = async (
  files: LogFiles,
  { key, sign }: LogKey,
  { origin, before, fresh, until }: Growth,
): Promise<{ state: LogState; added: Leaf[] }> => {
  const start = before?.checkpoint.size ?? 0
  if (fresh.length > 0) await files.create(leavesName(start), linesOfLeaves(fresh))
  const added = await leavesFrom(files, start)
  const tree = growingTree(before?.peaks)
  for (const leaf of added) tree.add(leafBytes(leaf))
  const checkpoint = { origin, size: start + added.length, root: tree.root().toString('base64') }
  const isWhole = linesOfLeaves(added) === linesOfLeaves(fresh)
  const state = { checkpoint, peaks: tree.peaks(), until: isWhole ? until : (before?.until ?? 0) }
  await files.create(treeName(checkpoint.size), treeText(state))
  const note = signedNote(checkpoint, key, await sign(checkpointText(checkpoint)))
  const name = checkpointName(checkpoint.size)
  if (await files.create(name, note)) return { state: { ...state, note }, added }
  // Each signature of the same state is another one.
  const there = (await files.read(name)) ?? ''
  const opened = openNote(there, [key])
  if (!opened || checkpointText(opened) !== checkpointText(checkpoint))
    throw new LogBroken(`${files.place} has another ${name}`)
  return { state: { ...state, note: there }, added }
}

/** The leaves that no checkpoint covers yet: an earlier run was interrupted. */
export const leavesFrom = async (files: LogFiles, start: number): Promise<Leaf[]> => {
  const name = leavesName(start)
  const text = await files.read(name)
  return text === null ? [] : leavesIn(text, name)
}
