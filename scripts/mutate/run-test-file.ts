import { ModernFakeTimers } from '@jest/fake-timers'
import { expect } from 'expect'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, getState, it, resetState, run, test } from 'jest-circus'

const TEST_TIMEOUT_MS = 10_000

/** As Jest makes them; what else it would have configured is in each test's call. */
const config = { fakeTimers: {} } as ConstructorParameters<typeof ModernFakeTimers>[0]['config']
const timers = new ModernFakeTimers({ global: globalThis, config })

/** Gives test files the globals of `npm test`, and every property test the same seed. */
export const provideGlobals = (seed: number): void => {
  const jest = {
    setTimeout: () => {},
    useFakeTimers: timers.useFakeTimers.bind(timers),
    useRealTimers: timers.useRealTimers.bind(timers),
    getTimerCount: timers.getTimerCount.bind(timers),
  }
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
  timers.useRealTimers()
  const first = testResults.find(({ errors }) => errors.length > 0)
  if (first) return first.testPath.slice(1).join(' › ')
  return unhandledErrors[0] ?? null
}
