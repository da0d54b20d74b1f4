import fc from 'fast-check'
import { expect } from 'expect'
import { afterAll, afterEach, beforeAll, beforeEach, describe, getState, it, resetState, run, test } from 'jest-circus'

const TEST_TIMEOUT_MS = 10_000

/** Gives test files the globals of `npm test`, and every property test the same seed. */
export const provideGlobals = (seed: number): void => {
  const jest = { setTimeout: () => {} }
  Object.assign(globalThis, { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest, test })
  fc.configureGlobal({ seed })
}

/** Runs the test file that `load` imports. The first failure, which ends it; null when all tests pass. */
export const runTestFile = async (load: () => Promise<unknown>): Promise<string | null> => {
  resetState()
  getState().testTimeout = TEST_TIMEOUT_MS
  let failed = false
  beforeEach(() => {
    if (failed) throw new Error('an earlier test has failed')
  })
  afterEach(() => {
    failed ||= (getState().currentlyRunningTest?.errors.length ?? 0) > 0
  })
  try {
    await load()
  } catch (error) {
    return `it cannot be loaded: ${String(error)}`
  }
  const { testResults, unhandledErrors } = await run()
  const first = testResults.find(({ errors }) => errors.length > 0)
  if (first) return first.testPath.slice(1).join(' › ')
  return unhandledErrors[0] ?? null
}
