import { readFileSync } from 'node:fs'

/** Suites that passed in a run, and would pass on each machine with this Node. */
export interface Passed {
  node: string
  /** Paths from the root of the project. */
  suites: string[]
}

export interface PassedSuite {
  path: string
  /** For jest: matches the suite's path, and no other. */
  pattern: string
}

const isPassed = (value: unknown): value is Passed => {
  const { node, suites } = (value ?? {}) as Partial<Passed>
  return (
    typeof node === 'string' &&
    Array.isArray(suites) &&
    suites.every((path) => typeof path === 'string' && /^tests\/[\w./-]+\.test\.ts$/.test(path))
  )
}

const readJson = (file: string): unknown => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return null
  }
}

/**
 * The suites that this run leaves out, because the file that `GREENLIGHT_PASSED` names says that they passed with these
 * sources and this version of Node (report-passed.ts writes it). .ci/run names the one of the README's `npm test`. None
 * without such a file, or if it is not in the documented shape.
 */
export const passedBefore = (environment: NodeJS.ProcessEnv): PassedSuite[] => {
  const file = environment['GREENLIGHT_PASSED']
  const passed = file ? readJson(file) : null
  if (!isPassed(passed) || passed.node !== process.version) return []
  return passed.suites.map((path) => ({ path, pattern: `<rootDir>/${path.replaceAll('.', '\\.')}$` }))
}
