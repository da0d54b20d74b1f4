import { link, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

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

/** Makes the directory before the processes of the suites start: they inherit its name. */
export const beginRun = async (): Promise<void> => {
  process.env[DIRECTORY] = await mkdtemp(join(tmpdir(), 'greenlight-test-run-'))
}

export const endRun = async (): Promise<void> => {
  const directory = process.env[DIRECTORY]
  delete process.env[DIRECTORY]
  if (directory) await rm(directory, { recursive: true, force: true })
}
