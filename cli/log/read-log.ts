import type { KeyObject } from 'node:crypto'
import { Failure } from '../failure.ts'
import { openNote, type Checkpoint } from './checkpoint-note.ts'
import { leafBytes, logDirectory, type Leaf } from './log-directory.ts'
import { growingTree } from './merkle.ts'

export interface ReadLog {
  checkpoint: Checkpoint
  /** The signed text of the checkpoint. */
  note: string
  /** Those that the checkpoint covers. */
  leaves: Leaf[]
}

/**
 * Reads a log and verifies it: the checkpoint is signed, and its root is that of the leaves. Null for a folder without a
 * checkpoint, which is no log yet. `held`: earlier checkpoints of the same log that others hold, each of which must be the
 * beginning of this one.
 *
 * @throws {Failure} if it is not.
 */
export const readLog = async (
  directory: string,
  keys: readonly KeyObject[],
  held: readonly string[] = [],
): Promise<ReadLog | null> => {
  const log = logDirectory(directory)
  const note = await log.newest()
  if (note === null) return null
  const checkpoint = openNote(note, keys)
  if (!checkpoint) throw new Failure(`No known key has signed the checkpoint of ${directory}.`)
  const earlier = held.map((text) => {
    const opened = openNote(text, keys)
    if (!opened) throw new Failure('No known key has signed one of the checkpoints that others hold.')
    return opened
  })
  const { size } = checkpoint
  const leaves: Leaf[] = []
  const tree = growingTree()
  const roots = new Map<number, string>([[0, tree.root().toString('base64')]])
  const wanted = new Set([size, ...earlier.map((one) => one.size)])
  for await (const leaf of log.leaves()) {
    if (leaves.length === size) break
    leaves.push(leaf)
    tree.add(leafBytes(leaf))
    if (wanted.has(leaves.length)) roots.set(leaves.length, tree.root().toString('base64'))
  }
  if (roots.get(size) !== checkpoint.root)
    throw new Failure(`The leaves of ${directory} are not those that its checkpoint covers.`)
  for (const one of earlier)
    if (one.origin !== checkpoint.origin || roots.get(one.size) !== one.root)
      throw new Failure(`A checkpoint of ${one.size} entries, which others hold, contradicts the log in ${directory}.`)
  return { checkpoint, note, leaves }
}
