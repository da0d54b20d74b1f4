import { link, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Names the directory in which the suites of one run leave word for each other. */
const DIRECTORY = 'GREENLIGHT_TEST_RUN'

/**
 * Answers what the first suite of the run found. Suites run in processes of their own; two that ask at the same moment
 * both look, and both take the answer that was written first.
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

/** Makes the directory, before the processes of the suites are started: they inherit its name. */
export const beginRun = async (): Promise<void> => {
  process.env[DIRECTORY] = await mkdtemp(join(tmpdir(), 'greenlight-test-run-'))
}

export const endRun = async (): Promise<void> => {
  const directory = process.env[DIRECTORY]
  delete process.env[DIRECTORY]
  if (directory) await rm(directory, { recursive: true, force: true })
}
