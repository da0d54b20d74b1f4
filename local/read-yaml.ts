import type { z } from 'zod'
import { parseYaml, type YamlProblem } from '../functions/config/yaml-document.ts'

/** Everything that is wrong with a file, a line each: `buildspec.yml:7: phases.build.commands: expected …`. */
export class InvalidFile extends Error {
  override name = 'InvalidFile'
}

/** Reads a YAML file of a known shape. Throws an InvalidFile that names every problem with its line. */
export const readYaml = <Schema extends z.ZodType>(
  schema: Schema,
  text: string,
  fileName: string,
): z.output<Schema> => {
  const document = parseYaml(text)
  const invalid = (problems: YamlProblem[]) =>
    new InvalidFile(problems.map(({ line, message }) => `${fileName}:${line}: ${message}`).join('\n'))
  if (document.problems.length > 0) throw invalid(document.problems)
  const result = schema.safeParse(document.value)
  if (result.success) return result.data
  const problems = result.error.issues
    .flatMap(eachKey)
    .map(({ at, path, message }) => ({ line: document.lineOf(at), message: [...path.map(String), message].join(': ') }))
    .sort((one, other) => one.line - other.line)
  throw invalid(problems)
}

/** Each problem with its path. Each of several unknown keys is a problem of its own. */
const eachKey = (issue: z.core.$ZodIssue): { at: PropertyKey[]; path: PropertyKey[]; message: string }[] => {
  const { path, message } = issue
  if (issue.code !== 'unrecognized_keys') return [{ at: path, path, message }]
  return issue.keys.map((key) => ({ at: [...path, key], path, message: `Unrecognized key: "${key}"` }))
}
