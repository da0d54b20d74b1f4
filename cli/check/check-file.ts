import type { Problem } from '../../functions/config/problem.ts'
import { readConfiguration } from '../../functions/config/read-configuration.ts'
import type { ConfigurationFile } from '../../functions/config/schema.ts'
import { besideFile } from '../beside-file.ts'
import { counted } from '../counted.ts'
import { shadowedRoutes } from './shadowing.ts'
import { warningsOf } from './warnings.ts'

export interface Checked {
  /** null if the file is not valid. */
  configuration: ConfigurationFile | null
  /** There are no problems; there may be warnings. */
  isWell: boolean
  /** What to print, such as `greenlight.yml:12  routes.0.comment: …`. */
  lines: string[]
  /** The line of a route, by its index. */
  lineOf: (route: number) => number
}

/** Finds the problems of a configuration file, and its likely mistakes. `now` in epoch milliseconds. */
export const checkFile = (file: string, text: string, now: number): Checked => {
  const lineOf = ({ line, key, message }: Problem): string => `${file}:${line}  ${key ? `${key}: ` : ''}${message}`
  const read = readConfiguration(text, besideFile(file, now))
  if (read.kind === 'invalid') return failed(file, read.problems.map(lineOf))
  const { configuration, at } = read
  const lineOfRoute = (route: number): number => at(['routes', route], '').line
  const problems = shadowedRoutes(configuration.routes).map(({ path, message }) => at(path, message))
  const warnings = warningsOf(configuration, now).map(({ path, message }) => at(path, `warning: ${message}`))
  const lines = [...problems, ...warnings].sort((a, b) => a.line - b.line).map(lineOf)
  if (problems.length > 0) return { ...failed(file, lines, problems.length), configuration, lineOf: lineOfRoute }
  const parts = [
    counted(configuration.routes.length, 'route', 'routes'),
    ...(warnings.length > 0 ? [counted(warnings.length, 'warning', 'warnings')] : []),
  ]
  return { configuration, isWell: true, lines: [...lines, `${file}: ok (${parts.join(', ')})`], lineOf: lineOfRoute }
}

const failed = (file: string, lines: string[], problems = lines.length): Checked => ({
  configuration: null,
  isWell: false,
  lines: [...lines, `${file}: ${counted(problems, 'problem', 'problems')}`],
  lineOf: () => 0,
})
