import type { KeyObject } from 'node:crypto'
import * as z from 'zod/mini'
import { openNote, type Checkpoint } from './checkpoint-note.ts'
import { leafBytes, leavesIn, LogBroken } from './leaf.ts'
import { checkpointName, numberIn, treeName, type LogFiles } from './log-files.ts'
import { growingTree, heightsOf, rootOver, type Peak } from './merkle.ts'

/** A log up to its newest checkpoint. */
export interface LogState {
  checkpoint: Checkpoint
  /** The signed text of the checkpoint. */
  note: string
  /** The complete trees of its leaves. */
  peaks: readonly Peak[]
  /** Everything that the index of days had up to then is in the log. Epoch milliseconds. */
  until: number
}

/**
 * The log at its newest checkpoint; null before the first. It reads the complete trees and not every leaf, so that it costs
 * the same however long the log is: the signed root shows whether they are the right ones.
 *
 * @throws {LogBroken} if no key of the list signed the newest checkpoint, or its root is another one.
 */
export const newestState = async (files: LogFiles, keys: readonly KeyObject[]): Promise<LogState | null> => {
  const name = (await files.list('checkpoint.')).at(-1)?.name
  if (name === undefined) return null
  const note = (await files.read(name)) ?? ''
  const checkpoint = openNote(note, keys)
  if (!checkpoint) throw new LogBroken(`no known key has signed ${name} in ${files.place}`)
  const { size, root } = checkpoint
  if (name !== checkpointName(size))
    throw new LogBroken(`the file ${name} in ${files.place} is the checkpoint of ${size} entries`)
  const tree = treeIn(await files.read(treeName(size)), size)
  const peaks = tree && isRoot(tree.peaks, root) ? tree.peaks : await peaksOfLeaves(files, size)
  if (!isRoot(peaks, root)) throw new LogBroken(`the leaves in ${files.place} are not those that ${name} covers`)
  return { checkpoint, note, peaks, until: tree?.until ?? 0 }
}

const isRoot = (peaks: readonly Peak[], root: string): boolean => rootOver(peaks).toString('base64') === root

const TREE = z.object({ hashes: z.array(z.string()), until: z.number() })

/** The file with the complete trees. */
export const treeText = ({ peaks, until }: Pick<LogState, 'peaks' | 'until'>): string =>
  `${JSON.stringify({ hashes: peaks.map(({ hash }) => hash.toString('base64')), until })}\n`

const treeIn = (text: string | null, size: number): Pick<LogState, 'peaks' | 'until'> | null => {
  const read = z.safeParse(TREE, jsonOrNull(text))
  const heights = heightsOf(size)
  if (!read.success || read.data.hashes.length !== heights.length) return null
  const { hashes, until } = read.data
  return { peaks: hashes.map((hash, index) => ({ height: heights[index]!, hash: Buffer.from(hash, 'base64') })), until }
}

const jsonOrNull = (text: string | null): unknown => {
  try {
    return JSON.parse(text ?? '')
  } catch {
    return null
  }
}

const peaksOfLeaves = async (files: LogFiles, size: number): Promise<readonly Peak[]> => {
  const tree = growingTree()
  let next = 0
  for (const { name } of await files.list('leaves.')) {
    if (next === size || numberIn(name) !== next) break
    const leaves = leavesIn((await files.read(name)) ?? '', name)
    for (const leaf of leaves.slice(0, size - next)) tree.add(leafBytes(leaf))
    next += leaves.length
  }
  return tree.peaks()
}
