import type { KeyObject } from 'node:crypto'
import { openNote } from '../../functions/record/checkpoint-note.ts'
import { leafBytes, leavesIn, LogBroken, type Leaf } from '../../functions/record/leaf.ts'
import { numberIn, type LogFiles } from '../../functions/record/log-files.ts'
import { newestState, type LogState } from '../../functions/record/log-state.ts'
import { growingTree } from '../../functions/record/merkle.ts'
import { Failure } from '../failure.ts'
import { countCopies } from './count-copies.ts'

export interface ReadLog {
  state: LogState
  /** How many of its entries it keeps beside its leaves. */
  copies: number
  /** The leaves that the checkpoint covers, a file at a time. */
  leaves(): AsyncGenerator<Leaf[]>
}

/**
 * Reads a log and verifies it: the checkpoint is signed, and its root is that of the leaves. Null for a place without a
 * checkpoint, which has no log yet. `held`: earlier checkpoints of the same log that others hold, each of which must be the
 * beginning of this one.
 *
 * @throws {Failure} if it is not.
 */
export const readLog = async (
  files: LogFiles,
  keys: readonly KeyObject[],
  held: readonly string[] = [],
): Promise<ReadLog | null> => {
  const state = await newestState(files, keys).catch(asFailure)
  if (state === null) return null
  const { checkpoint } = state
  const earlier = held.map((text) => {
    const opened = openNote(text, keys)
    if (!opened) throw new Failure('No known key has signed one of the checkpoints that others hold.')
    return opened
  })
  const tree = growingTree()
  const roots = new Map<number, string>([[0, tree.root().toString('base64')]])
  const wanted = new Set([checkpoint.size, ...earlier.map(({ size }) => size)])
  let [size, copies] = [0, 0]
  const leaves = () => leavesUpTo(files, checkpoint.size)
  for await (const some of leaves()) {
    copies += await countCopies(files, { start: size, leaves: some }).catch(asFailure)
    for (const leaf of some) {
      tree.add(leafBytes(leaf))
      size += 1
      if (wanted.has(size)) roots.set(size, tree.root().toString('base64'))
    }
  }
  if (roots.get(checkpoint.size) !== checkpoint.root)
    throw new Failure(`The leaves in ${files.place} are not those that its checkpoint covers.`)
  for (const one of earlier)
    if (one.origin !== checkpoint.origin || roots.get(one.size) !== one.root)
      throw new Failure(
        `A checkpoint of ${one.size} entries, which others hold, contradicts the log in ${files.place}.`,
      )
  return { state, copies, leaves }
}

const leavesUpTo = async function* (files: LogFiles, size: number): AsyncGenerator<Leaf[]> {
  for (const { name } of await files.list('leaves.')) {
    const start = numberIn(name)
    if (start >= size) return
    const text = (await files.read(name)) ?? ''
    yield inFile(text, name).slice(0, size - start)
  }
}

const inFile = (text: string, name: string): Leaf[] => {
  try {
    return leavesIn(text, name)
  } catch (error) {
    return asFailure(error)
  }
}

/** A clause as a sentence. @throws {Failure} */
export const asFailure = (error: unknown): never => {
  if (!(error instanceof LogBroken)) throw error
  throw new Failure(`${error.message[0]!.toUpperCase()}${error.message.slice(1)}.`)
}
