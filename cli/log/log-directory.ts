import { appendFile, mkdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import * as z from 'zod/mini'
import { Failure } from '../failure.ts'
import { fileProblem } from '../read-text.ts'

/** One entry of the audit record as the log has it. */
export interface Leaf {
  /** The entry's hash. */
  hash: string
  approval: string
  number: number
  /** Until when the approval's entries are kept at least. Epoch milliseconds. */
  keptUntil: number
}

const LEAF = z.object({
  hash: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
  approval: z.string(),
  number: z.int(),
  keptUntil: z.number(),
})

const LEAVES = 'leaves.jsonl'
const NEWEST = 'checkpoint'

/** What is a leaf of the tree: the bytes of the entry's hash. */
export const leafBytes = ({ hash }: Pick<Leaf, 'hash'>): Buffer => Buffer.from(hash, 'hex')

/** A log in a directory: `leaves.jsonl`, to which lines are only added, and a file for each checkpoint. */
export const logDirectory = (directory: string) => {
  const path = (name: string): string => join(directory, name)
  const refused =
    (name: string) =>
    (error: unknown): never => {
      throw new Failure(`${path(name)} cannot be used: ${fileProblem(error)}.`)
    }
  const ifThere = (name: string) => (error: unknown) =>
    (error as { code?: string }).code === 'ENOENT' ? null : refused(name)(error)
  return {
    /** The newest signed checkpoint; null before the first. */
    newest: (): Promise<string | null> => readFile(path(NEWEST), 'utf8').catch(ifThere(NEWEST)),
    leaves: async function* (): AsyncGenerator<Leaf> {
      const stream = createReadStream(path(LEAVES))
      const lines = createInterface({ input: stream })
      try {
        for await (const line of lines) {
          const leaf = z.safeParse(LEAF, parsed(line))
          if (!leaf.success) throw new Failure(`${path(LEAVES)} has a line that is not a leaf.`)
          yield leaf.data
        }
      } catch (error) {
        if (error instanceof Failure || ifThere(LEAVES)(error) !== null) throw error
      } finally {
        stream.destroy()
      }
    },
    /** Adds leaves and the checkpoint that covers them. A crash between both leaves lines that the next run removes. */
    append: async (leaves: readonly Leaf[], size: number, note: string): Promise<void> => {
      await mkdir(directory, { recursive: true }).catch(refused('.'))
      const text = leaves.map((leaf) => `${JSON.stringify(leaf)}\n`).join('')
      await appendFile(path(LEAVES), text).catch(refused(LEAVES))
      await writeFile(path(`checkpoint.${size}`), note).catch(refused(`checkpoint.${size}`))
      await writeFile(path(NEWEST), note).catch(refused(NEWEST))
    },
    /** Removes the leaves that no checkpoint covers. */
    cutTo: async (leaves: readonly Leaf[]): Promise<void> => {
      const length = leaves.reduce((sum, leaf) => sum + Buffer.byteLength(`${JSON.stringify(leaf)}\n`), 0)
      await truncate(path(LEAVES), length).catch(ifThere(LEAVES))
    },
  }
}

const parsed = (line: string): unknown => {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}
