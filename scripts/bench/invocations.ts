import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { LAMBDA_FLAGS } from '../../tests/support/lambda-flags.ts'

/** Milliseconds since the process began, of the clock and of its CPU. */
export interface Moment {
  wall: number
  cpu: number
}

export interface Told {
  /** Node is ready, and loads the function. */
  loading: Moment
  /** The function is loaded. */
  started: Moment
  /** One moment for each event. */
  answered: Moment[]
  /** Bytes, at the end and at most. */
  rss: number
  peak: number
}

const HOST = fileURLToPath(new URL('function-host.mjs', import.meta.url))

/**
 * Starts a process with the function at `bundle`, as Lambda does, and gives it the event so many times. Rejects if the
 * function does, or if it answers with another status than 200.
 */
export const invoke = async (
  bundle: string,
  event: object,
  options: { times: number; environment: Record<string, string>; flags?: readonly string[] },
): Promise<Told> => {
  const { times, environment, flags = [] } = options
  const directory = await mkdtemp(join(tmpdir(), 'greenlight-invoked-'))
  try {
    const eventFile = join(directory, 'event.json')
    await writeFile(eventFile, JSON.stringify(event))
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [...LAMBDA_FLAGS, ...flags, HOST, bundle, eventFile, String(times)],
      { env: environment },
    )
    return JSON.parse(stdout.trim().split('\n').at(-1)!) as Told
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

export const between = (from: Moment, to: Moment, parts = 1): Moment => ({
  wall: (to.wall - from.wall) / parts,
  cpu: (to.cpu - from.cpu) / parts,
})
