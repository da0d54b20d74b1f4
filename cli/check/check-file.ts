import { readFileSync } from 'node:fs'
import { doubtsOf } from './warnings.ts'
import type { Problem } from '../../functions/config/read-configuration.ts'
import { readConfiguration } from '../../functions/config/read-configuration.ts'
import type { ConfigurationFile } from '../../functions/config/schema.ts'

export interface Checked {
  /** Null where the file is not valid. */
  configuration: ConfigurationFile | null
  /** Nothing is wrong with it; there may be warnings. */
  isWell: boolean
  /** What to print, such as `greenlight.yml:12  routes.0.comment: …`. */
  lines: string[]
}

/** Looks for everything that is wrong with a configuration file, or hardly meant so. `now` in epoch milliseconds. */
export const checkFile = (file: string, now: number): Checked => {
  const lineOf = ({ line, key, message }: Problem, kind = ''): string =>
    `${file}:${line}  ${kind}${key ? `${key}: ` : ''}${message}`
  try {
    const read = readConfiguration(readFileSync(file, 'utf8'))
    if (read.kind === 'invalid') {
      const lines = read.problems.map((problem) => lineOf(problem))
      return { configuration: null, isWell: false, lines: [...lines, `${file}: ${lines.length} to put right`] }
    }
    const { configuration } = read
    const doubts = doubtsOf(configuration, now)
      .map(({ kind, path, message }) => ({ kind, problem: read.at(path, message) }))
      .sort((a, b) => a.problem.line - b.problem.line)
    const lines = doubts.map(({ kind, problem }) => lineOf(problem, kind === 'warning' ? 'warning: ' : ''))
    const errors = doubts.filter(({ kind }) => kind === 'error').length
    const summary = errors > 0 ? `${errors} to put right` : `ok, ${configuration.routes.length} routes`
    return { configuration, isWell: errors === 0, lines: [...lines, `${file}: ${summary}`] }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { configuration: null, isWell: false, lines: [`${file}: cannot be read: ${why}`] }
  }
}
