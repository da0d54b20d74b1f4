import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { SECRET_LEFT, lookForSecret } from '../../../local/secrets-left.ts'

const START = fileURLToPath(new URL('../../../local/workspace/start.ts', import.meta.url))
const READY = /^Greenlight workspace ready at (http:\/\/127\.0\.0\.1:\d+)$/

export interface RunningWorkspace {
  url: string
  /** All that it has printed so far. */
  output(): string
  /** Ctrl-C; resolves with the exit code when the process has ended. */
  stop(): Promise<number | null>
}

/**
 * Runs what `npm start` runs, as a process of its own on a free port, and waits for its ready line. Rejects with all
 * that it printed if it ends before that. `environment` overrides this process's own.
 */
export const startWorkspace = async (environment: Record<string, string> = {}): Promise<RunningWorkspace> => {
  const { PATH, HOME, LANG, NODE_COMPILE_CACHE } = process.env
  const child = spawn(process.execPath, ['--no-warnings', START], {
    env: { PATH, HOME, LANG, NODE_COMPILE_CACHE, PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: string[] = []
  const ended = once(child, 'close').then(([code]) => code as number | null)
  createInterface({ input: child.stderr }).on('line', (line) => {
    lines.push(line)
    if (line.startsWith(SECRET_LEFT)) lookForSecret('the terminal', 'npm start', line)
  })
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line)
      const ready = READY.exec(line)?.[1]
      if (ready) resolve(ready)
    })
    void ended.then((code) => reject(new Error(`It ended with ${code}:\n${lines.join('\n')}`)))
  })
  return {
    url,
    output: () => lines.join('\n'),
    stop: () => {
      child.kill('SIGINT')
      return ended
    },
  }
}
