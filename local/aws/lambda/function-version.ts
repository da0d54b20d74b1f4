import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { cleanEnvironment } from '../../process/clean-environment.ts'

export interface VersionSettings {
  functionName: string
  version: string
  /** The published code. */
  directory: string
  /** `nodejs24.x`, `python3.13`: only the family counts, the machine's own interpreter runs it. */
  runtime: string
  /** `index.handler`. */
  handler: string
  timeoutMs: number
  /** Python's interpreter, for functions of that family. */
  python: string
  environment: Record<string, string>
  /** A line that the function has printed. */
  log: (line: string) => void
}

export type Invocation =
  | { kind: 'answered'; payload: unknown }
  /** As Lambda's `X-Amz-Function-Error: Unhandled`. */
  | { kind: 'failed'; errorType: string; errorMessage: string }

/** One published version of a function. Its process is started at the first event, and again after it has ended. */
export interface FunctionVersion {
  /** Never rejects. One event at a time, as in one execution environment. */
  invoke(event: unknown): Promise<Invocation>
  /** Ends its process and every process that it started. */
  close(): void
}

const host = (name: string) => fileURLToPath(new URL(name, import.meta.url))

const commandOf = ({ runtime, python }: VersionSettings): string[] =>
  runtime.startsWith('python')
    ? [python, host('function-host.py')]
    : [process.execPath, '--disable-warning=ExperimentalWarning', host('function-host.ts')]

export const openVersion = (settings: VersionSettings): FunctionVersion => {
  let child: ChildProcess | undefined
  /** Ends the invocation in progress. */
  let finish: ((invocation: Invocation) => void) | undefined
  let queue: Promise<unknown> = Promise.resolve()

  const end = () => {
    const { pid } = child ?? {}
    child = undefined
    if (pid === undefined) return
    try {
      process.kill(-pid, 'SIGKILL')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }

  const start = (): ChildProcess => {
    const [command = '', ...args] = commandOf(settings)
    const started = spawn(command, [...args, settings.directory, settings.handler], {
      cwd: settings.directory,
      detached: true,
      env: cleanEnvironment(settings.directory, {
        ...settings.environment,
        AWS_LAMBDA_FUNCTION_NAME: settings.functionName,
        AWS_LAMBDA_FUNCTION_VERSION: settings.version,
        LAMBDA_TASK_ROOT: settings.directory,
        PYTHONDONTWRITEBYTECODE: '1',
        PYTHONUNBUFFERED: '1',
      }),
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    })
    const ended = (invocation: Invocation) => {
      if (child !== started) return
      child = undefined
      finish?.(invocation)
    }
    started.on('error', (error) => ended(failed('Runtime.InvalidEntrypoint', error.message)))
    started.on('close', (code, signal) =>
      ended(failed('Runtime.ExitError', `Runtime exited with ${signal ?? `exit status ${code}`}`)),
    )
    // It may end while an event is written to it; the exit is reported above.
    started.stdin?.on('error', () => undefined)
    for (const output of [started.stdout, started.stderr].filter((stream) => stream !== null))
      createInterface({ input: output }).on('line', (line) => settings.log(line))
    createInterface({ input: started.stdio[3] as Readable }).on('line', (line) => finish?.(readAnswer(line)))
    return started
  }

  const once = async (event: unknown): Promise<Invocation> => {
    const { promise, resolve } = Promise.withResolvers<Invocation>()
    finish = resolve
    const timeout = setTimeout(() => {
      end()
      const seconds = (settings.timeoutMs / 1000).toFixed(2)
      resolve(failed('Sandbox.Timedout', `Task timed out after ${seconds} seconds`))
    }, settings.timeoutMs)
    child ??= start()
    child.stdin?.write(`${JSON.stringify(event)}\n`)
    const invocation = await promise
    clearTimeout(timeout)
    finish = undefined
    return invocation
  }

  return {
    invoke: (event) => {
      const invocation = queue.then(() => once(event))
      queue = invocation
      return invocation
    },
    close: end,
  }
}

const failed = (errorType: string, errorMessage: string): Invocation => ({ kind: 'failed', errorType, errorMessage })

const readAnswer = (line: string): Invocation => {
  const { payload, error } = JSON.parse(line) as {
    payload?: unknown
    error?: Omit<Invocation & { kind: 'failed' }, 'kind'>
  }
  return error ? { kind: 'failed', ...error } : { kind: 'answered', payload }
}
