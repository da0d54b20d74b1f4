import { join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { text } from 'node:stream/consumers'
import { Writable } from 'node:stream'
import { Failure } from './failure.ts'

/** The world of a command: who it talks to, and where it stands. */
export interface Terminal {
  environment: Readonly<Record<string, string | undefined>>
  /** Where serverless.yml, greenlight.yml and docs/ are. */
  directory: string
  /** There is a person who can be asked. */
  interactive: boolean
  print(line: string): void
  warn(line: string): void
  /** All of the standard input. */
  input(): Promise<string>
  /** What is typed is not shown when it is secret. */
  ask(question: string, kind?: 'shown' | 'secret'): Promise<string>
  fetch: typeof fetch
  /** Epoch milliseconds. */
  now(): number
}

type Process = Pick<NodeJS.Process, 'env' | 'stdin' | 'stdout' | 'stderr'>

export const terminalOf = ({ env, stdin, stdout, stderr }: Process): Terminal => ({
  environment: env,
  directory: join(import.meta.dirname, '..'),
  interactive: stdin.isTTY && stdout.isTTY,
  print: (line) => void stdout.write(`${line}\n`),
  warn: (line) => void stderr.write(`${line}\n`),
  input: () => text(stdin),
  ask: async (question, kind = 'shown') => {
    let silent = false
    const echo = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        if (!silent) stdout.write(chunk)
        done()
      },
    })
    const lines = createInterface({ input: stdin, output: echo, terminal: true })
    const stop = new AbortController()
    lines.once('SIGINT', () => stop.abort())
    try {
      const answer = lines.question(question, { signal: stop.signal })
      silent = kind === 'secret'
      return (await answer).trim()
    } catch (error) {
      if (stop.signal.aborted) throw new Failure('Stopped.', 130)
      throw error
    } finally {
      silent = false
      lines.close()
      if (kind === 'secret') stdout.write('\n')
    }
  },
  fetch: (...request) => fetch(...request),
  now: () => Date.now(),
})
