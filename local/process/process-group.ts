import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { stripVTControlCharacters } from 'node:util'
import { ownEntry } from '../../functions/own-entry.ts'

export interface GroupCommand {
  command: string
  args?: string[]
  cwd: string
  env: Record<string, string>
  /** Every line of standard output and standard error, in the order in which they were read. */
  onLine: (line: string) => void
  timeoutMs: number
  signal: AbortSignal
}

export type GroupOutcome =
  | { kind: 'exited'; code: number }
  /** Ended, but a process that it left behind still held its output; the output was closed. */
  | { kind: 'held-output'; code: number }
  | { kind: 'killed'; signal: string }
  | { kind: 'timed-out' }
  | { kind: 'aborted' }
  | { kind: 'not-started'; because: string }

const KILL_AFTER_MS = 1_000
const OUTPUT_CLOSES_WITHIN_MS = 1_000
const LONGEST_LINE = 4_000

/**
 * Runs one command as the leader of a process group of its own, so that a timeout or an abort ends every process that
 * it started: TERM to the whole group, KILL a second later. Never rejects. A process with a session of its own (a
 * service that was started) is left alone.
 */
export const runInGroup = (run: GroupCommand): Promise<GroupOutcome> => {
  if (run.signal.aborted) return Promise.resolve({ kind: 'aborted' })
  const { promise, resolve } = Promise.withResolvers<GroupOutcome>()
  const child = spawn(run.command, run.args ?? [], {
    cwd: run.cwd,
    env: run.env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })

  let ending: 'timed-out' | 'aborted' | undefined
  let killer: NodeJS.Timeout | undefined
  const end = (why: 'timed-out' | 'aborted') => {
    ending ??= why
    signalGroup(child.pid, 'SIGTERM')
    killer ??= setTimeout(() => signalGroup(child.pid, 'SIGKILL'), KILL_AFTER_MS)
  }
  const onAbort = () => end('aborted')
  run.signal.addEventListener('abort', onAbort)
  const timeout = setTimeout(() => end('timed-out'), run.timeoutMs)

  let heldOutput = false
  let outputWait: NodeJS.Timeout | undefined
  const closed = [readLines(child.stdout, run.onLine), readLines(child.stderr, run.onLine)]
  const exited = new Promise<{ code: number | null; signal: string | null }>((done) => {
    child.once('exit', (code, signal) => {
      outputWait = setTimeout(() => {
        heldOutput = true
        child.stdout.destroy()
        child.stderr.destroy()
      }, OUTPUT_CLOSES_WITHIN_MS)
      done({ code, signal })
    })
  })

  child.once('error', (error: NodeJS.ErrnoException) => {
    if (child.pid === undefined) finish({ kind: 'not-started', because: startProblem(error) })
  })
  void Promise.all([exited, ...closed]).then(([{ code, signal }]) => {
    // Children that the command left in its group would outlive the build.
    signalGroup(child.pid, 'SIGKILL')
    if (ending) finish({ kind: ending })
    else if (code === null) finish({ kind: 'killed', signal: signal ?? 'unknown signal' })
    else finish({ kind: heldOutput ? 'held-output' : 'exited', code })
  })

  const finish = (outcome: GroupOutcome) => {
    clearTimeout(timeout)
    clearTimeout(killer)
    clearTimeout(outputWait)
    run.signal.removeEventListener('abort', onAbort)
    resolve(outcome)
  }
  return promise
}

const readLines = (stream: Readable, onLine: (line: string) => void): Promise<void> =>
  new Promise((resolve) => {
    const lines = createInterface({ input: stream, crlfDelay: Infinity })
    lines.on('line', (line) => onLine(stripVTControlCharacters(line).slice(0, LONGEST_LINE)))
    stream.once('close', () => {
      lines.close()
      resolve()
    })
  })

const signalGroup = (pid: number | undefined, signal: NodeJS.Signals) => {
  if (pid === undefined) return
  try {
    process.kill(-pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

const START_PROBLEMS: Record<string, string> = {
  ENOENT: 'it, or the interpreter in its first line, does not exist',
  EACCES: 'it is not executable',
}

const startProblem = (error: NodeJS.ErrnoException): string =>
  ownEntry(START_PROBLEMS, error.code ?? '') ?? error.message
