import { open } from 'node:fs/promises'
import { Failure } from '../failure.ts'
import type { Terminal } from '../terminal.ts'

export interface Output {
  write(line: string): Promise<void>
  close(): Promise<void>
}

/** The terminal, or a new file that its owner alone may read: the record names people. */
export const outputTo = async (path: string | undefined, terminal: Terminal): Promise<Output> => {
  if (path === undefined)
    return { write: (line) => Promise.resolve(terminal.print(line)), close: () => Promise.resolve() }
  const file = await open(path, 'wx', 0o600).catch((error: unknown) => {
    const { code } = error as NodeJS.ErrnoException
    throw new Failure(code === 'EEXIST' ? `${path} is there already.` : `${path} cannot be written (${code}).`)
  })
  return {
    write: async (line) => {
      await file.write(`${line}\n`)
    },
    close: () => file.close(),
  }
}
