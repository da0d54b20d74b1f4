import { appendFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

const FILE = 'seen-in-part'

/** Notes that the suite that runs now shows less here than with `CI` set, or on a machine that has all tools. */
export const noteSeenInPart = (): void => {
  const run = process.env['GREENLIGHT_TEST_RUN']
  // Scripts look for the machine's tools as well, without jest.
  if (run !== undefined) appendFileSync(join(run, FILE), `${expect.getState().testPath}\n`)
}

/** The paths of the suites that have noted it, of the run that `directory` belongs to. */
export const seenInPart = async (directory: string): Promise<ReadonlySet<string>> =>
  new Set((await readFile(join(directory, FILE), 'utf8').catch(() => '')).split('\n'))
