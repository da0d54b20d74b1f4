import * as z from 'zod/mini'
import { parseJson } from '../malformed.ts'

/** One entry of the audit record as the log has it. */
export interface Leaf {
  /** The entry's hash. */
  hash: string
  approval: string
  number: number
  /** Until when the approval's entries are kept at least. Epoch milliseconds. */
  keptUntil: number
}

const LEAF_LINE = z.object({
  hash: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
  approval: z.string(),
  number: z.int(),
  keptUntil: z.number(),
})

/** What is a leaf of the tree: the bytes of the entry's hash. */
export const leafBytes = ({ hash }: Pick<Leaf, 'hash'>): Buffer => Buffer.from(hash, 'hex')

/** Leaves as JSON, one a line. */
export const linesOfLeaves = (leaves: readonly Leaf[]): string =>
  leaves.map((leaf) => `${JSON.stringify(leaf)}\n`).join('')

/** @throws {LogBroken} if a line is no leaf. */
export const leavesIn = (text: string, name: string): Leaf[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const leaf = z.safeParse(LEAF_LINE, lineAsJson(line, name))
      if (!leaf.success) throw new LogBroken(`the file ${name} has a line that is not a leaf`)
      return leaf.data
    })

const lineAsJson = (line: string, name: string): unknown => {
  try {
    return parseJson(line, name)
  } catch {
    return null
  }
}

/** The log contradicts its own checkpoint. The message is a clause. */
export class LogBroken extends Error {
  override readonly name = 'LogBroken'
}
