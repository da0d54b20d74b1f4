import { open, rm } from 'node:fs/promises'
import { Failure } from '../failure.ts'
import { fileProblem } from '../read-text.ts'
import type { Terminal } from '../terminal.ts'

export interface Output {
  write(line: string): Promise<void>
  close(): Promise<void>
  /** Removes the incomplete output, which would look like a complete export. */
  discard(): Promise<void>
}

/** The terminal, or a new file that only its owner can read: the audit record names people. */
export const outputTo = async (path: string | undefined, terminal: Terminal): Promise<Output> => {
  const nothing = () => Promise.resolve()
  if (path === undefined)
    return { write: (line) => Promise.resolve(terminal.print(line)), close: nothing, discard: nothing }
  const refused = (error: unknown): never => {
    throw new Failure(`${path} cannot be written: ${fileProblem(error)}.`)
  }
  const file = await open(path, 'wx', 0o600).catch(refused)
  return {
    write: async (line) => {
      await file.write(`${line}\n`).catch(refused)
    },
    close: () => file.close(),
    discard: () => rm(path, { force: true }),
  }
}
