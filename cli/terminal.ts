import { createInterface } from 'node:readline/promises'
import { text } from 'node:stream/consumers'
import { Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { Failure } from './failure.ts'

/** Everything outside a command: the person, the environment, the network and the clock. */
export interface Terminal {
  environment: Readonly<Record<string, string | undefined>>
  /** Where serverless.yml, greenlight.yml and docs/ are. */
  directory: string
  /** A person can answer questions. */
  interactive: boolean
  print(line: string): void
  warn(line: string): void
  /** All of the standard input. */
  input(): Promise<string>
  /**
   * Asks the person. A secret answer is not shown while it is typed. @throws {Failure} if the person ends the input.
   */
  ask(question: string, kind?: 'shown' | 'secret'): Promise<string>
  fetch: typeof fetch
  /** Epoch milliseconds. */
  now(): number
}

type Process = Pick<NodeJS.Process, 'env' | 'stdin' | 'stdout' | 'stderr'>

export const terminalOf = ({ env, stdin, stdout, stderr }: Process): Terminal => ({
  environment: env,
  directory: fileURLToPath(new URL('..', import.meta.url)),
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
    // Ctrl-C, and Ctrl-D, which closes the input: without an answer the question would wait forever.
    for (const ended of ['SIGINT', 'close'] as const) lines.once(ended, () => stop.abort())
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
