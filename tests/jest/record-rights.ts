import { randomUUID } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { takeRefusals, usesSoFar } from '../../local/rights-used.ts'
import { USES_DIRECTORY } from './rights-of-run.ts'

/*
 * Fails each test during which a function of the workspace was refused by its own role, and leaves what the roles were
 * used for to the end of the run (report-rights.ts).
 */

afterEach(() => {
  const refusals = takeRefusals()
  if (refusals.length > 0) throw new Error(`The role of a function lacks a permission:\n${refusals.join('\n')}`)
})

afterAll(async () => {
  const uses = usesSoFar()
  const run = process.env['GREENLIGHT_TEST_RUN']
  if (uses.length === 0 || !run) return
  const directory = join(run, USES_DIRECTORY)
  await mkdir(directory, { recursive: true })
  await writeFile(join(directory, `${randomUUID()}.json`), JSON.stringify(uses))
})
