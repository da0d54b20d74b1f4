import { find, type Need } from './equipment.ts'
import { titleWithReason } from './skip-reason.ts'

/** What .ci/run installs or checks. Whether root, namespaces and systemd are there depends on the machine. */
const ALWAYS_IN_CI: ReadonlySet<Need> = new Set(['git', 'bash', 'python', 'packages', 'chromium', 'unzip'])

/**
 * Declares a suite that needs something that not every machine has. If that is missing, jest counts its tests as
 * skipped, and the title says why; with `CI` set, they fail if .ci/run promises it. The suite is declared either way:
 * its code outside of tests and hooks must run everywhere.
 */
export const describeWith = async (needs: readonly Need[], title: string, suite: () => void): Promise<void> => {
  const lacking = await lackingOf(needs)
  if (lacking === null) describe(title, suite)
  else if ('failure' in lacking)
    describe(title, () => {
      test('finds what it needs', () => {
        throw lacking.failure
      })
    })
  else describe.skip(titleWithReason(title, lacking.reasons), suite)
}

export type DeclareTest = (title: string, body: () => Promise<void>) => void

/** The same for single tests of a suite: returns the function that declares one. */
export const testWith = async (needs: readonly Need[]): Promise<DeclareTest> => {
  const lacking = await lackingOf(needs)
  if (lacking === null) return (title, body) => test(title, body)
  if ('failure' in lacking) return (title) => test(title, () => Promise.reject(lacking.failure))
  return (title, body) => test.skip(titleWithReason(title, lacking.reasons), body)
}

/** Null if nothing is missing. */
const lackingOf = async (needs: readonly Need[]): Promise<{ reasons: string[] } | { failure: Error } | null> => {
  const looked = await Promise.all(needs.map(async (need) => ({ need, found: await find(need) })))
  const lacking = looked.flatMap(({ need, found }) => ('missing' in found ? [{ need, why: found.missing }] : []))
  const reasons = lacking.map(({ why }) => why)
  if (lacking.length === 0) return null
  if (!process.env.CI || !lacking.some(({ need }) => ALWAYS_IN_CI.has(need))) return { reasons }
  return { failure: new Error(`CI is set, and so these must be here: ${needs.join(', ')} (${reasons.join('; ')})`) }
}

/** A test of what only all cases show (whole-in-ci.ts). Without `CI`, jest counts it as skipped. */
export const testOfWhole = (title: string, body: () => void): void => {
  if (process.env.CI) test(title, body)
  else test.skip(titleWithReason(title, ['CI is not set']), body)
}
