import { randomInt } from 'node:crypto'
import { beginRun } from '../support/decided-once.ts'
import { propertySeed } from './property-seed.ts'

/** Before the processes of the suites start: they inherit the environment. */
export default async (): Promise<void> => {
  const seed = propertySeed(process.env['FC_SEED'], () => randomInt(2 ** 31))
  process.env['FC_SEED'] = String(seed)
  await beginRun()
}
