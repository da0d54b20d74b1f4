import { find, type Need } from './equipment.ts'
import { titleWithReason } from './skip-reason.ts'

/** What .ci/run installs or asks for. Whether root, namespaces and systemd are there depends on the machine. */
const ALWAYS_IN_CI: ReadonlySet<Need> = new Set(['git', 'bash', 'python', 'packages', 'chromium', 'unzip'])

/**
 * Declares a suite that needs something that not every machine has. Where that is missing, jest counts its tests as
 * skipped, and the title says why; with `CI` set, they fail where .ci/run promises what is missing. The suite is declared
 * either way: what it does outside of tests and hooks must run everywhere.
 */
export const describeWith = async (needs: readonly Need[], title: string, suite: () => void): Promise<void> => {
  const looked = await Promise.all(needs.map(async (need) => ({ need, found: await find(need) })))
  const lacking = looked.flatMap(({ need, found }) => ('missing' in found ? [{ need, why: found.missing }] : []))
  const reasons = lacking.map(({ why }) => why)
  if (lacking.length === 0) describe(title, suite)
  else if (process.env.CI && lacking.some(({ need }) => ALWAYS_IN_CI.has(need)))
    describe(title, () => {
      test('finds what it needs', () => {
        throw new Error(`CI is set, and so these must be here: ${needs.join(', ')} (${reasons.join('; ')})`)
      })
    })
  else describe.skip(titleWithReason(title, reasons), suite)
}
