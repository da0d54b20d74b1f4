import { link, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'

/** The variable with the directory in which the suites of one run share results. */
const DIRECTORY = 'GREENLIGHT_TEST_RUN'

/**
 * Returns what the first suite of the run found. Suites run in processes of their own; two that look at the same moment
 * both look, and both use the result that was written first.
 */
export const decidedOnce = async <T>(what: string, find: () => Promise<T>): Promise<T> => {
  const directory = process.env[DIRECTORY]
  if (!directory) return find()
  const file = join(directory, `${what}.json`)
  const earlier = await readFile(file, 'utf8').catch(() => null)
  if (earlier !== null) return JSON.parse(earlier) as T
  const found = join(await mkdtemp(join(directory, 'found-')), 'answer')
  await writeFile(found, JSON.stringify(await find()))
  await link(found, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  return JSON.parse(await readFile(file, 'utf8')) as T
}

/**
 * Reads the directory that the first suite of the run made with `make`. The others wait for it, and none changes it: it
 * is removed at the end of the run. If the first one fails, so does each other.
 */
export const madeOnce = async <T>(
  what: string,
  make: (directory: string) => Promise<void>,
  read: (directory: string) => Promise<T>,
): Promise<T> => {
  if (process.env[DIRECTORY] !== undefined) return read(await shared(process.env[DIRECTORY], what, make))
  const own = await mkdtemp(join(tmpdir(), 'greenlight-made-'))
  try {
    await make(own)
    return await read(own)
  } finally {
    await rm(own, { recursive: true, force: true })
  }
}

const shared = async (run: string, what: string, make: (directory: string) => Promise<void>): Promise<string> => {
  const directory = join(run, what)
  const said = join(run, `${what}.said`)
  const isFirst = await mkdir(directory).then(
    () => true,
    () => false,
  )
  if (isFirst) {
    const problem = await make(directory).then(
      () => '',
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    )
    await writeFile(`${said}.new`, problem)
    await link(`${said}.new`, said)
  }
  for (;;) {
    const problem = await readFile(said, 'utf8').catch(() => null)
    if (problem === '') return directory
    if (problem !== null) throw new Error(problem)
    await setTimeout(100)
  }
}

/**
 * Makes the directory before the processes of the suites start: they inherit its name. Node keeps V8's code there for
 * the programs that suites start: `npm start` then takes half of its CPU time.
 */
export const beginRun = async (): Promise<void> => {
  const directory = await mkdtemp(join(tmpdir(), 'greenlight-test-run-'))
  process.env[DIRECTORY] = directory
  process.env['NODE_COMPILE_CACHE'] = join(directory, 'compiled')
}

export const endRun = async (): Promise<void> => {
  const directory = process.env[DIRECTORY]
  delete process.env[DIRECTORY]
  delete process.env['NODE_COMPILE_CACHE']
  if (directory) await rm(directory, { recursive: true, force: true })
}
